"""Through whom a statement came, and the finished `Statement`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from musnad.document import Document
from musnad.model import Provenance, Publisher, Speaker, Statement, statement_id

from musnad_claims.anaphora import FARTHEST, antecedent, points_back
from musnad_claims.drafts import Draft
from musnad_claims.headline_speakers import name_headline_speakers
from musnad_claims.references import Offices, speaker_is_meant


def _same(one: Speaker, other: Speaker) -> bool:
    if one.actor_id is not None and one.actor_id == other.actor_id:
        return True
    return one.span is not None and one.span == other.span


def surrounding(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Return, for each of `drafts` (in order of their cues), those whose content it stands in."""
    contents = sorted(
        (other for other in drafts if other.said is not None and not other.pointer),
        key=lambda other: other.said.start if other.said else 0,
    )
    around: list[list[Draft]] = []
    open_: list[Draft] = []
    at = 0
    for draft in drafts:
        start, end = draft.cue
        while at < len(contents) and (said := contents[at].said) and said.start <= start:
            open_.append(contents[at])
            at += 1
        open_ = [other for other in open_ if other.said and other.said.end >= start]
        inside = [o for o in open_ if o is not draft and o.said and end <= o.said.end]
        inside.sort(key=lambda other: other.said.start - other.said.end if other.said else 0)
        around.append(inside)
    return around


def chain(draft: Draft, around: Sequence[Draft], publisher: Speaker | None) -> tuple[Speaker, ...]:
    """Return who passed on the statement, outermost first: outlet, cited outlet, source.

    A statement inside what another one says (`around`, outermost first) comes through that one's speaker.
    """
    layers = [publisher] if publisher is not None else []
    for other in around:
        layers += [speaker for speaker in (other.speaker, other.source) if speaker is not None]
    layers += [
        speaker for speaker in (draft.outer, draft.speaker, draft.source) if speaker is not None
    ]
    found: list[Speaker] = []
    for layer in layers:
        if layer.kind != "none" and not any(_same(layer, one) for one in found):
            found.append(layer)
    return tuple(found)


def _actors(
    draft: Draft, drafts: Sequence[Draft], number: int, offices: Offices
) -> tuple[str, ...]:
    """Return the ids of the actors in what is said, or in what it points back to."""
    said = draft.said
    if said is not None and draft.said_text and points_back(draft.said_text):
        before = antecedent(drafts[max(0, number - FARTHEST) : number])
        said = before.said if before is not None else said
    if said is None:
        return ()
    mentions = draft.text.mentions_within(said.start, said.end)
    found = [mention.actor_id for mention in mentions if mention.actor_id]
    found += offices.meant(said)
    persons = any(mention.type == "person" for mention in mentions)
    speaker = draft.speaker
    if said is draft.said and speaker_is_meant(draft.text, said, speaker, persons):
        found.append(speaker.actor_id or "")
    return tuple(dict.fromkeys(found))


def statements(
    document: Document, drafts: Sequence[Draft], publisher: Publisher | None
) -> list[Statement]:
    """Return the statements that `drafts` (in order of the text) describe."""
    name_headline_speakers(drafts)
    around = surrounding(drafts)
    if not drafts:
        return []
    offices = Offices(drafts[0].text)
    outlet = None
    if publisher is not None:
        outlet = Speaker(kind="outlet", actor_id=publisher.id, name=publisher.name)
    return [
        _statement(
            document, drafts, number, chain(draft, around[number], outlet), publisher, offices
        )
        for number, draft in enumerate(drafts)
    ]


def _statement(
    document: Document,
    drafts: Sequence[Draft],
    number: int,
    attribution: tuple[Speaker, ...],
    publisher: Publisher | None,
    offices: Offices,
) -> Statement:
    draft = drafts[number]
    cue = document.span(*draft.cue, view="normalized")
    said = draft.said
    return Statement(
        id=statement_id(document.article.id, cue),
        stance=draft.stance,
        cue=cue,
        said=document.span(said.start, said.end, view="normalized") if said else None,
        quoted=said.quoted if said else False,
        speaker=draft.speaker,
        attribution=attribution,
        actors=_actors(draft, drafts, number, offices),
        article_id=document.article.id,
        outlet_id=publisher.id if publisher else None,
        score=draft.score,
        provenance=_provenance(draft.match.rule),
    )


@lru_cache(1024)
def _provenance(rule: str) -> Provenance:
    """Return what says that `rule` found a statement; it cannot be changed, so statements share it."""
    return Provenance(rule=rule)
