"""The figures as CSV for a spreadsheet: no cell is ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from service_desk.directory.areas import county_of, township_of
from service_desk.directory.queries import area_named
from service_desk.foundation.localisation import gettext as _
from service_desk.stations.queries import Compliance, StationTally

BYTE_ORDER_MARK = "\ufeff"
"""Tells a spreadsheet that the text is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """What a spreadsheet would run as a formula is led in by an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def table(found: Compliance) -> str:
    """One line a station."""
    out = StringIO()
    out.write(BYTE_ORDER_MARK)
    csv.writer(out).writerows(_lines(found))
    return out.getvalue()


def _lines(found: Compliance) -> Iterator[list[object]]:
    yield [
        _("Area code"),
        _("County"),
        _("Township"),
        _("Station"),
        _("Scheduled days"),
        _("Excused days"),
        _("Recorded days"),
        _("Eight hours kept"),
        _("Under eight hours"),
        _("Unknown days"),
        _("Compliance, numerator"),
        _("Compliance, denominator"),
    ]
    yield from map(_line, found.stations)


def _line(each: StationTally) -> list[object]:
    code, days = each.area_code, each.tally
    names = (area_named(county_of(code) or ""), area_named(township_of(code) or ""), each.name)
    return [
        code,
        *map(safe, names),
        days.scheduled,
        days.excused,
        days.recorded,
        days.compliant,
        days.short,
        days.unknown,
        days.n,
        days.d,
    ]
