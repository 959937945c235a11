"""Publishes days of the calendar: what may give time to open requests by two people.

An administrator never works on requests and publishes alone; so does anybody what can only take
time away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from service_desk.accounts.reach import Reach
from service_desk.audit.service import record
from service_desk.directory.areas import ancestors, contains
from service_desk.directory.hours import read_day
from service_desk.directory.queries import places
from service_desk.foundation.access import Permission
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, NotFound, Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.calendar_queries import hours_of
from service_desk.service_clock.layers import Told
from service_desk.service_clock.lengthening import Days, gives_time
from service_desk.service_clock.models import CalendarProposal
from service_desk.service_clock.publishing import Submitted
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import (
    ANYWHERE,
    Allowed,
    Entries,
    Planned,
    import_calendar,
    note_of,
    planned,
    queue_up,
)

TOLD_FOR = timedelta(days=30)
"""So long whoever proposed something sees what was decided."""


class Sender(NamedTuple):
    """Who sends days, where they may enter what, and whether they need no second person."""

    user_id: int
    allowed: Allowed
    alone: bool


class Decision(NamedTuple):
    """A second person's yes or no."""

    approved: bool
    reason: str


def sender(reach: Reach) -> Sender:
    """An administrator anywhere, and alone unless they work on requests as well."""
    if reach.may(Permission.ADMINISTER):
        return Sender(reach.user_id, ANYWHERE, not reach.may(Permission.WORK_CASES))
    days = reach.areas_of(Permission.EDIT_CALENDAR)
    allowed = Allowed(days, reach.areas_of(Permission.CLOSE_STATIONS))
    return Sender(reach.user_id, allowed, alone=False)


def may_decide(proposal: CalendarProposal, by: Sender) -> bool:
    """Whether they may enter any day in every place of it; of their own the service says no."""
    return all(
        any(contains(area, row.area_code) for area in by.allowed.days)
        for row in read(proposal.rows)
    )


def submit(rows: Sequence[CalendarRow], by: Sender, at: datetime) -> Submitted:
    """In force at once, or waiting for a second person where somebody may gain time.

    Raises BadRow as `service.planned`, Refused when the same rows wait already.
    """
    queue_up()
    found = planned(rows, at, by.allowed)
    if by.alone or not (found.changes and _gives_time(rows, found)):
        return Submitted(import_calendar(rows, by.user_id, at, by.allowed), None)
    return Submitted(None, _propose(rows, by.user_id, at))


def _gives_time(rows: Sequence[CalendarRow], found: Planned) -> bool:
    weeks = {code: each.week for code, each in hours_of(places()).items()}
    return gives_time(rows, _told(found.before.entries), _told(found.entries), weeks)


def _told(entries: Entries) -> Days:
    return {
        place: Told(each.kind, tuple(read_day(each.hours) or ())) for place, each in entries.items()
    }


def _propose(rows: Sequence[CalendarRow], actor_id: int, at: datetime) -> int:
    listed = written(rows)
    if any(each.rows == listed for each in waiting()):
        raise Refused(_("The same days wait for a decision already."))
    proposal = CalendarProposal(
        area_code=_widest(rows),
        rows=listed,
        note=note_of(rows),
        proposed_by=actor_id,
        proposed_at=at,
    )
    session.add(proposal)
    session.flush()
    _record("calendar_proposed", proposal, actor_id, at)
    return proposal.id


def _widest(rows: Sequence[CalendarRow]) -> str:
    return min((row.area_code for row in rows), key=lambda code: (len(ancestors(code)), code))


def _record(action: str, proposal: CalendarProposal, actor_id: int, at: datetime) -> None:
    details = {"area": proposal.area_code, "rows": proposal.rows}
    record(action, actor_id, f"calendar-proposal:{proposal.id}", details, at)


def decide(proposal_id: int, decision: Decision, by: Sender, at: datetime) -> CalendarProposal:
    """What is approved is published as the calendar is now, and counts from now on.

    Raises NotFound out of reach, Forbidden for the proposer, StaleEdit when it is decided
    already, BadRow when it no longer fits, Refused when it would change nothing any more.
    """
    queue_up()
    proposal = _undecided(proposal_id, by)
    proposal.decided_by, proposal.decided_at = by.user_id, at
    proposal.approved, proposal.reason = decision
    if decision.approved:
        _publish(proposal, by, at)
    session.flush()
    action = "calendar_approved" if decision.approved else "calendar_refused"
    _record(action, proposal, by.user_id, at)
    return proposal


def _undecided(proposal_id: int, by: Sender) -> CalendarProposal:
    fresh: dict[str, Any] = {"with_for_update": True, "populate_existing": True}
    proposal = session.get(CalendarProposal, proposal_id, **fresh)
    if proposal is None or not (may_decide(proposal, by) or by.user_id == proposal.proposed_by):
        raise NotFound
    if by.user_id == proposal.proposed_by:
        raise Forbidden
    if proposal.decided_at is not None:
        raise StaleEdit
    return proposal


def _publish(proposal: CalendarProposal, by: Sender, at: datetime) -> None:
    rows = read(proposal.rows)
    check(proposal, by, at)
    proposal.version_id = import_calendar(rows, proposal.proposed_by, at, by.allowed)


def check(proposal: CalendarProposal, by: Sender, at: datetime) -> None:
    """Raises BadRow or Refused when it can no longer be approved; writes nothing."""
    if not planned(read(proposal.rows), at, by.allowed).changes:
        raise Refused(_("The calendar says all of this already."))


def waiting() -> Sequence[CalendarProposal]:
    """Proposals that nobody has decided, newest first."""
    return _listed(CalendarProposal.decided_at.is_(None))


def to_see(by: Sender, at: datetime) -> list[CalendarProposal]:
    """What waits for their word, and what became of their own; newest first."""
    own = sa.and_(
        CalendarProposal.proposed_by == by.user_id, CalendarProposal.decided_at >= at - TOLD_FOR
    )
    found = _listed(sa.or_(CalendarProposal.decided_at.is_(None), own))
    return [each for each in found if each.proposed_by == by.user_id or may_decide(each, by)]


def to_decide(by: Sender) -> list[CalendarProposal]:
    """What waits for their word: nothing that they proposed themselves."""
    return [each for each in waiting() if each.proposed_by != by.user_id and may_decide(each, by)]


def _listed(rule: sa.ColumnElement[bool]) -> Sequence[CalendarProposal]:
    query = sa.select(CalendarProposal).where(rule)
    return session.scalars(query.order_by(CalendarProposal.id.desc())).all()


def behind(version_ids: Iterable[int]) -> dict[int, CalendarProposal]:
    """The proposals that became these versions, by version; none where one person published."""
    rule = CalendarProposal.version_id.in_(list(version_ids))
    return {each.version_id: each for each in _listed(rule) if each.version_id is not None}


def written(rows: Iterable[CalendarRow]) -> list[list[Any]]:
    """Rows as JSON: place, day, kind or null, name, and pairs of minutes."""
    return [
        [row.area_code, row.day.isoformat(), row.kind, row.name, [list(p) for p in row.hours]]
        for row in rows
    ]


def read(rows: Iterable[Sequence[Any]]) -> list[CalendarRow]:
    """The reverse of `written`; lines are counted from 1."""
    return list(_rows(rows))


def _rows(rows: Iterable[Sequence[Any]]) -> Iterator[CalendarRow]:
    for line, (code, day, kind, name, hours) in enumerate(rows, start=1):
        known = None if kind is None else DayKind(kind)
        pairs = tuple((opens, closes) for opens, closes in hours)
        yield CalendarRow(line, code, date.fromisoformat(day), known, name, pairs)
