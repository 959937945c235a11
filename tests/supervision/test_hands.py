"""Hand-offs and time in hands: the quick figures against a slow recount, then against rows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service_desk.accounts.models import Post
from service_desk.accounts.reach import AreaReach, Reach
from service_desk.directory.areas import area_range
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.models import EntryKind, ServiceRequest, TimelineEntry
from service_desk.service_requests.queries import by_reference
from service_desk.supervision.figures import median_of
from service_desk.supervision.hands import Turn, by_post, hand_offs, stays
from service_desk.supervision.movements import movements

T0 = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
POSTS = (1, 2, 3, None)
JIANTANG, BENZILAN = "533401101000", "533422102000"


def hour(number):
    return T0 + number * HOUR


@st.composite
def histories(draw):
    """Turns of one request at rising hours, and when it was finished, if it was."""
    hours = sorted(draw(st.lists(st.integers(0, 30), min_size=1, max_size=7, unique=True)))
    turns = [Turn(draw(st.sampled_from(POSTS)), hour(each)) for each in hours]
    ended = draw(st.none() | st.integers(31, 40).map(hour))
    return turns, ended


def holder(turns, moment):
    """With which post it lies at a moment."""
    return [turn.post_id for turn in turns if turn.at <= moment][-1]


def walked(turns, ended):
    """Hour by hour, (post, since, until or None) of every stay."""
    found, moment = [], turns[0].at
    while moment <= hour(30):
        post = holder(turns, moment)
        if not found or found[-1][0] != post:
            if found:
                found[-1][2] = moment
            found.append([post, moment, None])
        moment += HOUR
    left = (*found[-1][:2], ended)
    return [tuple(each) for each in found[:-1]], left


def slow(all_histories, since):
    """What came in to each post, what went on, and the hours that each lay there."""
    passed, lying = [], []
    for turns, ended in all_histories:
        before, last = walked(turns, ended)
        passed += [each for each in before if each[1] >= since]
        lying += [last] if last[1] >= since else []
    came = Counter(post for post, _since, _until in passed + lying)
    lengths = {
        each: [
            (until - begun) / HOUR
            for post, begun, until in passed + lying
            if post == each and until
        ]
        for each in came
    }
    return came, Counter(post for post, _since, _until in passed), lengths


def middle(values):
    values = sorted(values)
    low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
    return (low + high) / 2


@given(st.lists(histories(), max_size=6), st.integers(0, 20).map(hour))
def test_every_figure_is_what_a_slow_recount_gives(told, since):
    found = by_post([stay for turns, ended in told for stay in stays(turns, ended)], since)
    came, on, lengths = slow(told, since)
    assert {each.post_id: each.came for each in found} == {
        post: count for post, count in came.items() if post is not None
    }
    for each in found:
        assert each.handed_on == on[each.post_id]
        expected = middle(lengths[each.post_id]) if lengths[each.post_id] else None
        assert each.hours == (expected if expected is None else pytest.approx(expected))
    assert [each.came for each in found] == sorted((each.came for each in found), reverse=True)


@given(histories())
def test_a_hand_off_is_a_change_of_post(told):
    turns, _ended = told
    changes = sum(a.post_id != b.post_id for a, b in pairwise(turns))
    assert hand_offs(turns) == changes


def test_nothing_was_handed_on_of_nothing():
    assert stays([], None) == []
    assert hand_offs([]) == 0
    assert by_post([], T0) == []


@given(st.lists(st.integers(0, 50), max_size=30))
def test_the_median_of_counts_is_the_median_of_the_values(values):
    counts = {each: values.count(each) for each in values}
    if not values:
        assert median_of(counts) is None
        return
    values.sort()
    half = Fraction(values[(len(values) - 1) // 2] + values[len(values) // 2], 2)
    assert median_of(counts) == half


def reach(area):
    areas = (AreaReach(*area_range(area), None, restricted=False),)
    return Reach(1, frozenset(), areas, frozenset())


def hands_over(reference, *posts, at):
    """Writes a line of the timeline for each post in turn, an hour apart."""
    with unit_of_work():
        request_id = by_reference(reference).id
        kind = TimelineEntry.kind == EntryKind.ASSIGNED
        session.execute(
            sa.delete(TimelineEntry).where(TimelineEntry.request_id == request_id, kind)
        )
        for number, post in enumerate(posts):
            session.add(
                TimelineEntry(
                    request_id=request_id,
                    at=at + number * HOUR,
                    kind=EntryKind.ASSIGNED,
                    actor_kind="system",
                    public=False,
                    data={"post_id": post},
                )
            )


@pytest.mark.both_databases
def test_rows_of_the_area_alone_are_counted(app, open_one):
    at = now()
    ours, once = open_one(), open_one()
    theirs, old = open_one(area_code="533422102201"), open_one(at=at - timedelta(days=100))
    secret = open_one(restricted=True, category="SAFE-01")
    with app.app_context():
        a, b, c = session.scalars(sa.select(Post.id).order_by(Post.id).limit(3))
        hands_over(ours, a, b, a, a, c, at=at - 9 * HOUR)
        hands_over(once, a, at=at - 9 * HOUR)
        hands_over(theirs, b, c, b, c, at=at - 9 * HOUR)
        hands_over(secret, b, c, b, c, at=at - 9 * HOUR)
        hands_over(old, b, a, at=at - timedelta(days=100))
        found = movements(reach(JIANTANG), at)
        figures = {each.post_id: (each.came, each.handed_on, each.hours) for each in found.posts}
        assert figures == {a: (3, 2, pytest.approx(1.5)), b: (1, 1, 1.0), c: (1, 0, None)}
        assert found.restless == [(by_reference(ours).id, 3)]
        assert [often for _id, often in movements(reach(BENZILAN), at).restless] == [3]


@pytest.mark.both_databases
def test_time_in_hands_ends_with_the_resolution(app, open_one):
    at = now()
    reference = open_one()
    with app.app_context():
        post = session.scalars(sa.select(Post.id).limit(1)).one()
        hands_over(reference, post, at=at - 9 * HOUR)
        with unit_of_work():
            session.execute(
                sa.update(ServiceRequest)
                .where(ServiceRequest.reference == reference)
                .values(state="resolved", resolved_at=at - 5 * HOUR)
            )
        assert [each.hours for each in movements(reach(JIANTANG), at).posts] == [4.0]


def test_the_page_names_posts_and_those_handed_on_often(app, open_one, as_):
    at, reference, other = now(), open_one(), open_one(area_code="533422102201")
    with app.app_context():
        posts = list(session.scalars(sa.select(Post.id).order_by(Post.id).limit(2)))
        for each in (reference, other):
            hands_over(each, *posts, *posts, at=at - 9 * HOUR)
    lead = as_("lead.jiantang")
    for page in (lead.get("/board/hands"), lead.get("/board/hands?fragment=hands")):
        assert f"/queue/{reference}" in page.text
        assert other not in page.text
        assert f"post={posts[0]}" in page.text
    assert "<html" not in lead.get("/board/hands?fragment=hands").text
    assert reference not in as_("lead.benzilan").get("/board/hands").text
    assert as_("grid.beimen").get("/board/hands").status_code == 403
