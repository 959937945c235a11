"""An invented request as rows of five tables, ready for the database: no type converts them again.

Encrypted columns get ciphertext, JSON columns text, enums their values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

from service_desk.directory.categories import RESTRICTED_CODES
from service_desk.feedback.models import RatingSource
from service_desk.operations.demo_chance import Arrival
from service_desk.operations.demo_clocks import ClockRow, Judge, soonest
from service_desk.operations.demo_entries import Line, Scribe, based, in_order, told
from service_desk.operations.demo_ground import Ground, Spot
from service_desk.operations.demo_persons import TEXTABLE, Person, Persons
from service_desk.operations.demo_reminders import Said, line, said
from service_desk.operations.demo_story import Life, Teller, cut
from service_desk.operations.demo_words import Words
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import EntryKind

Row = tuple[Any, ...]
RATED, BY_TEXT = EntryKind.RATED.value, RatingSource.SMS.value


class Rows(NamedTuple):
    """What requests leave in each table."""

    requests: list[Row]
    clocks: list[Row]
    entries: list[Row]
    invitations: list[Row]
    ratings: list[Row]
    reminders: list[Row]


class Maker:
    """Makes one request after the other, as they are known at `until`."""

    def __init__(self, dice: Random, ground: Ground, words: Words, persons: Persons) -> None:
        self._dice, self._ground, self._words, self._persons = dice, ground, words, persons
        self._scribe = Scribe(dice, words)

    def add(self, rows: Rows, request_id: int, arrival: Arrival, until: datetime) -> None:
        spot, limits = self._ground.spot(arrival), self._ground.limits(arrival)
        rules = self._ground.rules(arrival.area_code)
        person = self._persons.draw(arrival, request_id)
        asked = person.contact in TEXTABLE and not _is_restricted(arrival)
        asked = asked and arrival.urgency is not Urgency.P0
        life = cut(Teller(self._dice, rules.hours).whole(arrival, limits, asked), until)
        clocks = Judge(rules, until).clocks(life, limits)
        versions = rules.policy_version, rules.calendar_version
        unit = spot.placement.unit_code
        rows.clocks.extend(_clock(request_id, each, versions, unit) for each in clocks)
        dispatcher = self._ground.dispatcher(arrival.area_code)
        lines = self._scribe.lines(life, _opened(arrival), spot, dispatcher)
        if limits is not None:
            lines = based(lines, self._ground.basis(arrival.area_code))
        reminded = list(said(self._ground, arrival, spot, life, clocks))
        rows.reminders.extend(_reminders(request_id, reminded, len(life.rounds)))
        told_of = [line(each, len(life.rounds)) for each in reminded]
        rows.entries.extend((request_id, *each) for each in in_order([*lines, *told_of]))
        _add_ratings(rows, request_id, life, lines)
        known = self._record(arrival, person, spot) | _progress(life, spot, clocks)
        known |= _looked(life, arrival, spot, dispatcher)
        rows.requests.append((request_id, *known.values(), len(lines)))

    def _record(self, arrival: Arrival, person: Person, spot: Spot) -> dict[str, Any]:
        """What came in and where it was put."""
        texts = self._words.told[arrival.category, arrival.language]
        placement = spot.placement
        return person.columns | {
            "channel": arrival.channel.value,
            "created_at": arrival.at,
            "nature": arrival.nature.value,
            "category": arrival.category,
            "suggested_category": arrival.category.split("-", maxsplit=1)[0],
            "urgency": arrival.urgency.value,
            "danger": arrival.urgency is Urgency.P0,
            "restricted": _is_restricted(arrival),
            "area_code": arrival.area_code,
            "description": texts[int(self._dice.random() * len(texts))],
            "language": arrival.language,
            "entered_by": placement.user_id if person.at_the_counter else None,
            "owner_post_id": placement.post_id,
            "owner_user_id": placement.user_id,
            "unit_code": placement.unit_code,
            "first_unit_code": placement.unit_code,
            "vacancy": placement.vacancy,
            "assigned_at": arrival.at,
        }


def _opened(arrival: Arrival) -> str:
    """The data of the first line, as `service_requests.opening.submission` has it."""
    return told(
        channel=arrival.channel,
        urgency=arrival.urgency,
        nature=arrival.nature,
        category=arrival.category,
        danger=arrival.urgency is Urgency.P0,
    )


def _add_ratings(rows: Rows, request_id: int, life: Life, lines: list[Line]) -> None:
    comments = iter([line.text for line in lines if line.kind == RATED])
    for cycle, each in enumerate(life.rounds, start=1):
        if each.invited:
            rows.invitations.append((request_id, cycle, each.invited))
        if each.rated:
            rating = (request_id, cycle, each.level, BY_TEXT, next(comments), each.rated)
            rows.ratings.append(rating)


def _reminders(request_id: int, reminded: Iterable[Said], cycle: int) -> Iterator[Row]:
    for each in reminded:
        yield request_id, each.clock, cycle, each.step.value, each.at, False


def _is_restricted(arrival: Arrival) -> bool:
    return arrival.category in RESTRICTED_CODES


def _state(life: Life, spot: Spot) -> State:
    if life.closed:
        return State.CLOSED
    if life.rounds[-1].resolved:
        return State.RESOLVED
    if len(life.rounds) > 1:
        return State.REWORK
    return _under_way(life, spot)


def _under_way(life: Life, spot: Spot) -> State:
    if life.waiting and not life.resumed:
        return State.WAITING
    if life.claimed:
        return State.ACCEPTED
    return State.RECEIVED if spot.placement.dispatcher else State.ASSIGNED


def _progress(life: Life, spot: Spot, clocks: list[ClockRow]) -> dict[str, Any]:
    """How far it has come."""
    state = _state(life, spot)
    return {
        "state": state.value,
        "due_at": soonest(clocks, done=state in (State.CLOSED, State.RESOLVED)),
        "resolved_at": life.rounds[-1].resolved,
        "closed_at": life.closed,
        "close_reason": life.reason.value if life.reason else None,
        "cycle": len(life.rounds),
        "reopened": False,
    }


def _looked(life: Life, arrival: Arrival, spot: Spot, dispatcher: int | None) -> Mapping[str, Any]:
    """Who has read it, and who took on a danger."""
    danger = arrival.urgency is Urgency.P0 and life.claimed is not None
    return {
        "looked_at": life.looked,
        "looked_by": dispatcher if life.looked else None,
        "acknowledged_at": life.claimed if danger else None,
        "acknowledged_by": spot.placement.user_id if danger else None,
    }


def _clock(request_id: int, clock: ClockRow, versions: tuple[int, int], unit: str) -> Row:
    return (request_id, *versions, unit, *clock)
