"""The encoders of the loaded plugins: opened where vectors are wanted, and only there.

They are no part of the pipeline: what is found in an article stays the same whatever is on. Settling makes vectors of
claims where one is on, for `claims match`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from types import TracebackType
from typing import Self

from musnad.components import Encoder, close_all
from musnad.errors import MusnadError, NotConfigured, PluginError, describe
from musnad.plugins import Plugins

PASSAGE = 50
"""Words of a passage."""
PASSAGES = 3
"""So many passages are read, from the beginning: news says first what it is about, and encoding is slow."""


def passages(title: str, body: str) -> list[str]:
    """Return the first passages of an article, its title in the first; none of an empty article."""
    words = f"{title} {body}".split()[: PASSAGE * PASSAGES]
    return [" ".join(words[at : at + PASSAGE]) for at in range(0, len(words), PASSAGE)]


# The same article is asked for twice in a row: for its candidates, and for the decision on each.
@lru_cache(maxsize=4)
def passage_vectors(encoder: Encoder, title: str, body: str) -> Sequence[Sequence[float]]:
    """Return the vectors of an article's first passages."""
    found = passages(title, body)
    return encoder.encode(found) if found else []


class Encoders:
    """Opens the encoders of `plugins`. A context manager: opens and closes them."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins
        self.registered = plugins.encoders()
        self.declined: dict[str, str] = {}
        """Those that are off, by `<plugin>.<component>`, with the reason."""
        self._opened: list[Encoder] = []

    @property
    def first(self) -> Encoder | None:
        """The first one that is on, None where none is."""
        return self._opened[0] if self._opened else None

    @property
    def missed(self) -> dict[str, str]:
        """Those of `declined` that the user asked for, in the settings or as a file."""
        return {
            key: reason
            for key, reason in self.declined.items()
            if self.plugins.asked_for(key.split(".", 1)[0])
        }

    @property
    def idle(self) -> dict[str, str]:
        """Plugins that are there for encoders alone and have none on, with the reasons."""
        reasons: dict[str, list[str]] = {}
        for registered in self.registered:
            hooks = {*self.plugins.infos[registered.plugin].hooks} - {"musnad_settings"}
            if hooks == {"musnad_encoders"}:
                reasons.setdefault(registered.plugin, [])
                if registered.key in self.declined:
                    reasons[registered.plugin].append(self.declined[registered.key])
        made = Counter(registered.plugin for registered in self.registered)
        return {
            plugin: "; ".join(dict.fromkeys(found))
            for plugin, found in reasons.items()
            if len(found) == made[plugin]
        }

    def __enter__(self) -> Self:
        try:
            for registered in self.registered:
                try:
                    registered.component.open()
                    self._opened.append(registered.component)
                except NotConfigured as error:
                    self.declined[registered.key] = str(error)
                except MusnadError:
                    raise
                except Exception as error:
                    reason = f"cannot be opened: {describe(error)}"
                    if registered.plugin in self.plugins.settings.required_plugins:
                        raise PluginError(f"{registered.key} {reason}") from error
                    self.declined[registered.key] = reason
        except BaseException:
            # Python calls no __exit__ for what was never entered.
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        close_all(self._opened)
