"""Opening one request by its reference: the scope query, and a record of who tried in vain."""

from __future__ import annotations

from datetime import datetime

from service_desk.accounts.reach import Reach
from service_desk.audit.service import record
from service_desk.foundation.faults import NotFound
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.queries import by_reference, readable, was_called
from service_desk.service_requests.reference import parse_reference


def found_for(text: str, reach: Reach, at: datetime) -> ServiceRequest:
    """The request of a reference as typed, if this person may see it or was called to it.

    Raises NotFound whether it does not exist or is out of scope; the latter is put on record,
    in a transaction of its own. For edges, outside a unit of work.
    """
    reference = parse_reference(text)
    request = _open(reference, reach) if reference else None
    if request is None:
        _put_on_record(reference, reach, at)
        raise NotFound
    return request


def _open(reference: str, reach: Reach) -> ServiceRequest | None:
    request = readable(reference, reach)
    if request is not None:
        return request
    other = by_reference(reference)
    return other if other is not None and was_called(other, reach.user_id) else None


def _put_on_record(reference: str | None, reach: Reach, at: datetime) -> None:
    if reference is None or by_reference(reference) is None:
        return
    with unit_of_work():
        record("out_of_scope", reach.user_id, f"request:{reference}", {}, at)
