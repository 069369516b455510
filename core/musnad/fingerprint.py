"""Fingerprints: what a component's result on an article depends on, in one short hash.

A component's fingerprint covers the article's input, the component's version and settings, the content of
its resources, and the fingerprints of the components whose data it reads. Equal fingerprints mean that
running it again gives the same result (for a `pure` component).

An article in the archive keeps a fingerprint of all components without the authority, because one record more
would make every article differ. It is unchanged where that is equal and it is not marked stale.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from musnad.components import Component
from musnad.model import Article
from musnad.plugins import Registered

_SEPARATOR = "\x1f"
LENGTH = 16
"""Hexadecimal digits kept: 64 bits, ample to tell the versions of one article apart."""


def _hash(parts: Iterable[str]) -> str:
    data = _SEPARATOR.join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=LENGTH // 2).hexdigest()


def article_fingerprint(article: Article) -> str:
    """Return the hash of everything that a component can see of an article."""
    published = article.published_at.isoformat() if article.published_at else ""
    return _hash(
        (
            article.id,
            article.title,
            article.body,
            article.outlet or "",
            article.url or "",
            article.byline or "",
            published,
            article.language or "",
        )
    )


def component_fingerprint(
    registered: Registered[Component], depends_on: Iterable[str], *, authority: bool = True
) -> str:
    """Return the hash of a component by itself: version, settings, resources, and what it builds on.

    Without `authority`, authority records are left out of it: whose change concerns an article is said by
    the mark `stale` then, article by article. Raises `OSError` where a resource file cannot be read.
    """
    component = registered.component
    apart = set() if authority else set(component.authority_resources())
    resources = sorted(
        _hash_file(resource) if isinstance(resource, Path) else _hash([resource])
        for resource in component.resources()
        if resource not in apart
    )
    settings = registered.settings if authority else registered.settings_apart
    return _hash([registered.key, component.version, settings, *resources, *sorted(depends_on)])


def on_article(component: str, article: str) -> str:
    """Return the fingerprint of a component's result on an article from both their hashes."""
    return _hash((component, article))


def combined(fingerprints: Iterable[str]) -> str:
    """Return one hash for many, whatever their order."""
    return _hash(sorted(fingerprints))


def _hash_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
