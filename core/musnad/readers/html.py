"""HTML: a page is an article; trafilatura finds its text among menus and advertisements."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, BinaryIO, ClassVar

from musnad.components import Record, Rejected
from musnad.errors import InputError
from musnad.readers.configured import ConfiguredReader
from musnad.readers.encoding import detect
from musnad.readers.records import Place, to_record

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_META_BYTES = 4096
"""Browsers look for the declaration of the encoding in the first kilobyte; pages put it later."""
_LATIN = frozenset({"iso8859-1", "cp1252", "ascii"})
"""What servers say when nobody told them."""
_BAD_SHARE = 0.001
"""So many characters may not fit the declared encoding: a page is put together of several sources."""
_KEPT = ("hostname", "description", "categories", "tags", "image", "pagetype", "license")
"""What else trafilatura gives, kept in `extra`."""


class HtmlReader(ConfiguredReader):
    """Reads one article from a page: title, text, author, date, site, address, language."""

    name = "html"
    version = "1"
    suffixes: ClassVar[Collection[str]] = (".html", ".htm", ".xhtml")

    def read(self, stream: BinaryIO, source: str, after: int = 0) -> Iterator[Record | Rejected]:
        """Yield the article, or why there is none, unless it was read already (`after` > 0)."""
        if after > 0:
            return
        data = stream.read(self.limits.html_bytes + 1)
        place = Place.of(source, 0, max(1, len(data)), data)
        yield self.record(data, place, declared=self.encoding)

    def read_on(
        self, stream: BinaryIO, source: str, skip: int
    ) -> Iterator[Record | Rejected | None]:
        """Yield the article, None without looking at it where it is skipped."""
        if skip > 0:
            yield None
        else:
            yield from self.read(stream, source)

    def record(
        self,
        data: bytes,
        place: Place,
        *,
        declared: str | None = None,
        known: Mapping[str, Any] | None = None,
        problems: tuple[str, ...] = (),
    ) -> Record | Rejected:
        """Return the article of a page. `declared` is its encoding as said outside of it, if that was said.

        What is `known` of the page otherwise (`url` …) all goes into the record; `problems` are noted with it.
        """
        if len(data) > self.limits.html_bytes:
            limit = self.limits.html_bytes
            return place.rejected(
                "too_long", f"a page of more than {limit} bytes (max_html_bytes): raise the limit"
            )
        if not data.strip():
            return place.rejected("empty", "the page is empty")
        try:
            text, misfits = decode_page(data, declared, place.label)
        except InputError as error:
            message = str(error).removeprefix(f"{place.label}: ")
            return place.rejected("encoding", message)
        try:
            found = extract(text)
        except Exception as error:
            # A page may be anything at all; whatever the parsers make of it, it costs this page only.
            return place.rejected(
                "bad_html", f"cannot be taken apart: {type(error).__name__}: {error}"
            )
        if not found.get("body"):
            return place.rejected("no_text", "no text of an article is found in this page")
        canonical = found.get("url")
        values = {**found, **(known or {})}
        if canonical and values["url"] != canonical:
            values["canonical_url"] = canonical
        return to_record(values, place, self.fields, (*problems, *misfits))


def extract(page: str) -> dict[str, Any]:
    """Return what trafilatura finds in a page, under the names of an article's fields, the rest as it calls it."""
    document = _trafilatura()(page)
    if document is None:
        return {}
    title, body = document.title or "", document.text or ""
    # It gives the heading as the first line of the text too.
    first, _, rest = body.partition("\n")
    if title and first.strip() == title.strip():
        body = rest
    values: dict[str, Any] = {
        "title": title,
        "body": body or title,
        "byline": document.author,
        "published_at": document.date,
        "outlet": document.sitename or document.hostname,
        "url": document.url,
        "language": document.language or _language(page),
    }
    values |= {name: getattr(document, name, None) for name in _KEPT}
    return {name: value for name, value in values.items() if value}


_LANG = re.compile(r"""<html\b[^>]{0,500}?\slang\s*=\s*["']?([A-Za-z]{2,3})\b""", re.IGNORECASE)


def _language(page: str) -> str | None:
    match = _LANG.search(page, 0, _META_BYTES)
    return match[1].lower() if match else None


def decode_page(data: bytes, declared: str | None, label: str) -> tuple[str, tuple[str, ...]]:
    """Return a page as text, and what did not fit.

    Marks and the form of UTF-8 are sure; then what was `declared` outside the page, then what the page says
    itself, then what `detect` is sure of. Raises `InputError` naming `label` where nothing is.
    """
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode(detect(data[:4], label, whole=False), "replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    match = _META.search(data[:_META_BYTES])
    for name in (declared, match[1].decode() if match else None):
        codec = _codec(name)
        if codec is None or codec in _LATIN:
            continue
        text = data.decode(codec, "replace")
        bad = text.count("\ufffd")
        if bad <= _BAD_SHARE * len(text):
            note = f"{bad} characters do not fit the encoding {name}: kept as U+FFFD"
            return text, (note,) if bad else ()
    return data.decode(detect(data, label, whole=True), "replace"), ()


def _codec(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name) if name else None
    except (LookupError, ValueError):
        return None
    # Python has codecs that are no encodings of text (`hex`, `zip`).
    return found.name if found is not None and found._is_text_encoding else None


@cache
def _trafilatura() -> Callable[[str], Any]:
    """Import trafilatura when the first page comes: it takes a third of a second."""
    for name in ("trafilatura", "htmldate", "courlan"):
        # What it could not find is ours to report, with the file.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    from trafilatura import bare_extraction

    dates = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}

    def find(page: str) -> Any:
        return bare_extraction(
            page, with_metadata=True, include_comments=False, date_extraction_params=dict(dates)
        )

    return find
