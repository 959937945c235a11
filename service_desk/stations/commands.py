"""`desk import-station-days`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from service_desk.directory.areas import PREFECTURE, area_range
from service_desk.foundation.clock import now
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.stations import proposals, table_file
from service_desk.stations.models import REASON_LENGTH
from service_desk.stations.proposals import Taken
from service_desk.stations.queries import station_names
from service_desk.stations.rules import Source
from service_desk.stations.service import By, known_at
from service_desk.stations.table_file import BadRow, RowProblem

PROBLEMS = {
    RowProblem.COLUMNS: "expected the columns area_code,day,hours",
    RowProblem.STATION: "no station has this area_code",
    RowProblem.DAY: "day must be YYYY-MM-DD",
    RowProblem.FUTURE: "these hours are not over yet",
    RowProblem.LONG_AGO: "this is longer than a year ago",
    RowProblem.HOURS: "hours must be as in 08:30-12:00 13:30-18:00",
    RowProblem.ORDER: "closing time must be after opening time",
    RowProblem.OVERLAP: "these hours overlap",
    RowProblem.TWICE: "this station and day was given before",
    RowProblem.TOO_MANY: "too many lines",
}


@click.command("import-station-days")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--proof", default="", help="What proves days before yesterday.")
@with_appcontext
def import_station_days(file: Path, proof: str) -> None:
    """Take in the station days of FILE, a CSV with the columns area_code,day,hours.

    hours is as in "08:30-12:00 13:30-18:00", empty for a day the station did not open. Days
    before yesterday need --proof, and count once the township or county confirms them. Nothing
    is written when a line is wrong.
    """
    try:
        with unit_of_work():
            taken = _take(file.read_bytes(), proof[:REASON_LENGTH].strip())
    except BadRow as bad:
        raise click.ClickException(f"line {bad.line}: {PROBLEMS[bad.problem]}.") from bad
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    if taken.proposals:
        click.echo(f"{taken.proposals} proposals wait for a second person.")
    else:
        click.echo(f"{taken.recorded} station days are on record.")


def _take(content: bytes, proof: str) -> Taken:
    at = now()
    known = known_at(station_names([area_range(PREFECTURE)]), at)
    rows = table_file.parse(table_file.decode(content), known)
    return proposals.take_table(rows, proof, By(Source.IMPORT, None, at))


COMMANDS: list[click.Command] = [import_station_days]
