"""What commands that write down a person's decision share: who decides, and why."""

from __future__ import annotations

from typing import Annotated

import typer

who_option = Annotated[
    str | None, typer.Option("--who", metavar="NAME", help="Who decides (default: you).")
]


def _a_reason(value: str) -> str:
    if not value.strip():
        raise typer.BadParameter("say why: it is kept with the decision", param_hint="--why")
    return value


why_option = Annotated[
    str,
    typer.Option(
        "--why", metavar="TEXT", help="The reason, kept with the decision.", callback=_a_reason
    ),
]
