"""What a reindex changed, plugin by plugin: mentions, statements, links, statuses. Pure: documents go in, counts come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Document = Mapping[str, Any]
Change = Literal["added", "removed", "changed"]
CHANGES: tuple[Change, ...] = ("added", "removed", "changed")
EXAMPLES = 3
"""So many of each kind are shown."""
CORE = "core"
"""Stands for the plugin of what no plugin makes: the status of a claim is computed by the core."""
_LONGEST = 40
"""Characters of a value that is shown as it was and is."""
_IN_MENTION = ("type", "actor_id", "name")
_IN_STATEMENT = ("stance", "quoted", "said", "speaker", "attribution", "actors", "stated_at")


@dataclass(slots=True)
class Counted:
    """How much of one kind was added, removed, changed, with examples in words."""

    counts: dict[Change, int] = field(default_factory=lambda: dict.fromkeys(CHANGES, 0))
    examples: dict[Change, list[str]] = field(
        default_factory=lambda: {change: [] for change in CHANGES}
    )

    def add(self, change: Change, example: Callable[[], str]) -> None:
        """Count one change."""
        self.counts[change] += 1
        if len(self.examples[change]) < EXAMPLES:
            self.examples[change].append(example())

    @property
    def total(self) -> int:
        """How many changes there were."""
        return sum(self.counts.values())


@dataclass(slots=True)
class Diff:
    """The differences between two sets, by plugin and by what changed (mentions, statements, links, …)."""

    articles: int = 0
    """Articles that were compared."""
    differing: int = 0
    """Of those, the ones in which anything that was found changed."""
    plugins: dict[str, dict[str, Counted]] = field(default_factory=dict)

    def of(self, plugin: str, what: str) -> Counted:
        """Return the counts of what a plugin makes."""
        return self.plugins.setdefault(plugin, {}).setdefault(what, Counted())

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "articles_compared": self.articles,
            "articles_differing": self.differing,
            "plugins": {
                plugin: {
                    what: {**counted.counts, "examples": counted.examples}
                    for what, counted in sorted(kinds.items())
                }
                for plugin, kinds in sorted(self.plugins.items())
            },
        }

    def lines(self) -> list[str]:
        """Return it for people."""
        lines = [f"{self.articles} articles enriched again, {self.differing} of them differ"]
        for plugin, kinds in sorted(self.plugins.items()):
            for what, counted in sorted(kinds.items()):
                numbers = ", ".join(f"{counted.counts[change]} {change}" for change in CHANGES)
                lines.append(f"  {plugin}: {what}: {numbers}")
                for change in CHANGES:
                    lines += [f"      {change}: {example}" for example in counted.examples[change]]
        return lines

    # What is compared.

    def article(self, old: Document, new: Document) -> None:
        """Compare what was found in an article before and now."""
        before = sum(c.total for kinds in self.plugins.values() for c in kinds.values())
        self.articles += 1
        self._mentions(old, new)
        self._statements(old, new)
        self._fields(old, new)
        after = sum(c.total for kinds in self.plugins.values() for c in kinds.values())
        self.differing += after > before

    def _mentions(self, old: Document, new: Document) -> None:
        def place(mention: Document) -> tuple[str, int, int]:
            return mention["field"], mention["start"], mention["end"]

        self._pairs(
            "mentions",
            {place(m): m for m in old.get("mentions", ())},
            {place(m): m for m in new.get("mentions", ())},
            lambda one: {key: one.get(key) for key in _IN_MENTION},
            _plugin_of,
            lambda one: f"«{one['surface']}» {_who(one)} in {new['id']}",
        )

    def _statements(self, old: Document, new: Document) -> None:
        self._pairs(
            "statements",
            {s["id"]: s for s in old.get("statements", ())},
            {s["id"]: s for s in new.get("statements", ())},
            lambda one: {key: one.get(key) for key in _IN_STATEMENT},
            _plugin_of,
            lambda one: f"{one['stance']}: «{_said(one)}» in {new['id']}",
        )

    def _fields(self, old: Document, new: Document) -> None:
        ext: tuple[Mapping[str, Any], Mapping[str, Any]] = (
            old.get("ext") or {},
            new.get("ext") or {},
        )
        for plugin in sorted(ext[0].keys() | ext[1].keys()):
            self._pairs(
                "fields",
                _filled(ext[0].get(plugin)),
                _filled(ext[1].get(plugin)),
                lambda one: one,
                lambda one, plugin=plugin: plugin,  # type: ignore[misc]
                lambda one: f"{_short(one)} in {new['id']}",
            )
        outlets = [
            {"outlet": (one.get("outlet_id"), one.get("outlet_name"))}
            if one.get("outlet_id")
            else {}
            for one in (old, new)
        ]
        self._pairs(
            "publishers", outlets[0], outlets[1], lambda one: one, lambda one: CORE,
            lambda one: f"{one[1] or one[0]} for {new['id']}",
        )  # fmt: skip

    def links(self, old: Document, new: Document) -> None:
        """Compare the links of a statement that is in both sets."""
        self._pairs(
            "links",
            _links(old),
            _links(new),
            lambda one: one["relation"],
            lambda one: _plugin_of_link(one["decided_by"]),
            lambda one: (
                f"{one['relation']} {one['claim_id']}: «{_said(new)}» in {new['article_id']}"
            ),
        )

    def claim(self, old: Document | None, new: Document | None) -> None:
        """Compare the status of a claim; None where there is none (or it leads on to another)."""
        sides = [
            {"status": one} if one is not None and not one.get("merged_into") else {}
            for one in (old, new)
        ]

        def words(one: Document) -> str:
            before = (old or {}).get("status")
            changed = before is not None and bool(sides[1]) and bool(sides[0])
            status = f"{before} → {one['status']}" if changed else str(one["status"])
            return f"{status}: «{_short(one.get('text') or '')}» ({one['id']})"

        self._pairs(
            "statuses", sides[0], sides[1], lambda one: one["status"], lambda one: CORE, words
        )

    def _pairs(
        self,
        what: str,
        old: Mapping[Any, Any],
        new: Mapping[Any, Any],
        relevant: Callable[[Any], Any],
        plugin: Callable[[Any], str],
        words: Callable[[Any], str],
    ) -> None:
        for key in old.keys() - new.keys():
            one = old[key]
            self.of(plugin(one), what).add("removed", lambda one=one: words(one))  # type: ignore[misc]
        for key in new.keys() - old.keys():
            one = new[key]
            self.of(plugin(one), what).add("added", lambda one=one: words(one))  # type: ignore[misc]
        for key in old.keys() & new.keys():
            one = new[key]
            if relevant(old[key]) != relevant(one):
                how = _how(relevant(old[key]), relevant(one))
                self.of(plugin(one), what).add(
                    "changed",
                    lambda one=one, how=how: words(one) + how,  # type: ignore[misc]
                )


def _plugin_of(one: Document) -> str:
    return str((one.get("provenance") or {}).get("plugin") or CORE)


def _plugin_of_link(decided_by: str) -> str:
    """Return who made a link: a plugin (of `<plugin>.<component>`), or people."""
    return "people" if decided_by.startswith("person:") else decided_by.partition(".")[0] or CORE


def _links(statement: Document) -> dict[str, Document]:
    found = {}
    if link := statement.get("link"):
        found[link["claim_id"]] = link
    return found


def _who(mention: Document) -> str:
    return str(mention.get("actor_id") or mention.get("type"))


def _said(statement: Document) -> str:
    said = statement.get("said") or statement.get("cue") or {}
    return _short(said.get("surface") or "")


def _how(old: object, new: object) -> str:
    """Return which values of a dictionary changed, the short ones with what they were; nothing of others."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return ""
    parts = []
    for name in new:
        if old.get(name) != new.get(name):
            values = [str(side.get(name)) for side in (old, new)]
            short = all(len(value) <= _LONGEST for value in values)
            parts.append(f"{name} {values[0]} → {values[1]}" if short else name)
    return f" ({', '.join(parts)})" if parts else ""


def _filled(values: object) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        return {}
    return {str(key): value for key, value in values.items() if value not in (None, "", [], {})}


def _short(value: object, most: int = 60) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def summed(diff: Diff, what: Iterable[str] = ()) -> int:
    """Return how many changes there are, of all kinds or of those named."""
    wanted = set(what)
    return sum(
        counted.total
        for kinds in diff.plugins.values()
        for kind, counted in kinds.items()
        if not wanted or kind in wanted
    )
