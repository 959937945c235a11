"""`desk demo-time`: what time it is in the demo, and how to move it."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from service_desk.foundation import moved_time
from service_desk.foundation.clock import now
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.switchboard.demo_time import move
from service_desk.switchboard.moves import Move
from service_desk.switchboard.page import say_moment


@click.command("demo-time")
@click.option(
    "--forward",
    type=click.Choice([each.value for each in Move]),
    help="How far; it never goes back.",
)
@with_appcontext
def demo_time(forward: str | None) -> None:
    """Say the demo's time, or move it forward for every process of this desk."""
    if moved_time.switch() is None:
        raise click.ClickException("Only a development demo with the console provider has it.")
    if forward:
        _move(Move(forward))
    click.echo(say_moment(now()))


def _move(asked: Move) -> None:
    try:
        with unit_of_work():
            move(asked, now())
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal


COMMANDS: tuple[click.Command, ...] = (demo_time,)
