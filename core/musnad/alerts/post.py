"""Sending an alert's findings to the address that it names."""

from __future__ import annotations

import json
from collections.abc import Sequence

import urllib3
from urllib3.exceptions import HTTPError

from musnad.alerts.model import Alert, Item
from musnad.errors import MusnadError

TIMEOUT_SECONDS = 15.0
TRIES = 3


class PostError(MusnadError):
    """Findings could not be handed over; they are told again by the next run."""


def post(alert: Alert, items: Sequence[Item]) -> None:
    """Post `{"alert": name, "watches": …, "items": [Item]}` as JSON. Raises `PostError`.

    Tried again with growing pauses where the connection fails or the answer is 429 or 5xx.
    """
    if alert.post_to is None:
        return
    content = {
        "alert": alert.name,
        "watches": alert.watches,
        "items": [item.model_dump(mode="json") for item in items],
    }
    retries = urllib3.Retry(
        total=TRIES,
        backoff_factor=0.5,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods={"POST"},
        raise_on_status=False,
        redirect=False,
    )
    where = alert.posts_to_host
    try:
        with urllib3.PoolManager(retries=retries, timeout=TIMEOUT_SECONDS) as pool:
            answer = pool.request(
                "POST",
                alert.post_to,
                body=json.dumps(content, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
    except HTTPError as error:
        raise PostError(
            f"alert «{alert.name}»: {where} cannot be reached ({type(error).__name__}): its "
            f"{len(items)} findings are told again by the next run"
        ) from None
    if not 200 <= answer.status < 300:
        raise PostError(
            f"alert «{alert.name}»: {where} answered {answer.status}: its {len(items)} findings are "
            "told again by the next run"
        )
