"""`desk import-divisions`."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from flask.cli import with_appcontext

from service_desk.directory.service import load_divisions
from service_desk.foundation.clock import now
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work


@click.command("import-divisions")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def import_divisions(file: Path) -> None:
    """Bring the places up to FILE (CSV: code12,level,name,parent12,counts_as_township)."""
    try:
        with file.open(encoding="utf-8-sig") as handle, unit_of_work():
            changed = load_divisions(list(csv.DictReader(handle)), now())
    except (Refused, UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(getattr(error, "message", str(error))) from error
    click.echo(f"{changed} places are new or renamed.")


COMMANDS: list[click.Command] = [import_divisions]
