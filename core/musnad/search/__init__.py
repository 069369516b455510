"""Searching the archive, for the command line and for pages: names, words and filters in, articles out.

Names are resolved to authority records first (`resolve_name`), so that every spelling of a name finds the same
articles; `find_articles` takes their ids, words and other `Filters`.
"""

from musnad.search.facets import Count, Facets, find_facets
from musnad.search.find import SNIPPETS, Found, count_maybe, find_articles
from musnad.search.names import NameAnswer, name_variants, resolve_name
from musnad.search.nothing import Nothing, why_nothing
from musnad.search.query import Filters, article_query, period, text_query
from musnad.search.why import Explainer, Match, PartWhy, Why

__all__ = [
    "SNIPPETS",
    "Count",
    "Explainer",
    "Facets",
    "Filters",
    "Found",
    "Match",
    "NameAnswer",
    "Nothing",
    "PartWhy",
    "Why",
    "article_query",
    "count_maybe",
    "find_articles",
    "find_facets",
    "name_variants",
    "period",
    "resolve_name",
    "text_query",
    "why_nothing",
]
