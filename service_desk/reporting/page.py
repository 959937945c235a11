"""The report as ready values for its page: words, percents, links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import url_for

from service_desk.directory.areas import parent_of
from service_desk.directory.categories import label
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.reporting.figures import Fraction
from service_desk.reporting.requests import Figure

NONE = "—"
Row = Mapping[str, Any]


def fraction(row: Row, name: str) -> Fraction:
    return Fraction(row[name]["n"], row[name]["d"])


def percent(share: Fraction) -> str:
    return NONE if share.percent is None else f"{share.percent}%"


def change(now: Fraction, before: Fraction) -> tuple[str, str]:
    """Percentage points since last month in words, and the tone: good, bad or none."""
    if now.percent is None or before.percent is None:
        return "", ""
    points = now.percent - before.percent
    tone = "good" if points > 0 else "bad" if points < 0 else ""
    return _("%(points)s points since last month", points=f"{points:+}"), tone


def rates(total: Row, before: Row) -> list[dict[str, Any]]:
    """The three large fractions with numerator and denominator beneath."""
    names = (
        ("first_response", _("First response on time"), Figure.RESPONSE_DUE),
        ("satisfaction", _("Satisfaction"), Figure.RATED),
        ("praise", _("Praise rate"), Figure.RATED),
    )
    return [_rate(total, before, name, title, figure) for name, title, figure in names]


def _rate(total: Row, before: Row, name: str, title: str, figure: Figure) -> dict[str, Any]:
    share = fraction(total, name)
    words, tone = change(share, fraction(before, name))
    return {
        "label": title,
        "percent": percent(share),
        "n": share.n,
        "d": share.d,
        "change": words,
        "tone": tone,
        "figure": figure,
    }


def minutes(value: float | None) -> str:
    """Minutes as hours with one decimal, half up."""
    if value is None:
        return NONE
    hours = Decimal(str(value)) / 60
    return str(hours.quantize(Decimal("0.1"), ROUND_HALF_UP))


def line(row: Row, month: str) -> dict[str, Any]:
    """One row of a table; every figure with the address of the list behind it."""
    asked = {"month": month, "area": row["area_code"], "category": row["category"]}
    return {
        "name": label(row["category"], current()) if row["category"] else row["area_name"],
        "report": url_for("reporting.month", month=month, area=row["area_code"]),
        "links": {each: url_for("reporting.requests", figure=each, **asked) for each in Figure},
        "volume": row["volume"],
        "resolved": row["resolved"],
        "invited": row["invited"],
        "rated": row["rated"],
        "response": fraction(row, "first_response"),
        "response_percent": percent(fraction(row, "first_response")),
        "satisfaction": fraction(row, "satisfaction"),
        "satisfaction_percent": percent(fraction(row, "satisfaction")),
        "praise": fraction(row, "praise"),
        "praise_percent": percent(fraction(row, "praise")),
        "answered": fraction(row, "rated_of_invited"),
        "median_service": minutes(row["median_service_min"]),
        "p90_service": minutes(row["p90_service_min"]),
        "median_wall": minutes(row["median_wall_min"]),
        "p90_wall": minutes(row["p90_wall_min"]),
        "ratings": row["ratings"],
    }


def children(rows: Sequence[Row], area: str) -> list[Row]:
    """The rows of the places right below the area."""
    return [row for row in rows if row["category"] is None and parent_of(row["area_code"]) == area]


def by_category(rows: Sequence[Row], area: str) -> list[Row]:
    """The area's own rows by category group, most requests first."""
    own = [row for row in rows if row["area_code"] == area and row["category"]]
    return sorted(own, key=lambda row: (-row["volume"], row["category"]))


def levels(total: Row) -> list[dict[str, Any]]:
    """The five levels of a line, best first, as bars; `figure` names the list behind each."""
    names = {
        "5": _("Very satisfied"),
        "4": _("Satisfied"),
        "3": _("Basically satisfied"),
        "2": _("Dissatisfied"),
        "1": _("Very dissatisfied"),
    }
    return [_level(total, name, level) for level, name in names.items()]


def _level(total: Row, name: str, level: str) -> dict[str, Any]:
    count, figure = total["ratings"][level], Figure(f"rated_{level}")
    shown = {"label": name, "value": count, "text": str(count)}
    return shown | {"href": total["links"][figure], "level": level, "figure": figure}


def response_bars(lines: Sequence[Row]) -> list[dict[str, Any]]:
    """First response on time of each place that had any, as bars of 100."""
    return [
        {
            "label": each["name"],
            "value": float(each["response"].percent),
            "text": f"{each['response_percent']} ({each['response'].n}/{each['response'].d})",
            "href": each["report"],
        }
        for each in lines
        if each["response"].d
    ]


def volume_bars(lines: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {
            "label": each["name"],
            "value": each["volume"],
            "text": str(each["volume"]),
            "href": each["links"][Figure.VOLUME],
        }
        for each in lines
    ]
