"""One inbound text: kept once, understood, acted on, answered. The caller holds the transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from service_desk.feedback import service as feedback
from service_desk.feedback.models import RatingSource
from service_desk.foundation.actor import RESIDENT
from service_desk.foundation.faults import Refused
from service_desk.messaging import inbound, service, wording
from service_desk.messaging.gateway import Arrived
from service_desk.messaging.inbound import Kept
from service_desk.messaging.models import InboundMessage
from service_desk.messaging.wording import Text
from service_desk.service_requests.clocks import NEVER
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.service import follow_up, for_change
from service_desk.switchboard.decide import Decision, Kind, decide, language_of
from service_desk.switchboard.newcomer import open_by_text
from service_desk.switchboard.queries import Phone, phone_of, unanswered
from service_desk.switchboard.states import state_name
from service_desk.triage.alerts import tell_of_more
from service_desk.triage.suggest import suggest

ASK_AGAIN = timedelta(minutes=30)
"""How long the question "more, or something new?" stays open."""
BATCH = 100


@dataclass(frozen=True)
class Call:
    """One text being handled, and everything that is known about it."""

    text: Arrived
    kept: Kept
    phone: Phone
    decision: Decision
    language: str
    at: datetime

    def answer(self, text: Text, request_id: int | None = None) -> None:
        """At most one answer to one text, and none to a robot."""
        if self.kept.may_answer(self.at):
            service.queue(
                text,
                phone=self.text.phone,
                dedupe_key=f"answer:{self.text.provider}:{self.text.external_id}",
                request_id=request_id,
                at=self.at,
                answer=True,
            )


def receive(text: Arrived, at: datetime) -> str | None:
    """What the text was taken for; None when it came before and nothing was done."""
    kept = inbound.keep(text, at)
    if kept is None:
        return None
    phone = phone_of(text.phone)
    language = language_of(text.body) or phone.language
    decision = Decision(Kind.HELP) if kept.echo else _decide(text.body, phone, kept, at)
    call = Call(text, kept, phone, decision, language, at)
    request_id = HANDLERS[decision.kind](call)
    taken_for = inbound.ECHO if kept.echo else decision.kind.value
    inbound.take_for(kept.id, taken_for, request_id)
    return taken_for


def _decide(body: str, phone: Phone, kept: Kept, at: datetime) -> Decision:
    """Danger in words that would be filed elsewhere makes a new request: somebody is paged.

    So do words of a restricted matter that would be filed with an ordinary one.
    """
    asked = _asked(kept, at) is not None
    bare = decide(body, phone.context(asked, None))
    if bare.kind not in (Kind.FOLLOW_UP, Kind.ASK) and not bare.comment:
        return bare
    suggestion = suggest(body)
    if suggestion.urgency is Urgency.P0:
        return Decision(Kind.NEW)
    topic = suggestion.category if suggestion.confident else None
    decision = decide(body, phone.context(asked, topic))
    if suggestion.restricted_hint and _shows(decision, phone):
        return Decision(Kind.NEW)
    return decision


def _shows(decision: Decision, phone: Phone) -> bool:
    """Whether the words would be filed where others can read them."""
    known = phone.request(decision.request_id)
    filed = decision.kind in (Kind.FOLLOW_UP, Kind.ASK)
    return filed and known is not None and not known.restricted


def _asked(kept: Kept, at: datetime) -> int | None:
    """The text about which we asked, while the question is open."""
    recent = (each for each in kept.earlier if at - each.received_at < ASK_AGAIN)
    return next((each.id for each in recent if each.taken_for == Kind.ASK), None)


def _stop(call: Call) -> None:
    call.answer(wording.stopped(call.language))
    service.stop(call.text.phone, call.at)


def _start(call: Call) -> None:
    service.start(call.text.phone)
    call.answer(wording.started(call.language))


def _help(call: Call) -> None:
    call.answer(wording.help_text(call.language))


def _lost(call: Call) -> int | None:
    """What the text was about is gone: it was settled a moment ago by another way."""
    _help(call)
    return None


def _status(call: Call) -> int | None:
    found = call.phone.spoken_of(call.decision.reference)
    if found is None:
        call.answer(wording.status_unknown(call.language))
        return None
    due = found.due_at if found.is_open and found.due_at != NEVER else None
    state = state_name(found.state, call.language)
    text = wording.status(call.language, found.reference, state, due)
    call.answer(text, found.id)
    return found.id


def _rating(call: Call) -> int | None:
    decision = call.decision
    known = call.phone.request(decision.request_id)
    if known is None or decision.level is None:
        return _lost(call)
    comment = decision.comment or None
    try:
        feedback.record(known.id, decision.level, comment, RatingSource.SMS, call.at)
    except Refused:  # rated on the web a moment ago
        return _lost(call)
    call.answer(wording.rating_thanks(call.language, known.reference, decision.level), known.id)
    return known.id


def _follow_up(call: Call) -> int | None:
    return _add(call, call.decision.request_id, call.text.body)


def _add(call: Call, request_id: int | None, body: str) -> int | None:
    known = call.phone.request(request_id)
    if known is None:
        return _new(call)
    request = for_change(known.id)
    follow_up(request, body, RESIDENT, call.at)
    tell_of_more(request, call.at)
    if known.restricted:
        call.answer(wording.neutral(call.language), known.id)
    else:
        call.answer(wording.follow_up_kept(call.language, known.reference), known.id)
    return known.id


def _ask(call: Call) -> int | None:
    known = call.phone.request(call.decision.request_id)
    if known is None or known.restricted:
        return _new(call)
    call.answer(wording.which_one(call.language, known.reference), known.id)
    return known.id


def _answer_same(call: Call) -> int | None:
    asked = _settle(_asked(call.kept, call.at), Kind.FOLLOW_UP)
    return _add(call, asked.request_id, asked.body) if asked else _lost(call)


def _answer_new(call: Call) -> int | None:
    asked = _settle(_asked(call.kept, call.at), Kind.NEW)
    return _register(asked, call.phone) if asked else _lost(call)


def _new(call: Call) -> int | None:
    silent = not call.kept.may_answer(call.at)
    danger = call.decision.danger
    return open_by_text(call.text, call.phone, call.at, silent=silent, danger=danger)


HANDLERS: Mapping[Kind, Callable[[Call], int | None]] = {
    Kind.STOP: _stop,
    Kind.START: _start,
    Kind.HELP: _help,
    Kind.STATUS: _status,
    Kind.RATING: _rating,
    Kind.FOLLOW_UP: _follow_up,
    Kind.ASK: _ask,
    Kind.ANSWER_SAME: _answer_same,
    Kind.ANSWER_NEW: _answer_new,
    Kind.NEW: _new,
}


def settle_questions(at: datetime) -> int:
    """Texts about which we asked and nobody answered become new requests; returns how many."""
    waiting = [_settle(each, Kind.NEW) for each in unanswered(at - ASK_AGAIN, BATCH)]
    texts = [each for each in waiting if each is not None]
    for each in texts:
        _register(each, phone_of(each.phone))
    return len(texts)


def _settle(inbound_id: int | None, kind: Kind) -> InboundMessage | None:
    """The question is answered; None when somebody else settled it first."""
    return inbound.settle(inbound_id, Kind.ASK, kind) if inbound_id is not None else None


def _register(asked: InboundMessage, phone: Phone) -> int:
    """A new request of a text that came earlier: its clocks start when it came."""
    text = Arrived(asked.provider, asked.external_id, asked.phone, asked.body)
    request_id = open_by_text(text, phone, asked.received_at)
    inbound.take_for(asked.id, Kind.NEW, request_id)
    return request_id
