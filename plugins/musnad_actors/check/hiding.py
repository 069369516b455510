"""Names that keep others from ever being found."""

from __future__ import annotations

from collections.abc import Iterator

from musnad_actors.check.finding import Finding
from musnad_actors.check.writing import Written
from musnad_actors.matching import PROCLITICS

_STRONG = frozenset({"full", "transliteration", "acronym"})
_WEAK = frozenset({"short", "kunya"})
_SHORTEST = 3


def hiding(written: Written) -> Iterator[Finding]:
    """Yield names that hide others: a full name hides the same short one, a word another after a proclitic."""
    for bearers in written.values():
        strong = [b for b in bearers if b.kind in _STRONG]
        # A record's own full name and short name mean the same actor.
        sure = {bearer.actor_id for bearer in strong}
        weak = [b for b in bearers if b.kind in _WEAK and b.actor_id not in sure]
        for bearer in weak if strong else ():
            by = strong[0]
            yield Finding(
                "hidden", "problem", (bearer.actor_id, by.actor_id), bearer.text,
                f"«{bearer.text}» ({bearer.kind}) of {bearer.actor_id} never means it: it is a sure name of "
                f"{by.actor_id}",
                f'make it short there too (musnad actors edit {by.actor_id} --alias "short:{by.text}" --why …), or '
                f'take it away: musnad actors edit {bearer.actor_id} --remove-alias "{bearer.text}" --why …',
            )  # fmt: skip
    for form, bearers in written.items():
        if " " in form:
            continue
        for proclitic in PROCLITICS:
            rest = form.removeprefix(proclitic)
            if not proclitic or rest == form or len(rest) < _SHORTEST or rest not in written:
                continue
            hidden = [b for b in written[rest] if b.actor_id not in {x.actor_id for x in bearers}]
            if hidden:
                yield Finding(
                    "hides_after_proclitic", "note", (bearers[0].actor_id, hidden[0].actor_id),
                    bearers[0].text,
                    f"«{bearers[0].text}» of {bearers[0].actor_id} is also {proclitic} with «{hidden[0].text}» of "
                    f"{hidden[0].actor_id}, which is then never found",
                    "nothing, if the first is much more frequent; else use longer names",
                )  # fmt: skip
