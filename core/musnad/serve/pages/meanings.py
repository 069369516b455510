"""What the marks mean."""

from __future__ import annotations

from typing import get_args

from flask import Flask, render_template

from musnad.model import Stance
from musnad.serve.parameters import STATUSES


def add_to(app: Flask) -> None:
    """Add the page to `app`."""
    app.add_url_rule("/help", "help", show)


def show() -> str:
    """Return the page."""
    return render_template("help.html", stances=get_args(Stance), statuses=STATUSES)
