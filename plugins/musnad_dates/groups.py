"""Which pieces stand together and name one day: «الثلاثاء 5 شوال 1436هـ الموافق 21 يوليو 2015م»."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from musnad_dates.atoms import Atom, Relative, Weekday, Written
from musnad_dates.rules import patterns


@dataclass(slots=True)
class Group:
    """Pieces that name one day (or one month, or one year) together."""

    atoms: list[Atom] = field(default_factory=list)

    @property
    def dates(self) -> list[Written]:
        """The written dates, of different calendars."""
        return [atom for atom in self.atoms if isinstance(atom, Written)]

    @property
    def relative(self) -> Relative | None:
        """«أمس», «الشهر الماضي» …"""
        return next((atom for atom in self.atoms if isinstance(atom, Relative)), None)

    @property
    def weekday(self) -> Weekday | None:
        """The day of the week."""
        return next((atom for atom in self.atoms if isinstance(atom, Weekday)), None)

    @property
    def start(self) -> int:
        """Where it begins in the key view."""
        return self.atoms[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.atoms[-1].end


def group(atoms: Iterable[Atom], key: str) -> list[Group]:
    """Return the pieces in groups; weekdays that only a date beside them would make a day are left out."""
    found: list[Group] = []
    for atom in atoms:
        if found and _belongs(found[-1], atom, key[found[-1].end : atom.start]):
            found[-1].atoms.append(atom)
        else:
            found.append(Group([atom]))
    return [
        one
        for one in found
        if len(one.atoms) > 1 or not isinstance(one.atoms[0], Weekday) or one.atoms[0].sure
    ]


def _belongs(group: Group, atom: Atom, gap: str) -> bool:
    if "\n" in gap or not patterns().same_day.fullmatch(gap):
        return False
    last = group.atoms[-1]
    opened = "(" in gap
    if isinstance(atom, Weekday):
        if group.weekday is not None:
            return False
        return opened or (isinstance(last, Relative) and last.unit == "day" and "/" not in gap)
    if isinstance(atom, Relative):
        return atom.unit == "day" and group.relative is None and opened and _is_day(last)
    if isinstance(last, Weekday) and len(group.atoms) == 1:
        return atom.has_day and (not opened or atom.year is not None or last.modifier is None)
    if isinstance(last, Relative) or (group.relative is not None and not group.dates):
        return atom.has_day and group.relative is not None and group.relative.unit == "day"
    known = group.dates
    if not known:
        return atom.has_day
    if any(date.calendar == atom.calendar for date in known):
        return False
    return all(_level(date) == _level(atom) for date in known)


def _is_day(atom: Atom) -> bool:
    return isinstance(atom, Weekday) or (isinstance(atom, Written) and atom.has_day)


def _level(date: Written) -> str:
    return "day" if date.has_day else "month" if date.month is not None else "year"


def is_range(first: Group, second: Group, key: str) -> bool:
    """Tell whether two groups of one date each are the ends of a range."""
    if len(first.dates) != 1 or len(second.dates) != 1 or first.relative or second.relative:
        return False
    one, other = first.dates[0], second.dates[0]
    if one.calendar != other.calendar or _level(one) != _level(other):
        return False
    if any(date.last_day or date.last_month or date.last_year for date in (one, other)):
        return False
    return bool(patterns().to.fullmatch(key[first.end : second.start]))
