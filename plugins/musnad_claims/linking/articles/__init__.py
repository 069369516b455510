"""Which claims an article is about, and how it bears on them: articles against the texts of claims.

`wording` (what is read in a claim and in an article) → `features` (of a pair, each by name) → `fitted` (weights
that were fitted on development data, in `data/article_links.json`) → `matcher` (candidates, best first).
"""

from musnad_claims.linking.articles.matcher import ArticleMatcher

__all__ = ["ArticleMatcher"]
