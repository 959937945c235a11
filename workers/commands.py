"""The operator's `desk sweep`."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from service_desk.foundation.clock import now
from workers.sweep import FAILED, sweep


@click.command("sweep")
@with_appcontext
def sweep_command() -> None:
    """One pass over everything that is due now (what the schedule does)."""
    done = sweep(now())
    for name, count in done.items():
        click.echo(f"{name}: {'failed' if count == FAILED else count}")
    if FAILED in done.values():
        sys.exit(1)


COMMANDS: tuple[click.Command, ...] = (sweep_command,)
