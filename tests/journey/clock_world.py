"""A desk on which requests are moved, and what must hold for their clocks after each move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask
from hypothesis.stateful import RuleBasedStateMachine

from service_desk.accounts.models import User
from service_desk.casework.lengthening import Deferral, propose_deferral
from service_desk.casework.rules import Cause
from service_desk.directory.hours import DEFAULT_INTERVALS, Interval
from service_desk.directory.models import Station
from service_desk.directory.service import set_station_hours
from service_desk.foundation.actor import RESIDENT, Actor
from service_desk.foundation.clock import SHANGHAI
from service_desk.foundation.database import session
from service_desk.foundation.faults import Fault
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.models import CalendarVersion
from service_desk.service_clock.policies import DEFAULTS
from service_desk.service_clock.queries import measures
from service_desk.service_clock.service import add_policies, import_calendar
from service_desk.service_requests import service as requests
from service_desk.service_requests.clocks import NEVER
from service_desk.service_requests.lifecycle import (
    CLOCKLESS,
    OPEN,
    State,
)
from service_desk.service_requests.models import (
    Approval,
    ClockKind,
    ClockOutcome,
    EntryKind,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.queries import by_reference, pending_approvals, timeline
from service_desk.service_requests.rebuild import compare_all
from service_desk.service_requests.reminders import course, kept, runs
from service_desk.service_requests.schedule import progress
from tests.service_clock.worlds import local

BEIMEN = "533401101003"
FIRST, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
BEGINNING = local("09-25 17:50")


@dataclass(frozen=True)
class Seen:
    """A request and its clocks as they were stored between two moves."""

    request: ServiceRequest
    clocks: dict[ClockKind, dict[str, Any]]
    pending: Sequence[Approval]

    def runs(self, kind: ClockKind) -> bool:
        return kind in self.clocks and self.clocks[kind]["outcome"] is ClockOutcome.OPEN


def over(clock: dict[str, Any], at: datetime) -> bool:
    return (clock["paused_at"] or at) > clock["due_at"]


class ClockWorld(RuleBasedStateMachine):
    """One request at a time; older ones stay as they are. Refused moves must change nothing."""

    app: ClassVar[Flask]
    done: ClassVar[Counter[str]] = Counter()
    """How often each move was made, not refused, in all runs."""

    def __init__(self) -> None:
        super().__init__()
        self.at, self.id, self.references, self.more = BEGINNING, 0, [], 0
        self.pending: list[datetime] = []
        """When the calendar was edited since the last sweep."""
        self.swept: list[datetime] = []
        self.edited: set[tuple[str, date]] = set()
        with self.app.app_context():
            self.people = dict(session.execute(sa.select(User.username, User.id)).all())

    def teardown(self) -> None:
        """All that were opened still agree; then they are closed and all rules are as before."""
        with self.app.app_context():
            for reference in self.references:
                self.agrees(reference)
            with unit_of_work():
                for reference in self.references:
                    self.end(by_reference(reference))
                rows = [CalendarRow(1, where, day, None, "") for where, day in self.edited]
                if rows:
                    import_calendar(rows, None, self.at)
                add_policies(DEFAULTS, "如前", None, self.at)
                self.opens(DEFAULT_INTERVALS)
                session.execute(sa.update(CalendarVersion).values(reached=None))

    def end(self, request: ServiceRequest | None) -> None:
        if request is not None and request.state in OPEN:
            requests.withdraw(request, RESIDENT, self.at)

    # what is done

    def act(self, name: str, work: Any, later: timedelta) -> None:
        """One transaction, some time later; what is refused leaves everything as it was."""
        self.at += later
        before, made = self.last, True
        try:
            with self.app.app_context(), unit_of_work():
                work(requests.for_change(self.id))
        except Fault:
            made = False
        after = self.look_again()
        if made:
            self.done[name] += 1
            assert after.request.version > before.request.version
        else:
            assert after.clocks == before.clocks
            assert after.request.version == before.request.version

    def seen(self) -> Seen:
        with self.app.app_context():
            clocks = RequestClock.__table__
            rows = session.execute(sa.select(clocks).where(clocks.c.request_id == self.id))
            found = {row["kind"]: dict(row) for row in rows.mappings()}
            request = session.get_one(ServiceRequest, self.id)
            return Seen(request, found, pending_approvals(self.id))

    def look_again(self) -> Seen:
        """What is there now, checked against what was there before."""
        before, self.last = self.last, self.seen()
        self.check(before, self.last)
        return self.last

    @property
    def state(self) -> State:
        return self.last.request.state

    @property
    def owner(self) -> Actor:
        return Actor.staff(self.last.request.owner_user_id or self.people["grid.beimen"])

    def now_and_then(self, often: int) -> bool:
        """Holds back what would otherwise crowd out the work itself."""
        return self.at.minute % often == 0

    def who(self, username: str) -> Actor:
        return Actor.staff(self.people[username])

    def put_off(self, request: ServiceRequest, days: int, actor: Actor) -> None:
        until = self.at.astimezone(SHANGHAI).date() + timedelta(days=days)
        deferral = Deferral(Cause.FUNDS, until)
        propose_deferral(request, deferral, "等资金", actor, self.at)

    def opens(self, hours: tuple[Interval, ...]) -> None:
        station = session.scalar(sa.select(Station).where(Station.area_code == BEIMEN))
        assert station is not None
        set_station_hours(station, hours, self.people["admin"], self.at)

    # what must hold

    def check(self, before: Seen, after: Seen) -> None:
        with self.app.app_context():
            self.agrees(after.request.reference)
        for kind, clock in after.clocks.items():
            self.check_judged(kind, clock)
            if kind in before.clocks:
                self.check_kept(before.clocks[kind], clock, before.runs(kind))
        self.check_due(after)

    def agrees(self, reference: str) -> None:
        (found,) = compare_all(reference)
        assert found.enough
        assert found.differences == ()

    def check_judged(self, kind: ClockKind, clock: dict[str, Any]) -> None:
        if clock["met_at"] is not None:
            in_time = clock["met_at"] <= clock["due_at"]
            assert clock["outcome"] is (ClockOutcome.ON_TIME if in_time else ClockOutcome.LATE)
        if kind is FIRST:
            assert (clock["pauses"], clock["paused_at"]) == ([], None)

    def check_kept(self, old: dict[str, Any], new: dict[str, Any], ran: bool) -> None:
        """Nothing is due earlier than promised, and what is late stays late; rework aside."""
        if new["started_at"] != old["started_at"]:
            return
        if new["policy_id"] == old["policy_id"]:
            assert new["due_at"] >= old["due_at"]
            assert new["first_due_at"] >= old["first_due_at"]
        if self.gained(old):
            return
        if ran and over(old, self.at):
            assert new["outcome"] is not ClockOutcome.ON_TIME
            assert new["outcome"] is not ClockOutcome.OPEN or over(new, self.at)
        if old["outcome"] is ClockOutcome.LATE and old["met_at"]:
            assert new["outcome"] is ClockOutcome.LATE

    def gained(self, old: dict[str, Any]) -> bool:
        """Whether an edit that the sweep came to now was made before its time was over."""
        return any(
            not over(old, edit) and (old["met_at"] or self.at) >= edit for edit in self.swept
        )

    def check_reminded(self, seen: Seen) -> None:
        """After sweeps no step is missed, and none was told twice."""
        with self.app.app_context():
            request = session.get_one(ServiceRequest, seen.request.id)
            lines = [
                (line.data["clock"], line.data["cycle"], step)
                for line in timeline(request.id)
                if line.kind is EntryKind.REMINDED
                for step in [line.data["step"], *line.data["skipped"]]
            ]
            assert len(lines) == len(set(lines))
            for clock in (each for each in request.clocks if runs(request.state, each)):
                known = kept(request.area_code, clock)
                behind = progress(course(clock, measures([known])[known]), 0, self.at).reached
                assert clock.steps >= len(behind)
                assert clock.remind_at is None or clock.remind_at > self.at

    def check_due(self, after: Seen) -> None:
        """The queue's order, and that nobody who waits for an answer is without a clock."""
        request, running = after.request, [kind for kind in after.clocks if after.runs(kind)]
        if request.state not in OPEN:
            assert request.due_at is None
            return
        due = [c["due_at"] for c in map(after.clocks.get, running) if c and not c["paused_at"]]
        assert request.due_at == min(due, default=NEVER)
        if request.nature not in CLOCKLESS and request.cycle == 1:
            assert after.clocks[FIRST]["met_at"] or FIRST in running
            assert RESOLUTION in running
