"""Opens requests: the row, its clocks and the first lines of its timeline, once per key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict

from service_desk.foundation.actor import RESIDENT, SYSTEM, Actor
from service_desk.foundation.database import insert_once_returning, insert_rows, run, session
from service_desk.foundation.secrets import keyring, secret
from service_desk.service_requests import clocks, promising
from service_desk.service_requests.draft import Draft, Opened
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import (
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.placement import Placement
from service_desk.service_requests.reference import new_reference, pin_for
from service_desk.service_requests.service import assignment, owner
from service_desk.service_requests.timeline import Entry, row

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
    } | owner(placement)


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


def pin_hash(reference: str, pin: str) -> str:
    return keyring().lookup(f"pin:{reference}:{pin}")
