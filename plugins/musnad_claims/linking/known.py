"""What linking knows of actors: type, country, body, and the words of their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from musnad.model import Actor

from musnad_claims.linking.text import fold, stem, words

PLACES = frozenset({"place", "state"})


class KnownActors:
    """Records of actors by id, with what linking derives of them (once each)."""

    def __init__(self, records: Mapping[str, Actor] | Iterable[Actor] = ()) -> None:
        """Take records, by id or in a row."""
        rows = records.values() if isinstance(records, Mapping) else records
        self.records: dict[str, Actor] = {actor.id: actor for actor in rows}
        self._names: dict[str, frozenset[str]] = {}
        self._together: dict[tuple[str, ...], frozenset[str]] = {}

    def is_place(self, actor_id: str) -> bool:
        """Return whether this is known to be a place or a state."""
        actor = self.records.get(actor_id)
        return actor is not None and actor.type in PLACES

    def is_person(self, actor_id: str) -> bool:
        """Return whether this is known to be a person."""
        actor = self.records.get(actor_id)
        return actor is not None and actor.type == "person"

    def weight(self, actor_id: str) -> float:
        """Return how much it says that two wordings both name this actor: states are in all news."""
        actor = self.records.get(actor_id)
        return 1.5 if actor is None else {"state": 0.6, "place": 1.0}.get(actor.type, 1.5)

    def names(self, actor_id: str) -> frozenset[str]:
        """Return the light stems of the words of an actor's names; none for one that is not known."""
        if actor_id not in self._names:
            actor = self.records.get(actor_id)
            texts = (
                [] if actor is None else [*actor.names.values(), *(a.text for a in actor.aliases)]
            )
            self._names[actor_id] = frozenset(
                stem(word) for text in texts for word in words(fold(text)) if word[0].isalpha()
            )
        return self._names[actor_id]

    def names_of(self, actors: Sequence[str]) -> frozenset[str]:
        """Return the light stems of the words of the names of all `actors`."""
        key = tuple(actors)
        if key not in self._together:
            self._together[key] = frozenset().union(*(self.names(actor) for actor in key))
        return self._together[key]

    def with_bodies(self, actors: Iterable[str]) -> frozenset[str]:
        """Return the actors and what each is part of: a head and its body, a capital and its state meet."""
        found = set(actors)
        for actor_id in actors:
            actor = self.records.get(actor_id)
            if actor is not None and actor.part_of is not None:
                found.add(actor.part_of)
        return frozenset(found)

    def kinship(self, one: str, two: str) -> float:
        """Return how far an actor may stand for another: 1 the same, 0.8 a capital for its state or a head
        for its body, else 0. Two towns of one country are two places.
        """
        if one == two:
            return 1.0
        first, second = self.records.get(one), self.records.get(two)
        if first is None or second is None:
            return 0.0
        if first.part_of == two or second.part_of == one:
            return 0.8
        if (
            {first.type, second.type} == {"place", "state"}
            and first.country
            and first.country == second.country
        ):
            return 0.8
        return 0.0
