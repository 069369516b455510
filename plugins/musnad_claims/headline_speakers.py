"""Who speaks in a headline: «الصحة تنفي» is «وزارة الصحة الأرزانية» where the article has one such speaker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from musnad.model import Speaker

from musnad_claims.drafts import Draft
from musnad_claims.fold import fold

_NAMED = frozenset({"person", "organization", "outlet"})


def name_headline_speakers(drafts: Sequence[Draft]) -> None:
    """Give a headline's speaker the actor of the body's speaker who is described by its words and more.

    Only where all speakers of the body that fit, of the same kind, are one actor. The span stays the headline's.
    """
    told = [draft.speaker for draft in drafts if not _in_title(draft.speaker)]
    for draft in drafts:
        speaker = draft.speaker
        if not _in_title(speaker) or speaker.actor_id or speaker.kind not in _NAMED:
            continue
        known = _fuller(speaker, told)
        if known is not None:
            update = {"actor_id": known.actor_id, "name": known.name}
            draft.voice = draft.voice._replace(speaker=speaker.model_copy(update=update))


def _in_title(speaker: Speaker) -> bool:
    return speaker.span is not None and speaker.span.field == "title"


def _fuller(speaker: Speaker, told: Iterable[Speaker]) -> Speaker | None:
    """Return the one speaker of the body whose description holds the headline's words one after another."""
    words = _words(speaker)
    fitting = {
        other.actor_id: other
        for other in told
        if other.actor_id and other.kind == speaker.kind and _holds(_words(other), words)
    }
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _words(speaker: Speaker) -> list[str]:
    return fold(speaker.span.surface).split() if speaker.span is not None else []


def _holds(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    size = len(shorter)
    return bool(size) and any(
        longer[at : at + size] == shorter for at in range(len(longer) - size + 1)
    )
