"""Posts and turns of duty: what is listed, what is empty, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts import absences, vacancies
from service_desk.accounts.absences import Days
from service_desk.accounts.models import DutyTurn, Grant, Post, User
from service_desk.accounts.page import today
from service_desk.accounts.queries import reach_of
from service_desk.accounts.vacancies import PAGE
from service_desk.directory.roles import Role
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

PATH, DUTY = "/admin/posts", "/admin/posts/duty"
BEIMEN, JIANTANG, XIANGGELILA = "533401101003", "533401101000", "533401000000"


@pytest.fixture
def admin(as_):
    return as_("admin")


@pytest.fixture
def post_id(app, id_of):
    with app.app_context():
        query = sa.select(Grant.post_id).where(Grant.user_id == id_of("grid.beimen"))
        return session.scalars(query).one()


@pytest.fixture
def vacant(app):
    """The ids of the empty posts of a place."""

    def listed(area_code=BEIMEN):
        with app.app_context():
            search = vacancies.Search(area_code=area_code, vacant=True)
            return [row.id for row in vacancies.posts(search, today())]

    return listed


def send(client, path, **fields):
    token = client.hidden("/account")["csrf_token"]
    return client.post(path, data={"csrf_token": token, **fields})


def posts_on(page):
    return [int(each) for each in re.findall(rf'href="{PATH}/(\d+)"', page)]


@pytest.mark.both_databases
def test_every_post_is_listed_once_page_by_page(app, admin):
    address, seen = f"{PATH}?area={JIANTANG}", []
    while address:
        page = admin.get(address).text
        found = posts_on(page)
        assert 0 < len(found) <= PAGE
        seen += found
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    with app.app_context():
        inside = sa.select(Post.id).where(Post.area_code.between(JIANTANG, "533401101999"))
        assert sorted(seen) == sorted(session.scalars(inside))
    assert len(seen) > PAGE
    assert 'rel="prev"' in page


@pytest.mark.parametrize(
    "query",
    ["area=x", "role=x", "vacant=x", "after=x", "after=5334-1", "after=%00", "area=533499000000"],
)
def test_what_an_address_cannot_mean_is_left_out(admin, query):
    assert posts_on(admin.get(f"{PATH}?{query}").text)


def test_posts_are_narrowed_by_role(app, admin, post_id):
    assert posts_on(admin.get(f"{PATH}?area={BEIMEN}&role=grid_worker").text) == [post_id]
    assert "desk-empty" in admin.get(f"{PATH}?area={BEIMEN}&role=mediator").text


@pytest.mark.both_databases
def test_a_post_is_empty_while_nobody_is_there(app, admin, post_id, vacant, id_of):
    worker, substitute = id_of("grid.beimen"), id_of("legal.jiantang")
    assert vacant() == []
    with app.app_context(), unit_of_work():
        absences.enter(worker, Days(today(), today()), id_of("admin"), now())
    assert vacant() == [post_id]
    assert posts_on(admin.get(f"{PATH}?area={BEIMEN}&vacant=y").text) == [post_id]
    assert "desk-banner--bad" in admin.get(f"{PATH}/{post_id}").text
    with app.app_context(), unit_of_work():
        session.execute(sa.text("UPDATE absences SET substitute_id = :id"), {"id": substitute})
    assert vacant() == []
    with app.app_context(), unit_of_work():
        absences.enter(substitute, Days(today(), today()), id_of("admin"), now())
    assert post_id in vacant(JIANTANG)


@pytest.mark.parametrize("cause", ["nobody", "over", "off"])
def test_a_post_without_a_holder_is_empty(app, post_id, vacant, id_of, cause):
    held = Grant.post_id == post_id
    changes = {
        "nobody": sa.delete(Grant).where(held),
        "over": sa.update(Grant).where(held).values(ends_on=today() - timedelta(days=1)),
        "off": sa.update(User).where(User.username == "grid.beimen").values(active=False),
    }
    with app.app_context(), unit_of_work():
        session.execute(changes[cause])
    assert vacant() == [post_id]


def test_the_page_of_a_post_names_its_holders(admin, post_id):
    page = admin.get(f"{PATH}/{post_id}").text
    assert "北门社区居民委员会 网格员" in page
    assert "grid.beimen" in page


def test_a_post_without_holders_says_so(app, admin, post_id):
    with app.app_context(), unit_of_work():
        session.execute(sa.delete(Grant).where(Grant.post_id == post_id))
    assert "Nobody holds this post." in admin.get(f"{PATH}/{post_id}?lang=en").text


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_what_is_no_post_is_no_page(admin, number):
    assert admin.get(f"{PATH}/{number}").status_code == 404
    assert send(admin, f"{PATH}/{number}", title="x").status_code == 404
    assert send(admin, f"{PATH}/{number}/active").status_code == 404


@pytest.mark.both_databases
def test_a_new_post_is_created_once(app, admin, acts):
    fields = {"role": "grid_worker", "area_code": BEIMEN, "title": "第二网格"}
    answer = admin.send(f"{PATH}/new", **fields)
    assert answer.status_code == 303
    assert "第二网格" in admin.get(answer.location).text
    number = answer.location.rsplit("/", 1)[1]
    assert acts(f"post:{number}") == ["post_created"]
    again = admin.send(f"{PATH}/new", **fields)
    assert again.status_code == 422
    assert 'href="#post-title"' in again.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "sysadmin"}, "role"),
        ({"role": "emperor"}, "role"),
        ({"role": ""}, "role"),
        ({"area_code": "533499000000"}, "area_code"),
        ({"area_code": ""}, "area_code"),
        ({"title": "x" * 81}, "title"),
        ({"title": "a\x07b"}, "title"),
        ({"title": ""}, "title"),
    ],
)
def test_a_wrong_field_is_named_and_no_post_is_created(admin, count, changes, field):
    before = count(Post)
    fields = {"role": "grid_worker", "area_code": BEIMEN, "title": "第二网格", **changes}
    answer = admin.send(f"{PATH}/new", **fields)
    assert answer.status_code == 422
    assert f'href="#post-{field}"' in answer.text
    assert count(Post) == before


@pytest.mark.both_databases
def test_a_post_is_renamed_and_switched(app, admin, post_id, acts, id_of):
    worker = id_of("grid.beimen")
    for _ in range(2):
        assert admin.send(f"{PATH}/{post_id}", title="第一网格").status_code == 303
    for active in ("n", "n", "y", "n"):
        assert send(admin, f"{PATH}/{post_id}/active", active=active).status_code == 303
    assert acts(f"post:{post_id}") == [
        "post_renamed",
        "post_switched_off",
        "post_switched_on",
        "post_switched_off",
    ]
    with app.app_context():
        assert reach_of(worker, today()).post_ids == frozenset()
    assert "desk-banner--warn" in admin.get(f"{PATH}/{post_id}").text
    assert "第一网格" in admin.get(f"{PATH}?area={BEIMEN}").text


def test_a_title_is_not_taken_twice(admin, post_id):
    admin.send(f"{PATH}/new", role="grid_worker", area_code=BEIMEN, title="第二网格")
    answer = admin.send(f"{PATH}/{post_id}", title="第二网格")
    assert answer.status_code == 422
    assert 'href="#title-title"' in answer.text
    assert admin.send(f"{PATH}/{post_id}", title="x" * 81).status_code == 422


@pytest.mark.both_databases
def test_a_post_is_given_to_somebody(app, admin, post_id, id_of, acts):
    other = id_of("legal.jiantang")
    fields = {"username": "Legal.Jiantang", "starts_on": today().isoformat(), "ends_on": ""}
    answer = admin.send(f"{PATH}/{post_id}/holders", f"{PATH}/{post_id}", **fields)
    assert (answer.status_code, answer.location) == (303, f"{PATH}/{post_id}")
    assert "legal.jiantang" in admin.get(answer.location).text
    with app.app_context():
        assert post_id in reach_of(other, today()).post_ids
    assert acts(f"user:{other}")[-1] == "grant_given"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "nobody.here"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "admin"}, "username"),
        ({"username": "grid.beimen"}, "username"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
    ],
)
def test_a_post_is_not_given(admin, post_id, count, changes, field):
    before = count(Grant)
    fields = {"username": "legal.jiantang", "starts_on": today().isoformat(), "ends_on": ""}
    page = f"{PATH}/{post_id}"
    answer = admin.send(f"{page}/holders", page, **{**fields, **changes})
    assert answer.status_code == 422
    assert f'href="#holder-{field}"' in answer.text
    assert count(Grant) == before


def test_a_post_that_is_off_is_not_given(admin, post_id, count):
    page, before = f"{PATH}/{post_id}", count(Grant)
    send(admin, f"{page}/active", active="n")
    fields = {"username": "legal.jiantang", "starts_on": today().isoformat()}
    assert send(admin, f"{page}/holders", **fields).status_code == 422
    assert count(Grant) == before


def turn(**changes):
    return {
        "username": "grid.beimen",
        "starts_at": "2050-01-01T08:30",
        "ends_at": "2050-01-02T08:30",
        "rank": "0",
        **changes,
    }


@pytest.mark.both_databases
def test_a_turn_is_entered_in_local_time_and_removed(app, admin, acts, count):
    address, before = f"{DUTY}?area={BEIMEN}", count(DutyTurn)
    answer = admin.send(address, **turn())
    assert (answer.status_code, answer.location) == (303, address)
    with app.app_context():
        query = sa.select(DutyTurn).where(DutyTurn.area_code == BEIMEN)
        row = session.scalars(query).one()
        assert row.starts_at == datetime(2050, 1, 1, 0, 30, tzinfo=UTC)
    assert "2050-01-01 08:30" in admin.get(address).text
    assert send(admin, f"{DUTY}/{row.id}/remove").location == address
    assert send(admin, f"{DUTY}/{row.id}/remove").status_code == 404
    assert count(DutyTurn) == before
    assert acts(f"area:{BEIMEN}") == ["duty_added", "duty_removed"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "nobody.here"}, "username"),
        ({"username": ""}, "username"),
        ({"starts_at": ""}, "starts_at"),
        ({"starts_at": "noon"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"ends_at": "2049-01-01T08:30"}, "ends_at"),
        ({"ends_at": "2050-03-01T08:30"}, "ends_at"),
        ({"starts_at": "2020-01-01T08:30", "ends_at": "2020-01-02T08:30"}, "ends_at"),
        ({"rank": "x"}, "rank"),
        ({"rank": "10"}, "rank"),
        ({"rank": "9" * 400}, "rank"),
        ({"rank": ""}, "rank"),
    ],
)
def test_a_wrong_turn_names_its_field(admin, count, changes, field):
    before = count(DutyTurn)
    answer = admin.send(f"{DUTY}?area={BEIMEN}", **turn(**changes))
    assert answer.status_code == 422
    assert f'href="#duty-{field}"' in answer.text
    assert count(DutyTurn) == before


def test_who_is_switched_off_takes_no_turn(app, admin):
    with app.app_context(), unit_of_work():
        session.execute(sa.update(User).where(User.username == "grid.beimen").values(active=False))
    assert admin.send(f"{DUTY}?area={BEIMEN}", **turn()).status_code == 422


def test_duty_is_shown_by_place(admin):
    assert "desk-tag--good" in admin.get(f"{DUTY}?area={JIANTANG}").text
    assert "desk-empty" in admin.get(f"{DUTY}?area={BEIMEN}").text
    assert admin.get(DUTY).status_code == 200
    assert admin.get(f"{DUTY}?area=x").status_code == 404


@pytest.mark.parametrize("username", ["lead.jiantang", "auditor", "grid.beimen", "analyst"])
def test_only_an_administrator(as_, post_id, count, username):
    client, before = as_(username), count(Post)
    for path in (PATH, f"{PATH}/new", f"{PATH}/{post_id}"):
        assert client.get(path).status_code == 403
        if path != PATH:
            assert send(client, path, role=Role.MEDIATOR, area_code=JIANTANG).status_code == 403
    assert count(Post) == before
