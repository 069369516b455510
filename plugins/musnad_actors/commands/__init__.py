"""`musnad actors`: the authority on the command line."""

from __future__ import annotations

import typer

from musnad_actors.commands import (
    applying,
    checking,
    editing,
    exchanging,
    history,
    reading,
    suggesting,
)

app = typer.Typer(
    no_args_is_help=True, help="The authority: people, bodies, states and places that are known."
)
for part in (reading, editing, history, exchanging, checking, applying, suggesting):
    part.add_to(app)
