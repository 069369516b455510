"""One thing that a check found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do."""

    kind: str
    """`same_identifier`, `same_name`, `near_name`, `common_word`, `given_name`, `title_word`, `hidden`,
    `hides_after_proclitic`."""
    level: Literal["problem", "note"]
    """A problem gives wrong findings; a note is worth a look."""
    ids: tuple[str, ...]
    text: str
    """The name that it is about."""
    message: str
    do: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)
