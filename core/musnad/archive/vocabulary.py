"""The words of an archive, and what the installed components know of them: for the rules of its search analyzers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from elasticsearch import Elasticsearch

from musnad.archive.authority import collect_authority
from musnad.archive.client import errors_explained
from musnad.archive.read import ArchiveReader
from musnad.archive.words import FILTERS, MAX_RULES, analysis_with
from musnad.components import Component, SearchWords
from musnad.errors import NotConfigured
from musnad.plugins import Plugins, Registered

MOST_READ = 50_000
"""Articles whose words are counted: by then hardly a word comes that is not rare."""
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]")


def collect_words(plugins: Plugins, vocabulary: Mapping[str, int] | None = None) -> SearchWords:
    """Return what the components of `plugins` and the authority know of words.

    `vocabulary` has the words of the archive, each with the number of articles it is in; without one the components
    take the commonest words of the language. Opens components and closes them again.
    """
    names = frozenset(
        word
        for actor in collect_authority(plugins).records
        for name in actor.all_names
        for word in _WORD.findall(name)
    )
    lemmas: dict[str, tuple[str, ...]] = {}
    whole: set[str] = set()
    for registered in _components(plugins):
        component = registered.component
        if type(component).search_words is Component.search_words:
            continue
        try:
            component.open()
        except NotConfigured:
            continue
        try:
            found = component.search_words(vocabulary or {}, MAX_RULES)
        finally:
            component.close()
        lemmas |= found.lemmas
        whole |= found.whole
    return SearchWords(lemmas, frozenset(whole), names)


def _components(plugins: Plugins) -> list[Registered[Component]]:
    return [*plugins.annotators(), *plugins.taggers()]


def vocabulary_of(
    reader: ArchiveReader, most: int = MOST_READ, done: Callable[[int], None] = lambda count: None
) -> Counter[str]:
    """Return the words of up to `most` articles with the number of articles each is in. Raises `ArchiveError`.

    `done` is called with 1 for each article.
    """

    def texts() -> Iterator[str]:
        hits = reader.scan("articles", {"match_all": {}}, source=["title", "body"])
        for hit in islice(hits, most):
            source = hit["_source"]
            yield f"{source.get('title') or ''} {source.get('body') or ''}"
            done(1)

    return words_in(texts())


def words_in(texts: Iterable[str]) -> Counter[str]:
    """Return the words of texts, without marks, each with the number of texts it is in."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(set(_WORD.findall(_MARKS.sub("", text))))
    return counted


def put_words(client: Elasticsearch, index: str, words: SearchWords) -> None:
    """Put other rules on an index, which is closed for that: for a moment it cannot be searched.

    For an index behind no alias yet. Raises `ArchiveError`.
    """
    with errors_explained():
        there = client.indices.get_settings(index=index)[index]["settings"]["index"]["analysis"]
        filters = analysis_with(there, words)["filter"]
        client.indices.close(index=index)
        try:
            client.indices.put_settings(
                index=index,
                settings={"analysis": {"filter": {name: filters[name] for name in FILTERS}}},
            )
        finally:
            client.indices.open(index=index, wait_for_active_shards=1)
