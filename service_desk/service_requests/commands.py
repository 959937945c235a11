"""`desk rebuild-clocks`."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from service_desk.service_requests.rebuild import Finding, compare_all
from service_desk.service_requests.reference import parse_reference, show_reference

SAME, DIFFERS, UNKNOWN = "same", "differs", "unknown"


@click.command("rebuild-clocks")
@click.option("--check", is_flag=True, help="Exit with 1 when anything differs.")
@click.option("--reference", help="Only this request.")
@with_appcontext
def rebuild_clocks(check: bool, reference: str | None) -> None:
    """Work every clock out again from the timeline alone and print what differs.

    Nothing is ever rewritten, with --check or without: a difference is for a person to explain,
    since either the clock or the timeline was changed behind the desk's back.
    """
    counted = Counter(map(_report, compare_all(_parsed(reference))))
    if reference is not None and not counted:
        raise click.ClickException("There is no request with this reference.")
    click.echo(
        f"{counted.total()} requests compared: {counted[DIFFERS]} differ, "
        f"{counted[UNKNOWN]} from before the timeline kept enough."
    )
    if check and counted[DIFFERS]:
        sys.exit(1)


def _parsed(text: str | None) -> str | None:
    """An impossible reference is one that no request has."""
    return None if text is None else parse_reference(text) or ""


def _report(finding: Finding) -> str:
    """Prints what is to be said of one request; what it comes to."""
    reference = show_reference(finding.reference)
    if not finding.enough:
        click.echo(f"{reference}: not enough recorded")
        return UNKNOWN
    for each in finding.differences:
        click.echo(
            f"{reference} {each.clock} {each.field}: stored {_told(each.stored)}, "
            f"the timeline tells {_told(each.told)}"
        )
    return DIFFERS if finding.differences else SAME


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join("..".join(map(_told, span)) for span in value) or "none"
    return (
        value.isoformat()
        if isinstance(value, datetime)
        else str("none" if value is None else value)
    )


COMMANDS: list[click.Command] = [rebuild_clocks]
