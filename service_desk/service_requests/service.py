"""Opens and moves requests: the only place where a state changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import flag_modified, instance_dict

from service_desk.foundation.actor import RESIDENT, SYSTEM, Actor
from service_desk.foundation.database import insert_once_returning, insert_rows, run, session
from service_desk.foundation.faults import NotFound, Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.secrets import keyring, secret
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_requests import clocks, promising, steps, timing
from service_desk.service_requests.draft import Draft, Opened
from service_desk.service_requests.lifecycle import (
    OPEN,
    CloseReason,
    IllegalMove,
    State,
    check_move,
)
from service_desk.service_requests.models import (
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.placement import Placement
from service_desk.service_requests.reference import new_reference, pin_for
from service_desk.service_requests.timeline import Entry, row, write

_EMPTY = dict.fromkeys(column.key for column in ServiceRequest.__table__.columns)


def open_request(draft: Draft, placement: Placement, at: datetime) -> Opened:
    """Writes the request, its two clocks and the first lines of its timeline, once per key."""
    reference = new_reference()
    pin = pin_for(secret(), f"{draft.channel}:{draft.external_id}")
    clocks, hours, facts = promising.promises(draft, placement.unit_code, at)
    values = _values(draft, placement, at) | {
        "reference": reference,
        "pin_hash": pin_hash(reference, pin),
        "due_at": promising.soonest(clocks),
    }
    request_id: int | None = run(insert_once_returning(ServiceRequest), values).scalar()
    if request_id is None:
        return _opened_before(draft, placement, at, pin)
    if clocks:
        insert_rows(RequestClock, [{"request_id": request_id} | clock for clock in clocks])
    _write_opening(request_id, draft, placement, at, facts)
    return Opened(request_id, reference, pin, True, _known(request_id, values), hours)


def _known(request_id: int, values: dict[str, Any]) -> ServiceRequest:
    """What was just written, in the session as if it had been read again.

    Filled as the ORM's loader does: by its constructor fifty changes would be noted.
    """
    written: ServiceRequest = class_mapper(ServiceRequest).class_manager.new_instance()
    instance_dict(written).update(_EMPTY | values | {"id": request_id})
    make_transient_to_detached(written)
    session.add(written)
    return written


def _opened_before(draft: Draft, placement: Placement, at: datetime, pin: str) -> Opened:
    found = session.execute(
        sa.select(ServiceRequest.id, ServiceRequest.reference).where(
            ServiceRequest.channel == draft.channel,
            ServiceRequest.external_id == draft.external_id,
        )
    ).first()
    if found is None:  # the random reference was taken: draw another
        return open_request(draft, placement, at)
    return Opened(found.id, found.reference, pin, created=False)


def _values(draft: Draft, placement: Placement, at: datetime) -> dict[str, Any]:
    return {
        "channel": draft.channel,
        "external_id": draft.external_id,
        "created_at": at,
        "state": State.RECEIVED if placement.dispatcher else State.ASSIGNED,
        "nature": draft.nature,
        "category": draft.category,
        "suggested_category": (draft.suggestion or {}).get("category"),
        "urgency": draft.urgency,
        "danger": draft.danger,
        "restricted": draft.restricted,
        "area_code": draft.area_code,
        "description": draft.description,
        "address": draft.address,
        "location": draft.location,
        "name": draft.name,
        "phone": draft.phone,
        "phone_hash": keyring().lookup(draft.phone) if draft.phone else None,
        "language": draft.language,
        "contact_preference": draft.contact_preference,
        "anonymous": draft.anonymous,
        "entered_by": draft.entered_by,
        "assigned_at": at,
        "first_unit_code": placement.unit_code,
        "cycle": 1,
        "version": 1,
        "reopened": False,
    } | _owner(placement)


def _owner(placement: Placement) -> dict[str, Any]:
    return {
        "owner_post_id": placement.post_id,
        "owner_user_id": placement.user_id,
        "unit_code": placement.unit_code,
        "vacancy": placement.vacancy,
    }


def _write_opening(
    request_id: int, draft: Draft, placement: Placement, at: datetime, facts: clocks.Facts
) -> None:
    author = Actor.staff(draft.entered_by) if draft.entered_by else RESIDENT
    submitted = Entry(EntryKind.SUBMITTED, public=True, data=submission(draft) | facts)
    rows = [row(request_id, author, at, submitted)]
    if draft.suggestion is not None:
        suggested = Entry(EntryKind.SUGGESTED, data=draft.suggestion)
        rows.append(row(request_id, SYSTEM, at, suggested))
    rows.append(row(request_id, SYSTEM, at, assignment(placement)))
    insert_rows(TimelineEntry, rows)


def submission(draft: Draft) -> dict[str, Any]:
    """What the line of a new request keeps of it: codes only."""
    return {
        "channel": draft.channel,
        "urgency": draft.urgency,
        "nature": draft.nature,
        "category": draft.category,
        "danger": draft.danger,
    }


def assignment(placement: Placement) -> Entry:
    """The line that says where it lies and why; residents see the place, not the reasons."""
    return Entry(
        EntryKind.ASSIGNED,
        public=not placement.dispatcher,
        data={
            "post_id": placement.post_id,
            "user_id": placement.user_id,
            "unit_code": placement.unit_code,
            "vacancy": placement.vacancy,
            "dispatcher": placement.dispatcher,
            "reasons": list(placement.reasons),
        },
    )


def pin_hash(reference: str, pin: str) -> str:
    return keyring().lookup(f"pin:{reference}:{pin}")


def for_change(request_id: int, version: int | None = None) -> ServiceRequest:
    """The request, locked until the transaction ends and as it is now.

    Raises NotFound, and StaleEdit when `version` is not the present one.
    """
    request = session.scalar(
        sa.select(ServiceRequest)
        .where(ServiceRequest.id == request_id)
        .with_for_update(of=ServiceRequest)
        .execution_options(populate_existing=True)
    )
    if request is None:
        raise NotFound
    if version is not None and request.version != version:
        raise StaleEdit
    return request


def move(request: ServiceRequest, target: State, actor: Actor, at: datetime, entry: Entry) -> None:
    """One step of the table. Raises StaleEdit when the request is no longer where it was.

    Steps that need an approval are taken by `approvals.decide` only.
    """
    _step(request, target, approved=False)
    if target is State.RESOLVED:
        request.resolved_at = at
    _record(request, actor, at, entry, timing.follow(request, target, at))


def approved_move(
    request: ServiceRequest, target: State, actor: Actor, at: datetime, entry: Entry
) -> None:
    """A step that a second person has approved."""
    _step(request, target, approved=True)
    _record(request, actor, at, entry, timing.follow(request, target, at))


def _step(request: ServiceRequest, target: State, approved: bool) -> None:
    try:
        check_move(request.state, target, approved)
    except IllegalMove as error:
        raise StaleEdit from error
    request.state = target
    flag_modified(request, "state")  # from a state into itself is a step too: the version moves


def _record(
    request: ServiceRequest, actor: Actor, at: datetime, entry: Entry, facts: clocks.Facts
) -> None:
    clocks.refresh_due(request)
    session.flush()
    data = entry.data | {"state": request.state, "cycle": request.cycle} | facts
    write(request.id, actor, at, Entry(entry.kind, entry.text, entry.public, data))


def note(request: ServiceRequest, actor: Actor, at: datetime, entry: Entry) -> None:
    """A line that changes no state; the version still moves, so a stale page is noticed."""
    session.flush()  # what else changed, such as a due time, is kept by the refresh below
    session.execute(
        sa.update(ServiceRequest)
        .where(ServiceRequest.id == request.id)
        .values(version=ServiceRequest.version + 1)
    )
    session.refresh(request)
    write(request.id, actor, at, entry)


def assign(request: ServiceRequest, placement: Placement, actor: Actor, at: datetime) -> None:
    """Hands it to another post; the clocks run on."""
    for name, value in _owner(placement).items():
        setattr(request, name, value)
    request.assigned_at = at
    timing.hand_over(request, at)
    move(request, State.ASSIGNED, actor, at, assignment(placement))


def claim(request: ServiceRequest, actor: Actor, at: datetime) -> None:
    """Signs for it. Raises StaleEdit when somebody else did."""
    if request.state is State.ASSIGNED or request.state is State.RECEIVED:
        request.owner_user_id = actor.user_id
    target = State.ACCEPTED
    if request.state is State.RECEIVED:
        _step(request, State.ASSIGNED, approved=False)
    move(request, target, actor, at, Entry(EntryKind.CLAIMED, public=True))


def follow_up(request: ServiceRequest, text: str, actor: Actor, at: datetime) -> None:
    """The resident says more; what waited for them goes back to work, and a person looks."""
    look_again(request)
    entry = Entry(EntryKind.FOLLOW_UP, text, public=True)
    if request.state is State.WAITING:
        move(request, State.ACCEPTED, actor, at, entry)
    else:
        note(request, actor, at, entry)


def look_again(request: ServiceRequest) -> None:
    """No person has read what the resident said last: it waits in triage again (domain.md §6).

    Kept with the entry that is written next.
    """
    request.looked_at = request.looked_by = None


def withdraw(request: ServiceRequest, actor: Actor, at: datetime) -> None:
    """The resident takes it back. Raises Refused when it is already answered."""
    if request.state not in OPEN:
        raise Refused(_("This request is already finished and cannot be withdrawn."))
    close(request, CloseReason.WITHDRAWN, actor, at, Entry(EntryKind.WITHDRAWN, public=True))


def close(
    request: ServiceRequest, reason: CloseReason, actor: Actor, at: datetime, entry: Entry
) -> None:
    request.close_reason = reason
    request.closed_at = at
    move(
        request,
        State.CLOSED,
        actor,
        at,
        Entry(entry.kind, entry.text, entry.public, entry.data | {"close_reason": reason}),
    )


def reopen(request: ServiceRequest, text: str, actor: Actor, at: datetime) -> None:
    """Once, within its limit from closing, by the resident with something new (domain.md §6)."""
    until = reopens_until(request)
    if until is None or at > until:
        raise Refused(_("This request can no longer be reopened. Please send a new one."))
    request.reopened = True
    look_again(request)
    rework(request, text, actor, at)


def reopens_until(request: ServiceRequest) -> datetime | None:
    """Until when the resident may open it again; None for what is open or was opened before."""
    if request.state is not State.CLOSED or request.closed_at is None or request.reopened:
        return None
    return steps.end(PolicyKind.REOPEN, request, request.closed_at)


def rework(request: ServiceRequest, text: str, actor: Actor, at: datetime) -> None:
    """Not resolved after all: a new cycle with the same owner."""
    request.cycle += 1
    request.closed_at = request.close_reason = request.resolved_at = None
    move(request, State.REWORK, actor, at, Entry(EntryKind.REWORK, text, public=True))
