"""What staff do to a request. Who may, the edge has checked; the state is checked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service_desk.accounts.models import Post
from service_desk.audit.service import record
from service_desk.casework import lengthening, queries, telling
from service_desk.casework.checks import check, check_decision, check_wait
from service_desk.casework.rules import TEXTED, Act, Method, Outcome, Task, may_lead
from service_desk.casework.wording import day_and_time, days_more
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.routing.queries import open_loads
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_requests import approvals, steps, timing
from service_desk.service_requests import service as requests
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import (
    Approval,
    ApprovalKind,
    ClockKind,
    EntryKind,
    ServiceRequest,
)
from service_desk.service_requests.placement import Placement
from service_desk.service_requests.queries import pending_approval
from service_desk.service_requests.timeline import Entry
from service_desk.triage.alerts import tell_owner
from service_desk.triage.service import acknowledge


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody reached, or tried to reach, the resident."""

    method: Method
    outcome: Outcome

    @property
    def reached(self) -> bool:
        return self.outcome is Outcome.REACHED

    @property
    def data(self) -> dict[str, str]:
        return {"method": self.method, "outcome": self.outcome}


def claim(request: ServiceRequest, actor: Actor, at: datetime) -> None:
    """Signs for it; who signs for a danger has also acknowledged it."""
    check(Act.CLAIM, request)
    if request.urgency is Urgency.P0 and request.acknowledged_at is None:
        acknowledge(request, actor, at)
    requests.claim(request, actor, at)


def respond(
    request: ServiceRequest, contact: Contact, words: str, actor: Actor, at: datetime
) -> None:
    """A contact or a try. Only who was reached has been answered; our own text counts too,
    if it can arrive: a person wrote it."""
    check(Act.RESPOND, request)
    if contact.method is Method.TEXT and contact.reached:
        _text(request, words, "note", at)
    _contacted(request, contact, actor, at)
    if words:
        requests.note(request, actor, at, Entry(EntryKind.NOTE, words))


def _text(request: ServiceRequest, words: str, field: str, at: datetime) -> None:
    if not telling.can_reach(request):
        raise Refused(_("No text message can be sent to this resident. Call or visit."), field)
    if len(words) > TEXTED:
        sentence = _("A text message can have %(max)s characters at most.", max=TEXTED)
        raise Refused(sentence, field)
    telling.personally(request, words, at)


def _contacted(request: ServiceRequest, contact: Contact, actor: Actor, at: datetime) -> None:
    facts = timing.meet(request, ClockKind.FIRST_RESPONSE, at) if contact.reached else {}
    entry = Entry(EntryKind.CONTACT, public=True, data=contact.data | facts)
    requests.note(request, actor, at, entry)


def note(request: ServiceRequest, text: str, public: bool, actor: Actor, at: datetime) -> None:
    check(Act.NOTE, request)
    requests.note(request, actor, at, Entry(EntryKind.NOTE, text, public))


def wait(
    request: ServiceRequest, needed: str, contact: Contact, actor: Actor, at: datetime
) -> None:
    """After a try to get it; the resolution clock rests, the first response runs on.

    Raises Refused where it has waited enough.
    """
    check(Act.WAIT, request)
    check_wait(request, at)
    _contacted(request, contact, actor, at)
    entry = Entry(EntryKind.WAITING, needed, public=True, data=contact.data)
    requests.move(request, State.WAITING, actor, at, entry)
    telling.asked(request, needed, steps.end(PolicyKind.WAITING, request, at), at)


def resume(
    request: ServiceRequest,
    actor: Actor,
    at: datetime,
    text: str | None = None,
    task: Task | None = None,
) -> None:
    """Back to work; the resident sees that it left the ledger. `text` is an internal line.

    `task` is what the owner has to do when a pause has ended by itself.
    """
    check(Act.RESUME, request)
    data = {"task": task} if task else {}
    public = request.state is State.DEFERRED and text is None
    requests.move(request, State.ACCEPTED, actor, at, Entry(EntryKind.RESUMED, text, public, data))


def propose_return(
    request: ServiceRequest, reason: str, proposed: str, actor: Actor, at: datetime
) -> Approval:
    """Once, and in time; the dispatcher decides. `proposed` is a post, or words for them."""
    check(Act.RETURN, request)
    _refuse_late_return(request, at)
    if queries.proposed_before(request.id, ApprovalKind.RETURN):
        raise Refused(_("It has been returned once; it cannot be returned again."))
    post = queries.post_by(proposed)
    return approvals.propose(
        request,
        ApprovalKind.RETURN,
        actor,
        at,
        reason,
        proposed_owner=proposed if post is None else str(post.id),
    )


def _refuse_late_return(request: ServiceRequest, at: datetime) -> None:
    """By the limit from its assignment (domain.md §6)."""
    if steps.limit(PolicyKind.RETURN, request) is None:
        raise Refused(_("A request like this cannot be returned."))
    until = steps.end(PolicyKind.RETURN, request, request.assigned_at or request.created_at)
    if at > until:
        when = day_and_time(until, at)
        raise Refused(_("It could be returned until %(time)s only. Speak to your lead.", time=when))


def propose_extension(
    request: ServiceRequest, days: int, reason: str, actor: Actor, at: datetime
) -> Approval:
    """Once a cycle, before the time is over; the lead decides (domain.md §6)."""
    check(Act.EXTEND, request)
    if not timing.may_lengthen(request, at):
        raise Refused(_("The time is over: it can no longer be extended."))
    if queries.extended_in(request.id, request.cycle):
        raise Refused(_("It has been extended once; it cannot be extended again."))
    most = steps.longest_extension(request)
    if days > most:
        longest = days_more({"days": most}, request.urgency)
        raise Refused(_("Possible at most: %(more)s.", more=longest), "days")
    return approvals.propose(
        request, ApprovalKind.EXTENSION, actor, at, reason, days=days, cycle=request.cycle
    )


def resolve(
    request: ServiceRequest, result: str, method: Method, actor: Actor, at: datetime
) -> None:
    """Done, and the resident was told: that is an answer too, if there was none before."""
    check(Act.RESOLVE, request)
    if method is Method.TEXT:
        _text(request, result, "result", at)
    facts = timing.meet(request, ClockKind.FIRST_RESPONSE, at)
    entry = Entry(EntryKind.RESOLVED, result, public=True, data={"method": method} | facts)
    requests.move(request, State.RESOLVED, actor, at, entry)
    telling.answered(request, at)


def transfer(request: ServiceRequest, owner: str, reason: str, actor: Actor, at: datetime) -> None:
    """The dispatcher gives it to another post."""
    check(Act.TRANSFER, request)
    if pending_approval(request.id, ApprovalKind.RETURN) is not None:
        raise Refused(_("A return is waiting for your decision. Decide on it first."))
    _hand_over(request, owner, reason, actor, at)


def _hand_over(
    request: ServiceRequest, owner: str, reason: str, actor: Actor, at: datetime
) -> None:
    post = _post_for(request, owner)
    requests.note(request, actor, at, Entry(EntryKind.NOTE, reason))
    requests.assign(request, _placement(request, post, at), actor, at)
    tell_owner(request, at)


def _post_for(request: ServiceRequest, owner: str) -> Post:
    """Raises Refused for a post that cannot have it."""
    post = queries.post_by(owner)
    if post is None:
        raise Refused(_("There is no such post. Choose one from the list."), "owner")
    if post.id == request.owner_post_id:
        raise Refused(_("It lies with this post already."), "owner")
    if not may_lead(post.role, request.category, post.area_code):
        raise Refused(_("This post may not lead a matter of this kind."), "owner")
    return post


def _placement(request: ServiceRequest, post: Post, at: datetime) -> Placement:
    """With whoever of the post has the fewest open requests."""
    there = queries.present(post.id, local(at).date(), request.restricted)
    if request.restricted and not there:
        raise Refused(_("Nobody there is cleared for restricted matters."), "owner")
    loads = open_loads(there)
    return Placement(
        post_id=post.id,
        user_id=min(loads, key=lambda user_id: (loads[user_id], user_id), default=None),
        unit_code=post.area_code,
        vacancy=not there,
        dispatcher=False,
        reasons=({"code": "assigned", "role": post.role, "area": post.area_code, "post": post.id},),
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no with a reason; `owner` is the post that gets a returned request."""

    approved: bool
    reason: str
    owner: str = ""


def decide(approval: Approval, decision: Decision, actor: Actor, at: datetime) -> None:
    """A return goes to the chosen post, else the proposed one; what takes longer is told.

    What lengthens a deadline is audited.
    """
    request = requests.for_change(approval.request_id)
    session.refresh(approval, with_for_update=True)
    if decision.approved:
        check_decision(approval, at)
    approvals.decide(approval, actor, at, decision.approved, decision.reason)
    if not decision.approved:
        return
    if approval.kind is ApprovalKind.RETURN:
        owner = decision.owner or str(approval.data.get("proposed_owner", ""))
        _hand_over(request, owner, decision.reason, actor, at)
    elif approval.kind is ApprovalKind.EXTENSION:
        days = {"days": approval.data["days"]}
        record("extended", actor.user_id, f"request:{request.reference}", days, at)
        telling.prolonged(request, at)
    elif approval.kind is ApprovalKind.DEFERRAL:
        lengthening.deferred(request, approval, actor, at)


def reveal(request: ServiceRequest, reason: str, actor: Actor, at: datetime) -> None:
    """Puts on record that somebody saw how to reach the resident, and why."""
    record("contact_revealed", actor.user_id, f"request:{request.reference}", {}, at)
    entry = Entry(EntryKind.NOTE, reason, data={"revealed": True})
    requests.note(request, actor, at, entry)
