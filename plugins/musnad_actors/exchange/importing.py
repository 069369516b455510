"""An import: every record of a source ends as written, known already, left out or refused; the numbers add up."""

from __future__ import annotations

import contextlib
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from musnad.errors import InputError
from musnad.model import Actor

from musnad_actors.authority import Authority
from musnad_actors.exchange import ftm, popolo, tables, wikidata
from musnad_actors.exchange.found import EVERYWHERE, Found, LeftOut, Refused, Wanted
from musnad_actors.exchange.writing import writer
from musnad_actors.ids import free_id
from musnad_actors.records import checked

Reader = Callable[[Path, Wanted], Iterator[Found | Refused | LeftOut]]
FORMATS: Mapping[str, Reader] = {
    "csv": tables.read,
    "popolo": popolo.read,
    "ftm": ftm.read,
    "wikidata": wikidata.read,
}
PROGRESS_SECONDS = 5.0


@dataclass(slots=True)
class Account:
    """Where the records of a source ended."""

    read: int = 0
    written: int = 0
    known: int = 0
    """In the authority already, by an identifier."""
    left_out: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    types: Counter[str] = field(default_factory=Counter)
    parents_unknown: int = 0
    """Written without the body that they are part of, because that is nowhere."""

    @property
    def adds_up(self) -> bool:
        """Whether every record that was read ended somewhere."""
        return self.read == self.written + self.known + self.left_out.total() + self.refused

    def as_dict(self) -> dict[str, Any]:
        """Return the account for programs."""
        return {
            "read": self.read,
            "written": self.written,
            "known": self.known,
            "left_out": dict(self.left_out),
            "refused": self.refused,
            "types": dict(self.types),
            "adds_up": self.adds_up,
        }

    def lines(self) -> list[str]:
        """Return the account for people."""
        types = ", ".join(f"{count} {kind}" for kind, count in self.types.most_common())
        lines = [f"read {self.read}: wrote {self.written}{f' ({types})' if types else ''}"]
        if self.known:
            lines.append(f"  {self.known} are in the authority already (--known writes them too)")
        lines += [f"  {count} left out: {why}" for why, count in self.left_out.most_common()]
        if self.refused:
            lines.append(f"  {self.refused} refused")
        if self.parents_unknown:
            lines.append(f"  {self.parents_unknown} written without a part_of that is nowhere")
        return lines


def run(
    source: Path,
    form: str,
    out: Path,
    wanted: Wanted,
    authority: Authority,
    *,
    refused_file: Path,
    limit: int | None = None,
    with_known: bool = False,
    quiet: bool = False,
    on_refused: Callable[[Refused], None] = lambda refused: None,
) -> Account:
    """Write the records of `source` to `out`, those refused to `refused_file` (removed where there are none).

    `authority` has what is there already: ids that are taken, identifiers that are known. Until all is done the
    records are in `out` with `.part` after its name. Raises `InputError`.
    """
    account = Account()
    part = out.with_name(out.name + ".part")
    try:
        with (
            part.open("w", encoding="utf-8", newline="") as stream,
            refused_file.open("w", encoding="utf-8") as refusals,
        ):
            _run(source, form, out, stream, refusals, wanted, authority, account,
                 limit, with_known, quiet, on_refused)  # fmt: skip
    except KeyboardInterrupt:
        raise InputError(f"interrupted: what was written until then is in {part}") from None
    except InputError:
        part.unlink(missing_ok=True)
        raise
    except OSError as error:
        raise InputError(f"{error.filename or out}: cannot be written: {error.strerror}") from error
    finally:
        if not account.refused:
            refused_file.unlink(missing_ok=True)
    part.replace(out)
    return account


def _run(
    source: Path, form: str, out: Path, stream: TextIO, refusals: TextIO, wanted: Wanted,
    authority: Authority, account: Account, limit: int | None, with_known: bool, quiet: bool,
    on_refused: Callable[[Refused], None],
) -> None:  # fmt: skip
    known = {
        (scheme, value)
        for record in authority
        for scheme, value in record.identifiers.items()
        if scheme in EVERYWHERE
    }
    taken: dict[str, int] = {}
    # Where a part_of may lead: what is written, and what is there. Read before, for it may be written later.
    bodies = _bodies(source, form, wanted) | authority.records.keys()

    def records() -> Iterator[Actor]:
        for item in FORMATS[form](source, wanted):
            account.read += 1
            if isinstance(item, LeftOut):
                account.left_out[item.reason] += 1
                continue
            record = item if isinstance(item, Refused) else _checked(item, taken, bodies, account)
            if isinstance(record, Refused):
                account.refused += 1
                row = {"line": record.line, "reason": record.reason, "record": record.raw}
                refusals.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
                on_refused(record)
                continue
            is_known = any(pair in known for pair in record.identifiers.items())
            if (is_known or record.id in authority.records) and not with_known:
                account.known += 1
                continue
            account.written += 1
            account.types[record.type] += 1
            yield record
            if limit is not None and account.written >= limit:
                return

    writer(out)(_watched(records(), account, quiet), stream)


def _bodies(source: Path, form: str, wanted: Wanted) -> set[str]:
    """Return the ids that records of the source may be part of; only these formats say so."""
    if form not in ("csv", "popolo", "ftm"):
        return set()
    found = (item for item in FORMATS[form](source, wanted) if isinstance(item, Found))
    return {str(item.values["id"]) for item in found if item.values.get("id")}


def _checked(
    item: Found, taken: dict[str, int], bodies: Iterable[str], account: Account
) -> Actor | Refused:
    values = {key: value for key, value in item.values.items() if value not in (None, [], {}, "")}
    if "id" not in values and values.get("names"):
        values["id"] = free_id(values["type"], values["names"], taken)
    if "part_of" in values and values["part_of"] not in bodies:
        del values["part_of"]
        account.parents_unknown += 1
    record, problems = checked(values)
    if record is None:
        told = (f"{p.field}: {p.message}" if p.field else p.message for p in problems)
        return Refused(item.line, "; ".join(told), item.values)
    if record.id in taken:
        reason = f'id: "{record.id}" is taken already by line {taken[record.id]}'
        return Refused(item.line, reason, item.values)
    taken[record.id] = item.line
    return record


def _watched(records: Iterable[Actor], account: Account, quiet: bool) -> Iterator[Actor]:
    """Yield the records; say now and then on standard error how far it is."""
    if quiet:
        yield from records
        return
    stop = _Ticker(account)
    with contextlib.closing(stop):
        yield from records


class _Ticker:
    """Tells the counts every few seconds, also where nothing is found for long."""

    def __init__(self, account: Account) -> None:
        import threading

        self._account = account
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._started = time.monotonic()
        self._thread.start()

    def _tick(self) -> None:
        for _ in itertools.count():
            if self._done.wait(PROGRESS_SECONDS):
                return
            a = self._account
            seconds = time.monotonic() - self._started
            sys.stderr.write(
                f"read {a.read} ({a.read / seconds:.0f}/s), wrote {a.written}, refused {a.refused}\n"
            )
            sys.stderr.flush()

    def close(self) -> None:
        self._done.set()
        self._thread.join()


def guess_format(source: Path) -> str:
    """Return the format that a file's name and beginning tell. Raises `InputError` where they tell none."""
    from musnad_actors.exchange.streams import open_bytes

    suffixes = [suffix.lower() for suffix in source.suffixes]
    with open_bytes(source) as stream:
        beginning = stream.read(4096)
    if ".csv" in suffixes or ".tsv" in suffixes:
        return "ftm" if b"schema" in beginning.split(b"\n")[0].split(b",") else "csv"
    if b'"persons"' in beginning or b'"organizations"' in beginning or ".popolo" in suffixes:
        return "popolo"
    if b'"labels"' in beginning or b'"entities"' in beginning or b'"type":"item"' in beginning:
        return "wikidata"
    if b'"schema"' in beginning:
        return "ftm"
    raise InputError(
        f"{source}: cannot tell what it is: give --format csv, popolo, ftm or wikidata"
    )
