"""Invented requests keep every rule that real ones keep, and a seed gives the same again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.directory.categories import CODES, RESTRICTED_CODES, category
from service_desk.directory.models import Area
from service_desk.feedback.models import Rating, RatingInvitation
from service_desk.foundation.database import UTCDateTime, session
from service_desk.foundation.transaction import unit_of_work
from service_desk.operations.demo_load import Wanted, load_requests
from service_desk.operations.demo_persons import reference_of
from service_desk.reporting.months import Month
from service_desk.reporting.queries import report
from service_desk.routing.queries import place
from service_desk.service_clock.national import shipped_days
from service_desk.service_clock.schedule import DEFAULT_WEEK
from service_desk.service_requests.clocks import refresh_due
from service_desk.service_requests.lifecycle import OPEN, CloseReason, State
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.reference import parse_reference
from service_desk.service_requests.reminders import spans
from service_desk.supervision.models import Reminder
from tests.operations.conftest import COUNT, MONTHS, UNTIL
from tests.service_clock.reference import Dull, wall
from workers.reminders import remind_all

pytestmark = pytest.mark.both_databases
AHEAD = {"first_due_at", "due_at", "remind_at"}
ENCRYPTED = {"description", "address", "location", "name", "phone"}


def everything():
    return session.scalars(sa.select(ServiceRequest).order_by(ServiceRequest.id)).all()


def test_as_many_as_wanted_in_the_months_before(invented):
    found = everything()
    assert len(found) == COUNT
    assert all(UNTIL - timedelta(days=31) * MONTHS <= each.created_at < UNTIL for each in found)
    assert [each.created_at for each in found] == sorted(each.created_at for each in found)


def test_places_and_categories_are_real(invented):
    areas = set(session.scalars(sa.select(Area.code)))
    found = everything()
    assert {each.area_code for each in found} <= areas
    assert {each.category for each in found} <= CODES
    assert len({each.area_code for each in found}) > 60
    assert len({each.category for each in found}) > 40


def test_references_are_valid_and_never_the_same(invented):
    references = [each.reference for each in everything()]
    assert len(set(references)) == COUNT
    assert all(parse_reference(each) == each for each in references)
    assert len({reference_of(number) for number in range(50_000)}) == 50_000


def test_everybody_has_words_that_can_be_read(invented):
    for each in everything():
        assert len(each.description) > 5
        assert (each.phone is None) == (each.phone_hash is None)


def test_the_owner_is_the_one_that_routing_names(invented):
    for each in everything()[::5]:
        found = place(each.category, each.area_code, each.urgency, each.restricted, UNTIL)
        assert (each.owner_post_id, each.owner_user_id) == (found.post_id, found.user_id)
        assert each.unit_code == found.unit_code
        assert each.restricted == (each.category in RESTRICTED_CODES)


def test_nothing_has_happened_that_lies_ahead(invented):
    for table in (ServiceRequest, RequestClock, TimelineEntry, Rating, RatingInvitation):
        moments = [each for each in table.__table__.c if isinstance(each.type, UTCDateTime)]
        for column in (each for each in moments if each.name not in AHEAD):
            assert (session.scalar(sa.select(sa.func.max(column))) or UNTIL) <= UNTIL, column


def promised(request, clock, dull):
    """The due time worked out minute by minute, from the table of the handbook."""
    pauses = spans(clock)
    urgency = str(request.urgency)
    if clock.kind is ClockKind.FIRST_RESPONSE:
        if urgency == "P2" and not category(request.category).around_the_clock:
            return dull.due(clock.started_at, 480, pauses)
        minutes = {"P0": 15, "P1": 120, "P2": 480}[urgency]
        return wall(clock.started_at, minutes, pauses)
    if request.cycle > 1:
        return dull.working_day(clock.started_at, 5, [])
    if urgency != "P2":
        return wall(clock.started_at, 24 * 60, pauses)
    days = {"inquiry": 3, "complaint": 15, "report": 15}.get(request.nature, 7)
    return dull.working_day(clock.started_at, days, pauses)


def test_due_times_are_those_of_an_independent_clock(invented):
    dull = Dull(DEFAULT_WEEK, {day: known.kind for day, known in shipped_days().items()})
    for request in everything()[::3]:
        for clock in request.clocks:
            away = abs(clock.due_at - promised(request, clock, dull))
            assert away <= timedelta(minutes=1), (request.id, clock.kind)


def test_outcomes_follow_from_the_times(invented):
    clocks = session.scalars(sa.select(RequestClock)).all()
    outcomes = Counter(clock.outcome for clock in clocks)
    for clock in clocks:
        if clock.met_at is not None:
            assert (clock.outcome is ClockOutcome.ON_TIME) == (clock.met_at <= clock.due_at)
            assert clock.wall_minutes == int(
                (clock.met_at - clock.started_at).total_seconds() // 60
            )
            assert 0 <= clock.service_minutes <= clock.wall_minutes
    late = outcomes[ClockOutcome.LATE] / len(clocks)
    assert 0.03 < late < 0.25
    assert outcomes[ClockOutcome.ON_TIME] > outcomes[ClockOutcome.LATE]
    assert outcomes[ClockOutcome.OPEN]


def test_states_fit_their_age_and_their_times(invented):
    for each in everything():
        done = each.state in (State.RESOLVED, State.CLOSED)
        assert (each.due_at is None) == done
        assert (each.closed_at is None) == (each.state is not State.CLOSED)
        assert (each.close_reason is None) == (each.state is not State.CLOSED)
        if each.state is State.RESOLVED:
            assert each.resolved_at is not None
    old = [each for each in everything() if each.created_at < UNTIL - timedelta(days=45)]
    open_ones = [each for each in old if each.state in OPEN]
    assert len(open_ones) / len(old) < 0.05


def test_what_orders_the_queue_is_the_soonest_running_clock(invented):
    for each in everything():
        if each.state in OPEN:
            expected = each.due_at
            refresh_due(each)
            assert each.due_at == expected
    session.rollback()


def test_reminders_are_where_a_sweep_would_have_left_them(invented):
    assert remind_all(UNTIL) == 0
    for each in everything():
        expected = [clock.remind_at for clock in each.clocks]
        for clock in each.clocks:
            clock.remind_at = None
        refresh_due(each)
        assert [clock.remind_at for clock in each.clocks] == expected
    session.rollback()
    steps = session.scalar(sa.select(sa.func.sum(RequestClock.steps)))
    lines = sa.select(sa.func.count()).where(TimelineEntry.kind == EntryKind.REMINDED)
    written = sa.select(sa.func.count()).select_from(Reminder)
    assert steps == session.scalar(lines) == session.scalar(written) > 0


def test_timelines_tell_the_same_story(invented):
    kinds = {}
    for entry in session.scalars(sa.select(TimelineEntry).order_by(TimelineEntry.id)):
        kinds.setdefault(entry.request_id, []).append(entry)
    for each in everything():
        lines = kinds[each.id]
        told = Counter(line.kind for line in lines)
        assert [line.at for line in lines] == sorted(line.at for line in lines)
        assert lines[0].kind is EntryKind.SUBMITTED
        assert told[EntryKind.REWORK] == each.cycle - 1
        assert bool(told[EntryKind.LOOKED]) == (each.looked_at is not None)
        if each.resolved_at:
            assert (
                max(line.at for line in lines if line.kind is EntryKind.RESOLVED)
                == each.resolved_at
            )
        if each.close_reason is CloseReason.WITHDRAWN:
            assert told[EntryKind.WITHDRAWN] == 1


def test_only_who_was_asked_rates(invented):
    asked = {
        (row.request_id, row.cycle): row for row in session.scalars(sa.select(RatingInvitation))
    }
    ratings = session.scalars(sa.select(Rating)).all()
    by_id = {each.id: each for each in everything()}
    assert 0.2 < len(ratings) / len(asked) < 0.7
    for rating in ratings:
        assert rating.at > asked[rating.request_id, rating.cycle].invited_at
    for request_id, _cycle in asked:
        request = by_id[request_id]
        assert request.phone is not None
        assert not request.restricted
        assert request.urgency != "P0"
    good = [each for each in ratings if each.level >= 3]
    assert len(good) / len(ratings) > 0.8


def test_the_report_adds_up(invented):
    month = Month.of(UNTIL - timedelta(days=31))
    total = report(month, "533400000000", UNTIL)["total"]
    inside = [each for each in everything() if month.start <= each.created_at < month.end]
    assert total["volume"] == len(inside)
    first = sa.select(RequestClock).join(ServiceRequest).where(
        RequestClock.kind == ClockKind.FIRST_RESPONSE,
        RequestClock.first_due_at >= month.start,
        RequestClock.first_due_at < month.end,
        RequestClock.outcome != ClockOutcome.CANCELLED,
        ServiceRequest.nature != "invalid",
    )  # fmt: skip
    due = session.scalars(first).all()
    met = [each for each in due if each.met_at and each.met_at <= each.first_due_at]
    assert total["first_response"] == {"n": len(met), "d": len(due)}
    assert sum(total["ratings"].values()) == total["satisfaction"]["d"]


def figures():
    """Everything but what encryption makes different each time."""
    columns = [each for each in ServiceRequest.__table__.c if each.name not in ENCRYPTED]
    rows = session.execute(sa.select(*columns).order_by(ServiceRequest.id)).all()
    clocks = sa.select(RequestClock.__table__).order_by("request_id", "kind")
    lines = sa.select(TimelineEntry.request_id, TimelineEntry.at, TimelineEntry.kind)
    order = (TimelineEntry.request_id, TimelineEntry.at, TimelineEntry.kind)
    ratings = sa.select(Rating.request_id, Rating.level, Rating.at).order_by(Rating.request_id)
    return [rows, *(session.execute(q).all() for q in (clocks, lines.order_by(*order), ratings))]


def empty():
    for table in (Reminder, Rating, RatingInvitation, TimelineEntry, RequestClock, ServiceRequest):
        session.execute(sa.delete(table))


def test_a_seed_gives_the_same_again(db_session):
    seen = []
    for seed in (3, 3, 4):
        with unit_of_work():
            list(load_requests(Wanted(80, 1, seed, UNTIL)))
        seen.append(figures())
        with unit_of_work():
            empty()
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_more_can_be_added_and_real_ones_still_come_in(invented, open_one):
    with unit_of_work():
        list(load_requests(Wanted(30, 1, 7, UNTIL)))
    reference = open_one()
    newest = everything()[-1]
    assert newest.reference == reference
    assert newest.id == COUNT + 31
