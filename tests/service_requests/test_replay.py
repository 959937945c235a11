"""What each kind of line tells of the clocks: due times are worked out, never copied."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from service_desk.service_clock.policies import DEFAULTS
from service_desk.service_clock.schedule import DayKind, ServiceHours
from service_desk.service_clock.walk import Span
from service_desk.service_clock.week_text import week_of
from service_desk.service_requests.models import ClockKind, ClockOutcome, EntryKind
from service_desk.service_requests.replay import rebuild
from service_desk.service_requests.tape import NotEnough
from service_desk.service_requests.told import differences

FIRST, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 10:00 in Diqing."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEIMEN, TOWNSHIP = "533401101003", "533401101000"
WEEK = "1-5 08:30-12:00 13:30-18:00"
BASIS = {"area": BEIMEN, "policy": 1, "calendar": 1, "week": WEEK}
WEDNESDAY = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)
"""Closing time of the seventh working day."""


class Line(NamedTuple):
    at: datetime
    kind: EntryKind
    data: dict[str, Any]


class Rules:
    """Version 1 as the handbook has it; in version 2 Tuesday is a holiday and limits double."""

    def policies(self, version):
        return [replace(each, amount=each.amount * version) for each in DEFAULTS]

    def hours(self, area_code, calendar, week):
        days = {AT.date() + DAY: DayKind.HOLIDAY} if calendar == 2 else {}
        return ServiceHours(week_of(week), days)


def line(kind, at=AT, **data):
    return Line(at, kind, data)


def moved(kind, state, at, cycle=1, **data):
    return line(kind, at, state=state, cycle=cycle, **data)


def submitted(basis=BASIS, **changes):
    known = {"channel": "web", "urgency": "P2", "nature": "help", "category": "ELDER-05"}
    data = known | {"danger": False, "basis": basis} | changes
    return line(EntryKind.SUBMITTED, **data)


ASSIGNED = line(EntryKind.ASSIGNED, unit_code=BEIMEN, post_id=1)
CLAIMED = moved(EntryKind.CLAIMED, "accepted", AT + HOUR)
WAITED_AT, RESUMED_AT = AT + DAY + 2 * HOUR, AT + 2 * DAY + 2 * HOUR
WAITED = [
    CLAIMED,
    moved(EntryKind.WAITING, "waiting", WAITED_AT),
    moved(EntryKind.RESUMED, "accepted", RESUMED_AT, basis=BASIS),
]


def told(*lines, opened=None):
    return rebuild([opened or submitted(), ASSIGNED, *lines], Rules())


def classified(at=AT + HOUR, basis=BASIS, **changed):
    return line(EntryKind.CLASSIFIED, at, changed=changed, basis=basis)


def contacted(at, outcome="reached"):
    return line(EntryKind.CONTACT, at, method="call", outcome=outcome, basis=BASIS)


def resolved(at, cycle=1):
    return moved(EntryKind.RESOLVED, "resolved", at, cycle, basis=BASIS)


def extended(days, at=AT + HOUR, **data):
    return line(EntryKind.EXTENSION_DECIDED, at, **{"approved": True, "days": days} | data)


def test_a_request_starts_both_clocks():
    clocks = told()
    first, resolution = clocks[FIRST], clocks[RESOLUTION]
    assert (first.started_at, first.due_at, first.first_due_at) == (AT, AT + DAY, AT + DAY)
    assert (resolution.due_at, resolution.unit_code) == (WEDNESDAY, BEIMEN)
    assert (first.policy_id, first.policy_version, first.calendar_version) == (1, 1, 1)
    assert first.outcome is ClockOutcome.OPEN


def test_due_times_go_by_the_versions_and_the_week_of_the_line():
    by_limits = told(opened=submitted(BASIS | {"policy": 2}))
    by_calendar = told(opened=submitted(BASIS | {"calendar": 2}))
    by_week = told(opened=submitted(BASIS | {"week": "1-5 10:00-12:00"}))
    assert by_limits[FIRST].due_at == AT + 2 * DAY
    assert by_calendar[FIRST].due_at == AT + 2 * DAY
    assert by_week[FIRST].due_at == AT + 3 * DAY + 2 * HOUR


def test_praise_has_no_clocks_but_danger_has():
    assert told(opened=submitted(nature="praise")) == {}
    assert told(opened=submitted(nature="praise", urgency="P0"))[FIRST].due_at == AT + 15 * MINUTE


def test_who_was_reached_was_answered_and_who_was_not_was_not():
    missed = contacted(AT + HOUR, "not_reached")
    first = told(missed, contacted(AT + 2 * HOUR), contacted(AT + 3 * HOUR))[FIRST]
    assert (first.met_at, first.outcome) == (AT + 2 * HOUR, ClockOutcome.ON_TIME)
    assert (first.service_minutes, first.wall_minutes) == (120, 120)
    assert told(missed)[FIRST].met_at is None


def test_exactly_at_the_due_time_is_on_time():
    assert told(contacted(AT + DAY))[FIRST].outcome is ClockOutcome.ON_TIME
    assert told(contacted(AT + DAY + MINUTE))[FIRST].outcome is ClockOutcome.LATE


def test_waiting_rests_the_resolution_and_never_the_first_response():
    waiting = told(*WAITED[:2])
    assert waiting[RESOLUTION].paused_at == WAITED_AT
    assert waiting[FIRST].paused_at is None
    after = told(*WAITED)[RESOLUTION]
    assert after.pauses == (Span(WAITED_AT, RESUMED_AT),)
    assert (after.paused_at, after.due_at, after.first_due_at) == (
        None,
        WEDNESDAY + DAY,
        WEDNESDAY,
    )
    assert told(*WAITED)[FIRST].due_at == AT + DAY


def test_an_approved_deferral_rests_it_too():
    deferred = moved(EntryKind.NOTE, "deferred", AT + 2 * HOUR, approved=True)
    assert told(CLAIMED, deferred)[RESOLUTION].paused_at == AT + 2 * HOUR


def test_an_end_answers_both():
    clocks = told(*WAITED[:2], resolved(RESUMED_AT))
    assert clocks[RESOLUTION].met_at == clocks[FIRST].met_at == RESUMED_AT
    assert clocks[RESOLUTION].outcome is ClockOutcome.ON_TIME
    assert clocks[FIRST].outcome is ClockOutcome.LATE
    assert clocks[RESOLUTION].pauses == (Span(WAITED_AT, RESUMED_AT),)


def test_rework_starts_again_under_the_calendar_of_its_day():
    done = [CLAIMED, resolved(AT + 2 * HOUR)]
    again = moved(EntryKind.REWORK, "rework", AT + 3 * HOUR, 2, basis=BASIS | {"calendar": 2})
    found = told(*done, again)[RESOLUTION]
    assert (found.started_at, found.calendar_version) == (AT + 3 * HOUR, 2)
    assert found.due_at == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    assert found.first_due_at == WEDNESDAY
    assert (found.met_at, found.service_minutes, found.outcome) == (None, None, "open")
    ended = told(*done, again, resolved(AT + 4 * HOUR, 2))
    assert (ended[RESOLUTION].met_at, ended[FIRST].met_at) == (AT + 4 * HOUR, AT + 2 * HOUR)


def test_closing_ends_what_runs():
    closed = moved(EntryKind.WITHDRAWN, "closed", AT + DAY + MINUTE)
    clocks = told(CLAIMED, closed)
    assert clocks[FIRST].outcome is ClockOutcome.LATE
    assert clocks[RESOLUTION].outcome is ClockOutcome.CANCELLED
    assert told(contacted(AT), closed)[FIRST].outcome is ClockOutcome.ON_TIME


def test_an_extension_counts_once_approved_and_keeps_the_first_due_time():
    assert told(extended(2, approved=False))[RESOLUTION].due_at == WEDNESDAY
    found = told(extended(2, basis=BASIS))[RESOLUTION]
    assert (found.due_at, found.first_due_at) == (WEDNESDAY + 2 * DAY, WEDNESDAY)


def test_another_urgency_counts_from_the_start():
    clocks = told(classified(AT + MINUTE, urgency=["P2", "P0"]))
    assert clocks[FIRST].due_at == AT + 15 * MINUTE
    assert clocks[RESOLUTION].due_at == AT + DAY


def test_what_was_late_stays_late():
    clocks = told(
        classified(AT + MINUTE, urgency=["P2", "P0"]),
        classified(AT + HOUR, urgency=["P0", "P2"]),
    )
    assert clocks[FIRST].due_at == AT + 15 * MINUTE
    assert clocks[RESOLUTION].due_at == WEDNESDAY


def test_another_nature_keeps_extensions_and_pauses():
    found = told(
        *WAITED, extended(2, basis=BASIS), classified(RESUMED_AT, nature=["help", "inquiry"])
    )
    thursday = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    assert found[RESOLUTION].first_due_at == thursday
    assert found[RESOLUTION].due_at == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def test_danger_knows_no_extension():
    found = told(extended(2, basis=BASIS), classified(urgency=["P2", "P0"]))
    assert found[RESOLUTION].due_at == AT + DAY


def test_the_same_limit_never_becomes_shorter():
    shorter = classified(
        category=["ELDER-05", "ELDER-04"], basis=BASIS | {"week": "1-7 00:00-24:00"}
    )
    assert told(shorter)[FIRST].due_at == AT + DAY


def test_praise_after_all_stops_and_a_request_after_all_goes_on():
    praised = told(classified(nature=["help", "praise"]))
    assert praised[FIRST].outcome is ClockOutcome.CANCELLED
    back = told(classified(nature=["help", "praise"]), classified(nature=["praise", "help"]))
    assert back == told()
    late = told(classified(nature=["praise", "help"]), opened=submitted(nature="praise"))
    assert late == told()


def test_the_lead_unit_counts_until_the_due_time():
    handed = moved(EntryKind.ASSIGNED, "assigned", AT + DAY + MINUTE, unit_code=TOWNSHIP)
    clocks = told(handed)
    assert (clocks[FIRST].unit_code, clocks[RESOLUTION].unit_code) == (BEIMEN, TOWNSHIP)


def test_lines_that_tell_nothing_of_clocks_change_nothing():
    kinds = (
        EntryKind.NOTE,
        EntryKind.LOOKED,
        EntryKind.SUGGESTED,
        EntryKind.PAGED,
        EntryKind.RATED,
    )
    assert told(*[line(kind) for kind in kinds]) == told()


def test_who_may_read_it_changes_no_clock():
    hidden = line(EntryKind.CLASSIFIED, changed={"restricted": [False, True]}, due_at=None)
    assert told(hidden) == told()


OLD = [
    [line(EntryKind.SUBMITTED, channel="web", urgency="P2", danger=False)],
    [line(EntryKind.SUBMITTED, urgency="P2", nature="help", category=None)],
    [submitted(), line(EntryKind.CONTACT, outcome="reached")],
    [submitted(), moved(EntryKind.RESOLVED, "resolved", AT)],
    [submitted(), *WAITED[:2], moved(EntryKind.RESUMED, "accepted", AT + DAY)],
    [submitted(), moved(EntryKind.REWORK, "rework", AT, 2)],
    [submitted(), line(EntryKind.EXTENSION_DECIDED, approved=True)],
    [submitted(), line(EntryKind.CLASSIFIED, changed={"urgency": ["P2", "P1"]})],
]


@pytest.mark.parametrize("lines", OLD)
def test_older_lines_are_not_enough(lines):
    with pytest.raises(NotEnough):
        rebuild(lines, Rules())


def test_differences_name_the_clock_and_the_field():
    stored = told()
    stored[FIRST].due_at += HOUR
    assert list(differences(stored, told())) == [
        (FIRST, "due_at", AT + DAY + HOUR, AT + DAY),
    ]
    del stored[RESOLUTION]
    assert {each.clock for each in differences(stored, told())} == {FIRST, RESOLUTION}
