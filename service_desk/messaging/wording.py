"""Every text that is sent to a phone: a template's name, its parameters, the words.

The signature comes first and once (domain.md §18); the sentences are in sentences.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import get_month_names

from service_desk.foundation.clock import local
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import speak
from service_desk.foundation.settings import settings
from service_desk.messaging.segments import sendable
from service_desk.messaging.sentences import SENTENCES

HOTLINE = "12345"
USUAL = 8 * 60
BAD = 2
NAMED = 60
"""Characters of what a resident is asked for that a text names."""
STOPPED = "stopped"
"""The one text that may follow a STOP: its confirmation."""
ADDED = "added"
"""A worker is told of later words no more than once an hour."""


@dataclass(frozen=True)
class Text:
    """`purpose` and `params` are what a gateway of registered templates wants."""

    purpose: str
    language: str
    params: dict[str, str]
    body: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a resident is told of a request that just came in.

    `starts_at` is when the service clock starts, if that is not now. `minutes` is the promise of
    the first response: of service time, or of wall time for what is `around_the_clock`.
    `thanks` is for words that need no answer. A restricted matter gets words that give nothing
    away, not even a number.
    """

    language: str
    reference: str
    urgency: str = "P2"
    restricted: bool = False
    thanks: bool = False
    around_the_clock: bool = False
    starts_at: datetime | None = None
    minutes: int = USUAL


def _text(purpose: str, language: str, **params: str) -> Text:
    with speak(language):
        sentence = str(SENTENCES[purpose]) % (params | {"hotline": HOTLINE})
    return Text(purpose, language, params, f"【{settings().sms_signature}】{sentence}")


def show(reference: str) -> str:
    """`3124567890` as `3124-567-890`."""
    return f"{reference[:4]}-{reference[4:7]}-{reference[7:]}"


def day(moment: datetime, language: str) -> str:
    """`12月1日`, `1 Dec`."""
    at = local(moment)
    with speak(language):
        return str(_("%(day)s %(month)s", day=at.day, month=_month(at, language)))


def minute(moment: datetime, language: str) -> str:
    """`12月1日8:30`, `1 Dec 8:30`."""
    at = local(moment)
    clock = f"{at.hour}:{at.minute:02d}"
    month = _month(at, language)
    with speak(language):
        return str(_("%(day)s %(month)s %(time)s", day=at.day, month=month, time=clock))


def _month(at: datetime, language: str) -> str:
    if language != "en":
        return str(at.month)
    return str(get_month_names("abbreviated", locale="en")[at.month])


def received(receipt: Receipt) -> Text:
    """The automatic receipt: never a first response, and danger comes first."""
    language, number = receipt.language, show(receipt.reference)
    if receipt.restricted:
        return neutral(language, urgent=receipt.urgency == "P0")
    if receipt.urgency == "P0":
        return _text("ack_danger", language, reference=number)
    if receipt.thanks:
        return _text("ack_thanks", language, reference=number)
    return _promise(receipt, number)


def _promise(receipt: Receipt, number: str) -> Text:
    language = receipt.language
    hours = _hours(receipt.minutes)
    if receipt.around_the_clock:
        return _text("ack_urgent", language, reference=number, hours=hours)
    if receipt.starts_at is not None:
        start = minute(receipt.starts_at, language)
        return _text("ack_offhours", language, reference=number, start=start)
    return _text("ack", language, reference=number, hours=hours)


def _hours(minutes: int) -> str:
    """`8`, `1.5`; rounded down, so that nobody waits longer than the text says."""
    return f"{minutes * 10 // 60 / 10:g}"


def neutral(language: str, urgent: bool = False) -> Text:
    """For restricted matters: whoever else reads the phone learns nothing."""
    return _text("neutral_danger" if urgent else "neutral", language)


def worker_assigned(language: str, reference: str, due: datetime, place: str | None = None) -> Text:
    """To the worker: what, where, until when; nothing of the resident.

    Leave `place` out for a restricted matter.
    """
    params = {"reference": show(reference), "due": minute(due, language)}
    if place is None:
        return _text("assigned_plain", language, **params)
    return _text("assigned", language, place=place, **params)


def worker_added(language: str, reference: str) -> Text:
    """To the worker: the resident says more; not a word of what, nor of where."""
    return _text(ADDED, language, reference=show(reference))


def page_danger(language: str, reference: str, place: str | None = None) -> Text:
    """To the people on call: act now. Leave `place` out for a restricted matter."""
    if place is None:
        return _text("page_danger_plain", language, reference=show(reference))
    return _text("page_danger", language, reference=show(reference), place=place)


@dataclass(frozen=True)
class Promise:
    """What staff are reminded of: `kind` is `first_response` or `resolution`.

    Leave `place` out for a restricted matter; `late` once the due time has come.
    """

    kind: str
    reference: str
    due: datetime
    late: bool = False
    place: str | None = None


def reminder(language: str, promise: Promise) -> Text:
    """To the worker and those above: a promise is about to be broken, or is."""
    purpose = f"{'late' if promise.late else 'remind'}_{promise.kind}"
    params = {"reference": show(promise.reference), "due": minute(promise.due, language)}
    if promise.place is None:
        return _text(f"{purpose}_plain", language, **params)
    return _text(purpose, language, place=promise.place, **params)


def dispatched(language: str, reference: str, place: str, due: datetime) -> Text:
    """To the resident: who works on it and until when."""
    until = day(due, language)
    return _text("dispatch", language, reference=show(reference), place=place, due=until)


def contact_waiting(language: str, reference: str, until: datetime, needed: str) -> Text:
    """We need something from the resident; a reply to this text is kept with the request.

    What is `needed` is named in a worker's words, made fit to send and cut to NAMED characters.
    """
    words = sendable(needed)
    words = words if len(words) <= NAMED else words[: NAMED - 1] + "…"
    due = day(until, language)
    return _text("waiting", language, reference=show(reference), words=words, due=due)


def personal(language: str, reference: str, words: str) -> Text:
    """A worker's own words to the resident, made fit to send: no link, no telephone number."""
    return _text("personal", language, reference=show(reference), words=sendable(words))


def extended(language: str, reference: str, due: datetime) -> Text:
    """An approved extension."""
    return _text("extend", language, reference=show(reference), due=day(due, language))


def deferred(language: str, reference: str, cause: str, until: datetime) -> Text:
    """An approved deferral: what it waits for, in `language`, and its last day."""
    due = day(until, language)
    return _text("defer", language, reference=show(reference), cause=cause, due=due)


def resolved(language: str, reference: str) -> Text:
    """It is done, and no rating is asked for (danger to life, domain.md §7)."""
    return _text("resolved", language, reference=show(reference))


def invitation(language: str, reference: str) -> Text:
    """It is done: rate it with a digit."""
    return _text("rate", language, reference=show(reference))


def rating_thanks(language: str, reference: str, level: int) -> Text:
    """The rating is kept; after a bad one somebody calls."""
    number = show(reference)
    if level <= BAD:
        return _text("rated_bad", language, reference=number)
    return _text("rated", language, reference=number, level=str(level))


def status(language: str, reference: str, state: str, due: datetime | None = None) -> Text:
    """How it stands; `state` is the state's name in `language`."""
    params = {"reference": show(reference), "state": state}
    if due is None:
        return _text("status", language, **params)
    return _text("status_due", language, due=day(due, language), **params)


def status_unknown(language: str) -> Text:
    """No such number of this phone; the same words whether it exists or not."""
    return _text("status_unknown", language)


def follow_up_kept(language: str, reference: str) -> Text:
    return _text("follow_up", language, reference=show(reference))


def which_one(language: str, reference: str) -> Text:
    """Follow-up or something new? One digit answers."""
    return _text("which_one", language, reference=show(reference))


def help_text(language: str) -> Text:
    """What can be texted here."""
    return _text("help", language)


def stopped(language: str) -> Text:
    return _text(STOPPED, language)


def started(language: str) -> Text:
    return _text("started", language)
