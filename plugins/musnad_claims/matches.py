"""Finds cues in a text: which words may attribute something, before asking whether they do."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from musnad_claims import lemmas
from musnad_claims.cues import Cue, CueForm, Pattern, cue_index
from musnad_claims.inflect import Form
from musnad_claims.phrase_sets import PhraseSet
from musnad_claims.phrases import BODIES_AND_PERSONS, PREPOSITIONS, RELATIVES, THAT
from musnad_claims.resources import phrases, words
from musnad_claims.words import COMMAS, DAMMA, NATIVE_WAW, PROCLITICS, SHADDA, Words

_FIXED = PhraseSet(phrases("traps.yaml", "fixed"))
_MODAL = words("negation.yaml", "modal")
_BEFORE = words("traps.yaml", "before")
_WITHOUT = PhraseSet(phrases("negation.yaml", "without"))
_NEGATORS = words("negation.yaml", "negators")
_EITHER = words("negation.yaml", "two_verbs")
_AFTER_THESE = words("grammar.yaml", "after_these")
_FIRST_PERSON = words("grammar.yaml", "first_person")
_ADVERBS = words("grammar.yaml", "adverbs")
_MAY_BE = frozenset({"يكون", "تكون", "يكونوا"})
_NO_CIRCUMSTANCE = words("grammar.yaml", "no_circumstance")
_BEFORE_NOUNS = words("grammar.yaml", "before_nouns")
_NEITHER_WITHIN = 14
_SUBJECT_WITHIN = 5
_AS_WELL = 14
"""«كما أكد … أن»: its content comes within so many words."""


class Match(NamedTuple):
    """A cue in the text, by tokens [first, last); the verb (or first word) itself is at `token`."""

    first: int
    last: int
    token: int
    offset: int
    """Letters of a proclitic at `first` that are left off."""
    cue: Cue
    form: Form | None
    negated: bool = False
    both: bool = False
    """Neither confirmed nor denied."""
    relative: bool = False
    """After ما, الذي, التي: part of a noun phrase."""
    inner: tuple[int, int] | None = None
    """Tokens between the two verbs of «لم يؤكد البنك ولم ينف …»: their subject."""

    @property
    def rule(self) -> str:
        """The cue's rule, and that it was known by its lemma if it was."""
        by_lemma = self.form is not None and self.form.by_lemma
        return f"{self.cue.rule} by lemma" if by_lemma else self.cue.rule

    @property
    def finite(self) -> bool:
        """Tell whether this is a verb that begins a clause of its own."""
        return self.form is not None and self.form.kind not in ("participle", "masdar")


def find_matches(text: Words) -> dict[int, Match]:
    """Return the cues of `text` by the token they begin at; a longer one wins."""
    index = cue_index()
    found: dict[int, Match] = {}
    taken = 0
    keys = text.keys
    cues = [token for token, key in enumerate(keys) if key in index.words]
    for token in range(len(text)) if text.morphology else cues:
        key = keys[token]
        if token < taken or len(key) < 2:
            continue
        if key not in index.words:
            match = _by_lemma(text, token)
            if match:
                found[match.first] = match
                taken = max(taken, match.last)
            continue
        strip = key[0] in PROCLITICS and len(key) > 2 and key not in NATIVE_WAW and key[:3] != "ورد"
        strip = strip or _clitic(text, token)
        for offset in (0, 1) if strip else (0,):
            bare = key[offset:]
            match = None
            following = text.key(token + 1)
            for pattern in index.patterns.get(bare, ()):
                if pattern.second and following not in pattern.second:
                    continue
                match = _pattern(text, token, offset, pattern)
                if match:
                    break
            if match is None and bare in index.forms:
                match = _form(text, token, offset, index.forms[bare])
            if match:
                found[match.first] = match
                taken = max(taken, match.last)
                break
    return _neither(text, found)


def _by_lemma(text: Words, token: int) -> Match | None:
    """Return the cue that a word is by its lemma, where there is morphology and its form is not in the index."""
    word = text.morphology[token]
    if word is None or not word.known:
        return None
    written = text.text[text.starts[token] : text.ends[token]]
    for entry in lemmas.forms(word, written):
        match = _one_form(text, token, word.start, entry.cue, entry.form)
        if match is not None:
            return match
    return None


def _clitic(text: Words, token: int) -> bool:
    """Tell «لينفي», «بإعلانه» and «وردت وزارة …» from words that begin so by themselves."""
    key = text.key(token)
    rest = key[1:]
    found = cue_index().forms.get(rest, ())
    if key[0] == "ل" and rest[:1] in "يت" and rest:
        return any(entry.form.kind == "imperfect" and not entry.form.object for entry in found)
    if key[0] == "ب":
        return any(entry.form.kind == "masdar" for entry in found)
    return key in {"ورد", "وردت"} and text.key(token + 1) in BODIES_AND_PERSONS


def _neither(text: Words, found: dict[int, Match]) -> dict[int, Match]:
    """Join «لم ينف المصدر هذا الخبر ولم يؤكده»: the second verb goes, the first one is a refusal.

    The second is known by its object pronoun, or by having nothing after it but the end of its sentence.
    """
    ordered = sorted(found)
    for first, second in pairwise(ordered):
        if first not in found:
            continue
        one, two = found[first], found[second]
        if not (one.negated and two.negated and one.form and two.form) or one.both:
            continue
        same = text.sentence[first] == text.sentence[second]
        near = same and second - first <= _NEITHER_WITHIN
        opposite = (one.cue.stance == "denies") != (two.cue.stance == "denies")
        apart = second - one.last
        bare = bool(two.form.object) or two.last >= len(text) or not text.is_word[two.last]
        if same and opposite and two.offset and 0 < apart <= _SUBJECT_WITHIN and not bare:
            found[first] = one._replace(
                last=two.last, both=True, inner=(one.last, second), form=two.form, cue=two.cue
            )
            del found[second]
            continue
        if near and bare and two.offset and opposite:
            found[first] = one._replace(both=True)
            del found[second]
    return found


def _pattern(text: Words, token: int, offset: int, pattern: Pattern) -> Match | None:
    at = token
    if text.bare(token) == "كما" and _as_well(text, token):
        return None
    for place, alternatives in enumerate(pattern.words):
        key = text.key(at)[offset:] if place == 0 else text.key(at)
        if key not in alternatives:
            if place and any(word.endswith("?") for word in alternatives):
                if key + "?" in alternatives:
                    at += 1
                continue
            return None
        at += 1
    return Match(token, at, token, offset, pattern.cue, None)


def _as_well(text: Words, token: int) -> bool:
    """Tell «كما أكد المدير أن …», where the verb attributes what follows, from «كما أكد المدير» as a source."""
    starts = token == 0 or text.sentence[token] != text.sentence[token - 1]
    if starts or (not text.is_word[token - 1] and text.key(token - 1) not in COMMAS):
        return True
    if text.key(token) != "كما":
        return True
    for at in range(token + 2, min(token + _AS_WELL, len(text))):
        if text.key(at) in COMMAS or text.sentence[at] != text.sentence[token]:
            return False
        if text.key(at) in THAT or text.key(at) == ":":
            return True
    return False


def _spelt(text: Words, token: int, form: Form) -> bool:
    """Tell a verb from another word that is folded alike: «نفى» is no «نفي», «بيّن» no «بَيْن»."""
    written = text.text[text.starts[token] : text.ends[token]]
    if form.object and written.endswith("ة"):
        return False
    first_person = written.lstrip("وف").startswith("أ") and form.text.startswith("ا")
    if first_person and (written.startswith("أ") or form.text.startswith("اعتقد")):
        return False  # «أعتقد» is no «اعتقد»
    if form.kind == "imperfect" and form.text.endswith("ي") and written.endswith("ى"):
        return False  # «يدعى» is no «يدعي»
    if form.text.endswith("ى"):
        return written.endswith("ى") or text.key(token + 1) in THAT
    return True


def _form(text: Words, token: int, offset: int, forms: tuple[CueForm, ...]) -> Match | None:
    for cue, form in forms:
        match = _one_form(text, token, offset, cue, form)
        if match is not None:
            return match
    return None


def _one_form(text: Words, token: int, offset: int, cue: Cue, form: Form) -> Match | None:
    form = _passive(text, token, offset, form)
    if not _spelt(text, token, form) or _trapped(text, token, offset):
        return None
    negation = _negation(text, token, offset, form)
    if negation is None:
        return None
    first, first_offset, negated, relative = negation
    if (cue.negated if negated else cue.stance) == "none" and not (
        negated and cue.stance != "none"
    ):
        return None
    if not _is_verb(text, token, offset, cue, form):
        return None
    if form.kind == "participle" and not _participle(text, token, offset):
        return None
    if (
        form.kind == "participle"
        and cue.person_object
        and (form.gender == "f" or form.number == "p")
        and text.is_word[token - 1]
    ):
        return None  # «الباحثة متهمة بـ…»
    if text.key(token + 1) in cue.not_followed:
        return None
    last = token + 1
    both = False
    if negated:
        other = _other_verb(text, last)
        if other:
            last, both = other, True
    return Match(first, last, token, first_offset, cue, form, negated, both, relative)


def _passive(text: Words, token: int, offset: int, form: Form) -> Form:
    """Read «أُعلن», which is written with its vowel, as a passive."""
    if form.kind not in ("perfect", "imperfect"):
        return form
    if DAMMA not in text.vowel_marks:
        return form
    written = text.original(token, offset)
    return form._replace(kind="passive") if written[1:2] == DAMMA else form


def _trapped(text: Words, token: int, offset: int) -> bool:
    """Tell whether the word is part of a fixed phrase that attributes nothing: «يذكر أن»."""
    if _FIXED.length_at(text, token):
        return True
    return offset == 0 and _FIXED.length_at(text, token - 1) > 0


def _negation(
    text: Words, token: int, offset: int, form: Form
) -> tuple[int, int, bool, bool] | None:
    """Return the cue's first token, the letters to leave off, negated?, relative?; None for no fact."""
    if form.kind in ("participle", "masdar"):
        return token, offset, False, False
    before, bare = text.key(token - 1), text.bare(token - 1)
    if _WITHOUT.end_before(text, token):
        return token - 2, 0, True, False
    if offset:
        return None if form.kind == "jussive" else (token, offset, False, False)
    if before in _FIRST_PERSON or before in {"يكن", "تكن", "يعد", "تعد"}:
        return None
    if form.kind == "jussive" and bare not in _NEGATORS:
        return None
    if bare in {"لم", "لن"} and form.kind == "perfect":
        return None  # «لم توقع»: she did not sign
    if bare in _NEGATORS:
        if bare == "لن" or text.key(token - 2) in _MODAL or text.bare(token - 2) in _MODAL:
            return None
        if bare == "ما":
            return token, 0, False, text.key(token - 2) != "سرعان"
        if form.kind in ("imperfect", "jussive"):
            return token - 1, len(before) - len(bare), True, text.bare(token - 2) in RELATIVES
    if before == "قد" and text.key(token - 2) in _MAY_BE:
        return None  # «نفى أن يكون قد أعلن …»
    if bare == "قد" and form.kind == "imperfect":
        return None  # «قد يقول قائل»: nobody has said it
    if before == "ان" and form.text.startswith("أ") and text.key(token - 2) not in _AFTER_THESE:
        return None  # «أن أعلن»: first person
    if (before in _BEFORE and form.kind != "perfect") or bare in {"لو", "اذا"} or before == "من":
        return None
    if bare in RELATIVES and text.bare(token - 2) not in {"الوقت", "وقت", "الحين"}:
        return token, 0, False, True
    if before.endswith("كما") and _as_well(text, token - 1):
        return token, 0, False, False
    return token, 0, False, before in {"مما", "بما", "لما", "فيما", "كما", "حسبما"}


def _other_verb(text: Words, token: int) -> int:
    """Return the token after the second verb of «لم ينف أو يؤكد», «لم ينف ولم يؤكد»; else 0."""
    forms = cue_index().forms
    if text.key(token) in _ADVERBS:
        token += 1
    if text.key(token) in _EITHER:
        token += 1
        if text.key(token) in _NEGATORS:
            token += 1
        if any(form.cue.stance in ("asserts", "denies") for form in forms.get(text.key(token), ())):
            return token + 1
    return 0


def _is_verb(text: Words, token: int, offset: int, cue: Cue, form: Form) -> bool:
    """Tell the verb from the noun or particle that is spelt like its 3rd person masculine singular."""
    if (
        not cue.homograph
        or form.kind != "perfect"
        or form.object
        or form.gender != "m"
        or form.number != "s"
    ):
        # «تابع لـ» is an adjective.
        return not (text.key(token).endswith("تابع") and text.key(token + 1)[:1] == "ل")
    if text.is_marked(token, SHADDA):
        return True  # «كذّب»
    if cue.homograph == "close":
        if text.key(token + 1) in THAT:
            return True
        subject = text.key(token + 1).startswith("ال") or text.mention[token + 1 : token + 2] > [-1]
        if subject and text.key(token + 2) in THAT:
            return True
        return offset == 1 and text.sentence[token] != text.sentence[token - 1]
    if offset or token == 0 or not text.is_word[token - 1]:
        return True
    before = text.key(token - 1)
    if text.sentence[token] != text.sentence[token - 1]:
        return True
    if before in _BEFORE_NOUNS or before in PREPOSITIONS or before in THAT:
        return False
    # «كشفت الكاميرات كذب المتهمين»; where a clause may follow («وفي هذه الحالة كشف … أن») it is a verb.
    endings = ("ها", "هم") if "that" in cue.takes else ("ها", "هم", "ات", "ه")
    return not before.endswith(endings)


def _participle(text: Words, token: int, offset: int) -> bool:
    """Tell whether a participle stands where circumstances stand, not as an adjective or object."""
    if offset:
        # «ومشيرا إلى», but «بإشراف ومتابعة من المدير»
        masculine = text.key(token).endswith("ا")
        return text.key(token)[0] == "و" and (masculine or _speaks_at_once(text, token + 1))
    if token == 0 or text.sentence[token] != text.sentence[token - 1]:
        return _speaks_at_once(text, token + 1)  # «… الجوائز. منوها إلى أن»
    before = text.key(token - 1)
    if before in _NO_CIRCUMSTANCE:
        return False  # «زيارة غير معلنة»
    return before in COMMAS or text.is_word[token - 1] or token - 1 in text.closes


def _speaks_at_once(text: Words, token: int) -> bool:
    """Tell whether what is said begins at the token, or after one preposition."""
    at_once = (text.key(token) in THAT, text.key(token) == ":", token in text.opens)
    return any(at_once) or (text.key(token) in PREPOSITIONS and text.key(token + 1) in THAT)


def opens_clause(text: Words, token: int) -> bool:
    """Tell whether a verb at `token` may begin a clause: at a sentence's start, after a mark, with و or ف."""
    if (
        token == 0
        or text.sentence[token] != text.sentence[token - 1]
        or not text.is_word[token - 1]
    ):
        return True
    if text.bare(token - 1) in {
        "قد",
        "كان",
        "كانت",
        "حيث",
        "كما",
        "لكن",
        "فيما",
        "بينما",
        "جهته",
        "جهتها",
    }:
        return True
    key = text.key(token)
    return key.startswith(PROCLITICS) and key not in NATIVE_WAW


def ends_said(text: Words, match: Match, *, opened: bool = False) -> bool:
    """Tell whether this cue, met inside what somebody says, begins something new.

    `opened` is true where the word before begins a clause anyway («حيث»).
    """
    if match.relative or match.form is None:
        return False
    if match.form.object and match.cue.homograph == "noun":
        return False  # «ونشرهما», «وكشفها»
    if match.form.kind == "participle":
        return True
    return match.finite and (opened or match.offset == 1 or text.key(match.first - 1) in COMMAS)
