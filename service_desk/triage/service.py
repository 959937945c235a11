"""The human look that every message gets, and the acknowledgement of danger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service_desk.audit.service import record
from service_desk.directory.queries import area_exists
from service_desk.foundation.actor import SYSTEM, Actor
from service_desk.foundation.faults import Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.routing.queries import place
from service_desk.service_requests import clocks, promising, timing
from service_desk.service_requests import service as requests
from service_desk.service_requests.lifecycle import (
    CLOCKLESS,
    OPEN,
    PAUSED,
    State,
    Urgency,
    may_rest,
)
from service_desk.service_requests.models import EntryKind, ServiceRequest
from service_desk.service_requests.timeline import Entry
from service_desk.triage.alerts import page_on_call, tell_owner
from service_desk.triage.rules import (
    PLACEABLE,
    Look,
    calls_off,
    changes,
    gives_time,
    says_why,
)


def look(request: ServiceRequest, seen: Look, actor: Actor, at: datetime) -> None:
    """A person has read the words: confirms or changes what was suggested.

    Recomputes the clocks from the original start, pages if it is danger now, and sends it on
    by rule while nobody has signed for it. Raises Refused (with the field) for a danger that
    is called off without a reason, a promise that is made longer without one or by who has to
    keep it, or a place that does not exist.
    """
    _check(request, seen)
    changed = changes(request, seen)
    if changed and request.state not in OPEN:
        raise StaleEdit
    _put_on_record(request, changed, actor, at)
    before = running_until(request) if request.looked_at else {}
    _apply(request, seen, actor, at)
    facts = _follow(request, at) if changed else {}
    if gives_time(before, running_until(request)):
        _check_gift(request, seen, actor)
    _write(request, seen, actor, at, {"changed": changed} | facts)
    _wake(request, actor, at)
    _alarm(request, changed, at)
    if request.state in PLACEABLE and (changed or request.state is State.RECEIVED):
        _send_on(request, actor, at)


def _check(request: ServiceRequest, seen: Look) -> None:
    if not area_exists(seen.area_code):
        raise Refused(_("There is no such place. Choose one from the list."), "area")
    if calls_off(request.urgency, seen) and not says_why(seen.reason):
        raise Refused(_("Write why nobody is in danger: this is kept on record."), "reason")


def running_until(request: ServiceRequest) -> dict[str, datetime]:
    """When each promise that runs is due."""
    return {clock.kind.value: clock.due_at for clock in clocks.running(request)}


def _check_gift(request: ServiceRequest, seen: Look, actor: Actor) -> None:
    """What a person has looked at is made longer, or ended, only for a reason on record and never
    by who has to keep the promise (domain.md §6). What a first look finds is what it is."""
    if request.state not in PLACEABLE and actor.user_id == request.owner_user_id:
        raise Refused(_("This would give you more time: another person has to decide it."))
    if not says_why(seen.reason):
        raise Refused(_("Write why it may take longer: this is kept on record."), "reason")


def _apply(request: ServiceRequest, seen: Look, actor: Actor, at: datetime) -> None:
    if request.urgency is not Urgency.P0 and seen.urgency is Urgency.P0:
        request.acknowledged_at = request.acknowledged_by = None
    request.urgency, request.nature = seen.urgency, seen.nature
    request.category, request.area_code = seen.category, seen.area_code
    request.restricted = seen.restricts
    if request.looked_at is None:
        request.looked_at, request.looked_by = at, actor.user_id


def _follow(request: ServiceRequest, at: datetime) -> clocks.Facts:
    """The clocks go by what the request is now."""
    if request.nature in CLOCKLESS and request.urgency is not Urgency.P0:
        timing.stop(request, at)
        clocks.refresh_due(request)
        return {}
    promising.start_late(request)
    return promising.restate(request, at)


def _put_on_record(
    request: ServiceRequest, changed: dict[str, Any], actor: Actor, at: datetime
) -> None:
    """Whatever may lengthen a deadline or open a restricted matter is audited."""
    if changed:
        record("looked", actor.user_id, f"request:{request.reference}", {"changed": changed}, at)


def _write(
    request: ServiceRequest, seen: Look, actor: Actor, at: datetime, data: dict[str, Any]
) -> None:
    kind = EntryKind.CLASSIFIED if data["changed"] else EntryKind.LOOKED
    entry = Entry(kind, seen.reason or None, data=data | {"due_at": _due(request)})
    requests.note(request, actor, at, entry)


def _due(request: ServiceRequest) -> str | None:
    return request.due_at.isoformat() if request.due_at else None


def _wake(request: ServiceRequest, actor: Actor, at: datetime) -> None:
    """What is too urgent to rest is back at work."""
    if request.state in PAUSED and not may_rest(request.state, request.urgency):
        entry = Entry(EntryKind.RESUMED, public=request.state is State.DEFERRED)
        requests.move(request, State.ACCEPTED, actor, at, entry)


def _alarm(request: ServiceRequest, changed: dict[str, Any], at: datetime) -> None:
    if "urgency" in changed and request.urgency is Urgency.P0:
        page_on_call(request, at)


def _send_on(request: ServiceRequest, actor: Actor, at: datetime) -> None:
    """By the rules of routing; it stays where it is when they find nobody else."""
    found = place(request.category, request.area_code, request.urgency, request.restricted, at)
    if found.post_id == request.owner_post_id:
        return
    requests.assign(request, found, actor, at)
    tell_owner(request, at)


def restrict(request: ServiceRequest, at: datetime) -> None:
    """Later words are nobody's business: need-to-know until a person has looked."""
    if request.restricted:
        return
    request.restricted = True
    data = {"changed": {"restricted": [False, True]}, "due_at": _due(request)}
    requests.note(request, SYSTEM, at, Entry(EntryKind.CLASSIFIED, data=data))


def raise_danger(request: ServiceRequest, at: datetime, restricted: bool = False) -> None:
    """Later words say that somebody is in danger: words only ever raise (domain.md §7).

    Everybody on call is paged; not again while nobody has answered the page before.
    `restricted` words make the whole matter need-to-know until a person has looked.
    """
    before, hides = request.urgency, restricted and not request.restricted
    if before is Urgency.P0 and request.acknowledged_at is None and not hides:
        return
    request.urgency, request.restricted = Urgency.P0, request.restricted or restricted
    request.acknowledged_at = request.acknowledged_by = None
    promising.start_late(request)
    facts = promising.restate(request, at)
    changed: dict[str, Any] = {}
    if before is not Urgency.P0:
        changed["urgency"] = [before, Urgency.P0]
    if hides:
        changed["restricted"] = [False, True]
    data = {"changed": changed, "due_at": _due(request)} | facts
    requests.note(request, SYSTEM, at, Entry(EntryKind.CLASSIFIED, data=data))
    _wake(request, SYSTEM, at)
    page_on_call(request, at)


def acknowledge(request: ServiceRequest, actor: Actor, at: datetime) -> None:
    """Somebody acts on a danger: it leaves the top of the pages. Raises StaleEdit otherwise."""
    if request.urgency is not Urgency.P0 or request.acknowledged_at is not None:
        raise StaleEdit
    request.acknowledged_at, request.acknowledged_by = at, actor.user_id
    requests.note(request, actor, at, Entry(EntryKind.ACKNOWLEDGED))
