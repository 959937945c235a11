"""Random moves of a request: what people do to it, what is edited meanwhile, time that passes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from service_desk.casework import service as casework
from service_desk.casework.closing import Ending, close
from service_desk.casework.rules import AT_WORK, Method, Outcome
from service_desk.casework.service import Contact, Decision
from service_desk.directory.hours import DEFAULT_INTERVALS, Interval
from service_desk.feedback.models import RatingSource
from service_desk.feedback.service import record
from service_desk.foundation.actor import RESIDENT
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.front import service as front
from service_desk.routing.queries import place
from service_desk.service_clock.calendar_file import BadRow, CalendarRow
from service_desk.service_clock.policies import DEFAULTS, Policy
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import add_policies, import_calendar
from service_desk.service_requests import approvals
from service_desk.service_requests import service as requests
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import (
    OPEN,
    Channel,
    CloseReason,
    Nature,
    State,
    Urgency,
)
from service_desk.service_requests.models import (
    Approval,
    ApprovalKind,
    ServiceRequest,
)
from service_desk.service_requests.opening import open_request
from service_desk.service_requests.placement import Placement
from service_desk.triage.rules import Look
from service_desk.triage.service import look
from tests.journey.clock_world import BEIMEN, ClockWorld, Seen
from tests.service_clock.worlds import local
from workers.schedule import SCHEDULE
from workers.sweep import FAILED, sweep

TOWNSHIP, ELSEWHERE = "533401101000", "533422102201"
PREFECTURE = "533400000000"
MINUTE = timedelta(minutes=1)
STARTS = [
    local(text)
    for text in (
        "09-25 17:50",  # Friday evening
        "09-30 16:00",  # before the holidays of October
        "10-09 17:00",  # Friday; the Saturday after it is worked
        "10-10 11:55",  # that Saturday, at noon
        "11-23 10:00",
        "11-24 22:00",
    )
]
SOON = st.integers(1, 240).map(lambda minutes: minutes * MINUTE)
"""Between two moves; most stay within a day."""
LONG = st.sampled_from([*[timedelta(hours=14)] * 3, timedelta(days=3), timedelta(days=11)])
"""Over a night, a weekend, the holidays of October."""
URGENCIES = st.sampled_from([*[Urgency.P2] * 7, Urgency.P1, Urgency.P0])
NATURES = st.sampled_from([*[Nature.HELP] * 4, Nature.INQUIRY, Nature.COMPLAINT, Nature.PRAISE])
CATEGORIES = st.sampled_from(["ELDER-05", "ENV-01", "INFRA-01"])
CALM, AT_HOME = "我还想补充一点情况", "老公不让我出门，告诫书去哪里开"
WORDS = st.sampled_from([*[CALM] * 6, AT_HOME, "有人晕倒了,没有呼吸,快救命"])
PLACES = st.sampled_from([BEIMEN, BEIMEN, ELSEWHERE])
PROPOSALS = st.sampled_from(
    [
        *[ApprovalKind.EXTENSION] * 4,
        ApprovalKind.DEFERRAL,
        ApprovalKind.RETURN,
        ApprovalKind.DECLINE,
    ]
)
LONGER = (*DEFAULT_INTERVALS, Interval(5, 600, 960), Interval(6, 600, 720))
SWEPT = {
    "end_waiting",
    "end_deferrals",
    "let_ratings_lapse",
    "call_again",
    "remind_due",
    "regain_time",
}
SHORTER = tuple(each for each in DEFAULT_INTERVALS if each.opens < 720)


class ClockMoves(ClockWorld):
    """Each rule is one move; what the state forbids is tried seldom."""

    @initialize(
        start=st.sampled_from(STARTS), urgency=URGENCIES, nature=NATURES, category=CATEGORIES
    )
    def begin(self, start: datetime, urgency: Urgency, nature: Nature, category: str) -> None:
        self.at = start
        self.another(urgency, nature, category, MINUTE)

    @precondition(lambda self: self.state not in OPEN)
    @rule(urgency=URGENCIES, nature=NATURES, category=CATEGORIES, later=SOON)
    def another(self, urgency: Urgency, nature: Nature, category: str, later: timedelta) -> None:
        self.at += later
        draft = Draft(
            channel=Channel.WEB, external_id=uuid4().hex, area_code=BEIMEN, description="路灯不亮",
            nature=nature, urgency=urgency, category=category, phone="+8613800001234",
        )  # fmt: skip
        with self.app.app_context(), unit_of_work():
            found = place(category, BEIMEN, urgency, False, self.at)
            opened = open_request(draft, found, self.at)
        self.id = opened.request_id
        self.references.append(opened.reference)
        self.last = Seen(self.seen().request, {}, ())
        self.look_again()

    @rule(
        day=st.integers(-2, 20),
        kind=st.sampled_from([*DayKind, None]),
        where=st.sampled_from([PREFECTURE, "533401000000", BEIMEN]),
        hours=st.sampled_from([None, DEFAULT_INTERVALS, LONGER, SHORTER]),
    )
    def is_edited(
        self, day: int, kind: DayKind | None, where: str, hours: tuple[Interval, ...] | None
    ) -> None:
        """A version of the calendar; also the station's week, or else a version of the limits."""
        changed: date = (self.at + timedelta(days=day)).date()
        with self.app.app_context(), unit_of_work():
            with suppress(BadRow):  # a closure where another entry stands
                import_calendar([CalendarRow(1, where, changed, kind, "改动")], None, self.at)
                self.pending.append(self.at)
                self.edited.add((where, changed))
            if hours is None:
                add_policies(self.limits(), "改动", None, self.at)
            else:
                self.opens(hours)

    def limits(self) -> list[Policy]:
        """Every time another day or minute more."""
        self.more += 1
        return [replace(each, amount=each.amount + self.more) for each in DEFAULTS]

    @precondition(lambda self: self.state in OPEN and self.now_and_then(2))
    @rule(urgency=URGENCIES, nature=NATURES, category=CATEGORIES, area=PLACES, later=SOON)
    def is_looked_at(
        self, urgency: Urgency, nature: Nature, category: str, area: str, later: timedelta
    ) -> None:
        seen = Look(urgency, nature, category, area, restricted=False, reason="看过了")
        actor = self.who("dispatch.diqing")
        self.act("look", lambda request: look(request, seen, actor, self.at), later)

    @precondition(lambda self: self.state in (State.RECEIVED, State.ASSIGNED))
    @rule(later=SOON)
    def is_claimed(self, later: timedelta) -> None:
        actor = self.owner
        self.act("claim", lambda request: casework.claim(request, actor, self.at), later)

    @precondition(lambda self: self.state in OPEN and self.now_and_then(4))
    @rule(later=SOON, unit=st.sampled_from([BEIMEN, TOWNSHIP]))
    def is_handed_over(self, later: timedelta, unit: str) -> None:
        actor, there = self.who("dispatch.jiantang"), Placement(None, None, unit, False, False, ())
        self.act("assign", lambda request: requests.assign(request, there, actor, self.at), later)

    @precondition(lambda self: self.state in AT_WORK)
    @rule(later=SOON, outcome=st.sampled_from(Outcome))
    def is_called(self, later: timedelta, outcome: Outcome) -> None:
        actor, contact = self.owner, Contact(Method.CALL, outcome)
        self.act(
            f"respond {outcome}",
            lambda request: casework.respond(request, contact, "", actor, self.at),
            later,
        )

    @precondition(lambda self: self.state in (State.ACCEPTED, State.REWORK))
    @rule(later=SOON, outcome=st.sampled_from(Outcome))
    def waits(self, later: timedelta, outcome: Outcome) -> None:
        actor, contact = self.owner, Contact(Method.CALL, outcome)
        self.act(
            "wait", lambda request: casework.wait(request, "身份证", contact, actor, self.at), later
        )

    @precondition(lambda self: self.state in (State.WAITING, State.DEFERRED))
    @rule(later=SOON)
    def is_resumed(self, later: timedelta) -> None:
        actor = self.owner
        self.act("resume", lambda request: casework.resume(request, actor, self.at), later)

    @rule(later=LONG)
    def time_passes(self, later: timedelta) -> None:
        """And two sweeps run at once, which may find nothing to do."""
        self.at += later
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(self.sweep, together) for together in [Barrier(2)] * 2]
        counts = [each.result() for each in both]
        assert FAILED not in [count for each in counts for count in each.values()]
        self.swept.extend(self.pending)
        self.check_reminded(self.look_again())
        self.pending.clear()
        self.swept.clear()
        self.done["sweep"] += sum(count for each in counts for count in each.values())

    def sweep(self, together: Barrier) -> dict[str, int]:
        with self.app.app_context():
            together.wait()
            return sweep(self.at, [job for job in SCHEDULE if job.name in SWEPT])

    @precondition(
        lambda self: self.state is State.CLOSED or (self.state in OPEN and self.now_and_then(5))
    )
    @rule(words=WORDS, later=SOON)
    def resident_adds(self, words: str, later: timedelta) -> None:
        """On what is closed this opens it again."""
        name = "reopen" if self.state is State.CLOSED else "follow up"
        self.act(name, lambda request: front.add(request.id, words, self.at), later)

    @precondition(lambda self: self.state in (State.ACCEPTED, State.WAITING))
    @rule(later=SOON, kind=PROPOSALS, days=st.integers(1, 10))
    def is_proposed(self, later: timedelta, kind: ApprovalKind, days: int) -> None:
        actor = self.owner

        def propose(request: ServiceRequest) -> None:
            if kind is ApprovalKind.EXTENSION:
                casework.propose_extension(request, days, "要等材料", actor, self.at)
            elif kind is ApprovalKind.DEFERRAL:
                self.put_off(request, days, actor)
            else:
                post = "civil_officer@533401101000"
                approvals.propose(request, kind, actor, self.at, "理由", proposed_owner=post)

        self.act(f"propose {kind}", propose, later)

    @precondition(lambda self: self.last.pending)
    @rule(later=st.one_of(SOON, SOON, LONG), approved=st.sampled_from([True, True, True, False]))
    def is_decided(self, later: timedelta, approved: bool) -> None:
        """The newest proposal, which may come too late by then."""
        approval, decision = self.last.pending[-1], Decision(approved, "同意")
        actor, name = self.who("lead.jiantang"), f"decide {approval.kind} {approved}"

        def decide(request: ServiceRequest) -> None:
            casework.decide(session.get_one(Approval, approval.id), decision, actor, self.at)

        self.act(name, decide, later)

    @precondition(lambda self: self.state in AT_WORK)
    @rule(later=SOON)
    def is_resolved(self, later: timedelta) -> None:
        actor = self.owner
        self.act(
            "resolve",
            lambda request: casework.resolve(request, "修好了", Method.CALL, actor, self.at),
            later,
        )

    @precondition(lambda self: self.state is State.RESOLVED)
    @rule(later=SOON, level=st.sampled_from([1, 2, 5]))
    def is_rated(self, later: timedelta, level: int) -> None:
        self.act(
            f"rate {level}",
            lambda request: record(request.id, level, None, RatingSource.WEB, self.at),
            later,
        )

    @precondition(lambda self: self.state in OPEN and self.now_and_then(5))
    @rule(later=SOON, reason=st.sampled_from([None, CloseReason.INVALID]))
    def is_given_up(self, later: timedelta, reason: CloseReason | None) -> None:
        """Withdrawn, or closed by the dispatcher; not too often, or little else happens."""
        actor = self.who("dispatch.jiantang")

        def give_up(request: ServiceRequest) -> None:
            if reason is None:
                requests.withdraw(request, RESIDENT, self.at)
            else:
                close(request, Ending(reason), actor, self.at)

        self.act("give up", give_up, later)
