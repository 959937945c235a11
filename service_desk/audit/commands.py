"""`desk audit verify`."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from service_desk.audit.queries import verify
from service_desk.audit.rules import Damage

SENTENCES = {
    Damage.ALTERED: "entry {id} was altered",
    Damage.DELETED: "entries before entry {id} were deleted",
    Damage.CUT: "entries after entry {id} were cut off",
}


@click.group("audit")
def audit() -> None:
    """The audit record."""


@audit.command("verify")
@with_appcontext
def verify_record() -> None:
    """Check that no audit entry was altered, deleted or cut off; exit 1 if one was."""
    verdict = verify()
    for finding in verdict.findings:
        click.echo(SENTENCES[finding.damage].format(id=finding.entry_id))
    if verdict.findings:
        sys.exit(1)
    click.echo(f"The audit record is whole: {verdict.entries} entries.")


COMMANDS: tuple[click.Command, ...] = (audit,)
