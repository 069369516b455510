"""Musnad (مُسنَد): enriches Arabic news articles and archives them in Elasticsearch.

A plugin author needs only what is exported here; start with the docstring of `musnad.hookspecs`.
"""

from musnad.components import (
    Annotator,
    ClaimExtractor,
    ClaimLinker,
    ClaimRegistry,
    Component,
    Encoder,
    Normalizer,
    Reader,
    Record,
    Rejected,
    Tagger,
)
from musnad.document import Document
from musnad.errors import ComponentError, InputError, MusnadError, NotConfigured
from musnad.hookspecs import hookimpl
from musnad.model import (
    Actor,
    Article,
    Candidate,
    Claim,
    Link,
    Mention,
    Note,
    Outlet,
    Provenance,
    Publisher,
    Span,
    Speaker,
    Statement,
)
from musnad.segments import Morphology, Quote, Sentence, Token
from musnad.settings import PluginSettings
from musnad.text import NormalizedText

__version__ = "0.1.0"

__all__ = [
    "Actor",
    "Annotator",
    "Article",
    "Candidate",
    "Claim",
    "ClaimExtractor",
    "ClaimLinker",
    "ClaimRegistry",
    "Component",
    "ComponentError",
    "Document",
    "Encoder",
    "InputError",
    "Link",
    "Mention",
    "Morphology",
    "MusnadError",
    "NormalizedText",
    "Normalizer",
    "NotConfigured",
    "Note",
    "Outlet",
    "PluginSettings",
    "Provenance",
    "Publisher",
    "Quote",
    "Reader",
    "Record",
    "Rejected",
    "Sentence",
    "Span",
    "Speaker",
    "Statement",
    "Tagger",
    "Token",
    "hookimpl",
]
