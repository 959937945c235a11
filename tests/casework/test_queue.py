"""The list: whose, in which order, page by page, filtered, counted."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.accounts.queries import reach_of
from service_desk.casework import cursor, queue
from service_desk.casework.filters import Filters
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import ServiceRequest
from tests.casework.conftest import BEIMEN
from tests.casework.explain import plan, reads_all

REFERENCE = re.compile(r'<li[^>]*data-reference="(\d{10})"')


def references(page):
    return REFERENCE.findall(page.text)


def reach(username):
    user_id = session.scalar(sa.select(User.id).where(User.username == username))
    return reach_of(user_id, local(now()).date())


def test_mine_is_what_lies_with_me_and_my_posts(db_app, open_one, as_):
    own = open_one()
    open_one(area_code="533401101001")
    open_one(category="LEGAL-03")
    page = as_("grid.beimen").get("/queue")
    assert page.status_code == 200
    assert references(page) == [own]


def test_danger_comes_first_then_what_is_due_soonest(app, open_one, as_):
    at = now()
    later = open_one(at=at)
    sooner = open_one(at=at - timedelta(days=3))
    danger = open_one(at=at, urgency=Urgency.P0)
    assert references(as_("grid.beimen").get("/queue")) == [danger, sooner, later]


def test_a_row_says_what_is_due_without_anybodys_numbers(app, open_one, as_):
    open_one()
    page = as_("grid.beimen").get("/queue").text
    assert "13800001234" not in page
    assert "和*奶" in page
    assert re.search(r'data-urgency="P2"\s+data-due="\d{4}-\d\d-\d\dT[\d:]{8}\+08:00"', page)


def test_a_restricted_matter_shows_no_words(app, open_one, as_):
    open_one(category="SAFE-01", restricted=True, description="他又喝酒打我了")
    page = as_("dispatch.diqing").get("/queue")
    assert len(references(page)) == 1
    assert "喝酒" not in page.text


@pytest.mark.both_databases
def test_keyset_pages_show_every_row_once_in_order(app, open_one):
    start = now()
    wanted = {
        open_one(at=start - timedelta(minutes=n % 7), urgency=Urgency.P0 if n % 20 == 0 else "P2")
        for n in range(queue.PAGE * 2 + 5)
    }
    with app.app_context():
        who, place, seen = reach("grid.beimen"), cursor.START, []
        while place is not None:
            page = queue.page(who, Filters(), place, start)
            seen += [(row.rank, row.due_at, row.id, row.reference) for row in page.rows]
            place = cursor.read(page.next.text()) if page.next else None
    assert Counter(row[3] for row in seen) == Counter(wanted)
    assert [row[:3] for row in seen] == sorted(row[:3] for row in seen)


def test_next_page_is_a_link(app, open_one, as_):
    for _ in range(queue.PAGE + 1):
        open_one()
    client = as_("grid.beimen")
    first = client.get("/queue")
    link = re.search(r'rel="next" href="([^"]+)"', first.text)
    second = client.get(link[1].replace("&amp;", "&"))
    assert len(references(first)) == queue.PAGE
    assert len(references(second)) == 1
    assert set(references(first)).isdisjoint(references(second))
    assert 'hx-trigger="every 30s"' in first.text
    assert 'hx-trigger="every 30s"' not in second.text


def test_the_area_is_only_for_those_who_reach_it(app, open_one, as_):
    elsewhere = open_one(area_code="533401101001")
    assert elsewhere in references(as_("lead.jiantang").get("/queue?scope=area"))
    assert references(as_("lead.benzilan").get("/queue?scope=area")) == []
    assert references(as_("grid.beimen").get("/queue?scope=area")) == []


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        ("state=unclaimed", True),
        ("state=accepted", False),
        ("urgency=P2", True),
        ("urgency=P0", False),
        ("category=ELDER", True),
        ("category=LEGAL", False),
        (f"area={BEIMEN}", True),
        ("area=533401101001", False),
        ("due=day", True),
        ("due=hour", False),
        ("due=overdue", False),
        ("owner=999999", False),
        ("post=999999", False),
        ("vacancy=y", False),
    ],
)
def test_filters(app, open_one, as_, wish, fits):
    reference = open_one(urgency=Urgency.P2, at=now() - timedelta(minutes=1))
    with app.app_context(), unit_of_work():
        session.execute(
            sa.update(ServiceRequest)
            .where(ServiceRequest.reference == reference)
            .values(due_at=now() + timedelta(hours=5))
        )
    page = as_("grid.beimen").get(f"/queue?{wish}")
    assert (reference in references(page)) is fits


def test_counts_stand_beside_the_filters(app, open_one, as_):
    open_one()
    open_one(category="ENV-01", urgency=Urgency.P1)
    client = as_("grid.beimen")
    rail = client.get("/queue?fragment=rail").text
    counts = re.findall(r'href="([^"]+)"[^>]*>[^<]*<span class="desk-rail__count">(\d+)', rail)
    assert (
        dict(counts).items()
        >= {
            "/queue": "2",
            "/queue?state=unclaimed": "2",
            "/queue?urgency=P1": "1",
            "/queue?category=ELDER": "1",
            "/queue?category=ENV": "1",
        }.items()
    )
    assert "<html" not in client.get("/queue?fragment=list").text


def test_an_empty_list_has_a_kind_word(app, as_):
    client = as_("grid.beimen")
    assert "desk-empty" in client.get("/queue").text
    assert "/queue" in client.get("/queue?state=waiting").text


def test_waiting_lies_at_the_end_and_is_not_late(app, open_one, as_):
    waiting, running = open_one(at=now() - timedelta(days=2)), open_one()
    client = as_("grid.beimen")
    client.send(f"/queue/{waiting}/claim", f"/queue/{waiting}")
    client.send(
        f"/queue/{waiting}/wait", f"/queue/{waiting}",
        needed="身份证复印件", method="call", outcome="reached",
    )  # fmt: skip
    page = client.get("/queue")
    assert references(page) == [running, waiting]
    assert "desk-due--paused" in page.text
    assert references(client.get("/queue?due=overdue")) == []


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "filters", [Filters(), Filters(state="unclaimed"), Filters(urgency="P1"), Filters(scope="area")]
)
def test_the_list_walks_along_partial_indexes(app, open_one, filters):
    open_one()
    with app.app_context():
        crowd()
        statement = queue._statement(reach("lead.jiantang"), queue._shape(filters), cursor.DANGER)
        told = plan(statement, queue._values(filters, cursor.START, now()))
        counted = plan(queue._tallies(reach("grid.beimen")), {"now": now()} | IN)
    assert not reads_all(told, "service_requests"), told
    assert not reads_all(counted, "service_requests"), counted
    assert "ix_service_requests_" in told


IN = {"in_hour": now(), "in_day": now()}


def crowd():
    """Many finished requests, so that a planner has a reason to use an index."""
    with unit_of_work():
        row = session.execute(sa.select(ServiceRequest.__table__)).mappings().one()
        session.execute(
            sa.insert(ServiceRequest.__table__),
            [
                {**row, "id": 1000 + n, "reference": f"{n:010d}", "external_id": f"x{n}"}
                | {"state": "closed", "due_at": None}
                for n in range(3000)
            ],
        )
        session.execute(sa.text("ANALYZE"))
