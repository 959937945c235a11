"""How the desk says things to staff: states, times left, lines of the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from service_desk.casework.rules import Cause, Task, last_moment
from service_desk.foundation.clock import local
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.messaging.wording import day
from service_desk.service_requests.clocks import NEVER, machine_time
from service_desk.service_requests.lifecycle import PAUSED, CloseReason, State, Urgency
from service_desk.service_requests.models import ClockKind, ContactPreference, EntryKind
from service_desk.service_requests.schedule import Step

MINUTE, HOUR, DAY = 60, 3600, 86_400
SOON_S = 4 * HOUR

STATES = {
    State.RECEIVED: _l("To be dispatched"),
    State.ASSIGNED: _l("To be signed for"),
    State.ACCEPTED: _l("In hand"),
    State.WAITING: _l("Waiting for the resident"),
    State.DEFERRED: _l("On the ledger"),
    State.RESOLVED: _l("Waiting for a rating"),
    State.REWORK: _l("Being put right"),
    State.DECLINED: _l("Not accepted"),
    State.CLOSED: _l("Closed and filed"),
}
PREFERENCES = {
    ContactPreference.SMS: _l("By text message"),
    ContactPreference.PHONE: _l("By telephone"),
    ContactPreference.VISIT: _l("By a visit"),
    ContactPreference.NONE: _l("Wants no contact"),
    ContactPreference.SAFE: _l("Only in the safe way agreed: no calls, no texts"),
}
METHODS = {
    "call": _l("Telephone call"),
    "visit": _l("Visit"),
    "text": _l("Text message"),
    "counter": _l("At the counter"),
}
OUTCOMES = {"reached": _l("Reached"), "not_reached": _l("Not reached")}
CAUSES = {
    Cause.LAW: _l("a rule or a decision by law"),
    Cause.FUNDS: _l("money"),
    Cause.SEASON: _l("the season"),
}
TASKS: dict[str, Any] = {
    Task.ASK_AGAIN: _l("Ask the resident again"),
    Task.REVIEW: _l("Off the ledger: go on"),
}
CLOSE_REASONS = {
    CloseReason.RATED: _l("Rated by the resident"),
    CloseReason.RATING_LAPSED: _l("The time for rating is over"),
    CloseReason.WITHDRAWN: _l("Withdrawn by the resident"),
    CloseReason.DUPLICATE: _l("The same matter as another request"),
    CloseReason.NO_REPLY: _l("The resident cannot be reached"),
    CloseReason.INVALID: _l("Not a request (test, empty, misdirected)"),
    CloseReason.THANKED: _l("Praise, passed on with thanks"),
}
ENTRIES = {
    EntryKind.SUBMITTED: _l("Request received"),
    EntryKind.SUGGESTED: _l("Category suggested"),
    EntryKind.ASSIGNED: _l("Assigned"),
    EntryKind.LOOKED: _l("Looked at by a person"),
    EntryKind.ACKNOWLEDGED: _l("Danger acknowledged"),
    EntryKind.CLASSIFIED: _l("Category and urgency set"),
    EntryKind.CLAIMED: _l("Signed for"),
    EntryKind.CONTACT: _l("Contact"),
    EntryKind.NOTE: _l("Note"),
    EntryKind.FOLLOW_UP: _l("The resident adds"),
    EntryKind.WAITING: _l("Waiting for the resident"),
    EntryKind.RESUMED: _l("Work goes on"),
    EntryKind.RETURN_PROPOSED: _l("Return proposed"),
    EntryKind.RETURN_DECIDED: _l("Return decided"),
    EntryKind.EXTENSION_PROPOSED: _l("Extension proposed"),
    EntryKind.EXTENSION_DECIDED: _l("Extension decided"),
    EntryKind.RESOLVED: _l("Resolved"),
    EntryKind.INVITED: _l("Asked to rate"),
    EntryKind.RATED: _l("Rated"),
    EntryKind.REWORK: _l("Not resolved after all: put right"),
    EntryKind.WITHDRAWN: _l("Withdrawn by the resident"),
    EntryKind.CLOSED: _l("Closed and filed"),
    EntryKind.MERGED: _l("Merged"),
    EntryKind.DECLINED: _l("Not accepted"),
    EntryKind.PAGED: _l("Person on call paged"),
    EntryKind.VACANCY: _l("The post is empty"),
    EntryKind.REMINDED: _l("Reminded"),
    EntryKind.DEFERRAL_PROPOSED: _l("Deferral proposed"),
    EntryKind.DEFERRAL_DECIDED: _l("Deferral decided"),
    EntryKind.CALENDAR_CHANGED: _l("The calendar gave more time"),
}

CLOCKS = {
    ClockKind.FIRST_RESPONSE: _l("First response"),
    ClockKind.RESOLUTION: _l("Resolution"),
}
REACHED = {
    Step.HALF: _l("half of the time is over"),
    Step.MOST: _l("four fifths of the time are over"),
    Step.DUE: _l("the time is over"),
    Step.AFTER: _l("overdue for a working day"),
}


class Lengths:
    """Says lengths of time in the reader's language; its words are looked up once."""

    def __init__(self) -> None:
        self.days = _("%(days)s d %(hours)s h")
        self.hours = _("%(hours)s h %(minutes)s min")
        self.minutes = _("%(minutes)s min")

    def span(self, seconds: float) -> str:
        """In the two largest units: `2 h 5 min`, `3 d 4 h`."""
        left = int(abs(seconds))
        if left >= DAY:
            return self.days % {"days": left // DAY, "hours": left % DAY // HOUR}
        if left >= HOUR:
            return self.hours % {"hours": left // HOUR, "minutes": left % HOUR // MINUTE}
        return self.minutes % {"minutes": left // MINUTE}

    def due(self, due_at: datetime | None, state: State, at: datetime) -> tuple[str, str]:
        """State (met, due, soon, overdue, paused) and time of the chip for what is due next."""
        if due_at is None:
            return "met", ""
        if due_at >= NEVER:
            return ("paused" if state in PAUSED else "due"), ""
        left = (due_at - at).total_seconds()
        if left < 0:
            return "overdue", self.span(left)
        return ("soon" if left <= SOON_S else "due"), self.span(left)


def span(seconds: float) -> str:
    return Lengths().span(seconds)


def due(due_at: datetime | None, state: State, at: datetime) -> tuple[str, str]:
    return Lengths().due(due_at, state, at)


def step(data: Mapping[str, Any]) -> str:
    """What a reminder's line of the timeline is about, from its codes."""
    clock, reached = CLOCKS[ClockKind(data["clock"])], REACHED[Step(data["step"])]
    return _("%(clock)s: %(step)s", clock=clock, step=reached)


def rests(data: Mapping[str, Any]) -> str:
    """What a deferral waits for, and its last day, from what its proposal or line keeps."""
    if "cause" not in data:
        return ""
    cause, until = CAUSES[Cause(data["cause"])], last_moment(date.fromisoformat(data["until"]))
    return _("Waits for %(cause)s, until %(day)s", cause=cause, day=day(until, current()))


def days_more(data: Mapping[str, Any], urgency: Urgency) -> str:
    """How much longer it takes by an extension, from what its proposal or line keeps: what is
    urgent is counted in days of 24 hours (service_requests.promising)."""
    days = data.get("days", "")
    if urgency is Urgency.P1:
        return _("%(days)s days more", days=days)
    return _("%(days)s working days more", days=days)


def iso(moment: datetime | None) -> str:
    """ISO 8601 with the local offset; empty when nothing is due."""
    return machine_time(moment)


def day_and_time(moment: datetime, at: datetime) -> str:
    """`11-24 10:20`, with the year when it is another one than now."""
    here = local(moment)
    year = "" if here.year == local(at).year else f"{here.year}-"
    return f"{year}{here.month:02d}-{here.day:02d} {here.hour:02d}:{here.minute:02d}"
