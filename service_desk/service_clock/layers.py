"""What the places around a station say of a day, one over the other (pure; docs/adr/0010)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from service_desk.service_clock.schedule import DayKind, Intervals, ServiceHours, Week


class Told(NamedTuple):
    """What the calendar of one place says of a day; `hours` are those of that very day."""

    kind: DayKind
    hours: Intervals = ()


def layered(week: Week, places: Sequence[Mapping[date, Told]]) -> ServiceHours:
    """A station under the calendars of the places it lies in, nearest first.

    The nearest place counts, layer by layer: a closure leaves it to the others whether the day
    is worked; a nearer holiday or working day takes a farther closure away.
    """
    days: dict[date, DayKind] = {}
    own: dict[date, Intervals] = {}
    closures: set[date] = set()
    for place in reversed(places):
        for day, told in place.items():
            own.pop(day, None)
            closures.discard(day)
            if told.kind is DayKind.CLOSURE:
                closures.add(day)
            else:
                days[day] = told.kind
            if told.hours or told.kind is DayKind.CLOSURE:
                own[day] = told.hours
    layers = MappingProxyType(days), MappingProxyType(own)
    return ServiceHours(week, *layers, frozenset(closures))
