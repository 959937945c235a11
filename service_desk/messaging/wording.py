"""Every sentence that is sent to a phone: a template's name, its parameters, the words.

Rules of domain.md §18: the signature first and once; a number, a deadline, one telephone
number; never a name, an address, a category or a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import get_month_names

from service_desk.foundation.clock import local
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import speak
from service_desk.foundation.settings import settings

HOTLINE = "12345"
SERVICE_HOURS, URGENT_HOURS = 8, 2
BAD = 2
STOPPED = "stopped"
"""The one text that may follow a STOP: its confirmation."""


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

    `starts_at` is when the service clock starts, if that is not now. `hours` is the promise of
    the first response: service hours, or wall hours for P1. A restricted matter gets words that
    give nothing away, not even a number.
    """

    language: str
    reference: str
    urgency: str = "P2"
    restricted: bool = False
    thanks: bool = False
    starts_at: datetime | None = None
    hours: int | None = None


def _text(purpose: str, language: str, sentence: str, **params: str) -> Text:
    """`sentence` is already in `language`."""
    return Text(purpose, language, params, f"【{settings().sms_signature}】{sentence}")


def show(reference: str) -> str:
    """`3124567890` as `3124-567-890`."""
    return f"{reference[:4]}-{reference[4:7]}-{reference[7:]}"


def _month(at: datetime, language: str) -> str:
    if language != "en":
        return str(at.month)
    return str(get_month_names("abbreviated", locale="en")[at.month])


def _day(moment: datetime, language: str) -> str:
    at = local(moment)
    return str(_("%(day)s %(month)s", day=at.day, month=_month(at, language)))


def _moment(moment: datetime, language: str) -> str:
    at = local(moment)
    clock = f"{at.hour}:{at.minute:02d}"
    month = _month(at, language)
    return str(_("%(day)s %(month)s %(time)s", day=at.day, month=month, time=clock))


def received(receipt: Receipt) -> Text:
    """The automatic receipt: never a first response, and danger comes first."""
    with speak(receipt.language):
        if receipt.restricted:
            return neutral(receipt.language, urgent=receipt.urgency == "P0")
        if receipt.urgency == "P0":
            return _danger_receipt(receipt)
        if receipt.thanks:
            return _thanks_receipt(receipt)
        return _urgent_receipt(receipt) if receipt.urgency == "P1" else _plain_receipt(receipt)


def _danger_receipt(receipt: Receipt) -> Text:
    number = show(receipt.reference)
    words = _(
        "In danger call 110, 119 or 120 now; if you cannot speak, text 12110. "
        "The person on call has been told of number %(reference)s.",
        reference=number,
    )
    return _text("ack_danger", receipt.language, words, reference=number)


def _thanks_receipt(receipt: Receipt) -> Text:
    number = show(receipt.reference)
    words = _(
        "We have received your words, number %(reference)s. Thank you, we will pass them on.",
        reference=number,
    )
    return _text("ack_thanks", receipt.language, words, reference=number)


def _urgent_receipt(receipt: Receipt) -> Text:
    number, hours = show(receipt.reference), str(receipt.hours or URGENT_HOURS)
    words = _(
        "We have received your request, number %(reference)s, and will contact you within "
        "%(hours)s hours. In danger call 110, 119 or 120 now.",
        reference=number,
        hours=hours,
    )
    return _text("ack_urgent", receipt.language, words, reference=number, hours=hours)


def _plain_receipt(receipt: Receipt) -> Text:
    number = show(receipt.reference)
    if receipt.starts_at is None:
        hours = str(receipt.hours or SERVICE_HOURS)
        words = _(
            "We have received your request, number %(reference)s, and will contact you within "
            "%(hours)s service hours. In an emergency call 110, 119, 120.",
            reference=number,
            hours=hours,
        )
        return _text("ack", receipt.language, words, reference=number, hours=hours)
    start = _moment(receipt.starts_at, receipt.language)
    words = _(
        "We have received your request, number %(reference)s. We are closed now; our time counts "
        "from %(start)s. In an emergency call 110, 119, 120.",
        reference=number,
        start=start,
    )
    return _text("ack_offhours", receipt.language, words, reference=number, start=start)


def neutral(language: str, urgent: bool = False) -> Text:
    """For restricted matters: whoever else reads the phone learns nothing."""
    with speak(language):
        if urgent:
            words = _(
                "Hello, we have received your registration. In an emergency call 110, 119, 120; "
                "if you cannot speak, text 12110."
            )
            return _text("neutral_urgent", language, words)
        words = _(
            "Hello, we have received your registration and will contact you in the way and at "
            "the time you chose."
        )
        return _text("neutral", language, words)


def worker_assigned(language: str, reference: str, due: datetime, place: str | None = None) -> Text:
    """To the worker: what, where, until when; nothing of the resident.

    Leave `place` out for a restricted matter.
    """
    number = show(reference)
    with speak(language):
        until = _moment(due, language)
        words = _(
            "Number %(reference)s has been assigned to you. Make first contact by %(due)s. "
            "Sign in to read it.",
            reference=number,
            due=until,
        )
        if place is None:
            return _text("assigned_plain", language, words, reference=number, due=until)
        words = _(
            "Number %(reference)s (%(place)s) has been assigned to you. Make first contact by "
            "%(due)s. Sign in to read it.",
            reference=number,
            place=place,
            due=until,
        )
        return _text("assigned", language, words, reference=number, place=place, due=until)


def page_danger(language: str, reference: str, place: str | None = None) -> Text:
    """To the people on call: act now. Leave `place` out for a restricted matter."""
    number, where = show(reference), f" ({place})" if place else ""
    with speak(language):
        words = _(
            "URGENT: number %(reference)s%(place)s, somebody may be in danger. Sign in and act "
            "at once.",
            reference=number,
            place=where,
        )
        return _text("page_danger", language, words, reference=number, place=place or "")


def dispatched(language: str, reference: str, place: str, due: datetime) -> Text:
    """To the resident: who works on it and until when."""
    number = show(reference)
    with speak(language):
        day = _day(due, language)
        words = _(
            "Number %(reference)s is with %(place)s now; expect an answer by %(due)s. "
            "To ask, call %(hotline)s.",
            reference=number,
            place=place,
            due=day,
            hotline=HOTLINE,
        )
        return _text("dispatch", language, words, reference=number, place=place, due=day)


def contact_waiting(language: str, reference: str, until: datetime) -> Text:
    """We need something from the resident; a reply to this text is kept with the request."""
    number = show(reference)
    with speak(language):
        day = _day(until, language)
        words = _(
            "For number %(reference)s we need more information from you. Please reply to this "
            "text by %(due)s or call %(hotline)s.",
            reference=number,
            due=day,
            hotline=HOTLINE,
        )
        return _text("waiting", language, words, reference=number, due=day)


def extended(language: str, reference: str, due: datetime) -> Text:
    """An approved extension."""
    number = show(reference)
    with speak(language):
        day = _day(due, language)
        words = _(
            "Number %(reference)s is not simple; with approval it now takes until %(due)s. "
            "Questions: call %(hotline)s.",
            reference=number,
            due=day,
            hotline=HOTLINE,
        )
        return _text("extend", language, words, reference=number, due=day)


def resolved(language: str, reference: str) -> Text:
    """It is done, and no rating is asked for (danger to life, domain.md §7)."""
    number = show(reference)
    with speak(language):
        words = _(
            "Number %(reference)s has been dealt with. If anything is still wrong, reply to this "
            "text or call %(hotline)s.",
            reference=number,
            hotline=HOTLINE,
        )
        return _text("resolved", language, words, reference=number)


def invitation(language: str, reference: str) -> Text:
    """It is done: rate it with a digit."""
    number = show(reference)
    with speak(language):
        words = _(
            "Number %(reference)s has been dealt with. Please rate it by replying a digit: 5 very "
            "satisfied, 4 satisfied, 3 fairly satisfied, 2 dissatisfied, 1 very dissatisfied.",
            reference=number,
        )
        return _text("rate", language, words, reference=number)


def rating_thanks(language: str, reference: str, level: int) -> Text:
    """The rating is kept; after a bad one somebody calls."""
    number = show(reference)
    with speak(language):
        if level <= BAD:
            words = _(
                "We are sorry. Your rating of number %(reference)s is kept, and we will contact "
                "you to put it right.",
                reference=number,
            )
            return _text("rated_bad", language, words, reference=number)
        words = _(
            "Thank you for rating number %(reference)s: %(level)s of 5.",
            reference=number,
            level=level,
        )
        return _text("rated", language, words, reference=number, level=str(level))


def status(language: str, reference: str, state: str, due: datetime | None = None) -> Text:
    """How it stands; `state` is the state's name in `language`."""
    number = show(reference)
    with speak(language):
        if due is None:
            words = _(
                "Number %(reference)s: %(state)s. To ask, call %(hotline)s.",
                reference=number,
                state=state,
                hotline=HOTLINE,
            )
            return _text("status", language, words, reference=number, state=state)
        day = _day(due, language)
        words = _(
            "Number %(reference)s: %(state)s; expect an answer by %(due)s. To ask, call "
            "%(hotline)s.",
            reference=number,
            state=state,
            due=day,
            hotline=HOTLINE,
        )
        return _text("status_due", language, words, reference=number, state=state, due=day)


def status_unknown(language: str) -> Text:
    """No such number of this phone; the same words whether it exists or not."""
    with speak(language):
        words = _(
            "We find no request of yours under this number. Check it, or simply text us what you "
            "need. In an emergency call 110, 119, 120."
        )
        return _text("status_unknown", language, words)


def follow_up_kept(language: str, reference: str) -> Text:
    number = show(reference)
    with speak(language):
        words = _(
            "What you added is kept with number %(reference)s; we will go on with it.",
            reference=number,
        )
        return _text("follow_up", language, words, reference=number)


def which_one(language: str, reference: str) -> Text:
    """Follow-up or something new? One digit answers."""
    number = show(reference)
    with speak(language):
        words = _(
            "Does your text belong to number %(reference)s? Reply 1 if it does, 2 if it is "
            "something new. Without a reply we register it as new.",
            reference=number,
        )
        return _text("which_one", language, words, reference=number)


def help_text(language: str) -> Text:
    """What can be texted here."""
    with speak(language):
        words = _(
            "Text us what you need and your village. STATUS: how it stands. 1 to 5: rate. "
            "STOP: no more texts. In an emergency call 110, 119, 120."
        )
        return _text("help", language, words)


def stopped(language: str) -> Text:
    with speak(language):
        words = _(
            "You will get no more texts from us. To get them again, send START or call "
            "%(hotline)s.",
            hotline=HOTLINE,
        )
        return _text(STOPPED, language, words)


def started(language: str) -> Text:
    with speak(language):
        words = _(
            "You get our texts again. Text us what you need. In an emergency call 110, 119, 120."
        )
        return _text("started", language, words)
