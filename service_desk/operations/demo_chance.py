"""What comes in, how often, when and where: the weights of invented requests (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from service_desk.directory.areas import PREFECTURE, is_community
from service_desk.directory.categories import Category, all_categories, category
from service_desk.foundation.clock import local
from service_desk.service_requests.lifecycle import Channel, Nature, Urgency

Thing = TypeVar("Thing")
GROUPS = {
    "GOV": 15, "RELIEF": 12, "INFRA": 13, "HEALTH": 10, "ELDER": 11, "ENV": 8, "JOB": 8,
    "LEGAL": 7, "SAFE": 6, "PROP": 4, "CHILD": 4, "DISAB": 4, "CULT": 2, "VOL": 1, "OTHER": 3,
}  # fmt: skip
"""Share of each group in a hundred or so; the first subcategories of a group are the usual ones."""
SELDOM_RESTRICTED, URGENT_GROUPS = 0.15, 5
HOURS = (1, 1, 1, 1, 1, 2, 5, 9, 22, 38, 40, 30, 14, 16, 30, 36, 32, 26, 15, 12, 11, 9, 5, 2)
WEEKDAYS = (12, 11, 10, 10, 11, 5, 4)
CHANNELS = {
    Channel.WEB: 40, Channel.SMS: 26, Channel.PHONE: 18, Channel.WALK_IN: 13, Channel.PAPER: 2,
    Channel.OPEN311: 1,
}  # fmt: skip
NATURES = {
    Nature.HELP: 34, Nature.INQUIRY: 24, Nature.COMPLAINT: 14, Nature.REPORT: 6,
    Nature.SUGGESTION: 5, Nature.PRAISE: 3, Nature.INVALID: 1,
}  # fmt: skip
OWN_NATURE = 60
LANGUAGES = {"zh_Hans_CN": 94, "bo": 4, "en": 2}
DANGER, URGENT = 0.0025, 0.03
COMMUNITY_WEIGHT, UNKNOWN_PLACE_SHARE = 4.0, 0.01
JIANTANG, CAPITAL_WEIGHT = "533401101", 2.5
HOUR = timedelta(hours=1)


class Weighted(Generic[Thing]):
    """Draws things by weight."""

    def __init__(self, weights: Iterable[tuple[Thing, float]]) -> None:
        pairs = [(thing, weight) for thing, weight in weights if weight > 0]
        self._things = [thing for thing, _ in pairs]
        self._sums = list(accumulate(weight for _, weight in pairs))

    def draw(self, dice: Random, count: int) -> list[Thing]:
        return dice.choices(self._things, cum_weights=self._sums, k=count)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request as it comes in, before anybody has done anything."""

    at: datetime
    area_code: str
    category: str
    nature: Nature
    urgency: Urgency
    channel: Channel
    language: str


def moments(dice: Random, span: tuple[datetime, datetime], count: int) -> list[datetime]:
    """When they come in, in order: by day of the week and hour of the day."""
    first, until = span
    hours = [first + HOUR * n for n in range(max(1, int((until - first) / HOUR)))]
    weighted = Weighted((hour, _busy(local(hour))) for hour in hours)
    drawn = weighted.draw(dice, count)
    return sorted(hour + timedelta(seconds=int(dice.random() * 3600)) for hour in drawn)


def _busy(here: datetime) -> float:
    return WEEKDAYS[here.weekday()] * HOURS[here.hour]


def places(villages: Sequence[str]) -> Weighted[str]:
    """Towns write more than villages; now and then nobody knows where it was."""
    weights = {code: _population(code) for code in villages}
    unknown = sum(weights.values()) * UNKNOWN_PLACE_SHARE
    return Weighted([*weights.items(), (PREFECTURE, unknown)])


def _population(code: str) -> float:
    size = Random(code).uniform(0.5, 2.0)
    size *= COMMUNITY_WEIGHT if is_community(code) else 1.0
    return size * (CAPITAL_WEIGHT if code.startswith(JIANTANG) else 1.0)


def matters() -> Weighted[str]:
    """Subcategories, and the groups that have none."""
    parents = {each.group for each in all_categories() if not each.is_group}
    leaves = [each for each in all_categories() if not (each.is_group and each.code in parents)]
    return Weighted((each.code, _frequency(each)) for each in leaves)


def _frequency(each: Category) -> float:
    rank = 1 if each.is_group else int(each.code.split("-")[1])
    usual = GROUPS[each.group] / (rank + 1)
    return usual * SELDOM_RESTRICTED if each.restricted else usual


def arrivals(
    dice: Random, span: tuple[datetime, datetime], villages: Sequence[str], count: int
) -> list[Arrival]:
    """`count` requests of the span (aware, end excluded), oldest first."""
    channels, languages = Weighted(CHANNELS.items()), Weighted(LANGUAGES.items())
    codes = matters().draw(dice, count)
    drawn = zip(
        moments(dice, span, count),
        places(villages).draw(dice, count),
        codes,
        _natures(dice, codes),
        _urgencies(dice, codes),
        channels.draw(dice, count),
        languages.draw(dice, count),
        strict=True,
    )
    return [Arrival(*each) for each in drawn]


def _natures(dice: Random, codes: Iterable[str]) -> Iterable[Nature]:
    """Mostly what the category usually is; praise has a category of its own."""
    others = {code: Weighted(_mixed(category(code)).items()) for code in set(codes)}
    return (others[code].draw(dice, 1)[0] for code in codes)


def _mixed(each: Category) -> dict[Nature, float]:
    weights: dict[Nature, float] = dict(NATURES)
    weights[each.nature] += OWN_NATURE
    return weights


def _urgencies(dice: Random, codes: Iterable[str]) -> Iterable[Urgency]:
    for code in codes:
        factor = URGENT_GROUPS if category(code).around_the_clock else 1
        chance = dice.random() / factor
        yield Urgency.P0 if chance < DANGER else Urgency.P1 if chance < URGENT else Urgency.P2
