"""Through whom a statement came, and the finished `Statement`."""

from __future__ import annotations

from collections.abc import Sequence

from musnad.document import Document
from musnad.model import Provenance, Publisher, Speaker, Statement, statement_id

from musnad_claims.anaphora import antecedent, points_back
from musnad_claims.drafts import Draft


def _same(one: Speaker, other: Speaker) -> bool:
    if one.actor_id is not None and one.actor_id == other.actor_id:
        return True
    return one.span is not None and one.span == other.span


def chain(
    draft: Draft, drafts: Sequence[Draft], publisher: Publisher | None
) -> tuple[Speaker, ...]:
    """Return who passed on the statement, outermost first: outlet, cited outlet, source.

    A statement inside what another one says comes through that one's speaker.
    """
    layers: list[Speaker] = []
    if publisher is not None:
        layers.append(Speaker(kind="outlet", actor_id=publisher.id, name=publisher.name))
    around = [
        other
        for other in drafts
        if other is not draft
        and not other.pointer
        and other.said is not None
        and other.said.start <= draft.cue[0]
        and draft.cue[1] <= other.said.end
    ]
    around.sort(key=lambda other: other.said.start - other.said.end if other.said else 0)
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


def _actors(draft: Draft, earlier: Sequence[Draft]) -> tuple[str, ...]:
    """Return the ids of the actors in what is said, or in what it points back to."""
    said = draft.said
    if said is not None and draft.said_text and points_back(draft.said_text):
        before = antecedent(earlier)
        said = before.said if before is not None else said
    if said is None:
        return ()
    mentions = draft.text.mentions_within(said.start, said.end)
    return tuple(dict.fromkeys(mention.actor_id for mention in mentions if mention.actor_id))


def statement(
    document: Document, draft: Draft, drafts: Sequence[Draft], publisher: Publisher | None
) -> Statement:
    """Return the statement that `draft`, one of `drafts` (in order of the text), describes."""
    cue = document.span(*draft.cue, view="normalized")
    said = draft.said
    earlier = drafts[: next(at for at, one in enumerate(drafts) if one is draft)]
    return Statement(
        id=statement_id(document.article.id, cue),
        stance=draft.stance,
        cue=cue,
        said=document.span(said.start, said.end, view="normalized") if said else None,
        quoted=said.quoted if said else False,
        speaker=draft.speaker,
        attribution=chain(draft, drafts, publisher),
        actors=_actors(draft, earlier),
        article_id=document.article.id,
        outlet_id=publisher.id if publisher else None,
        score=draft.score,
        provenance=Provenance(rule=draft.match.cue.rule),
    )
