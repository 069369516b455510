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

    def fitting(self, ids: Sequence[str]) -> tuple[str, str, float] | None:
        """Return the one whom the company of the name makes likely, by what, and a score; None for none or several.

        A body to which only one of them belongs, or somebody else of that body, says more than the country.
        """
        beside = {a: self._beside(a) for a in ids}
        near = [a for a in ids if beside[a]]
        if len(near) == 1:
            return near[0], "company", BY_COMPANY
        here = self.here(near or ids)
        return (here[0], "country", BY_COUNTRY) if len(here) == 1 else None

    def _beside(self, actor_id: str) -> bool:
        """Tell whether the article names the body that somebody belongs to, or another member of it."""
        body = self._records[actor_id].part_of
        if body is None or self._records.get(body) is None or self._records[body].type == "state":
            return False
        return body in self.counter or any(
            named != actor_id and (other := self._records.get(named)) and other.part_of == body
            for named in self.counter
        )

    def only_here(self, ids: Iterable[str]) -> str | None:
        """Return the one of the only country that the article names; None for none or several."""
        countries = {
            self._records[key].country if key in self._records else key for key in self.counter
        } - {None}
        found = [a for a in ids if self._records[a].country in countries]
        return found[0] if len(countries) == 1 and len(found) == 1 else None


BY_COMPANY = 0.78
BY_COUNTRY = 0.72
"""Scores of what the company of a name decides: about as often as it is right (`benchmarks/eval_ambiguity.py`)."""
