"""The web application: its addresses, its languages, its headers, and what it says when something is wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, render_template, request
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from musnad.archive.read import ArchiveReader
from musnad.errors import ArchiveError
from musnad.serve import addresses
from musnad.serve.language import LANGUAGES, Words, direction, fenced, without_controls
from musnad.serve.missing import Missing
from musnad.serve.names import Names
from musnad.serve.pages import (
    actor,
    article,
    claim,
    contradictions,
    copies,
    meanings,
    search,
    statement,
)
from musnad.serve.parameters import MOST_PAGES, BadRequest, choice, reason
from musnad.timezone import UTC_NAME, local, zone_of

ASSETS = ("page.css", "page.js", "icon.svg")
HEADERS = {
    # No inline script or style, nothing from elsewhere, no forms to elsewhere, no frames.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # What was searched for is nobody's business at the outlets that are linked to.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@dataclass(frozen=True, slots=True)
class Public:
    """Where readers find the page."""

    url: str | None = None
    """Its public address, where another server stands before it: in all addresses that are shown."""
    hosts: tuple[str, ...] = field(default=("localhost", "127.0.0.1", "[::1]"))
    """Names under which it may be asked for; a page elsewhere cannot read it by a name of its own that leads here
    (DNS rebinding). Empty: any."""


def create_app(
    reader: ArchiveReader, public: Public | None = None, time_zone: str = UTC_NAME
) -> Flask:
    """Return the application over an archive; nothing is asked of the archive yet.

    Days are counted and shown in `time_zone` (IANA name). Raises `ValueError` where there is none of that name.
    """
    days_in = zone_of(time_zone)
    public = public or Public()
    app = Flask("musnad.serve")
    versions = {name: _version(name) for name in ASSETS}
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        name=inline,
        plain=without_controls,
        fenced=fenced,
        moment=moment,
        zone=zone,
        local=lambda at: local(at, days_in),
        emphasized=search.emphasized,
        is_wikidata=lambda value: bool(re.fullmatch(r"[QP]\d+", value)),
    )
    app.jinja_env.globals.update(
        page=addresses.page,
        most_pages=MOST_PAGES,
        article_url=addresses.article,
        claim_url=addresses.claim,
        actor_url=addresses.actor,
        outside=addresses.outside,
        host_of=addresses.shown_host,
        in_language=addresses.in_language,
        to_cite=addresses.to_cite,
        direction=direction,
        asset=lambda name: f"{request.script_root}/static/{name}?v={versions[name]}",
        today=lambda: datetime.now(UTC),
    )
    app.before_request(lambda: _prepare(reader, time_zone, days_in))
    app.after_request(_finish)
    app.context_processor(lambda: {"t": g.words, "names": g.names})
    for module in (search, article, statement, claim, actor, copies, contradictions, meanings):
        module.add_to(app)
    _handle_errors(app)
    app.wsgi_app = _Outside(app.wsgi_app, public)  # type: ignore[assignment, method-assign]
    return app


def inline(text: str | None, language: str | None = None) -> Markup:
    """Return a name for use in a line of any direction: isolated, escaped, without controls of direction."""
    words = escape(without_controls(" ".join((text or "").split())))
    return (
        Markup('<bdi lang="{}">{}</bdi>').format(language, words)
        if language
        else Markup("<bdi>{}</bdi>").format(words)
    )


def moment(value: str | datetime | None) -> datetime | None:
    """Return a point in time as Elasticsearch gives it."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def zone(at: datetime) -> str:
    """Return the time zone of a point in time, as far as it is known: `UTC`, `UTC+04:00`."""
    offset = f"{at:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}" if at.utcoffset() else "UTC"


def _version(name: str) -> str:
    content = (files("musnad.serve") / "static" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def _prepare(reader: ArchiveReader, time_zone: str, days_in: tzinfo) -> None:
    g.reader, g.time_zone = reader, time_zone
    # In Arabic first: should the language asked for not be one, this is said in it.
    g.words, g.names = Words("ar", days_in), Names(reader, "ar")
    if choice("lang", LANGUAGES, "error.bad.lang") == "en":
        g.words, g.names = Words("en", days_in), Names(reader, "en")


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "private, no-cache"
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = g.words.language
    return response


def _handle_errors(app: Flask) -> None:
    def page(status: int, title: str, **values: Any) -> tuple[str, int]:
        return render_template("error.html", status=status, title=title, **values), status

    @app.errorhandler(BadRequest)
    def bad(error: BadRequest) -> tuple[str, int]:
        return page(400, g.words("error.bad"), message=reason(error))

    @app.errorhandler(NotFound)
    def missing(error: NotFound) -> tuple[str, int]:
        told = error.description if isinstance(error, Missing) else None
        title = told or g.words("error.not_found")
        return page(404, title, message=g.words("error.not_found.hint"))

    @app.errorhandler(MethodNotAllowed)
    def method(error: MethodNotAllowed) -> tuple[str, int, dict[str, str]]:
        text, status = page(405, g.words("error.method"))
        return text, status, {"Allow": "GET, HEAD, OPTIONS"}

    @app.errorhandler(ArchiveError)
    def gone(error: ArchiveError) -> tuple[str, int, dict[str, str]]:
        current_app.logger.warning("%s: %s", request.path, error)
        hint = g.words("error.unavailable.hint")
        text, status = page(503, g.words("error.unavailable"), message=hint, detail=str(error))
        return text, status, {"Retry-After": "30"}

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        key = "error.failed" if status >= 500 else "error.bad"
        return page(
            status, g.words(key), message=g.words("error.failed.hint") if status >= 500 else ""
        )


class _Outside:
    """Takes requests for known hosts only, and puts the public address in place of the asked one."""

    def __init__(self, app: Callable[..., Iterable[bytes]], public: Public) -> None:
        self.app = app
        self.parts = urlsplit(public.url) if public.url else None
        self.hosts = {host.casefold() for host in public.hosts}
        if self.hosts and self.parts and self.parts.hostname:
            self.hosts.add(self.parts.hostname.casefold())

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked = str(environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""))
        name = asked if asked.endswith("]") else asked.rpartition(":")[0] or asked
        if self.hosts and name.casefold() not in self.hosts:
            told = b"This page is not served under that host name (musnad serve --url sets one).\n"
            start("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [told]
        if self.parts:
            environ["wsgi.url_scheme"] = self.parts.scheme
            environ["HTTP_HOST"] = self.parts.netloc
            environ["SCRIPT_NAME"] = self.parts.path.rstrip("/")
        return self.app(environ, start)
