"""Enters and ends absences. Who is away gets no new work; a substitute stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from service_desk.accounts.models import Absence, User
from service_desk.audit.service import record
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Days:
    """Local days, both included, and who stands in meanwhile."""

    first: date
    last: date
    substitute_id: int | None = None


def enter(user_id: int, days: Days, actor_id: int, at: datetime) -> Absence:
    """Raises Refused, naming the field, when the days or the substitute will not do."""
    _check_days(days, local(at).date())
    if _away_during(user_id, days):
        raise Refused(_("This person is away on some of these days already."), "first_day")
    if days.substitute_id is not None:
        _check_substitute(user_id, days, actor_id)
    absence = Absence(
        user_id=user_id,
        first_day=days.first,
        last_day=days.last,
        substitute_id=days.substitute_id,
    )
    session.add(absence)
    session.flush()
    _put_on_record("absence_entered", absence, actor_id, at)
    return absence


def end(absence: Absence, actor_id: int, at: datetime) -> None:
    """The person is back today; an absence that has not begun is taken out.

    Raises Refused when it is over already.
    """
    today = local(at).date()
    if absence.last_day < today:
        raise Refused(_("This absence is over."))
    _put_on_record("absence_ended", absence, actor_id, at)
    if absence.first_day >= today:
        session.delete(absence)
    else:
        absence.last_day = today - timedelta(days=1)
    session.flush()


def _check_days(days: Days, today: date) -> None:
    if days.last < days.first:
        raise Refused(_("The last day is before the first one."), "last_day")
    if days.last < today:
        raise Refused(_("The last day is over already."), "last_day")
    if days.last - days.first > LONGEST:
        raise Refused(_("An absence lasts a year at most. End the grant instead."), "last_day")


def _check_substitute(user_id: int, days: Days, actor_id: int) -> None:
    """Who stands in gets the other's posts: nobody takes them for themselves."""
    if days.substitute_id in (user_id, actor_id):
        raise Refused(_("Choose somebody else, not yourself or this person."), "substitute")
    substitute = session.get(User, days.substitute_id)
    if substitute is None or not substitute.active:
        raise Refused(_("There is no such person."), "substitute")
    if _away_during(substitute.id, days):
        raise Refused(_("The substitute is away on some of these days."), "substitute")


def _away_during(user_id: int, days: Days) -> bool:
    query = sa.select(Absence.id).where(
        Absence.user_id == user_id,
        Absence.first_day <= days.last,
        Absence.last_day >= days.first,
    )
    return session.scalar(query.limit(1)) is not None


def _put_on_record(action: str, absence: Absence, actor_id: int, at: datetime) -> None:
    details = {
        "first_day": absence.first_day.isoformat(),
        "last_day": absence.last_day.isoformat(),
        "substitute": absence.substitute_id,
    }
    record(action, actor_id, f"user:{absence.user_id}", details, at)
