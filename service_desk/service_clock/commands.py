"""`desk due` and `desk import-calendar`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from service_desk.directory.areas import is_code
from service_desk.directory.categories import CODES, Nature
from service_desk.directory.queries import area_exists
from service_desk.foundation.clock import SHANGHAI, local, now
from service_desk.foundation.faults import Fault
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import calendar_file, calendar_queries, queries, service
from service_desk.service_clock.calendar_file import BadRow, RowProblem
from service_desk.service_clock.policies import Matter, PolicyKind
from service_desk.service_clock.walk import Span

NATURES = [nature.value for nature in Nature if nature not in (Nature.PRAISE, Nature.INVALID)]
LENGTH = 12
PROBLEMS = {
    RowProblem.COLUMNS: "expected the columns area_code,day,kind,name and maybe hours",
    RowProblem.AREA: "no such area_code",
    RowProblem.DAY: "day must be YYYY-MM-DD",
    RowProblem.KIND: "kind must be holiday, working, closure or default",
    RowProblem.NAME: "name must be at most 80 printable characters",
    RowProblem.HOURS: "hours must be such as 10:00-12:00 14:00-26:00, or empty",
    RowProblem.HOURS_END: "hours end before they start; past midnight is written 20:00-26:00",
    RowProblem.HOURS_OVERLAP: "hours overlap",
    RowProblem.HOURS_KIND: "only a working day or a closure has hours of its own",
    RowProblem.WHOLE: "a closure is entered for a county, a township or a village",
    RowProblem.TAKEN: "this place has another entry on this day; take it out first",
    RowProblem.REACH: "this place or kind of day is not yours to enter",
    RowProblem.TWICE: "this area and day was given before",
}


class Moment(click.ParamType[datetime]):
    """ISO 8601; without an offset it is local time in Diqing."""

    name = "ISO"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is no time such as 2026-11-23T10:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


class Pause(click.ParamType[Span]):
    """Two moments joined by two dots."""

    name = "ISO..ISO"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        start, dots, end = value.partition("..")
        if not dots:
            self.fail(f"{value!r} is not two times joined by ..", param, ctx)
        span = Span(Moment().convert(start, param, ctx), Moment().convert(end, param, ctx))
        if span.end < span.start:
            self.fail(f"{value!r} ends before it starts", param, ctx)
        return span


class AreaCode(click.ParamType[str]):
    """A code of 12 digits, or its first 4, 6 or 9."""

    name = "CODE"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        code = value.ljust(LENGTH, "0")
        if len(value) not in (4, 6, 9, LENGTH) or not is_code(code):
            self.fail(f"{value!r} is no area code", param, ctx)
        return code


@contextmanager
def _plain_sentences() -> Iterator[None]:
    try:
        yield
    except Fault as fault:
        raise click.ClickException(str(fault)) from fault


@click.command("due")
@click.option("--policy", type=click.Choice(["first_response", "resolution"]))
@click.option("--service-minutes", type=click.IntRange(min=0))
@click.option("--urgency", type=click.Choice(["P0", "P1", "P2"]))
@click.option("--nature", type=click.Choice(NATURES), default=Nature.HELP.value)
@click.option("--category", type=click.Choice(sorted(CODES)), metavar="CODE")
@click.option("--area", type=AreaCode(), required=True)
@click.option("--from", "start", type=Moment(), required=True)
@click.option("--pause", "pauses", type=Pause(), multiple=True)
@with_appcontext
def due(
    policy: str | None,
    service_minutes: int | None,
    urgency: str | None,
    nature: str,
    category: str | None,
    area: str,
    start: datetime,
    pauses: Sequence[Span],
) -> None:
    """Print when something is due: by a policy and urgency, or by service minutes."""
    _refuse_mixture(policy, service_minutes, urgency, pauses)
    if not area_exists(area):
        raise click.ClickException(f"There is no place {area}.")
    with _plain_sentences():
        if service_minutes is not None:
            found = calendar_queries.due_by_minutes(area, start, service_minutes, pauses)
        else:
            matter = Matter(str(policy), str(urgency), nature, category)
            found = queries.promise(matter, area, start, pauses).due_at
    click.echo(local(found).isoformat())


def _refuse_mixture(
    policy: str | None, minutes: int | None, urgency: str | None, pauses: Sequence[Span]
) -> None:
    if (policy is None) == (minutes is None):
        raise click.UsageError("Give either --policy or --service-minutes.")
    if policy is not None and urgency is None:
        raise click.UsageError("--policy needs --urgency.")
    if policy == PolicyKind.FIRST_RESPONSE and pauses:
        raise click.UsageError("The first response never pauses: leave --pause out.")


@click.command("import-calendar")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def import_calendar(file: Path) -> None:
    """Take in the days of FILE, a CSV with the columns area_code,day,kind,name and maybe hours.

    kind is holiday, working, closure (the station does not open, or only in the hours given; the
    day counts as before) or default (takes an earlier line out again). Nothing is written when a
    line is wrong.
    """
    try:
        rows = calendar_file.parse(calendar_file.decode(file.read_bytes()))
        with unit_of_work():
            version = service.import_calendar(rows, None, now())
    except BadRow as bad:
        raise click.ClickException(f"line {bad.line}: {PROBLEMS[bad.problem]}.") from bad
    click.echo(f"{len(rows)} days taken in; the calendar is now version {version}.")


COMMANDS: list[click.Command] = [due, import_calendar]
