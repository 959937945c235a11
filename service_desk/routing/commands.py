"""`desk route`: who would get a request, and why."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from service_desk.accounts import queries as staff
from service_desk.directory.areas import is_code
from service_desk.directory.categories import CODES
from service_desk.foundation.clock import SHANGHAI, now
from service_desk.routing.queries import on_call, place
from service_desk.routing.wording import explain
from service_desk.service_requests.lifecycle import Urgency


def _area(_context: click.Context, _option: click.Parameter, code: str) -> str:
    if not is_code(code):
        raise click.BadParameter(f"{code} is no 12-digit code of this prefecture.")
    return code


def _moment(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime:
    """Now, or what was asked for; without an offset it is local time."""
    if text is None:
        return now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no ISO 8601 time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


@click.command("route")
@click.option("--category", required=True, type=click.Choice(sorted(CODES)), metavar="CODE")
@click.option("--area", required=True, callback=_area, help="12-digit code of the place.")
@click.option("--urgency", type=click.Choice([*Urgency]), default=Urgency.P2.value)
@click.option("--at", callback=_moment, metavar="ISO", help="When; now if not given.")
@with_appcontext
def route(category: str, area: str, urgency: str, at: datetime) -> None:
    """Say who would get a request, and why: one line a step."""
    placement = place(category, area, Urgency(urgency), restricted=False, at=at)
    for reason in placement.reasons:
        click.echo(explain(reason))
    post = staff.post_name(placement.post_id) if placement.post_id else "—"
    person = staff.names([placement.user_id]) if placement.user_id else {}
    click.echo(f"→ {post}: {next(iter(person.values()), '—')}")
    if urgency == Urgency.P0:
        paged = [contact.name for contact in staff.contacts(on_call(area, at))]
        click.echo(f"☎ {', '.join(paged) or '—'}")


COMMANDS: tuple[click.Command, ...] = (route,)
