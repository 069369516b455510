"""The views of a text (normalized, key) alone, without running anything else on it."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import Self

from musnad.components import Normalizer, close_all
from musnad.document import Document
from musnad.errors import NotConfigured
from musnad.model import Article
from musnad.order import order_normalizers
from musnad.plugins import Plugins
from musnad.text import NormalizedText


class Views:
    """Makes documents with the normalizers of the loaded plugins. A context manager: opens and closes them."""

    def __init__(self, plugins: Plugins) -> None:
        self._steps = [
            registered.component for registered in order_normalizers(plugins.normalizers())
        ]
        self._opened: list[Normalizer] = []

    def __enter__(self) -> Self:
        for step in self._steps:
            with suppress(NotConfigured):
                step.open()
                self._opened.append(step)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        close_all(self._opened)

    def document(self, article: Article) -> Document:
        """Return the article with its views. A step that fails on it is left out, as when enriching."""
        normalized = NormalizedText.of(article.text)
        key: NormalizedText | None = None
        for step in self._opened:
            before = normalized if key is None else key
            with suppress(Exception):
                after = step.normalize(before)
                if step.stage == "key":
                    key = after if len(after) == len(before) else key
                else:
                    normalized = after
        return Document(article, normalized, key or normalized, {})
