"""What the readers of formats share: how they are set up."""

from __future__ import annotations

from musnad.components import Reader
from musnad.readers.fieldmap import DEFAULT_FIELDS, FieldMap
from musnad.readers.limits import Limits


class ConfiguredReader(Reader):
    """A reader with a declared encoding, limits, and a map of the names of fields."""

    def __init__(
        self,
        encoding: str | None = None,
        limits: Limits | None = None,
        fields: FieldMap = DEFAULT_FIELDS,
    ) -> None:
        """Read in `encoding` (a Python codec), or in what the file says, or in what is sure."""
        self.encoding = encoding
        self.limits = limits or Limits()
        self.fields = fields
