"""Where camel-tools keeps its data, read without importing `camel_tools.data`.

That module reads `catalogue.json` at import and, where there is none, asks the network for it: twenty seconds
and a stack trace on a machine that is off line. So nothing here imports it, and what does (`camel_tools.morphology`)
is imported only after `require_catalogue`.

    <data folder>/catalogue.json                                  which data sets there are, and where
    <data folder>/data/morphology_db/calima-msa-r13/morphology.db
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from musnad.errors import NotConfigured

INSTALL_HINT = "run `musnad camel install`"


def data_folder() -> Path:
    """Return camel-tools' data folder: `CAMELTOOLS_DATA`, else its place in the user's home."""
    chosen = os.environ.get("CAMELTOOLS_DATA")
    if chosen:
        return Path(chosen).expanduser().absolute()
    home = Path.home()
    # The same two places as in camel_tools.data.catalogue.
    return home / ("AppData/Roaming/camel_tools" if sys.platform == "win32" else ".camel_tools")


def catalogue_file() -> Path:
    """Return the path of the catalogue."""
    return data_folder() / "catalogue.json"


def require_catalogue() -> None:
    """Raise `NotConfigured` where importing `camel_tools.data` would ask the network."""
    if not catalogue_file().is_file():
        raise NotConfigured(
            f"camel-tools has no data in {data_folder()} (no catalogue.json): {INSTALL_HINT}"
        )


def dataset(component: str, name: str) -> Path:
    """Return the folder of a data set as the catalogue names it (`MorphologyDB`, `calima-msa-r13`).

    Raises `NotConfigured` where there is no catalogue, or it does not name it.
    """
    require_catalogue()
    try:
        content: Any = json.loads(catalogue_file().read_text(encoding="utf-8"))
        known = content["components"].get(component, {"datasets": {}})["datasets"]
        if name in known:
            return data_folder() / "data" / str(known[name]["path"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotConfigured(f"{catalogue_file()} cannot be read: {error}") from error
    have = ", ".join(sorted(known)) or "none"
    raise NotConfigured(f'{catalogue_file()} has no {component} called "{name}" (it has: {have})')
