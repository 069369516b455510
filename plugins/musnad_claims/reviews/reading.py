"""Reading fact-checks: schema.org ClaimReview as JSON-LD, and the format of the Fact Check Tools API.

Sources: https://schema.org/ClaimReview and the API reference of Google's Fact Check Tools (`claims.search`).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from musnad.archive.reviews import ReviewDocument, review_id
from musnad.errors import InputError
from musnad.model import Review
from musnad.readers.fields import parse_date

from musnad_claims.reviews.ratings import Verdict, numeric_verdict, ratings

Json = Mapping[str, Any]
MAX_BYTES = 512 * 1024 * 1024
"""Unpacked; a larger file is not one of fact-checks."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that is no fact-check."""

    place: str
    """File and number of the record."""
    reason: str


def read_reviews(path: Path) -> Iterator[ReviewDocument | Refused]:
    """Yield the fact-checks of a file (JSON or JSON Lines, also `.gz`), and what is none.

    Raises `InputError` where the file cannot be read or is no JSON.
    """
    for number, record in enumerate(_records(path), 1):
        place = f"{path}: record {number}"
        if not isinstance(record, Mapping):
            yield Refused(place, "no JSON object")
        elif isinstance(record.get("claimReview"), list):
            yield from _from_api(record, place)
        elif _is(record, "ClaimReview"):
            yield _from_schema(record, place)
        else:
            yield Refused(
                place, 'neither "claimReview" (Fact Check Tools) nor "@type": "ClaimReview"'
            )


def _records(path: Path) -> Iterator[Any]:
    text = _text(path)
    try:
        content = [json.loads(text)]
    except ValueError:
        content = []
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    content.append(json.loads(line))
                except ValueError as error:
                    raise InputError(f"{path}:{number}: no JSON: {error}") from None
    except RecursionError:
        raise InputError(f"{path}: nested too deep") from None
    for item in content:
        yield from _unpacked(item)


def _unpacked(item: Any) -> Iterator[Any]:
    """Yield the records in what a file may hold: a list, an API answer, a graph, or one record."""
    if isinstance(item, list):
        for one in item:
            yield from _unpacked(one)
    elif isinstance(item, Mapping) and isinstance(item.get("claims"), list):
        yield from item["claims"]
    elif isinstance(item, Mapping) and isinstance(item.get("@graph"), list):
        # A page's graph has other things too (the page, the site): only fact-checks are meant.
        yield from (
            one for one in item["@graph"] if isinstance(one, Mapping) and _is(one, "ClaimReview")
        )
    else:
        yield item


def _text(path: Path) -> str:
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as stream:
                content = stream.read(MAX_BYTES + 1)
        else:
            with path.open("rb") as plain:
                content = plain.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputError(f"{path}: more than {MAX_BYTES // 1024**2} MB: split it")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start})") from None
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read: {reason}") from error


def _from_api(record: Json, place: str) -> Iterator[ReviewDocument | Refused]:
    for found in record["claimReview"]:
        if not isinstance(found, Mapping):
            yield Refused(place, '"claimReview" holds something that is no JSON object')
            continue
        publisher = found.get("publisher")
        publisher = publisher if isinstance(publisher, Mapping) else {}
        yield _made(
            place,
            url=found.get("url"),
            publisher=publisher.get("name") or publisher.get("site"),
            site=publisher.get("site"),
            rating=found.get("textualRating"),
            at=found.get("reviewDate"),
            title=found.get("title"),
            language=found.get("languageCode"),
            claim=record.get("text"),
            claimant=record.get("claimant"),
            claim_at=record.get("claimDate"),
        )


def _from_schema(record: Json, place: str) -> ReviewDocument | Refused:
    rating = _one(record.get("reviewRating"))
    item = _one(record.get("itemReviewed"))
    author, claimant = _one(record.get("author")), _one(item.get("author"))
    words = rating.get("alternateName") or rating.get("name") or rating.get("ratingExplanation")
    return _made(
        place,
        url=record.get("url") or record.get("@id"),
        publisher=author.get("name") or _one(record.get("publisher")).get("name"),
        site=author.get("url"),
        rating=words if words else rating.get("ratingValue"),
        scale=rating,
        at=record.get("datePublished"),
        title=record.get("name") or record.get("headline"),
        language=record.get("inLanguage"),
        claim=record.get("claimReviewed") or item.get("text") or item.get("name"),
        claimant=claimant.get("name"),
        claim_at=item.get("datePublished"),
    )


def _made(place: str, *, scale: Json | None = None, **values: Any) -> ReviewDocument | Refused:
    words = {key: _words(value) for key, value in values.items()}
    for key, name in (("url", "url"), ("claim", "text of the claim"), ("rating", "rating")):
        if not words[key]:
            return Refused(place, f"there is no {name}")
    url, claim, rating = words["url"] or "", words["claim"] or "", words["rating"] or ""
    if urlsplit(url).scheme not in ("http", "https"):
        return Refused(place, f'"{url[:80]}" is no web address')
    verdict = ratings().verdict(rating)
    if verdict is None and scale is not None and not ratings().known(rating):
        verdict = _on_scale(scale)
    return ReviewDocument(
        id=review_id(url, claim),
        review=Review(
            url=url,
            publisher=words["publisher"],
            rating=rating,
            verdict=verdict,
            at=_date(words["at"]),
        ),
        site=words["site"],
        title=words["title"],
        language=words["language"],
        claim=claim,
        claimant=words["claimant"],
        claim_at=_date(words["claim_at"]),
    )


def _on_scale(rating: Json) -> Verdict | None:
    try:
        value = float(rating["ratingValue"])
        worst, best = float(rating.get("worstRating", 1)), float(rating.get("bestRating", 5))
    except (KeyError, TypeError, ValueError):
        return None
    return numeric_verdict(value, worst, best)


def _words(value: Any) -> str | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return value.strip() or None if isinstance(value, str) else None


def _date(value: str | None) -> datetime | None:
    try:
        return parse_date(value)[0] if value else None
    except ValueError:
        return None


def _one(value: Any) -> Json:
    """Return the object that stands here; of several the first, of none an empty one."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, Mapping) else {}


def _is(record: Json, kind: str) -> bool:
    types = record.get("@type")
    return kind == types or (isinstance(types, list) and kind in types)
