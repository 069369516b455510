"""What an alert watches, and what it tells."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from musnad.model import Model, Relation, Status

Watches = Literal["statements", "status"]


class Alert(Model):
    """A saved query. All filters must hold, the values of one are alternatives, an empty one lets all pass."""

    name: str = Field(min_length=1, max_length=200)
    watches: Watches
    """`statements`: new statements; `status`: claims that are new or whose status changed."""
    relations: tuple[Relation, ...] = ()
    """Of statements: how they bear on their claims."""
    by: tuple[str, ...] = ()
    """Of statements: ids of who says it, or of the body that the speaker belongs to."""
    about: tuple[str, ...] = ()
    """Ids of actors that are spoken of."""
    outlets: tuple[str, ...] = ()
    """Ids of outlets that print it."""
    claims: tuple[str, ...] = ()
    """Ids of claims; of one that was merged, the claim that took it in is watched."""
    statuses: tuple[Status, ...] = ()
    """Of claims: the status that they have come to."""
    post_to: str | None = None
    """URL that findings are posted to, as JSON."""
    who: str
    created_at: datetime

    @field_validator("post_to")
    @classmethod
    def _a_web_address(cls, value: str | None) -> str | None:
        if value is not None and (
            urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname
        ):
            raise ValueError("give a URL that begins with https:// or http://")
        return value

    @property
    def posts_to_host(self) -> str | None:
        """The host that findings are posted to; the rest of the URL may hold a secret."""
        return urlsplit(self.post_to).hostname if self.post_to else None


class Item(Model):
    """One thing that an alert tells."""

    key: str
    """Id of the statement or claim."""
    at: datetime | None
    """When it was said, or when the status changed."""
    claim_id: str | None
    claim: str
    status: Status | None
    before: Status | None = None
    """The status that was told last; null for a claim that is new."""
    relation: Relation | None = None
    speaker: str | None = None
    outlet: str | None = None
    sentence: str | None = None
    """The words that it rests on."""
    article_id: str | None = None
    reason: str | None = None
