"""What a resident reads of their request: levels, states, lines of the timeline, next steps."""

from __future__ import annotations

from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.front.rules import Step
from service_desk.service_requests.lifecycle import CloseReason, State
from service_desk.service_requests.models import EntryKind

LEVELS = {
    5: _l("Very satisfied"),
    4: _l("Satisfied"),
    3: _l("Fairly satisfied"),
    2: _l("Dissatisfied"),
    1: _l("Very dissatisfied"),
}
STATES = {
    State.RECEIVED: _l("Registered"),
    State.ASSIGNED: _l("With the person in charge"),
    State.ACCEPTED: _l("Being worked on"),
    State.WAITING: _l("Waiting for your answer"),
    State.DEFERRED: _l("On the long-term list"),
    State.RESOLVED: _l("Dealt with"),
    State.REWORK: _l("Being put right"),
    State.DECLINED: _l("Not accepted"),
    State.CLOSED: _l("Finished"),
}
ENTRIES = {
    EntryKind.SUBMITTED: _l("We received your request"),
    EntryKind.ASSIGNED: _l("Given to those in charge"),
    EntryKind.CLAIMED: _l("Somebody has taken it on"),
    EntryKind.CONTACT: _l("We reached you"),
    EntryKind.FOLLOW_UP: _l("You added something"),
    EntryKind.WAITING: _l("We need something from you"),
    EntryKind.RESUMED: _l("Work goes on"),
    EntryKind.RESOLVED: _l("Dealt with: our answer"),
    EntryKind.RATED: _l("You rated it"),
    EntryKind.REWORK: _l("It is being put right"),
    EntryKind.WITHDRAWN: _l("You withdrew it"),
    EntryKind.CLOSED: _l("Finished"),
    EntryKind.MERGED: _l("Joined with another request of the same matter"),
    EntryKind.DECLINED: _l("Not accepted"),
    EntryKind.EXTENSION_DECIDED: _l("It takes longer"),
    EntryKind.CALENDAR_CHANGED: _l("Days off lie in between: it may take longer"),
    EntryKind.DEFERRAL_DECIDED: _l("On the long-term list"),
}
NEWS = _l("News")
TRIED = _l("We tried to reach you")
ENDINGS = {
    CloseReason.RATED: _l("You have rated it."),
    CloseReason.RATING_LAPSED: _l("The time for rating is over."),
    CloseReason.WITHDRAWN: _l("You took it back."),
    CloseReason.DUPLICATE: _l("It goes on under another number: the same matter."),
    CloseReason.NO_REPLY: _l("We tried several times and could not reach you."),
    CloseReason.INVALID: _l("It was not a request that we can deal with."),
    CloseReason.THANKED: _l("We passed your words on. Thank you."),
}
STEPS = {
    Step.DANGER: _l("Whoever is on call contacts you at once"),
    Step.CONTACT: _l("Somebody contacts you"),
    Step.ANSWER: _l("You get an answer"),
    Step.THANKS: _l("We pass your words on"),
    Step.YOUR_TURN: _l("We need your answer"),
    Step.LEDGER: _l("It waits for law, money or season"),
    Step.RATE: _l("Please rate it"),
    Step.REWORK: _l("We put it right"),
    Step.DECLINED: _l("We cannot take this on"),
    Step.FINISHED: _l("This request is finished"),
}
AHEAD = STEPS | {Step.YOUR_TURN: _l("Your answer")}
"""The same on the timeline, where the line below already says what is needed."""
ADVICE = {
    Step.DANGER: _l("Call 110, 119 or 120 yourself now: we have not called them for you."),
    Step.CONTACT: _l("By telephone or in the way you chose. You need not do anything."),
    Step.ANSWER: _l("We work on it. You see here when something happens."),
    Step.THANKS: _l("Thank you. No answer is needed."),
    Step.YOUR_TURN: _l("Write it below, or call us. Meanwhile our time does not run."),
    Step.LEDGER: _l("We look at it every month and tell you how it stands."),
    Step.RATE: _l("One tap is enough. Nobody may ask you for a good rating."),
    Step.REWORK: _l("You said it was not solved. The same people try again."),
    Step.DECLINED: _l("Read below why, and who can help. If you do not agree, call us."),
}
ICONS = {
    Step.DANGER: "alert",
    Step.CONTACT: "phone",
    Step.THANKS: "heart",
    Step.YOUR_TURN: "message",
    Step.LEDGER: "hourglass",
    Step.RATE: "star",
    Step.REWORK: "refresh",
    Step.DECLINED: "info",
    Step.FINISHED: "check",
}
