"""What a resident does with their own request: opens it, adds, rates, withdraws."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service_desk.accounts import attempts
from service_desk.accounts.attempts import Guarded, Limit
from service_desk.feedback import service as feedback
from service_desk.feedback.models import RatingSource
from service_desk.foundation.actor import RESIDENT
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.front.queries import lock_of
from service_desk.front.rules import Standing
from service_desk.front.tracked import PHONE, PIN
from service_desk.intake.service import Submission, submit
from service_desk.service_requests import service as requests
from service_desk.service_requests.clocks import clock_of
from service_desk.service_requests.lifecycle import OPEN, Channel, State, Urgency
from service_desk.service_requests.models import ClockKind, ClockOutcome, ServiceRequest
from service_desk.service_requests.reference import parse_reference
from service_desk.triage.alerts import tell_of_more
from service_desk.triage.service import raise_danger, restrict
from service_desk.triage.suggest import suggest

REFERENCE = Limit("track_reference", 5, timedelta(minutes=15))
REFERENCE_A_DAY = Limit("track_reference_day", 20, timedelta(days=1))
ADDRESS = Limit("track_address", 60, timedelta(hours=1))
LONGEST_SUBJECT = 20
AT_HOME = frozenset({"SAFE", "CHILD"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What was typed to open a request, and from which address; a PIN counts before a phone."""

    reference: str
    pin: str
    phone_last4: str
    address: str

    @property
    def wanted(self) -> str:
        """Ten digits; empty when it cannot be a reference."""
        return parse_reference(self.reference) or ""

    @property
    def guards(self) -> Sequence[Guarded]:
        subject = self.wanted or digits(self.reference)[:LONGEST_SUBJECT]
        return (
            Guarded(REFERENCE, subject),
            Guarded(REFERENCE_A_DAY, subject),
            Guarded(ADDRESS, self.address),
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A reference that was proved; `proof` is tracked.PIN or tracked.PHONE."""

    reference: str
    proof: str


def digits(text: str) -> str:
    """`１２３ 456` as `123456`: as typed on any keypad."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(int(char)) for char in plain if char.isdecimal())


def begin(claim: Claim, at: datetime) -> list[int]:
    """Counts the try; to be committed before it is looked at. Raises TooMany."""
    return attempts.begin(claim.guards, at)


def prove(claim: Claim) -> Opened | None:
    """Whether the PIN, or else the phone's last digits, belong to the reference."""
    lock, pin = lock_of(claim.wanted), digits(claim.pin)
    by_pin = lock.opens_with_pin(pin)
    by_phone = lock.opens_with_phone(digits(claim.phone_last4))
    if pin:
        return Opened(lock.reference, PIN) if by_pin else None
    return Opened(lock.reference, PHONE) if by_phone else None


def standing(request: ServiceRequest) -> Standing:
    first = clock_of(request, ClockKind.FIRST_RESPONSE)
    return Standing(
        state=request.state,
        urgency=request.urgency,
        answered=first is not None and first.outcome is not ClockOutcome.OPEN,
        clocks=first is not None,
        reopens_until=requests.reopens_until(request),
    )


def rate(request_id: int, level: int, comment: str, at: datetime) -> None:
    """Raises Refused when nothing is resolved or it is rated already."""
    feedback.record(request_id, level, comment, RatingSource.WEB, at)
    if comment:
        _heed(requests.for_change(request_id), comment, at)


def add(request_id: int, text: str, at: datetime) -> None:
    """More on an open request; what is closed is opened again, once and in time."""
    request = requests.for_change(request_id)
    if request.state is State.CLOSED:
        requests.reopen(request, text, RESIDENT, at)
    elif request.state in OPEN:
        requests.follow_up(request, text, RESIDENT, at)
    else:
        raise Refused(_not_now(request.state), "text")
    _heed(request, text, at)
    tell_of_more(request, at)


def _not_now(state: State) -> str:
    if state is State.RESOLVED:
        return _("Say what is still wrong together with your rating: a bad one sends it back.")
    return _("Nothing can be added here any more. Please send a new request or call us.")


def withdraw(request_id: int, at: datetime) -> None:
    """Raises Refused for what is finished, and for a danger: a person makes sure first."""
    request = requests.for_change(request_id)
    if request.state in OPEN and request.urgency is Urgency.P0:
        sentence = _("Somebody may be in danger: a person must make sure first. Please call us.")
        raise Refused(sentence)
    requests.withdraw(request, RESIDENT, at)


def _heed(request: ServiceRequest, words: str, at: datetime) -> None:
    """Danger in added words pages at once; on what is closed it is a new request, as by text.

    Words of harm at home are not for whoever else knows the phone's last digits.
    """
    found = suggest(words)
    if found.urgency is not Urgency.P0:
        if found.restricted_hint and found.category in AT_HOME:
            restrict(request, at)
    elif request.state in OPEN:
        raise_danger(request, at, restricted=found.restricted_hint)
    else:
        submit(_anew(request, words), at)


def _anew(request: ServiceRequest, words: str) -> Submission:
    return Submission(
        channel=Channel.WEB,
        external_id=f"track:{request.reference}:{request.cycle}",
        area_code=request.area_code,
        description=words,
        language=request.language,
        contact_preference=request.contact_preference,
        phone=request.phone,
        name=request.name,
        address=request.address,
        anonymous=request.anonymous,
    )
