"""What a resident is told of where a request stands: one short name for each state."""

from __future__ import annotations

from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.localisation import speak
from service_desk.service_requests.lifecycle import State

NAMES = {
    State.RECEIVED: _l("registered"),
    State.ASSIGNED: _l("handed to the person in charge"),
    State.ACCEPTED: _l("being worked on"),
    State.WAITING: _l("waiting for your answer"),
    State.DEFERRED: _l("put on the long-term list"),
    State.RESOLVED: _l("dealt with"),
    State.REWORK: _l("being put right"),
    State.DECLINED: _l("not accepted"),
    State.CLOSED: _l("finished"),
}


def state_name(state: State, language: str) -> str:
    """`办理中`, `being worked on`."""
    with speak(language):
        return str(NAMES[state])
