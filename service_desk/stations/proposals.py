"""Days that need two people: one proposes with a reason, another one decides (domain.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service_desk.audit.service import record
from service_desk.directory.areas import township_of
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.stations.models import StationProposal, StationWeekend
from service_desk.stations.queries import days_of, days_told, waits_already
from service_desk.stations.rules import EXCUSED_DAYS, Kind, Said, Source, Weekends
from service_desk.stations.service import (
    By,
    check,
    lock,
    needs_second,
    put_all,
    tell_all_alone,
    tell_alone,
)
from service_desk.stations.table_file import DayRow


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a table: days on record, and proposals that wait for a second person."""

    recorded: int
    proposals: int


def tell_or_propose(row: DayRow, proof: str, by: By) -> bool:
    """Whether the hours of a day are on record at once; else they wait for a second person.

    Raises Refused, naming the field, when they cannot have been or need a proof.
    """
    check(row.day, row.hours, by.at)
    if not needs_second(row.area_code, row.day, by):
        tell_alone(row.area_code, row.day, _opened(row), by)
        return True
    if not proof:
        raise Refused(_("Say what proves it: another person has to confirm this day."), "proof")
    propose(row.area_code, Kind.OPENED, [row], proof, by)
    return False


def _opened(row: DayRow) -> Said:
    return Said(Kind.OPENED, tuple(sorted(row.hours)))


def excuse(area_code: str, first: date, last: date, reason: str, by: By) -> StationProposal:
    """Proposes that days of force majeure count for nothing; both ends are included.

    Raises Refused, naming the field, when there are too many or some have not been.
    """
    if last < first:
        raise Refused(_("The last day is before the first one."), "last_day")
    if last > local(by.at).date():
        raise Refused(_("These days have not been yet."), "last_day")
    count = (last - first).days + 1
    if count > EXCUSED_DAYS:
        raise Refused(_("At most %(days)s days at once.", days=EXCUSED_DAYS), "last_day")
    check(first, (), by.at, "first_day")
    days = [DayRow(0, area_code, first + timedelta(days=ahead), ()) for ahead in range(count)]
    return propose(area_code, Kind.EXCUSED, days, reason, by)


def propose(
    area_code: str, kind: Kind, days: Sequence[DayRow], reason: str, by: By
) -> StationProposal:
    """Lets days wait for a second person. Raises Refused when the same ones wait already."""
    listed = [
        [each.area_code, each.day.isoformat(), [list(pair) for pair in sorted(each.hours)]]
        for each in days
    ]
    if waits_already(area_code, listed):
        raise Refused(_("The same days wait for a decision already."))
    row = StationProposal(
        area_code=area_code,
        kind=kind,
        days=listed,
        reason=reason,
        proposed_by=by.user_id,
        proposed_at=by.at,
    )
    session.add(row)
    session.flush()
    details = {"proposal": row.id, "kind": kind.value, "days": len(listed)}
    record("station_days_proposed", by.user_id, f"area:{area_code}", details, by.at)
    return row


def decide(proposal_id: int, approve: bool, user_id: int, at: datetime) -> StationProposal:
    """A second person says yes or no. Raises Forbidden for the proposer, Refused when it is over.

    Approved days come on record now, after whatever was told of them meanwhile.
    """
    row = session.get_one(StationProposal, proposal_id, with_for_update=True)
    if row.approved is not None:
        raise Refused(_("This was decided already."))
    if row.proposed_by == user_id:
        raise Forbidden
    row.approved, row.decided_by, row.decided_at = approve, user_id, at
    session.flush()
    if approve:
        _put_all(row, at)
    action = "station_days_confirmed" if approve else "station_days_refused"
    record(action, user_id, f"area:{row.area_code}", {"proposal": row.id}, at)
    return row


def _put_all(proposal: StationProposal, at: datetime) -> None:
    by = By(Source.CONFIRMED, proposal.proposed_by, at, proposal.id)
    days = list(days_of(proposal))
    lock(*{area_code for area_code, _day, _hours in days})
    told_of = [day for _area_code, day, _hours in days]
    words = days_told(proposal.area_code, min(told_of), max(told_of))
    told = {(area_code, day): Said(proposal.kind, hours) for area_code, day, hours in days}
    put_all(words, told, by)


def take_table(rows: Sequence[DayRow], proof: str, by: By) -> Taken:
    """A whole table: on record at once, or by township to those who confirm it.

    One day that needs a second person makes them all wait. Raises Refused without a proof then.
    """
    if tell_all_alone({(each.area_code, each.day): _opened(each) for each in rows}, by):
        record("station_days_imported", by.user_id, "stations", {"days": len(rows)}, by.at)
        return Taken(len(rows), 0)
    if not proof:
        raise Refused(_("Some days need a second person. Say what proves these hours."), "proof")
    parts: dict[str, list[DayRow]] = {}
    for each in rows:
        parts.setdefault(township_of(each.area_code) or each.area_code, []).append(each)
    for area_code, days in parts.items():
        propose(area_code, Kind.OPENED, days, proof, by)
    return Taken(0, len(parts))


def set_weekends(county: str, weekends: Weekends, user_id: int, at: datetime) -> None:
    """Whether a county counts Saturdays and Sundays; the same again changes nothing."""
    row = session.get(StationWeekend, county)
    wanted = weekends.saturday, weekends.sunday
    if row is not None and (row.saturday, row.sunday) == wanted:
        return
    if row is None:
        row = StationWeekend(area_code=county)
        session.add(row)
    row.saturday, row.sunday = wanted
    session.flush()
    details = {"saturday": weekends.saturday, "sunday": weekends.sunday}
    record("station_weekends_set", user_id, f"area:{county}", details, at)
