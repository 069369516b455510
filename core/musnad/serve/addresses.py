"""Addresses: of pages of the archive, which are stable, and of what outlets published, which are not trusted."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlsplit

from flask import g, request, url_for

_PLAIN = re.compile(r"(?!\.+$)[\w.~:@=+,-]+", re.ASCII)
LONGEST_ID = 512
"""Bytes; Elasticsearch has no longer id."""


def page(endpoint: str, **values: Any) -> str:
    """Return the address of a page in the language of this one. Values that are empty are left out."""
    values.setdefault("lang", g.words.language)
    if values["lang"] == "ar":
        del values["lang"]
    identifier = values.get("id")
    if identifier is not None and not _PLAIN.fullmatch(identifier):
        # A path would be tidied up by browsers and proxies («a//b», «..»): such an id goes into the query.
        endpoint += "_by_query"
    return url_for(endpoint, **{k: v for k, v in values.items() if v not in (None, "", [], ())})


def article(identifier: str, **values: Any) -> str:
    """Return the address of an article."""
    return page("article", id=identifier, **values)


def claim(identifier: str, **values: Any) -> str:
    """Return the address of a claim."""
    return page("claim", id=identifier, **values)


def actor(identifier: str, kind: str | None = None, **values: Any) -> str:
    """Return the address of an actor or outlet."""
    return page("outlet" if kind == "outlet" else "actor", id=identifier, **values)


def in_language(language: str) -> str:
    """Return the address of this very page in a language."""
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    if language != "ar":
        pairs.append(("lang", language))
    return _with_query(request.script_root + quote(request.path), pairs)


def to_cite() -> str:
    """Return the full address of this page, without the language."""
    pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return _with_query(request.root_url.rstrip("/") + quote(request.path), pairs)


def _with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    query = "&".join(f"{quote(k)}={quote(v)}" for k, v in pairs)
    return f"{path}?{query}" if query else path


def outside(url: str | None) -> str | None:
    """Return a URL that may be linked to: http or https with a host; None for any other («javascript:…»)."""
    if not url or any(ord(c) < 33 or c in '\\"<>' or 0x7F <= ord(c) < 0xA0 for c in url.strip()):
        return None
    try:
        parts = urlsplit(url.strip())
        port_fits = parts.port is None or parts.port >= 0
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_fits:
        return None
    # What changes the direction of writing would make an address look like another one.
    return quote(url.strip(), safe="/:?#[]@!$&'()*+,;=%-._~")


def shown_host(url: str) -> str:
    """Return the host of a URL to show, as it is asked for on the net."""
    return urlsplit(url).hostname or url
