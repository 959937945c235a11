"""Asks for ratings once, records them once, and lets what nobody rates lapse."""

from __future__ import annotations

from datetime import datetime

from service_desk.feedback.models import Rating, RatingInvitation, RatingSource
from service_desk.feedback.queries import lapsed, rating_of, uninvited
from service_desk.feedback.rules import is_bad, is_level
from service_desk.foundation.actor import RESIDENT, SYSTEM
from service_desk.foundation.database import insert_once, session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.messaging import wording
from service_desk.messaging.service import Queued, queue
from service_desk.service_requests.lifecycle import CloseReason, State
from service_desk.service_requests.models import EntryKind, ServiceRequest
from service_desk.service_requests.service import close, for_change, look_again, note, rework
from service_desk.service_requests.timeline import Entry
from service_desk.triage.alerts import tell_of_more

BATCH = 200


def record(
    request_id: int, level: int, comment: str | None, source: RatingSource, at: datetime
) -> Rating:
    """The resident's own rating of this cycle; a good one closes, a bad one begins 整改.

    Raises Refused when the level is none of five, nothing is resolved, or it is rated already.
    """
    request = for_change(request_id)
    _check(request, level)
    rating = Rating(
        request_id=request.id,
        cycle=request.cycle,
        level=level,
        source=source,
        comment=comment or None,
        at=at,
    )
    session.add(rating)
    session.flush()
    _follow(request, rating, at)
    return rating


def _check(request: ServiceRequest, level: int) -> None:
    if not is_level(level):
        raise Refused(_("Choose one of the five levels."), "level")
    if rating_of(request.id, request.cycle) is not None:
        raise Refused(_("You have already rated this request. Thank you."))
    if request.state is not State.RESOLVED:
        raise Refused(_("This request cannot be rated now."))


def _follow(request: ServiceRequest, rating: Rating, at: datetime) -> None:
    entry = Entry(EntryKind.RATED, rating.comment, public=True, data={"level": rating.level})
    if is_bad(rating.level):
        _rectify(request, entry, at)
    else:
        close(request, CloseReason.RATED, RESIDENT, at, entry)


def _rectify(request: ServiceRequest, entry: Entry, at: datetime) -> None:
    """Back to work; where words came with it, a person reads them and the owner learns of them."""
    if entry.text:
        look_again(request)
    note(request, RESIDENT, at, entry)
    rework(request, "", RESIDENT, at)
    if entry.text:
        tell_of_more(request, at)


def invite_due(at: datetime) -> int:
    """Asks everybody whose request was resolved and who was not asked yet; returns how many."""
    return sum(_invite(request, at) for request in uninvited(BATCH))


def _invite(request: ServiceRequest, at: datetime) -> bool:
    asked = _text(request, at)
    row = insert_once(RatingInvitation).values(
        request_id=request.id, cycle=request.cycle, asked=asked, invited_at=at
    )
    if session.scalar(row.returning(RatingInvitation.id)) is None:
        return False  # another sweep was quicker
    if asked:
        note(request, SYSTEM, at, Entry(EntryKind.INVITED, data={"cycle": request.cycle}))
    return asked


def _text(request: ServiceRequest, at: datetime) -> bool:
    """Whether a text goes out; none to a landline or to who said STOP."""
    became = queue(
        wording.invitation(request.language, request.reference),
        phone=str(request.phone),
        dedupe_key=f"rate:{request.id}:{request.cycle}",
        request_id=request.id,
        at=at,
    )
    return became is Queued.QUEUED


def lapse_due(at: datetime) -> int:
    """Closes what nobody rated while its rating window was open; returns how many."""
    return sum(_lapse(row.id, row.resolved_at, at) for row in lapsed(at, BATCH))


def _lapse(request_id: int, resolved: datetime, at: datetime) -> bool:
    request = for_change(request_id)
    if request.state is not State.RESOLVED or request.resolved_at != resolved:
        return False  # it was rated, or another sweep was quicker
    close(request, CloseReason.RATING_LAPSED, SYSTEM, at, Entry(EntryKind.CLOSED, public=True))
    return True
