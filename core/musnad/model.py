"""The data of Musnad: what goes in, what plugins find, what is stored.

All models are frozen pydantic models; nothing changes an instance, a new one is made. Offsets are code
points, end-exclusive, into one field (`title` or `body`) of the article exactly as its reader returned it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = 1
"""Version of the JSON that `musnad enrich --json` prints; see `docs/enrich-schema.json`."""

FieldName = Literal["title", "body"]
EntityType = Literal["person", "organization", "state", "armed_group", "place", "outlet", "other"]
AliasKind = Literal["full", "short", "kunya", "title", "transliteration", "acronym"]
OutletKind = Literal["newspaper", "agency", "channel", "site", "magazine", "radio"]
Stance = Literal["asserts", "denies", "confirms", "doubts", "no_comment"]
SpeakerKind = Literal["person", "organization", "outlet", "unnamed_source", "document", "none"]
Relation = Literal[
    "supports", "denies", "confirms", "doubts", "no_comment", "retracts", "discusses"
]
Status = Literal[
    "reviewed_true",
    "reviewed_false",
    "reviewed_mixed",
    "disputed",
    "denied",
    "confirmed",
    "unverified",
    "reported",
]
Precision = Literal["second", "minute", "day", "month", "year"]
Score = Annotated[float, Field(ge=0.0, le=1.0)]


class Model(BaseModel):
    """Base of all models: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Model):
    """A stretch of a field: `surface` is the field's text from `start` to `end`."""

    field: FieldName
    start: int = Field(ge=0)
    end: int
    surface: str

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.end - self.start != len(self.surface) or self.end <= self.start:
            raise ValueError(
                f"span {self.field}[{self.start}:{self.end}] does not fit a surface of "
                f"{len(self.surface)} code points"
            )
        return self


class Provenance(Model):
    """Who made this. The core stamps all but `rule`, which the component says."""

    plugin: str = ""
    version: str = ""
    component: str = ""
    rule: str | None = None
    """The rule's name in its data file, or a model's name and hash."""


class Source(Model):
    """Where an article came from: file (as the user named it), position in it, sha256 of its bytes."""

    file: str
    position: int = Field(ge=0)
    """Byte offset (files), or number of the record (arrays), where the record begins."""
    sha256: str


class Article(Model):
    """One article as it was read. Nothing is stripped or repaired."""

    id: str = Field(min_length=1, max_length=512)
    title: str
    body: str
    outlet: str | None = None
    """The outlet as the record gives it, not resolved."""
    url: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    published_precision: Precision | None = None
    published_source: str | None = None
    """What `published_at` was taken from: `metadata`, `dateline`, `url`."""
    language: str | None = None
    collection: str | None = None
    source: Source | None = None
    extra: Mapping[str, Any] = Field(default_factory=dict)
    """Fields of the record that Musnad does not know."""

    @property
    def text(self) -> str:
        """Title, newline, body: what components see as `document.text`."""
        return f"{self.title}\n{self.body}"


def article_id(
    *, outlet: str | None, url: str | None, title: str, body: str, published_at: datetime | None
) -> str:
    """Return the deterministic id of an article whose record has none.

    From outlet and URL; without a URL from outlet, title and day; without an outlet or a date from the
    content. Reading a record twice gives the same id, so ingesting twice changes nothing.
    """
    where = (outlet or "").strip().casefold()
    if url:
        parts = ["url", where, url.strip()]
    elif where and published_at is not None:
        parts = ["title", where, title.strip(), published_at.date().isoformat()]
    else:
        parts = ["content", title, body]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Candidate(Model):
    """An actor that an ambiguous mention may mean."""

    id: str
    score: Score


class Mention(Span):
    """A name in the text, without proclitics and titles. Evidence, never a change of the authority."""

    type: EntityType
    actor_id: str | None = None
    name: str
    """Canonical name where resolved, else the surface."""
    candidates: tuple[Candidate, ...] = ()
    score: Score = 1.0
    provenance: Provenance = Provenance()


class Alias(Model):
    """Another name of an actor."""

    text: str = Field(min_length=1)
    kind: AliasKind = "full"


class Actor(Model):
    """A record of the authority file: a person, body, state, group or place that articles name."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", max_length=200)
    type: EntityType
    names: Mapping[str, str] = Field(min_length=1)
    """Canonical names by language code; `ar` is shown first."""
    aliases: tuple[Alias, ...] = ()
    titles: tuple[str, ...] = ()
    """Honorifics and ranks that stand before the name; never part of it."""
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    """ISO 3166-1 alpha-2."""
    part_of: str | None = None
    """Id of the body this one belongs to."""
    identifiers: Mapping[str, str] = Field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = None
    former_ids: tuple[str, ...] = ()
    """Ids of records that were merged into this one: they lead here."""

    @property
    def name(self) -> str:
        """The name to show: Arabic, else English, else the first there is."""
        return self.names.get("ar") or self.names.get("en") or next(iter(self.names.values()))


class Outlet(Actor):
    """An actor that publishes."""

    type: Literal["outlet"] = "outlet"
    domains: tuple[str, ...] = ()
    kind: OutletKind
    needs_context: bool = False
    """True where the bare name is also a common word («الحياة»): a mention then needs a designator."""


class Speaker(Model):
    """Who says something, as far as the article tells."""

    kind: SpeakerKind
    span: Span | None = None
    actor_id: str | None = None
    name: str | None = None
    affiliation: str | None = None
    """Actor id of the body that an unnamed or role-named speaker belongs to."""


class Statement(Model):
    """A place where an article attributes something said to somebody."""

    id: str
    stance: Stance
    cue: Span
    said: Span | None = None
    quoted: bool = False
    speaker: Speaker
    attribution: tuple[Speaker, ...] = ()
    """From the outermost (the publishing outlet) to the innermost (who said it)."""
    actors: tuple[str, ...] = ()
    """Ids of the actors mentioned in what is said."""
    article_id: str
    outlet_id: str | None = None
    stated_at: datetime | None = None
    claim_id: str | None = None
    score: Score = 1.0
    provenance: Provenance = Provenance()


def statement_id(article: str, cue: Span) -> str:
    """Return the id of the statement that `cue` makes in the article with id `article`."""
    key = "\x1f".join([article, cue.field, str(cue.start), cue.surface])
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Link(Model):
    """What a statement says about a claim, and why the program (or a person) thinks so."""

    statement_id: str
    claim_id: str
    relation: Relation
    score: Score
    features: Mapping[str, float] = Field(default_factory=dict)
    decided_by: str
    """`<plugin>.<component>:<rule>` or `person:<who>`."""
    external_id: str | None = None
    url: str | None = None


class StatusChange(Model):
    """One step in a claim's history."""

    at: datetime | None
    """When the statement was made or published; null where neither is known."""
    status: Status
    because: str
    """Id of the statement (or `review:<url>`) that brought the change."""
    reason: str = ""
    """One sentence for people: which rule of the status table applied."""


class Review(Model):
    """A fact-check of a claim."""

    url: str
    publisher: str | None = None
    rating: str
    """As the fact-checker wrote it."""
    verdict: Literal["true", "false", "mixed"] | None = None
    at: datetime | None = None


class RelationCounts(Model):
    """How many statements bear on a claim, by relation."""

    supports: int = 0
    denies: int = 0
    confirms: int = 0
    doubts: int = 0
    no_comment: int = 0
    retracts: int = 0
    discusses: int = 0


class OutletCount(Model):
    """How many statements about a claim an outlet printed."""

    id: str
    count: int


class Claim(Model):
    """One thing that statements are about, across articles."""

    id: str
    text: str
    status: Status
    history: tuple[StatusChange, ...] = ()
    actors: tuple[str, ...] = ()
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    relations: RelationCounts = RelationCounts()
    outlets: tuple[OutletCount, ...] = ()
    reviews: tuple[Review, ...] = ()
    merged_into: str | None = None
    """Id of the claim that took this one's statements; a merged claim only redirects."""


class ComponentRun(Model):
    """What one component did on one article."""

    name: str
    plugin: str
    version: str
    outcome: Literal["ok", "failed", "disabled", "declined"]
    fingerprint: str
    """Hash of the input text, the version, the settings and the resources used."""
    seconds: float | None = None


class EnrichmentError(Model):
    """A failure that did not stop the article."""

    plugin: str
    component: str
    exception: str
    message: str
    article_id: str


class Enrichment(Model):
    """How an article was enriched."""

    components: tuple[ComponentRun, ...] = ()
    errors: tuple[EnrichmentError, ...] = ()
    stale: bool = False


class Note(Model):
    """A remark on the text's quality: reported, never repaired."""

    kind: str
    """For example `repeated_word`, `missing_space`, `unclosed_quote`."""
    span: Span


class Publisher(Model):
    """The outlet that published an article, and what it was recognized by."""

    id: str
    name: str
    source: str
    """`metadata`, `url` or `dateline`."""
