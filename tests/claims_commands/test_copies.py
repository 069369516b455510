"""An agency's text in three outlets is one source, one result, and can be compared."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np
import pytest
from elasticsearch import Elasticsearch
from musnad.archive.copies import CopyDocument, CopyGroups, Print, upsert
from musnad.archive.indices import alias
from musnad.archive.read import ArchiveReader
from musnad.archive.sending import send
from musnad.claims import components
from musnad.copies import ALIKE, LEAST_WORDS, likeness, numbers, text_print
from musnad.copydiff import Change, TooLong, changes

Commands = Any
TEXT = (
    "قال مصدر في المرفأ إن أمير العوسج ألغى عقد توسعة الرصيف الجنوبي بعد اجتماع دام ساعتين مع لجنة النقل. "
    "وكانت اللجنة قد طلبت مهلة جديدة لدراسة كلفة المشروع التي تضاعفت منذ توقيع العقد قبل عامين، في حين ينتظر العمال "
    "صرف رواتب شهرين متأخرين. وتعمل في الميناء ثلاث شركات محلية تتقاسم أعمال الشحن والتفريغ، ويمر عبره نصف "
    "ما تستورده البلاد من القمح والسكر كل عام. وشهدت المدينة خلال الأسبوع الماضي وقفات احتجاجية أمام مبنى الإدارة "
    "رفع المشاركون فيها لافتات تطالب بصرف المستحقات وبإشراك النقابة في لجان المتابعة، ولم تسجل أي حوادث خلالها "
    "سوى توقف حركة الشاحنات ساعات قليلة عند المدخل الشرقي قبل أن تعود إلى طبيعتها مع حلول المساء."
)


def copy(number: int, outlet: str, body: str, day: int) -> dict[str, str]:
    return {
        "id": f"copy{number}",
        "title": "إلغاء عقد توسعة الرصيف الجنوبي",
        "body": body + "\n",
        "url": f"https://{outlet}.example/copy/{number}",
        "published_at": f"2026-02-0{day}T06:00:00+00:00",
    }


COPIES = [
    copy(1, "warz", TEXT, 1),
    copy(2, "alurjuwan", "وكالات - " + TEXT, 2),
    copy(3, "nidaa-suhub", TEXT.replace("التي تضاعفت منذ توقيع العقد قبل عامين، ", ""), 3),
]


def alike(one: str, two: str) -> float:
    prints = [text_print(text) for text in (one, two)]
    assert prints[0] is not None
    assert prints[1] is not None
    rows = numbers(prints[1].signature)[np.newaxis]
    return float(likeness(numbers(prints[0].signature), rows)[0])


def test_marks_case_and_punctuation_make_no_difference() -> None:
    assert alike(TEXT, TEXT.replace("،", "").replace("مصدر", "مَصْدَر")) == 1.0
    assert alike(TEXT, "وكالات - " + TEXT) > 0.9
    words = TEXT.split()
    assert alike(TEXT, " ".join(random.Random(1).sample(words, len(words)))) < 0.1


def test_the_estimate_is_near_the_truth() -> None:
    rng = random.Random(7)
    words = [f"كلمة{i}" for i in range(400)]
    for cut in (20, 60, 120):
        start = rng.randrange(0, cut)
        one, two = words, words[start : len(words) - cut + start]
        runs = [{tuple(w[i : i + 5]) for i in range(len(w) - 4)} for w in (one, two)]
        true = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
        assert alike(" ".join(one), " ".join(two)) == pytest.approx(true, abs=0.13)


def test_a_short_text_is_nobodys_copy() -> None:
    assert text_print("كلمة " * (LEAST_WORDS - 1)) is None


def test_what_a_copy_changed() -> None:
    assert list(changes("قال الوزير  إن الجسر فتح", "أعلن الوزير إن الجسر الجديد")) == [
        Change("replaced", "قال", "أعلن"),
        Change("replaced", "فتح", "الجديد"),
    ]
    assert list(changes("واحد اثنان", "صفر واحد")) == [
        Change("added", "", "صفر"),
        Change("left_out", "اثنان", ""),
    ]


def test_texts_that_repeat_few_words_are_not_compared_against_time() -> None:
    one, two = "قال إن " * 5_000, "إن قال " * 5_000
    begun = time.monotonic()
    with pytest.raises(TooLong):
        list(changes(one, two, until=begun + 60))
    assert time.monotonic() - begun < 1
    # Many searches for the longest run, each of them short: the clock ends them.
    rng = random.Random(3)
    some = [" ".join(rng.choices("ابتثج", k=1_500)) for _ in range(2)]
    with pytest.raises(TooLong):
        list(changes(*some, until=time.monotonic()))
    assert list(changes("و " * 30 + "ثم", "و " * 30, until=time.monotonic() + 60)) == [
        Change("left_out", "ثم", "")
    ]


def test_copies_are_one_source_and_one_result(musnad: Commands) -> None:
    musnad.ingest(*COPIES)
    claim = musnad.claim_of("copy1")
    assert {s["article_id"] for s in claim["statements"]} == {"copy1", "copy2", "copy3"}
    assert claim["status"] == "reported"
    found = musnad.json("search", "الرصيف الجنوبي")
    assert found["total"] == 3
    (result,) = found["articles"]
    assert {result["id"], *(c["id"] for c in result["copies"])} == {"copy1", "copy2", "copy3"}
    assert len(musnad.json("search", "الرصيف الجنوبي", "--copies")["articles"]) == 3
    group = musnad.json("copies", "copy3")
    assert [a["id"] for a in group["articles"]] == ["copy1", "copy2", "copy3"]
    assert group["articles"][1]["changes"] == [{"kind": "added", "was": "", "now": "وكالات -"}]
    told = musnad.lines("copies", "copy2")
    assert "left out: التي تضاعفت منذ توقيع العقد قبل عامين،" in told
    assert "no copies" in musnad.lines("copies", "told")

    # Another text under the same id is no copy any more, and neither is a deleted one.
    other = COPIES[0] | {"body": "خبر آخر لا صلة له بما سبق عن موسم الزيتون في السهوب."}
    musnad.ingest(other)
    assert [a["id"] for a in musnad.json("copies", "copy2")["articles"]] == ["copy2", "copy3"]
    assert [a["id"] for a in musnad.json("copies", "copy1")["articles"]] == ["copy1"]
    musnad.lines("delete", "copy2", "--why", "طلب الناشر")
    musnad.lines("claims", "settle")
    assert [a["id"] for a in musnad.json("copies", "copy3")["articles"]] == ["copy3"]


@pytest.mark.parametrize("seed", range(3))
def test_groups_do_not_depend_on_the_order(musnad_archive: ArchiveReader, seed: int) -> None:
    rng = random.Random(seed)
    words = [f"كلمة{i}" for i in range(130)]
    texts = {}
    for base in range(3):
        rng.shuffle(words)
        for i in range(4):
            # Each is like its neighbours, the first hardly like the last: groups are chains.
            texts[f"{'zyx'[i % 3]}{base}{i}"] = " ".join(words[i * 8 : i * 8 + 90])
    prints = {key: text_print(text) for key, text in texts.items()}
    edges = [
        (a, b)
        for a in texts
        for b in texts
        if a < b and alike(texts[a], texts[b]) >= ALIKE and _meet(prints[a], prints[b])
    ]
    expected = {key: min(part) for part in components(edges, texts) for key in part}
    assert len(set(expected.values())) < len(texts)
    order = sorted(texts)
    rng.shuffle(order)
    client, prefix = musnad_archive.client, musnad_archive.prefix
    groups = CopyGroups(client, prefix)
    for i in range(0, len(order), 5):
        _put(client, prefix, [Print(key, prints[key]) for key in order[i : i + 5]])
        groups.find()
    _put(client, prefix, [Print(key, prints[key]) for key in order[:3]])
    assert groups.find() == 0
    stored = [
        CopyDocument.model_validate(h["_source"])
        for h in musnad_archive.scan("copies", {"match_all": {}})
    ]
    assert {d.id: d.group for d in stored} == expected
    assert not any(d.fresh for d in stored)


def _meet(one: Any, two: Any) -> bool:
    return bool(set(one.bands) & set(two.bands))


def _put(client: Elasticsearch, prefix: str, prints: list[Print]) -> None:
    index = alias(prefix, "copies")
    send(client, (upsert(index, one) for one in prints))
