"""What is said of days that wait for a second person: ready words for the templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from service_desk.accounts.queries import names
from service_desk.directory.hours import day_text
from service_desk.directory.queries import full_name
from service_desk.foundation.clock import local
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock import calendar_proposals
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.calendar_proposals import Sender
from service_desk.service_clock.models import CalendarProposal
from service_desk.service_clock.page import Line, days_text, kind_text, note_text, runs

PATH = "/admin/calendar/proposals"


def to_see(by: Sender, at: datetime) -> list[Line]:
    """What waits for the reader's word, and their own, newest first."""
    return _listed(calendar_proposals.to_see(by, at))


def to_decide(by: Sender) -> list[Line]:
    """What waits for the reader's word."""
    return _listed(calendar_proposals.to_decide(by))


def _listed(proposals: Sequence[CalendarProposal]) -> list[Line]:
    known = names({each.proposed_by for each in proposals})
    return [_proposal(each, known) for each in proposals]


def _proposal(each: CalendarProposal, known: Mapping[int, str]) -> Line:
    return {
        "href": f"{PATH}/{each.id}",
        "place": full_name(each.area_code),
        "note": note_text(each.note),
        "who": known.get(each.proposed_by, ""),
        "when": _time(each.proposed_at),
        "state": _state(each.approved),
        "decided": each.decided_at is not None,
    }


def _time(at: datetime | None) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _state(approved: bool | None) -> str:
    if approved is None:
        return _("Waiting for a second person")
    return _("Approved") if approved else _("Refused")


def values(proposal: CalendarProposal) -> Line:
    """One proposal whole: its days, who wants them, and what became of it."""
    people = {each for each in (proposal.proposed_by, proposal.decided_by) if each}
    known = names(people)
    return _proposal(proposal, known) | {
        "days": day_lines(calendar_proposals.read(proposal.rows)),
        "decider": known.get(proposal.decided_by or 0, ""),
        "decided_when": _time(proposal.decided_at),
        "reason": proposal.reason,
    }


def day_lines(rows: Iterable[CalendarRow]) -> list[Line]:
    """Days that follow one another and say the same are one line."""
    return sorted(map(_line, runs(rows)), key=lambda line: str(line["day"]))


def _line(run: Sequence[CalendarRow]) -> Line:
    first = run[0]
    return {
        "day": first.day.isoformat(),
        "when": days_text(run),
        "place": full_name(first.area_code),
        "what": kind_text(first.kind) if first.kind else _("As usual (takes an earlier entry out)"),
        "hours": day_text(first.hours),
        "name": first.name,
    }
