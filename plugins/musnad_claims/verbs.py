"""Cues that are verbs, participles and verbal nouns: their content, their speaker, the statement."""

from __future__ import annotations

from typing import NamedTuple

from musnad_claims.adverbs import past_adverbs
from musnad_claims.anaphora import DEMONSTRATIVES
from musnad_claims.clauses import Said, said_from
from musnad_claims.complements import Complement, find_complement
from musnad_claims.following import phrase_after
from musnad_claims.inflect import Form
from musnad_claims.matches import Match
from musnad_claims.objects import (
    behind_pointer,
    object_said,
    subject_and_object,
    surely_object,
    topic_of,
)
from musnad_claims.phrases import ALL_HEADS, RELATIVES, THAT, is_definite
from musnad_claims.pointing import points_back_here, read_pointing, read_quoted_before
from musnad_claims.reading import Reading
from musnad_claims.refusals import needed_word, read_refusal, read_rumour
from musnad_claims.resources import words
from musnad_claims.speakers import NOBODY, Voice
from musnad_claims.voices import (
    after_comma,
    before,
    facts_speak,
    names_nobody,
    no_name,
    noun_before,
    opens_with_time_or_place,
    remember_subject,
    topic,
)

_RESUMPTIVE = words("grammar.yaml", "resumptive")
_DENIAL_ADJECTIVES = words("grammar.yaml", "denial_adjectives")
_THAT_ONE = frozenset(that + pronoun for that in ("ان", "بان") for pronoun in ("ه", "ها", "هم"))
_AND_HE = frozenset({"وهو", "وهي", "وهم"})
_BUT_SHE = frozenset({"لكنه", "لكنها", "لكنهم", "ولكنه", "ولكنها", "ولكنهم"})
_CLAUSES = frozenset({"that", "colon", "quote"})


class Content(NamedTuple):
    """Where the content of a verb is: a complement, or an object that begins at a token."""

    after: int
    """The token after the cue's own words."""
    cue_last: int | None
    complement: Complement | None
    object_first: int = -1
    speaker: Voice | None = None
    """The subject between verb and object."""

    @property
    def is_clause(self) -> bool:
        """Tell whether the content is a clause or a quotation, not a noun."""
        return self.complement is not None and self.complement.kind in _CLAUSES


class Unspoken(Exception):  # noqa: N818 - no error: the rules' way to say «this is no statement»
    """What stands around the cue shows that nothing is attributed here."""


def read_verb(reading: Reading, match: Match) -> None:
    """Add the statement that a verb, participle or verbal noun makes, if it makes one."""
    form = match.form
    if form is None:
        return
    if match.cue.needs_subject:
        read_rumour(reading, match)
    elif match.cue.needs and not match.cue.has_content:
        read_refusal(reading, match)
    elif form.object and match.cue.takes and points_back_here(reading, match):
        read_pointing(reading, match)
    elif not _describes(reading, match):
        _reporting(reading, match, form)


def _describes(reading: Reading, match: Match) -> bool:
    """Tell «… التي أعلن عنها», «زيارة لم يعلن عنها», which describe the noun before."""
    text = reading.text
    after = text.key(match.last)
    if after not in _RESUMPTIVE or (after.startswith("في") and text.key(match.last + 1) in THAT):
        return False
    noun = match.first - 1
    indefinite = match.negated and match.first > reading.start(match.token) and text.is_word[noun]
    return match.relative or (indefinite and not is_definite(text, noun) and not match.offset)


def _reporting(reading: Reading, match: Match, form: Form) -> None:
    content = _content(reading, match)
    if content is None:
        remember_subject(reading, match)
        return
    if content.complement is None and content.object_first < 0:
        if _bare(reading, match, content.speaker):
            return
        read_quoted_before(reading, match, content.speaker)
        mute = noun_before(reading, match) and before(reading, match) is None
        if not facts_speak(reading, match) and mute:
            # A noun that cannot speak: «… تشير لعكس ذلك وتؤكد الزيارة», neither can the second verb.
            reading.facts.add(reading.text.sentence[match.token])
        remember_subject(reading, match)
        return
    try:
        speaker = _after_verb(reading, match, form, content)
        explicit = speaker is not None
        if speaker is None and form.kind not in ("participle", "masdar"):
            speaker = _before_verb(reading, match, form, content)
            explicit = speaker is not None
    except Unspoken:
        return
    if form.kind == "passive":
        speaker = NOBODY  # «قيل يومها إن»
    if not explicit and reading.text.quote[match.token] >= 0:
        return
    if not explicit and match.negated and reading.text.bare(match.first) == "لا":
        return  # «ولا تكشف نفسك»: a demand, or a habit of somebody unknown
    if speaker is not None and form.gender and form.number == "s":
        speaker = speaker._replace(gender=form.gender)  # «نفى سومة»: a man
    if not explicit and _goes_on_about_himself(reading, match):
        return
    speaker = speaker or reading.implied(match.token, form)
    said = _said(reading, match, content)
    if said is None:
        return
    if not match.cue.not_within.isdisjoint(reading.text.keys[said.first : said.last]):
        remember_subject(reading, match)
        return
    only = reading.text.key(said.first) if said.last - said.first == 1 else ""
    if form.kind == "masdar" and only in _DENIAL_ADJECTIVES:
        return
    if not explicit and content.complement is not None:
        speaker, said = behind_pointer(reading, content.complement, speaker, said)
    score = (0.95 if explicit else 0.8) - (0.0 if content.is_clause else 0.15)
    if names_nobody(reading, speaker):
        speaker = NOBODY
    if reading.add(match, said, speaker, round(score, 2), content.cue_last) is None:
        return
    inside = match.relative and form.object and reading.speaks_in_sentence(match.token)
    after_that = (
        reading.text.key(match.first - 1) == "ان" and reading.text.key(match.first - 2) == "بعد"
    )
    after_that = after_that or reading.text.key(match.first - 1) == "بعدما"
    # «أقر الفصيل بانسحابه، بعد أن أعلن الجيش …»: the faction speaks on.
    inside = inside or (after_that and reading.speaks_in_sentence(match.token))
    if not inside:
        # «نفت الوزارة ما أعلنه الاتحاد عن …، مؤكدة أن»: the ministry speaks on.
        reading.remember(match.token, speaker)


def _bare(reading: Reading, match: Match, speaker: Voice | None) -> bool:
    """Note a denial that has nothing but its speaker: «البلدية نفت، والناس خائفون»."""
    text = reading.text
    if not match.cue.bare or match.negated or match.relative or not match.finite:
        return False
    if match.form is None or match.form.object or match.form.kind == "passive":
        return False
    subject_last = speaker.phrase.last if speaker and speaker.phrase else match.last
    last = past_adverbs(text, subject_last, reading.end(match.token))
    if last < reading.end(match.token) and text.is_word[last]:
        return False
    heard = speaker or before(reading, match)
    if heard is None or not heard.sure or last in text.opens:
        return False
    if reading.add(match, None, heard, 0.7) is not None:
        reading.remember(match.token, heard)
    return True


def _goes_on_about_himself(reading: Reading, match: Match) -> bool:
    """Tell «قالت إنها تتوقع …»: the inner verb is what she says, no statement of its own."""
    before = reading.text.key(match.first - 1)
    said = any(d.said is not None and d.said.first == match.first for d in reading.recent())
    return said and match.cue.stance == "asserts" and before in _THAT_ONE


def _content(reading: Reading, match: Match) -> Content | None:
    """Return where the content is; None where words that the cue needs are missing."""
    text, cue = reading.text, match.cue
    after, cue_last = match.last, None
    if text.key(after) == "ذلك" and text.key(after + 1) in ALL_HEADS and "object" not in cue.takes:
        return None  # «أوضح ذلك مدير المركز»
    if text.key(after) in cue.extras:
        after = cue_last = after + 1
    begin = after
    if cue.needs:
        needed = needed_word(reading, match)
        if needed < 0:
            return None
        if "that" in cue.takes:
            begin = needed + 1
            cue_last = begin if needed - match.last <= 1 else None
    complement = find_complement(text, match, reading.matches, begin)
    if complement is None and match.relative and match.form is not None and match.form.object:
        complement = topic_of(reading, match)
    content = Content(after, cue_last, complement)
    if "object" not in cue.takes:
        return content
    if content.is_clause and cue.stance == "asserts":
        return content
    speaker, first = subject_and_object(reading, match, after)
    if (
        first < 0
        and _only_cause(reading, match, speaker)
        and speaker is not None
        and speaker.phrase
    ):
        # «وعزا الانسحاب إلى …»: the one noun before إلى is what is explained.
        return Content(after, cue_last, None, speaker.phrase.first)
    if complement is None:
        return Content(after, cue_last, None, first, speaker)
    if content.is_clause:
        # «ينفي المسؤولون الاتهامات ويقولون بأن»: a pointer, ما or صحة right after is the object.
        # … and «نفى الاتهامات بأن»: the noun right before, too, is what is denied.
        within = complement.marker - (reading.text.key(first) in DEMONSTRATIVES)
        near = 0 <= first < within and surely_object(reading, first)
    else:
        near = 0 <= first <= complement.marker
    return Content(after, cue_last, None, first, speaker) if near else content


def _only_cause(reading: Reading, match: Match, speaker: Voice | None) -> bool:
    """Tell whether the noun after a verb that needs «إلى» is its object, because «إلى» follows at once."""
    phrase = speaker.phrase if speaker is not None else None
    return (
        "الي" in match.cue.needs and phrase is not None and reading.text.key(phrase.last) == "الي"
    )


def _after_verb(reading: Reading, match: Match, form: Form, content: Content) -> Voice | None:
    """Return the subject after the verb, if any. Raises `Unspoken` where the words do not fit the cue."""
    text, cue, complement = reading.text, match.cue, content.complement
    passive = NOBODY if form.kind == "passive" else None
    if match.inner is not None:
        between_verbs = reading.hear(phrase_after(text, *match.inner, strict=False))
        if between_verbs is not None:
            return between_verbs
    if passive is not None and complement is None:
        raise Unspoken  # «أُعلنت خطوبات»
    adjectival = form.kind == "participle" and form.gender != "m" and text.is_word[match.first - 1]
    if adjectival and (complement is None or complement.marker > content.after + 1):
        raise Unspoken  # «معلومات مؤكدة»
    if complement is None:
        return content.speaker or passive
    if _other_matter(reading, match, complement):
        remember_subject(reading, match)
        raise Unspoken
    if form.object and not match.relative and not cue.person_object:
        raise Unspoken
    if form.kind in ("participle", "masdar"):
        return passive
    after = content.after
    region = complement.marker
    if cue.extras:
        region = next((at for at in range(after, region) if text.key(at) in cue.extras), region)
    phrase = phrase_after(text, after, region, strict=cue.person_object)
    speaker = reading.hear(phrase)
    if phrase is None:
        near = past_adverbs(text, after, region)
        if complement.kind == "ب" and not cue.person_object and complement.marker > after:
            raise Unspoken
    else:
        near = past_adverbs(text, phrase.last, region)
        if speaker is None:
            raise Unspoken  # facts
        if not speaker.sure and no_name(reading, phrase):
            return passive
        if complement.kind == "ب" and not (speaker.sure or is_definite(text, phrase.first)):
            raise Unspoken
        apart = complement.kind == "ب" and not cue.person_object and near != complement.marker
        if apart and not any(at in reading.stops for at in range(near, complement.marker)):
            raise Unspoken
        if cue.person_object and not form.object and near >= region:
            speaker = None  # «أبلغت المجلس بأن»: the only noun is who was told
    if cue.adjacent and complement.marker > near + 1:
        raise Unspoken
    return speaker or passive


def _other_matter(reading: Reading, match: Match, complement: Complement) -> bool:
    """Tell whether the content gives the verb another sense: «اعترف باستقلال …», «اعترف بإسرائيل»."""
    unwanted = match.cue.not_content
    if not unwanted:
        return False
    if reading.text.key(complement.first)[complement.offset :] in unwanted:
        return True
    return complement.kind == "ب" and reading.text.mention[complement.first] >= 0


def _before_verb(reading: Reading, match: Match, form: Form, content: Content) -> Voice | None:
    """Return the subject before the verb, if any. Raises `Unspoken` where it is nobody who could speak."""
    text = reading.text
    after_relative = text.bare(match.first - 1) in RELATIVES
    named = content.complement is not None and content.complement.first == match.last + 1
    what = text.key(match.first - 1) in {"ما", "مما"} and content.is_clause and named
    if match.relative and not form.object and not after_relative and not what:
        raise Unspoken  # «ما يؤكد هذا», but «ما قالوا إنها آثار غاز»
    if facts_speak(reading, match):
        raise Unspoken
    if text.key(match.first - 1) in _AND_HE and match.cue.explicit:
        raise Unspoken  # «… وهو يتحدث عن …»: while he talks
    speaker = before(reading, match)
    if match.relative and form.object and speaker is not None and not speaker.sure:
        raise Unspoken
    if speaker is not None:
        return speaker
    if match.relative and after_relative:
        raise Unspoken
    clause = content.is_clause and match.offset and form.kind == "perfect"  # «ورجحت أن»
    implied = clause or text.key(match.first - 1) in _BUT_SHE
    if match.cue.explicit and not implied:
        raise Unspoken
    if not match.relative and noun_before(reading, match):
        raise Unspoken
    if after_comma(reading, match):
        # «الولايات المتحدة التي …، لم تؤكد»: the clause's first noun is the subject.
        speaker = topic(reading, match)
        if speaker is None and opens_with_time_or_place(reading, match):
            return None  # «وفي ختام حديثه، أكد أن …»: who spoke before
        if speaker is None and not (
            content.complement and content.complement.kind in ("quote", "colon")
        ):
            raise Unspoken
    return speaker


def _said(reading: Reading, match: Match, content: Content) -> Said | None:
    if content.complement is None:
        return object_said(reading, match, content.object_first)
    return said_from(reading.text, content.complement, match, reading.matches, reading.stops)
