"""The clocks of a request: judged from event times, and never to the worker's advantage."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service_desk.directory.hours import Interval
from service_desk.directory.models import Station
from service_desk.directory.service import set_station_hours
from service_desk.foundation.actor import Actor
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.calendar_queries import add_working_days
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import import_calendar
from service_desk.service_requests import approvals, clocks, promising, reminders, service, timing
from service_desk.service_requests.lifecycle import CloseReason, Nature, State, Urgency
from service_desk.service_requests.models import ApprovalKind, ClockKind, ClockOutcome, EntryKind
from service_desk.service_requests.placement import Placement
from service_desk.service_requests.queries import pending_approval
from service_desk.service_requests.service import for_change
from service_desk.service_requests.timeline import Entry
from tests.service_requests.conftest import AT, BEIMEN, WORKER, draft, opened, step
from workers.calendar import regain_all

FIRST, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DUE = AT + DAY
"""Eight service hours after Monday 10:00."""
CLOSED_VILLAGE = "533401101001"
TOWNSHIP = Placement(None, None, "533401101000", False, False, ())


def clock(request, kind=RESOLUTION):
    found = clocks.clock_of(request, kind)
    assert found is not None
    return found


@pytest.fixture
def met(open_one, change, read):
    def at(moment, **changes):
        request_id = open_one(**changes)
        change(request_id, timing.meet, FIRST, moment)
        return read(request_id)

    return at


@pytest.mark.both_databases
def test_exactly_at_the_due_time_is_on_time(met):
    assert clock(met(DUE), FIRST).outcome is ClockOutcome.ON_TIME
    assert clock(met(DUE + MINUTE), FIRST).outcome is ClockOutcome.LATE


@pytest.mark.both_databases
def test_an_answer_is_measured_in_service_and_wall_minutes(met):
    request = met(DUE)
    first = clock(request, FIRST)
    assert (first.met_at, first.service_minutes, first.wall_minutes) == (DUE, 480, 1440)
    assert request.due_at == clock(request).due_at


def test_only_the_first_answer_counts(open_one, change, read):
    request_id = open_one()
    change(request_id, timing.meet, FIRST, AT + HOUR)
    change(request_id, timing.meet, FIRST, DUE + DAY)
    assert clock(read(request_id), FIRST).met_at == AT + HOUR


def test_praise_has_nothing_to_meet(open_one, change, read):
    request_id = open_one(nature=Nature.PRAISE)
    change(request_id, timing.meet, FIRST, AT)
    assert read(request_id).clocks == []


def test_praise_moves_without_clocks(open_one, change, read):
    request_id = open_one(nature=Nature.PRAISE)
    change(request_id, step, State.CLOSED, AT)
    request = read(request_id)
    assert (request.state, request.due_at) == (State.CLOSED, None)


@pytest.mark.both_databases
def test_a_pause_moves_the_resolution_and_never_the_first_response(open_one, change, read):
    """From Tuesday 11:00 to Thursday 11:00: two of its working days."""
    request_id, begun = open_one(), AT + DAY + HOUR
    before = read(request_id)
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.WAITING, begun)
    paused = read(request_id)
    assert clock(paused).paused_at == begun
    assert clock(paused, FIRST).paused_at is None
    assert paused.due_at == DUE
    change(request_id, step, State.ACCEPTED, begun + 2 * DAY)
    after = read(request_id)
    assert clock(after).due_at == clock(before).due_at + 2 * DAY
    assert clock(after).first_due_at == clock(before).first_due_at
    assert clock(after, FIRST).due_at == clock(before, FIRST).due_at
    (span,) = reminders.spans(clock(after))
    assert (span.start, span.end) == (begun, begun + 2 * DAY)


@pytest.mark.both_databases
def test_what_waits_is_not_due_once_it_was_answered(open_one, change, read):
    request_id = open_one()
    change(request_id, timing.meet, FIRST, AT)
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.WAITING, AT + HOUR)
    assert read(request_id).due_at == clocks.NEVER


def test_answering_ends_a_pause(open_one, change, read):
    request_id = open_one()
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.WAITING, AT + HOUR)
    change(request_id, step, State.RESOLVED, AT + 3 * HOUR)
    found = clock(read(request_id))
    assert found.outcome is ClockOutcome.ON_TIME
    assert found.paused_at is None
    assert len(found.pauses) == 1
    assert read(request_id).resolved_at == AT + 3 * HOUR


@pytest.mark.both_databases
def test_rework_has_five_working_days_of_its_own(open_one, change, read):
    request_id = open_one()
    first_due = clock(read(request_id)).first_due_at
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.RESOLVED, AT + HOUR)
    change(request_id, service.rework, "没修好", WORKER, AT + DAY)
    found = clock(read(request_id))
    assert found.due_at == datetime.fromisoformat("2026-12-01T18:00+08:00")
    assert (found.first_due_at, found.started_at) == (first_due, AT + DAY)
    assert (found.outcome, found.met_at, found.pauses) == (ClockOutcome.OPEN, None, [])


def test_rework_keeps_its_promise_when_the_category_changes(open_one, change, read):
    request_id = open_one()
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.RESOLVED, AT + HOUR)
    change(request_id, service.rework, "没修好", WORKER, AT + DAY)
    before = clock(read(request_id))
    change(request_id, restated, AT + DAY, nature=Nature.COMPLAINT)
    after = clock(read(request_id))
    assert (after.first_due_at, after.due_at) == (before.first_due_at, before.due_at)


@pytest.mark.both_databases
def test_closing_in_time_ends_the_promise_and_too_late_breaks_it(open_one, change, read):
    early, late = open_one(), open_one()
    change(early, step, State.CLOSED, DUE)
    change(late, step, State.CLOSED, DUE + MINUTE)
    assert clock(read(early), FIRST).outcome is ClockOutcome.CANCELLED
    assert clock(read(late), FIRST).outcome is ClockOutcome.LATE
    assert clock(read(late)).outcome is ClockOutcome.CANCELLED
    assert read(late).due_at is None


@pytest.mark.both_databases
def test_until_the_due_time_the_lead_unit_counts(open_one, change, read):
    request_id, late = open_one(), open_one()
    change(request_id, service.assign, TOWNSHIP, WORKER, DUE)
    change(late, service.assign, TOWNSHIP, WORKER, DUE + MINUTE)
    assert clock(read(request_id), FIRST).unit_code == "533401101000"
    assert clock(read(late), FIRST).unit_code == BEIMEN
    assert clock(read(late)).unit_code == "533401101000"


def test_an_answer_given_early_counts_for_who_leads_when_it_was_due(open_one, change, read):
    """domain.md §9: the lead unit at the original due time."""
    request_id = open_one()
    change(request_id, timing.meet, FIRST, AT)
    change(request_id, service.assign, TOWNSHIP, WORKER, AT + HOUR)
    assert clock(read(request_id), FIRST).unit_code == "533401101000"


@pytest.mark.both_databases
def test_an_extension_moves_the_due_time_and_keeps_the_first(open_one, change, read, app):
    request_id = open_one()
    before = clock(read(request_id))
    change(request_id, timing.lengthen, 3)
    after = clock(read(request_id))
    with app.app_context():
        assert after.due_at == add_working_days(BEIMEN, before.due_at, 3)
    assert after.first_due_at == before.first_due_at


@pytest.mark.both_databases
def test_what_is_urgent_is_extended_by_the_wall(open_one, change, read):
    """24 hours at most (domain.md §6): a working day would give a whole weekend."""
    request_id = open_one(urgency=Urgency.P1)
    before = clock(read(request_id)).due_at
    change(request_id, timing.lengthen, 1)
    assert clock(read(request_id)).due_at == before + DAY


def test_an_extension_shrinks_to_what_a_higher_urgency_allows(open_one, change, read, people):
    request_id = open_one()
    change(request_id, approved, people, 10)
    change(request_id, restated, AT + HOUR, urgency=Urgency.P1)
    assert clock(read(request_id)).due_at == AT + 2 * DAY


def approved(request, people, days):
    approval = approvals.propose(
        request, ApprovalKind.EXTENSION, Actor.staff(people["grid.beimen"]), AT, "等", days=days
    )
    approvals.decide(approval, Actor.staff(people["lead.jiantang"]), AT, True, "好")


def test_no_more_than_a_higher_urgency_allows_is_approved(open_one, change, people):
    request_id = open_one()
    worker, lead = Actor.staff(people["grid.beimen"]), Actor.staff(people["lead.jiantang"])
    change(request_id, extension, worker)
    change(request_id, restated, AT + HOUR, urgency=Urgency.P1)
    with pytest.raises(Refused):
        change(request_id, decided, lead)


def extension(request, actor):
    approvals.propose(request, ApprovalKind.EXTENSION, actor, AT, "等材料", days=10)


def decided(request, actor):
    approvals.decide(
        pending_approval(request.id, ApprovalKind.EXTENSION), actor, AT + HOUR, True, "同意"
    )


def test_what_is_finished_is_not_extended(open_one, change, read):
    request_id = open_one()
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.RESOLVED, AT)
    before = clock(read(request_id)).due_at
    change(request_id, timing.lengthen, 3)
    assert clock(read(request_id)).due_at == before


def restated(request, at, **changes):
    for name, value in changes.items():
        setattr(request, name, value)
    promising.restate(request, at)


@pytest.mark.both_databases
def test_a_new_urgency_is_counted_from_the_original_start(open_one, change, read):
    request_id = open_one()
    change(request_id, restated, AT + MINUTE, urgency=Urgency.P0)
    urgent = read(request_id)
    assert clock(urgent, FIRST).due_at == AT + 15 * MINUTE == urgent.due_at
    change(request_id, restated, AT + 2 * MINUTE, urgency=Urgency.P2)
    assert clock(read(request_id), FIRST).due_at == DUE


@pytest.mark.both_databases
def test_late_work_is_not_made_to_look_on_time(open_one, change, read):
    request_id = open_one(urgency=Urgency.P0)
    due = AT + 15 * MINUTE
    change(request_id, restated, due + MINUTE, urgency=Urgency.P2)
    found = clock(read(request_id), FIRST)
    assert found.first_due_at == found.due_at == due
    change(request_id, timing.meet, FIRST, due + 2 * MINUTE)
    assert clock(read(request_id), FIRST).outcome is ClockOutcome.LATE


STEPS = st.lists(
    st.tuples(
        st.sampled_from([{"urgency": each} for each in Urgency])
        | st.sampled_from([{"nature": each} for each in (Nature.INQUIRY, Nature.COMPLAINT)]),
        st.integers(0, 3000),
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(STEPS)
def test_once_late_always_late_whatever_is_clicked(db_session, steps):
    with unit_of_work():
        request_id = opened(draft()).request_id
    moment, late = AT, False
    for changes, minutes in steps:
        moment += minutes * MINUTE
        with unit_of_work():
            request = for_change(request_id)
            late = late or moment > clock(request, FIRST).due_at
            restated(request, moment, **changes)
            assert not late or moment > clock(request, FIRST).due_at
    session.rollback()


@pytest.mark.both_databases
def test_what_was_no_request_gets_its_clocks_from_when_it_came(open_one, change, read):
    request_id = open_one(nature=Nature.PRAISE)
    change(request_id, restated_from_praise)
    request = read(request_id)
    assert clock(request, FIRST).started_at == AT
    assert clock(request, FIRST).due_at == DUE
    assert len(request.clocks) == 2
    change(request_id, promising.start_late)
    assert len(read(request_id).clocks) == 2


def restated_from_praise(request):
    request.nature = Nature.HELP
    promising.start_late(request)


def test_what_needs_no_answer_after_all_stops(open_one, change, read):
    early, late = open_one(), open_one()
    change(early, timing.stop, AT + HOUR)
    change(late, timing.stop, DUE + MINUTE)
    assert {each.outcome for each in read(early).clocks} == {ClockOutcome.CANCELLED}
    assert clock(read(late), FIRST).outcome is ClockOutcome.LATE


@pytest.mark.both_databases
def test_a_wrong_click_on_praise_and_its_repair_cost_nobody_a_promise(open_one, change, read):
    request_id = open_one()
    before = [(each.first_due_at, each.due_at) for each in read(request_id).clocks]
    change(request_id, timing.stop, AT + HOUR)
    change(request_id, promising.start_late)
    request = read(request_id)
    assert {each.outcome for each in request.clocks} == {ClockOutcome.OPEN}
    assert [(each.first_due_at, each.due_at) for each in request.clocks] == before


@pytest.mark.both_databases
def test_who_withdrew_and_asks_again_is_owed_a_first_response(open_one, change, read):
    """Reports still count by the first due time: nobody is on time by way of a withdrawal."""
    request_id = open_one()
    change(request_id, service.withdraw, WORKER, AT + HOUR)
    change(request_id, service.reopen, "还没好", WORKER, AT + DAY)
    first = clock(read(request_id), FIRST)
    assert (first.started_at, first.due_at, first.first_due_at) == (AT + DAY, DUE + DAY, DUE)
    assert first.outcome is ClockOutcome.OPEN


@pytest.mark.both_databases
def test_what_the_desk_closed_unanswered_it_owes_as_before(open_one, change, read):
    request_id = open_one()
    invalid = CloseReason.INVALID, WORKER, AT + HOUR, Entry(EntryKind.CLOSED)
    change(request_id, service.close, *invalid)
    change(request_id, service.reopen, "不是无效诉求", WORKER, DUE + HOUR)
    first = clock(read(request_id), FIRST)
    assert (first.due_at, first.outcome) == (DUE, ClockOutcome.OPEN)
    change(request_id, timing.meet, FIRST, DUE + 2 * HOUR)
    assert clock(read(request_id), FIRST).outcome is ClockOutcome.LATE


@pytest.mark.both_databases
def test_the_hours_of_another_place_are_not_tried_for_size(open_one, change, read, widen, app):
    """Moved to where the station is shut for weeks, and back: due as it was."""
    request_id = open_one()
    before = [(each.first_due_at, each.due_at) for each in read(request_id).clocks]
    days = [
        CalendarRow(n, CLOSED_VILLAGE, AT.date() + n * DAY, DayKind.CLOSURE, "封路")
        for n in range(1, 20)
    ]
    with app.app_context(), unit_of_work():
        import_calendar(days, None, AT)
    for place in (CLOSED_VILLAGE, BEIMEN):
        change(request_id, restated, AT + HOUR, area_code=place)
        assert [(each.first_due_at, each.due_at) for each in read(request_id).clocks] == before


@pytest.mark.both_databases
def test_a_pause_after_a_new_holiday_counts_by_the_new_calendar(open_one, change, read, app):
    """Three working days from Monday; Friday becomes a holiday while it rests over two closings."""
    request_id = open_one(nature=Nature.INQUIRY)
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.WAITING, AT + DAY - HOUR)
    with app.app_context(), unit_of_work():
        row = CalendarRow(1, BEIMEN, AT.date() + 4 * DAY, DayKind.HOLIDAY, "节日")
        import_calendar([row], None, AT + 2 * DAY)
    with app.app_context():
        regain_all(AT + 2 * DAY + HOUR)
    change(request_id, step, State.ACCEPTED, AT + 3 * DAY - HOUR)
    due = datetime.fromisoformat("2026-12-01T18:00+08:00")
    assert clock(read(request_id)).due_at == due


def test_what_was_late_when_it_was_closed_stays_late_in_rework(open_one, change, read):
    request_id = open_one()
    change(request_id, service.withdraw, WORKER, DUE + HOUR)
    change(request_id, service.reopen, "还没好", WORKER, DUE + DAY)
    change(request_id, promising.start_late)
    request = read(request_id)
    assert clock(request, FIRST).outcome is ClockOutcome.LATE
    assert clock(request).outcome is ClockOutcome.OPEN


@pytest.mark.both_databases
def test_rework_goes_by_its_own_limit_for_each_urgency(open_one, change, read):
    """domain.md §6: five working days; 24 hours when urgent; danger has one limit for all."""
    request_id, again = open_one(urgency=Urgency.P1), AT + DAY
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.RESOLVED, AT + HOUR)
    first_due = clock(read(request_id)).first_due_at
    change(request_id, service.rework, "没修好", WORKER, again)
    assert clock(read(request_id)).due_at == again + DAY
    change(request_id, restated, again + HOUR, urgency=Urgency.P2)
    assert clock(read(request_id)).due_at == datetime.fromisoformat("2026-12-01T18:00+08:00")
    change(request_id, restated, again + 2 * HOUR, urgency=Urgency.P0)
    found = clock(read(request_id))
    assert (found.due_at, found.first_due_at) == (again + DAY, first_due)


def test_what_rests_is_judged_where_it_stands(open_one, change, read):
    """The due time passes while the resident is waited for: nobody is late."""
    stopped, restated_one = open_one(), open_one()
    begun, after = AT + DAY + HOUR, AT + 30 * DAY
    for request_id in (stopped, restated_one):
        change(request_id, timing.meet, FIRST, AT)
        change(request_id, step, State.ACCEPTED, AT)
        change(request_id, step, State.WAITING, begun)
    change(stopped, timing.stop, after)
    assert clock(read(stopped)).outcome is ClockOutcome.CANCELLED
    before = clock(read(restated_one)).due_at
    change(restated_one, restated, after, nature=Nature.COMPLAINT)
    assert clock(read(restated_one)).due_at > before


@pytest.mark.both_databases
def test_another_nature_keeps_what_paused_out_of_the_first_due_time(open_one, change, read):
    request_id, begun = open_one(), AT + DAY
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.WAITING, begun)
    change(request_id, step, State.ACCEPTED, begun + DAY)
    change(request_id, restated, begun + DAY, nature=Nature.INQUIRY)
    found = clock(read(request_id))
    assert found.first_due_at == datetime.fromisoformat("2026-11-26T18:00+08:00")
    assert found.due_at == found.first_due_at + DAY


def test_the_same_limit_never_becomes_shorter(open_one, change, read, widen):
    request_id = open_one()
    before = clock(read(request_id), FIRST).due_at
    widen(BEIMEN)
    change(request_id, restated, AT + HOUR, category="ELDER-04")
    assert clock(read(request_id), FIRST).due_at == before


@pytest.fixture
def widen(app, people):
    """Opens a station around the clock."""

    def widen_(area_code):
        with app.app_context(), unit_of_work():
            station = session.scalar(sa.select(Station).where(Station.area_code == area_code))
            all_day = [Interval(day, 0, 1440) for day in range(7)]
            set_station_hours(station, all_day, people["admin"], AT)

    return widen_


def test_a_new_round_is_measured_anew(open_one, change, read):
    request_id = open_one()
    change(request_id, step, State.ACCEPTED, AT)
    change(request_id, step, State.RESOLVED, AT + HOUR)
    assert clock(read(request_id)).wall_minutes == 60
    change(request_id, service.rework, "没修好", WORKER, AT + DAY)
    found = clock(read(request_id))
    assert (found.service_minutes, found.wall_minutes) == (None, None)


SPANS = st.lists(st.tuples(st.integers(1, 4000), st.integers(0, 6000)), min_size=1, max_size=4)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(SPANS)
def test_a_pause_never_brings_the_due_time_forward(db_session, spans):
    with unit_of_work():
        request_id = opened(draft()).request_id
        step(for_change(request_id), State.ACCEPTED, AT)
    moment = AT
    for working, waiting in spans:
        with unit_of_work():
            request = for_change(request_id)
            before = clock(request).due_at
            first = clock(request, FIRST).due_at
            moment += working * MINUTE
            step(request, State.WAITING, moment)
            moment += waiting * MINUTE
            step(request, State.ACCEPTED, moment)
            assert before <= clock(request).due_at <= before + waiting * MINUTE + 60 * DAY
            assert clock(request, FIRST).due_at == first == clock(request, FIRST).first_due_at
    session.rollback()
