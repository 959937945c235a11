"""What a preview says of the last 90 days, against a recount that walks minute by minute."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from service_desk.casework import service as casework
from service_desk.casework.rules import Method, Outcome
from service_desk.foundation.actor import Actor
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock.in_force import in_force
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.policy_changes import Edit, Slot
from service_desk.service_clock.publishing import Draft, plan
from service_desk.service_clock.walk import Clock
from service_desk.service_requests.lifecycle import Nature
from service_desk.service_requests.models import ClockKind
from service_desk.service_requests.queries import by_reference
from service_desk.service_requests.service import for_change
from service_desk.supervision import policy_figures
from service_desk.supervision.policy_figures import tally
from tests.service_clock.reference import Dull

FIRST = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""A Monday, 10:00 in Diqing; no holiday for weeks."""
AT = FIRST + timedelta(days=14)
XGLL, BEIMEN, WEIXI = "533401000000", "533401101003", "533423101001"
CONTACT = casework.Contact(Method.CALL, Outcome.REACHED)
RESPONSE = Slot(PolicyKind.FIRST_RESPONSE, "P2")
ELDER = Slot(PolicyKind.RESOLUTION, "P2", None, "ELDER")


@pytest.fixture
def draft(app):
    """A plan for the county of Beimen."""

    def make(*edits):
        version = in_force(XGLL).policy_version
        return plan(Draft(XGLL, version, edits, "试"))

    return make


@pytest.fixture
def answered(app, open_one):
    """A request that came in and was answered after so many minutes; never with None."""

    def one(came, minutes, **changes):
        reference = open_one(at=came, **changes)
        if minutes is not None:
            with app.app_context(), unit_of_work():
                request = for_change(by_reference(reference).id)
                at = came + timedelta(minutes=minutes)
                actor = Actor.staff(request.owner_user_id or 1)
                casework.claim(request, actor, at)
                casework.respond(request, CONTACT, "", actor, at)
        return reference

    return one


@pytest.mark.both_databases
def test_the_figures_are_those_of_a_slow_recount(app, answered, draft, stored):
    draw = Random(7)
    told = []
    for _ in range(25):
        came = FIRST + timedelta(minutes=draw.randrange(0, 9 * 1440))
        minutes = draw.choice([None, draw.randrange(1, 300), draw.randrange(1, 1440)])
        area = draw.choice([BEIMEN, BEIMEN, WEIXI])
        told.append((area, stored(answered(came, minutes, area_code=area))))
    with app.app_context():
        found = draft(Edit(RESPONSE, Clock.SERVICE_HOUR, 4 * 60))
        ((effect, count),) = tally(found, XGLL, AT).counts.items()
        week = in_force(BEIMEN).hours.week
    dull, slow = Dull(week, {}), Counter()
    for area, request in told:
        clock = next(each for each in request.clocks if each.kind == ClockKind.FIRST_RESPONSE)
        if area == BEIMEN:
            slow["open"] += clock.met_at is None
            if dull.due(clock.started_at, 480, ()) <= AT:
                slow["n"] += 1
                for name, amount in (("before", 480), ("after", 240)):
                    due = dull.due(clock.started_at, amount, ())
                    slow[name] += (clock.met_at or AT) <= due
    assert (effect.before.amount, effect.after.amount) == (480, 240)
    assert 0 < slow["after"] < slow["before"] < slow["n"]
    assert Counter(vars_of(count)) == slow


def vars_of(count):
    return {name: getattr(count, name) for name in ("n", "before", "after", "open")}


def test_a_limit_for_a_category_counts_only_that_category(app, answered, draft):
    for category, nature in (
        ("ELDER-03", Nature.HELP),
        ("JOB-02", Nature.INQUIRY),
        (None, Nature.HELP),
    ):
        answered(FIRST, 60, category=category, nature=nature)
    with app.app_context():
        counts = tally(draft(Edit(ELDER, Clock.WORKING_DAY, 2)), XGLL, AT).counts
        natures = {effect.before.nature: vars_of(count) for effect, count in counts.items()}
    assert natures["help"] == {"n": 1, "before": 0, "after": 0, "open": 1}
    rest = [count for nature, count in natures.items() if nature != "help"]
    assert all(not any(count.values()) for count in rest)


def test_pauses_do_not_count_against_either_limit(app, answered, draft):
    """Asked on Tuesday, answered a week later: seven days are long over, but for the pause."""
    reference = answered(FIRST, 60)
    with app.app_context(), unit_of_work():
        request = for_change(by_reference(reference).id)
        actor = Actor.staff(request.owner_user_id)
        casework.wait(request, "身份证", CONTACT, actor, FIRST + timedelta(days=1))
        casework.resume(request, actor, FIRST + timedelta(days=7))
        casework.resolve(request, "已办好", Method.CALL, actor, FIRST + timedelta(days=10))
    help_slot = Slot(PolicyKind.RESOLUTION, "P2", Nature.HELP)
    with app.app_context():
        counts = tally(draft(Edit(help_slot, Clock.WORKING_DAY, 3)), XGLL, AT).counts
    (count,) = counts.values()
    assert vars_of(count) == {"n": 1, "before": 1, "after": 0, "open": 0}


def test_only_the_newest_are_counted_and_the_page_says_so(app, answered, draft, monkeypatch):
    monkeypatch.setattr(policy_figures, "MOST", 2)
    for hour in range(3):
        answered(FIRST + timedelta(hours=hour), 1)
    with app.app_context():
        found = tally(draft(Edit(RESPONSE, Clock.SERVICE_HOUR, 60)), XGLL, AT)
    ((_, count),) = found.counts.items()
    assert (count.n, found.capped) == (2, True)


def test_steps_without_a_clock_of_their_own_are_not_counted(app, draft):
    with app.app_context():
        found = draft(Edit(Slot(PolicyKind.SIGN, "P2"), Clock.WALL, 20))
        assert tally(found, XGLL, AT).counts == {}
