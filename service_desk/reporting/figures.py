"""Fractions, ranks and percentiles of the monthly report (pure; domain.md §9).

Integers first, divide last; nothing is a mean of means; a zero denominator is no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction as Exact
from typing import Any

DEFINITION_VERSION = 1
LEVELS = (5, 4, 3, 2, 1)
MEDIAN, NINETY = Exact(1, 2), Exact(9, 10)


@dataclass(frozen=True)
class Fraction:
    """Numerator over denominator; `percent` has two decimals, half up, or is None."""

    n: int
    d: int

    @property
    def percent(self) -> Decimal | None:
        if self.d == 0:
            return None
        exact = Decimal(self.n) * 100 / Decimal(self.d)
        return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def as_json(self) -> dict[str, int]:
        return {"n": self.n, "d": self.d}


def percentile(values: Sequence[int], share: Exact) -> float | None:
    """Linear interpolation between closest ranks (PostgreSQL's percentile_cont); None if empty.

    `values` are sorted, `share` is between 0 and 1. Exact until the last step.
    """
    if not values:
        return None
    place = (len(values) - 1) * share
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return float(values[low] + (values[high] - values[low]) * (place - low))


@dataclass
class Tally:
    """Counts that add up: a parent is the sum of its children, never their mean."""

    volume: int = 0
    response_due: int = 0
    response_met: int = 0
    resolved: int = 0
    invited: int = 0
    rated_of_invited: int = 0
    ratings: dict[int, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    service_minutes: list[int] = field(default_factory=list)
    wall_minutes: list[int] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.volume += other.volume
        self.response_due += other.response_due
        self.response_met += other.response_met
        self.resolved += other.resolved
        self.invited += other.invited
        self.rated_of_invited += other.rated_of_invited
        for level in LEVELS:
            self.ratings[level] += other.ratings[level]
        self.service_minutes += other.service_minutes
        self.wall_minutes += other.wall_minutes

    @property
    def rated(self) -> int:
        return sum(self.ratings.values())

    @property
    def first_response(self) -> Fraction:
        return Fraction(self.response_met, self.response_due)

    @property
    def satisfaction(self) -> Fraction:
        return Fraction(sum(self.ratings[level] for level in (5, 4, 3)), self.rated)

    @property
    def praise(self) -> Fraction:
        return Fraction(self.ratings[5] + self.ratings[4], self.rated)

    @property
    def response_to_invitation(self) -> Fraction:
        return Fraction(self.rated_of_invited, self.invited)

    def figures(self) -> dict[str, Any]:
        """The fields of a ROW of the report's JSON."""
        service, wall = sorted(self.service_minutes), sorted(self.wall_minutes)
        return {
            "volume": self.volume,
            "first_response": self.first_response.as_json(),
            "median_service_min": percentile(service, MEDIAN),
            "p90_service_min": percentile(service, NINETY),
            "median_wall_min": percentile(wall, MEDIAN),
            "p90_wall_min": percentile(wall, NINETY),
            "resolved": self.resolved,
            "invited": self.invited,
            "rated": self.rated,
            "ratings": {str(level): self.ratings[level] for level in LEVELS},
            "satisfaction": self.satisfaction.as_json(),
            "praise": self.praise.as_json(),
            "rated_of_invited": self.response_to_invitation.as_json(),
        }


def total(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole
