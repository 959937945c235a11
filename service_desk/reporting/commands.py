"""`desk report`: one month's report into a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from service_desk.directory.areas import PREFECTURE, is_code
from service_desk.foundation.clock import now
from service_desk.foundation.faults import NotFound
from service_desk.reporting import export
from service_desk.reporting.months import Month
from service_desk.reporting.queries import report


def _month(_context: click.Context, _option: click.Parameter, text: str) -> Month:
    month = Month.parse(text)
    if month is None:
        raise click.BadParameter(f"{text} is no month; write it as 2026-11.")
    return month


def _area(_context: click.Context, _option: click.Parameter, code: str) -> str:
    if not is_code(code):
        raise click.BadParameter(f"{code} is no 12-digit code of this prefecture.")
    return code


def _as_json(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


FORMATS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "json": _as_json,
    "xlsx": export.workbook,
}


@click.command("report")
@click.option("--month", required=True, callback=_month, metavar="YYYY-MM")
@click.option("--area", default=PREFECTURE, callback=_area, help="Code; else the prefecture.")
@click.option("--format", "form", required=True, type=click.Choice(sorted(FORMATS)))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def report_month(month: Month, area: str, form: str, out: Path) -> None:
    """Write one month's report of an area and all below it."""
    try:
        out.write_bytes(FORMATS[form](report(month, area, now())))
    except NotFound:
        raise click.ClickException(f"There is no place with the code {area}.") from None
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    click.echo(f"{out}: {month}, {area}")


COMMANDS: tuple[click.Command, ...] = (report_month,)
