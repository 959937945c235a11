"""Which limit fits a request: the table of domain.md §6 and how the closest one is found."""

from __future__ import annotations

import pytest

from service_desk.service_clock.policies import DEFAULTS, Matter, Policy, PolicyKind, pick
from service_desk.service_clock.walk import Clock

WALL, HOURS, DAYS = Clock.WALL, Clock.SERVICE_HOUR, Clock.WORKING_DAY


def limit(kind, urgency="P2", nature="help", category=None):
    policy = pick(DEFAULTS, Matter(kind, urgency, nature, category))
    return policy and (policy.clock, policy.amount)


@pytest.mark.parametrize(
    ("kind", "p2", "p1", "p0"),
    [
        ("danger_look", (WALL, 30), (WALL, 15), (WALL, 5)),
        ("category_check", (HOURS, 120), (WALL, 15), (WALL, 5)),
        ("dispatch", (HOURS, 120), (WALL, 30), (WALL, 5)),
        ("sign", (HOURS, 240), (WALL, 30), (WALL, 10)),
        ("first_response", (HOURS, 480), (WALL, 120), (WALL, 15)),
        ("return", (HOURS, 240), (WALL, 30), None),
        ("resolution", (DAYS, 7), (WALL, 1440), (WALL, 1440)),
        ("make_safe", None, None, (WALL, 120)),
        ("extension", (DAYS, 10), (WALL, 1440), None),
        ("waiting", (DAYS, 5), (DAYS, 5), (DAYS, 5)),
        ("follow_up", (DAYS, 3), (DAYS, 1), (DAYS, 0)),
        ("rework", (DAYS, 5), (WALL, 1440), None),
        ("reopen", (WALL, 21600), (WALL, 21600), (WALL, 21600)),
        ("rating_window", (DAYS, 5), (DAYS, 5), (DAYS, 5)),
    ],
)
def test_the_defaults_are_the_table_of_the_handbook(kind, p2, p1, p0):
    assert (limit(kind, "P2"), limit(kind, "P1"), limit(kind, "P0")) == (p2, p1, p0)


def test_every_step_has_a_default():
    assert {policy.kind for policy in DEFAULTS} == set(PolicyKind)


@pytest.mark.parametrize(
    ("nature", "days"),
    [("inquiry", 3), ("help", 7), ("suggestion", 7), ("complaint", 15), ("report", 15)],
)
def test_a_resolution_depends_on_the_nature_unless_it_is_urgent(nature, days):
    assert limit("resolution", nature=nature) == (DAYS, days)
    assert limit("resolution", "P1", nature) == (WALL, 1440)


@pytest.mark.parametrize("category", ["SAFE", "SAFE-09", "CHILD-01", "INFRA-01", "INFRA-06"])
def test_24_hour_items_never_wait_for_opening_time(category):
    assert limit("first_response", category=category) == (WALL, 480)
    assert limit("first_response", "P1", category=category) == (WALL, 120)
    assert limit("resolution", category=category) == (DAYS, 7)


@pytest.mark.parametrize("category", [None, "ELDER", "ELDER-03", "INFRA-05", "NO-SUCH"])
def test_other_items_wait(category):
    assert limit("first_response", category=category) == (HOURS, 480)


def test_the_closest_limit_wins_whatever_the_order():
    general = Policy(PolicyKind.RESOLUTION, None, DAYS, 1)
    urgent = Policy(PolicyKind.RESOLUTION, "P2", DAYS, 2)
    helping = Policy(PolicyKind.RESOLUTION, None, DAYS, 3, nature="help")
    always = Policy(PolicyKind.RESOLUTION, None, DAYS, 4, around_the_clock=True)
    group = Policy(PolicyKind.RESOLUTION, None, DAYS, 5, category="SAFE")
    exact = Policy(PolicyKind.RESOLUTION, None, DAYS, 6, category="SAFE-02")
    ladder = [general, urgent, helping, always, group, exact]
    matter = Matter("resolution", "P2", "help", "SAFE-02")
    for known in range(1, len(ladder) + 1):
        assert pick(ladder[:known], matter) is ladder[known - 1]
        assert pick(reversed(ladder[:known]), matter) is ladder[known - 1]


def test_of_two_equally_close_limits_the_newer_wins():
    older = Policy(PolicyKind.SIGN, "P2", HOURS, 60, id=1)
    newer = Policy(PolicyKind.SIGN, "P2", HOURS, 90, id=2)
    assert pick([newer, older], Matter("sign", "P2", "help", None)) is newer
