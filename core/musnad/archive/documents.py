"""What is stored: one model per index, field by field the same as its mapping (a test compares them).

Kibana cannot aggregate nested fields, so an article carries its findings twice: nested (`mentions`,
`statements`), and as flat lists of keywords (`actors`, `cited_outlets`, `claim_status`, …).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from musnad.model import (
    SCHEMA_VERSION,
    Actor,
    Article,
    Claim,
    Enrichment,
    Link,
    Mention,
    Model,
    Note,
    OutletKind,
    Relation,
    Statement,
    Status,
)

MAX_MENTIONS = 8_000
MAX_STATEMENTS = 2_000
"""Nested documents of one article, together the `nested_objects.limit` of its index. What is over is cut when
the document is built, counted, and noted in `enrichment.errors`; nothing makes Elasticsearch refuse an article.
"""
MAX_ID_BYTES = 512
"""Elasticsearch takes no longer id (in UTF-8): such a record is a dead letter."""


class ArticleVersion(Model):
    """An earlier version of an article that was corrected under the same id."""

    article: Article
    replaced_at: datetime


class ArticleClaim(Model):
    """A claim that an article makes a statement about."""

    id: str
    relation: Relation
    status_at_publication: Status
    status: Status


class ArticleDocument(Article):
    """`<prefix>-articles`: an article with everything found in it."""

    schema_version: int = SCHEMA_VERSION
    lemmas: str | None = None
    """For searching: the dictionary forms of its words, each once, parted by spaces; verbs as `قال/verb`."""
    outlet_id: str | None = None
    outlet_name: str | None = None
    outlet_source: str | None = None
    mentions: tuple[Mention, ...] = ()
    statements: tuple[Statement, ...] = ()
    actors: tuple[str, ...] = ()
    """Ids of the actors mentioned, outlets apart; capped like all flat lists by what is mentioned."""
    actor_names: tuple[str, ...] = ()
    candidate_actors: tuple[str, ...] = ()
    """Ids that ambiguous mentions may mean."""
    unknown_names: tuple[str, ...] = ()
    """Names in the text that no authority record has."""
    cited_outlets: tuple[str, ...] = ()
    """Ids of the outlets named in the text, other than the publisher."""
    cited_outlet_names: tuple[str, ...] = ()
    unnamed_outlets: tuple[str, ...] = ()
    """«صحيفة فرنسية»: outlets cited without a name, as they are described."""
    speakers: tuple[str, ...] = ()
    """Ids of the actors who say something."""
    speaker_names: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    claims: tuple[ArticleClaim, ...] = ()
    claim_ids: tuple[str, ...] = ()
    claim_status: tuple[Status, ...] = ()
    """Current status of its claims, refreshed after settling."""
    claim_status_at_publication: tuple[Status, ...] = ()
    quality: tuple[Note, ...] = ()
    quality_kinds: tuple[str, ...] = ()
    ext: Mapping[str, Any] = Field(default_factory=dict)
    enrichment: Enrichment = Enrichment()
    done_components: tuple[str, ...] = ()
    """`plugin.component version` of each component that did its work: flat, so that Kibana counts coverage
    by plugin and version (`enrichment.components` loses which version belongs to which)."""
    failed_components: tuple[str, ...] = ()
    error_count: int = 0
    fingerprint: str = ""
    """Over the fingerprints of all components: equal means that enriching again changes nothing."""
    content_hash: str = ""
    """Over the article as read."""
    versions: tuple[ArticleVersion, ...] = ()
    ingested_at: datetime
    run_id: str
    copy_group: str | None = None
    """Shared by near-identical copies across outlets."""


class StatementDocument(Statement):
    """`<prefix>-statements`: a statement with its link to a claim."""

    schema_version: int = SCHEMA_VERSION
    link: Link | None = None
    links: tuple[Link, ...] = ()
    """Links to the claims that single statements seed, as the linkers gave them: what settling works on."""
    linked_to: tuple[str, ...] = ()
    """Ids of the statements whose seed claims `links` bring it together with (its own apart)."""
    discusses: tuple[str, ...] = ()
    """Ids of claims that it speaks of without bearing on them."""
    denied_names: tuple[str, ...] = ()
    """Of a denial: who stands behind the claim that it denies, by name; put in place by settling."""
    article_title: str
    published_at: datetime | None = None
    outlet_name: str | None = None
    speaker_name: str | None = None
    """Who says it, for tables: the resolved name, else the words of the text."""
    said_text: str | None = None
    sentence: str
    """The sentence that it was derived from."""
    actor_names: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Blocking keys: statements that share none are never compared."""
    component: str | None = None
    """The connected component that settling put it in."""
    settled: bool = False
    copy_group: str | None = None
    run_id: str


class ClaimDocument(Claim):
    """`<prefix>-claims`: a claim with its status and history."""

    schema_version: int = SCHEMA_VERSION
    status_reason: str = ""
    statement_count: int = 0
    actor_names: tuple[str, ...] = ()
    outlet_names: tuple[str, ...] = ()
    component: str | None = None
    settled_at: datetime
    unsettled: bool = False
    """It lost a statement (its article was deleted or corrected) and is to be settled again."""


class ActorDocument(Actor):
    """`<prefix>-actors`: an authority record or outlet, derived from the files."""

    schema_version: int = SCHEMA_VERSION
    domains: tuple[str, ...] = ()
    kind: OutletKind | None = None
    needs_context: bool = False
    all_names: tuple[str, ...] = ()
    """Every name and alias, for searching by name."""
    sounds: tuple[str, ...] = ()
    """Sound keys of the names (see `musnad.sounds`), for searching by name in another script or spelling."""


class RunDocument(Model):
    """`<prefix>-runs`: an ingest or settling run, with its account."""

    schema_version: int = SCHEMA_VERSION
    id: str
    kind: str
    """`ingest`, `settle`, `reindex`, `lock`."""
    state: str
    """`running`, `done`, `interrupted`, `failed`."""
    owner: str
    """Host and process."""
    started_at: datetime
    ended_at: datetime | None = None
    inputs: tuple[str, ...] = ()
    read: int = 0
    indexed: int = 0
    unchanged: int = 0
    dead_letters: int = 0
    deleted: int = 0
    corrected: int = 0
    """Of those indexed: new versions of articles that were there."""
    reasons: tuple[ReasonCount, ...] = ()
    """Dead letters by reason."""
    failed_components: tuple[ReasonCount, ...] = ()
    """Articles on which a component failed, by component."""
    message: str = ""


class ReasonCount(Model):
    """How often something happened."""

    reason: str
    count: int


RunDocument.model_rebuild()
