"""The operator's commands for the whole house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from service_desk.foundation.clock import now
from service_desk.foundation.database import db
from service_desk.foundation.faults import NotFound, Refused
from service_desk.foundation.settings import settings
from service_desk.foundation.transaction import unit_of_work
from service_desk.operations import backup as copies
from service_desk.operations import load as loading
from service_desk.operations.demo_load import Wanted, full_hour, load_requests
from service_desk.operations.export import everything


@contextmanager
def _plain_sentences() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal


@click.command("load")
@with_appcontext
def load() -> None:
    """Load divisions and categories, and the demo's people where DEMO=1; safe to repeat."""
    with unit_of_work():
        loading.load(settings().demo, settings().demo_password, now())


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Copy the database and the photos into FILE (.tar.gz) while the desk runs."""
    with _plain_sentences():
        copies.backup(settings().database_url, settings().data_dir, file)
    click.echo(f"{file}: {file.stat().st_size} bytes. Keep SECRET_KEY and FIELD_KEYS apart.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def restore(file: Path) -> None:
    """Bring FILE back into an empty database."""
    db.engine.dispose()
    with _plain_sentences():
        copies.restore(settings().database_url, settings().data_dir, file)
    click.echo("Restored.")


@click.command("demo")
@click.option("--requests", type=click.IntRange(1), default=300, show_default=True)
@click.option("--months", type=click.FloatRange(0.1, 60), default=3, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same gives the same.")
@with_appcontext
def demo(requests: int, months: float, seed: int) -> None:
    """Add invented requests of the last MONTHS, true to every rule; refused outside DEMO=1."""
    if not settings().demo or settings().production:
        raise click.ClickException("Invented requests belong in a demo only: set DEMO=1.")
    at = now()
    wanted = Wanted(requests, months, seed, full_hour(at))
    with unit_of_work():
        loading.load(True, settings().demo_password, at)
        for done in load_requests(wanted):
            click.echo(f"{done} of {requests}")


@click.command("export-request")
@click.argument("reference")
@with_appcontext
def export_request(reference: str) -> None:
    """Print everything that is kept about one request as JSON; this is put on record."""
    try:
        with unit_of_work():
            found = everything(reference, now())
    except NotFound as error:
        raise click.ClickException("There is no request with this reference.") from error
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


COMMANDS: list[click.Command] = [load, backup, restore, demo, export_request]
