"""Alerts: saved queries that tell what is new in the archive since they were last run.

`model` (what an alert watches) → `find` (what matches now, and what of it is new) → `store` (kept as files in
`state_dir`, with what was told already) → `post` (sending it on).
"""

from musnad.alerts.find import Findings, find
from musnad.alerts.model import Alert, Item
from musnad.alerts.post import post
from musnad.alerts.store import AlertStore, State

__all__ = ["Alert", "AlertStore", "Findings", "Item", "State", "find", "post"]
