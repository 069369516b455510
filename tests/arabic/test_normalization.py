"""Normalization: what each step does, that it does it once, and that the way back holds."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from camel_tools.utils.dediac import dediac_ar
from camel_tools.utils.normalize import (
    normalize_alef_ar,
    normalize_alef_maksura_ar,
    normalize_teh_marbuta_ar,
    normalize_unicode,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from musnad.components import Normalizer
from musnad.document import Document
from musnad.errors import NotConfigured
from musnad.text import NormalizedText
from musnad_arabic import plugin
from musnad_arabic.config import STEPS, ArabicSettings
from musnad_arabic.forms import UnicodeForms, nfkc
from musnad_arabic.matching import Alef, AlefMaksura, Case, TehMarbuta, fold_case, key_form
from musnad_arabic.normalizers import Controls, Digits, Letters, Marks, Punctuation
from pydantic import ValidationError

Views = Callable[[str], tuple[NormalizedText, NormalizedText]]
ANY = st.text(st.characters(categories=None, exclude_categories=()), max_size=30)
# Dense in what the steps care about, so that they meet each other.
DENSE = st.text(
    st.sampled_from(
        "اأإآٱىيةهكکیھۀەب \n\r\u2028ـ\u064b\u064e\u0651\u0652\u0653\u0654\u0655\u0670\u06dd\u06de\u0301\u0338"
        "\u200b\u200d\u200f\u202a\u2066\ufeff\u00ad\u001a\u0085ﷲﷺﻻﺎﱠﹰ﷼½²①ﬁéʼ³Å٣۴3.٫٬,«»“”„‟‹›\"''‘’<>"
        "-–—…″′´¨؟?،eElİßﾞ가각\ud800"
    ),
    max_size=24,
)


def one(step: Normalizer, text: str) -> str:
    return step.normalize(NormalizedText.of(text)).text


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        (UnicodeForms(), "ﷲ ﷺ ﻻ ﺎﻟﺮﻳﺎﺽ", "الله صلى الله عليه وسلم لا الرياض"),
        (UnicodeForms(), "﷼ 5", "ريال 5"),
        (UnicodeForms(), "ا\u0653ن ا\u0654ي", "آن أي"),
        (UnicodeForms(), "الش\ufc60عب", "الش\u064e\u0651عب"),
        (UnicodeForms(), "a\xa0b", "a b"),
        (UnicodeForms(), "كم² 10² 3½", "كم2 10² 3 1⁄2"),
        (UnicodeForms(), "rock´n", "rock´n"),
        (Controls(), "\ufeff\u202bليبيا\u202c و\u200dتونس\u00ad", "ليبيا وتونس"),
        (Controls(), "أ\r\nب\rج\u2028د\nه", "أ\nب\nج\nد\nه"),
        (Controls(), "الوطن.\x1a\x1aمن", "الوطن.  من"),
        (Marks(), "مُحَمَّدٌ رَسُولُ ٱللَّهِ", "محمد رسول ٱلله"),
        (Marks(), "الرَّحْمَٰنِ ۝ ۞ قال", "الرحمن   قال"),
        (Marks(), "الفـــريق هـ", "الفريق ه"),
        (Marks(), "مكة ـ واس", "مكة - واس"),
        (Marks(), "شى\u0654", "شئ"),
        (Letters(), "کتاب علی ھذا مدرسۃ ۀ ے", "كتاب علي هذا مدرسة ه ي"),
        (Letters(), "چپژگڤ", "چپژگڤ"),
        (Digits(), "١٬٥٠٠ و۳٫۵ و٪٢٠", "1,500 و3.5 و%20"),
        (Digits(), "قال٫ ثم", "قال، ثم"),
        (
            Punctuation(),
            "«أ» “ب” „ج‟ ‹د› \"ه\" ''و'' <<ز>> ,,ح''",
            '"أ" "ب" "ج" "د" "ه" "و" "ز" "ح"',
        ),
        (Punctuation(), "الرياض – واس — ‘أ’", "الرياض - واس - 'أ'"),
        (Punctuation(), "نعم، لا؛ لماذا؟", "نعم، لا؛ لماذا؟"),
        (Alef(), "أحمد إلى آخر ٱلله", "احمد الى اخر ٱلله".replace("ٱ", "ا")),
        (AlefMaksura(), "على", "علي"),
        (TehMarbuta(), "مكة", "مكه"),
        (Case(), "RT İß", "rt İß"),
    ],
)
def test_step(step: Normalizer, before: str, after: str) -> None:
    assert one(step, before) == after


def test_key_keeps_hamza_on_waw_and_yeh(views: Views) -> None:
    assert views("مسؤول شئون سماء")[1].text == "مسؤول شئون سماء"


def test_double_prime_used_as_quotation_mark(views: Views) -> None:
    view, _ = views("قال ″نعم″ ومضى")
    assert view.text == 'قال "نعم" ومضى'
    assert view.original_span(4, 5) == (4, 5)


@given(st.one_of(ANY, DENSE))
@example("e\u200d\u0301")
@example("\u1100\u00ad\u1161")
@example("⒈²")
@example("\u0300ﹰ")
@settings(max_examples=400)
def test_normalizing_twice_equals_once_and_the_map_holds(views: Views, text: str) -> None:
    normalized, key = views(text)
    again, key_again = views(normalized.text)
    assert again.text == normalized.text
    assert key_again.text == key.text
    assert views(key.text)[1].text == key.text
    assert len(key) == len(normalized)
    for view in (normalized, key):
        assert view.original == text
        assert len(view.starts) == len(view.ends) == len(view.text)
        assert all(0 <= a < b <= len(text) for a, b in zip(view.starts, view.ends, strict=True))
        assert all(a <= b for a, b in pairwise(view.starts))
        assert all(a <= b for a, b in pairwise(view.ends))


@given(st.one_of(ANY, DENSE))
@settings(max_examples=300)
def test_a_character_points_at_what_it_came_from(views: Views, text: str) -> None:
    view, _ = views(text)
    for i, character in enumerate(view.text):
        source = text[view.starts[i] : view.ends[i]]
        assert (
            character in source
            or character in views(source)[0].text + "-. ،,\"'ئ"
            or (
                # A compatibility form that took part in a composition.
                unicodedata.normalize("NFKD", character)[0] in unicodedata.normalize("NFKD", source)
            )
        )


@given(st.one_of(ANY, DENSE), st.sets(st.sampled_from(STEPS[:6])))
@settings(max_examples=200)
def test_every_choice_of_steps_is_stable(text: str, skip: set[str]) -> None:
    choice = ArabicSettings(skip=tuple(skip))
    steps = [
        step
        for step in plugin.musnad_normalizers(choice)
        if step.stage != "key" and step.name not in skip
    ]
    view = NormalizedText.of(text)
    for step in steps:
        view = step.normalize(view)
    again = NormalizedText.of(view.text)
    for step in steps:
        again = step.normalize(again)
    assert again.text == view.text


@given(st.one_of(ANY, DENSE))
@settings(max_examples=400)
def test_unicode_form_equals_camel_tools_but_for_the_kept_forms(text: str) -> None:
    kept = {c for c in text if unicodedata.category(c) == "No"} | {
        c for c in text if len(normalize_unicode(c)) > 1 and normalize_unicode(c)[0] == " "
    }
    text = "".join(c for c in text if c not in kept)
    assert nfkc(NormalizedText.of(text)).text == normalize_unicode(text)


def test_unicode_form_equals_camel_tools_for_every_character_between_letters() -> None:
    different = []
    for code in range(0x110000):
        character = chr(code)
        text = f"ا{character}\u064eب"
        if nfkc(NormalizedText.of(text)).text != normalize_unicode(text):
            different.append(character)
    for character in different:
        alone = normalize_unicode(character)
        assert len(alone) > 1, hex(ord(character))
        assert alone[0] == " ", hex(ord(character))


@given(st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF), max_size=30))
def test_marks_remove_at_least_what_camel_tools_removes(text: str) -> None:
    without = one(Marks(), text)
    assert dediac_ar(without) == without
    plain = "".join(c for c in text if "\u0621" <= c <= "\u0652" and c != "ـ")
    assert one(Marks(), plain) == dediac_ar(plain)


@given(st.one_of(ANY, DENSE))
def test_key_steps_equal_camel_tools(text: str) -> None:
    assert one(Alef(), text) == normalize_alef_ar(text)
    assert one(AlefMaksura(), text) == normalize_alef_maksura_ar(text)
    assert one(TehMarbuta(), text) == normalize_teh_marbuta_ar(text)
    assert len(fold_case(text)) == len(text)


@given(DENSE)
def test_key_form_of_a_list_entry_equals_the_key_view(views: Views, text: str) -> None:
    normalized, key = views(text)
    assert key_form(normalized.text) == key.text


def test_a_text_that_is_normal_is_not_copied() -> None:
    text = NormalizedText.of("قال الوزير إن الأمر لم يحسم بعد، وأضاف: نعم.")
    for step in plugin.musnad_normalizers(ArabicSettings()):
        if step.stage != "key":
            assert step.normalize(text) is text


def test_a_step_named_in_skip_declines() -> None:
    components = [
        *plugin.musnad_normalizers(ArabicSettings(skip=STEPS)),
        *plugin.musnad_annotators(ArabicSettings(skip=STEPS)),
    ]
    # Words for searching are made when an index is, of no text: no step to skip.
    components = [component for component in components if component.name != "search_lemmas"]
    assert [component.name for component in components] == list(STEPS)
    for component in components:
        with pytest.raises(NotConfigured, match="skip"):
            component.open()


def test_an_unknown_step_in_skip_is_named() -> None:
    with pytest.raises(ValidationError, match='no step "harakat"'):
        ArabicSettings(skip=("harakat",))


def test_import_is_cheap() -> None:
    # charsets sorts all of Unicode into sets (0.4 s); it must be loaded by open(), not by listing.
    code = "import musnad_arabic.plugin, sys; print('camel_tools.utils.charsets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_typical_text_runs_fast(views: Views) -> None:
    text = (
        "قال المتحدث باسم الوزارة، أمس، إن «المفاوضات ستستأنف الأسبوع المقبل» في العاصمة،\xa0مشيراً إلى أن "
        "1500 مراقب سيشاركون فيها. وأضاف أن بلاده تأمل في اتفاق قريب – رغم الخلافات.\n\n"
    ) * 40
    started = time.process_time()
    for _ in range(10):
        views(text)
    # Measured: about 3 million a second; the bound only catches a change of order.
    assert len(text) * 10 / (time.process_time() - started) > 500_000


@pytest.mark.parametrize(
    "unit",
    [
        "\u064e\u0651",
        "\u0301\u0316",
        "ـب",
        "a.",
        '"',
        "«",
        "»",
        ". ",
        "قال «نعم». ثم مضى (أمس)\n",
        "a@",
    ],
)
def test_no_text_takes_quadratic_time(analyze: Callable[..., Document], unit: str) -> None:
    def seconds(length: int) -> float:
        body = unit * (length // len(unit))
        started = time.process_time()
        analyze(body)
        return time.process_time() - started

    short, long = seconds(10_000), seconds(80_000)
    # Linear is a factor of 8, quadratic one of 64; short times are too uncertain to multiply.
    assert long < max(short, 0.03) * 24


def test_a_letter_with_too_many_marks_is_left_as_it_is() -> None:
    text = "e" + "\u0301\u0316" * 100
    assert one(UnicodeForms(), text) == text
