"""What can go wrong in a way that a user can mend: one clear sentence each, no stack trace."""

from __future__ import annotations


class MusnadError(Exception):
    """Base of all errors shown to users as one sentence; the command line exits with status 1."""


class SettingsError(MusnadError):
    """A setting is missing or does not fit; the message names file and key."""


class PluginError(MusnadError):
    """A plugin does not fit: it cannot load though required, or the components do not add up."""


class ComponentError(PluginError):
    """A component returned something that its hook does not allow."""


class InputError(MusnadError):
    """An input file cannot be read; the message names it."""


class ArchiveError(MusnadError):
    """Elasticsearch is out of reach, refuses, or holds something that does not fit."""


class ArchiveBusyError(ArchiveError):
    """Elasticsearch is out of reach, overloaded or takes no changes now: that may pass by itself."""


class ArchiveHeldError(ArchiveBusyError):
    """Writes are held for a moment, as a reindex is being swapped in: they find its indices when it is done."""


class EnrichmentAborted(MusnadError):  # noqa: N818 - says what happened; it is the user's own choice
    """A component failed and the user asked to stop at the first failure."""


class NotConfigured(Exception):  # noqa: N818 - the name that scrapy gave this idea
    """Raised by `Component.open()` to decline: the component is listed as off, with this reason."""


def describe(error: BaseException) -> str:
    """Return an exception as one line: its class and the first line of its message."""
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
