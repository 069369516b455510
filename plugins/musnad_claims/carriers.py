"""Cues that carry what others said: «نقلت … عن …», «جاء في البيان أن», «اتهامات …», «معلومات تشير إلى»."""

from __future__ import annotations

from musnad_claims.clauses import (
    clause_end,
    said_from,
    trimmed,
)
from musnad_claims.complements import find_complement
from musnad_claims.following import phrase_after
from musnad_claims.matches import Match
from musnad_claims.objects import topic_of
from musnad_claims.phrases import HEADS, PREPOSITIONS, Phrase, make
from musnad_claims.reading import Reading
from musnad_claims.voices import before
from musnad_claims.words import Words


def read_carrier(reading: Reading, match: Match) -> None:
    """«نقلت الوكالة عن مصدر أن …», «ونقل البيان عن المدير تأكيده …»."""
    text = reading.text
    limit = reading.end(match.token)
    if text.key(match.token) == "نقل" and text.key(match.first - 1) in PREPOSITIONS:
        return
    via = "من" if text.key(match.token).endswith(("علم", "علمت")) else "عن"
    if match.cue.rule.endswith(":nasab_ila"):
        via = "الي"
    about = next(
        (at for at in range(match.last, min(limit, match.last + 14)) if text.key(at) == via), -1
    )
    if about < 0:
        _carried(reading, match)
        return
    phrase = phrase_after(text, match.last, about, strict=False)
    speaker = reading.hear(phrase) or before(reading, match) or reading.implied(match.token, None)
    source_phrase = phrase_after(text, about + 1, limit, strict=True)
    if source_phrase is None:
        return
    complement = find_complement(text, match, reading.matches, about + 1)
    if complement is None:
        inner = next(
            (
                at
                for at in range(about + 2, min(limit, about + 12))
                if at in reading.matches
                and (form := reading.matches[at].form) is not None
                and form.kind == "masdar"
            ),
            -1,
        )
        if inner < 0:
            return
        last = clause_end(text, inner, match, reading.matches, reading.stops, short=True)
        said = trimmed(text, inner, last, quoted=False)
        source_phrase = phrase_after(text, about + 1, inner, strict=False) or source_phrase
    else:
        said = said_from(text, complement, match, reading.matches, reading.stops)
        source_phrase = (
            phrase_after(text, about + 1, complement.marker, strict=False) or source_phrase
        )
    if said is None:
        return
    draft = reading.add(match, said, speaker, 0.9)
    reading.remember(match.token, speaker)
    source = reading.hear(source_phrase)
    if source is not None:
        if draft is not None:
            draft.source = source.speaker
        reading.remember(about, source)


def _carried(reading: Reading, match: Match) -> None:
    """«نقلت الوكالة أن …»: no source is named."""
    text = reading.text
    complement = find_complement(text, match, reading.matches, match.last)
    if complement is None:
        return
    heard = reading.hear(phrase_after(text, match.last, complement.marker, strict=False))
    said = said_from(text, complement, match, reading.matches, reading.stops)
    if (
        heard is not None
        and heard.sure
        and said is not None
        and reading.add(match, said, heard, 0.85)
    ):
        reading.remember(match.token, heard)


def read_document(reading: Reading, match: Match) -> None:
    """«جاء في البيان أن …»: the document speaks."""
    text = reading.text
    complement = find_complement(text, match, reading.matches, match.last)
    if text.key(match.first) == "ما":
        # «نفى ما ورد في الصحيفة حول …»
        complement = complement or topic_of(reading, match)
        match = match._replace(first=match.first + 1, offset=0)
    if complement is None:
        return
    if text.key(match.last - 1).startswith("فيه"):
        found = _document_before(text, match.first, reading.start(match.token))
        heard = reading.hear(found)
    else:
        heard = reading.hear(phrase_after(text, match.last, complement.marker, strict=False))
    anybody = match.cue.rule.endswith(":ma_nuqil")
    if heard is None or not (anybody or heard.speaker.kind in ("document", "outlet")):
        return
    said = said_from(text, complement, match, reading.matches, reading.stops)
    if said is not None and reading.add(match, said, heard, 0.9):
        reading.remember(match.token, heard)


def _document_before(text: Words, token: int, start: int) -> Phrase | None:
    """Return the document of «بيان الوزارة جاء فيه أن», «اكتفت ببيان جاء فيه»."""
    for at in range(token - 1, max(start - 1, token - 7), -1):
        if not text.is_word[at]:
            break
        for offset in (0, 1):
            if text.key(at)[offset:] in HEADS["document"]:
                return make(text, at, token, offset)
    return None


def read_nominal(reading: Reading, match: Match) -> None:
    """«اتهامات الجمعية بتلويث الماء»: the accuser follows the noun."""
    text = reading.text
    complement = find_complement(text, match, reading.matches, match.last)
    if complement is None or complement.marker <= match.last:
        return
    phrase = phrase_after(text, match.last, complement.marker, strict=False)
    heard = reading.hear(phrase)
    adjacent = complement.kind != "that" or (phrase and phrase.last >= complement.marker - 1)
    if (
        heard is None
        or not heard.sure
        or not adjacent
        or phrase is None
        or phrase.first != match.last
    ):
        return
    said = said_from(text, complement, match, reading.matches, reading.stops)
    if said is not None:
        reading.add(match, said, heard, 0.7)


def read_reports(reading: Reading, match: Match) -> None:
    """«معلومات تشير إلى أن …»: the noun is the source, the verb the cue."""
    text = reading.text
    if text.key(match.first - 1) in {"اي", "ايه"}:
        return  # «لم ترد أي تقارير تفيد …»
    complement = find_complement(text, match, reading.matches, match.last)
    if complement is None:
        return
    said = said_from(text, complement, match, reading.matches, reading.stops)
    heard = reading.hear(make(text, match.first, match.first + 1, match.offset))
    if said is not None and heard is not None:
        cue = match._replace(first=match.last - 1, offset=0)
        reading.add(cue, said, heard, 0.75)
