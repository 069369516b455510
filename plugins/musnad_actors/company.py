"""Which countries and actors an article surely speaks of, and which bearer of a name that makes likely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from musnad.model import Actor

from musnad_actors.lexicon import Lexicon


class Company:
    """What is named in one article beside an unclear name."""

    def __init__(self, records: Mapping[str, Actor], lexicon: Lexicon) -> None:
        self._records = records
        self._theatres = lexicon.theatres
        self.counter: Counter[str] = Counter()
        """Country codes and ids of actors with the number of their sure mentions."""

    def add(self, actor_id: str, strong: bool) -> None:
        """Count a mention that can mean this actor only; `strong`: by a full name, which shows its country."""
        if actor_id in self._theatres:
            # What has a name that others have too says nothing of where the article is.
            return
        country = self._records[actor_id].country
        if country is not None and strong:
            self.counter[country] += 1
        self.counter[actor_id] += 1

    def fits(self, actor_id: str) -> int:
        """Return how much the article speaks of where an actor acts."""
        where = self._theatres.get(actor_id)
        if where is None:
            return self.counter[self._records[actor_id].country or ""]
        return sum(self.counter[key] for key in where)

    def possible(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return those whose short name can be believed here."""
        return tuple(a for a in ids if a not in self._theatres or self.fits(a))

    def here(self, ids: Sequence[str]) -> list[str]:
        """Return those of whose country the article speaks most; none where it speaks of none."""
        fits = {actor: self.fits(actor) for actor in ids}
        most = max(fits.values())
        return [actor for actor in ids if fits[actor] == most > 0]
