"""The pages of people: who is found, what changes, what nobody may do to themselves."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts import grants, people
from service_desk.accounts.models import Absence, Grant, StaffSession, User
from service_desk.accounts.page import today
from service_desk.accounts.queries import reach_of
from service_desk.accounts.roster import PAGE
from service_desk.audit.models import AuditEntry
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.roles import Role
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work

PATH = "/admin/people"
BEIMEN, JIANTANG = "533401101003", "533401101000"
ABOUT = {"display_name": "和丽江", "language": "bo", "phone": ""}


@pytest.fixture
def admin(as_):
    return as_("admin")


@pytest.fixture
def grid(id_of):
    return id_of("grid.beimen")


@pytest.fixture
def stored(app):
    def load(user_id):
        with app.app_context():
            return session.get_one(User, user_id)

    return load


def usernames(page):
    return re.findall(r'data-username="([^"]+)"', page)


def terms(**changes):
    return {
        "role": Role.MEDIATOR.value,
        "area_code": JIANTANG,
        "title": "",
        "starts_on": today().isoformat(),
        "ends_on": "",
        **changes,
    }


def once(page):
    return re.search(r'id="one-time"[^>]*>([^<]+)<', page)[1]


def send(client, path, **fields):
    """Posts with a token of one's own, whether or not there is a page at the address."""
    token = client.hidden("/account")["csrf_token"]
    return client.post(path, data={"csrf_token": token, **fields})


@pytest.mark.both_databases
def test_thousands_are_never_on_one_page(admin, count):
    address, seen, pages = PATH + "?area=533401000000", [], 0
    while address:
        page = admin.get(address).text
        found = usernames(page)
        assert 0 < len(found) <= PAGE
        seen += found
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
        pages += 1
    assert pages > 10
    assert len(seen) == len(set(seen)) < count(User)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lead.jian", ["lead.jiantang"]),
        ("q=LEAD.jiantang", ["lead.jiantang"]),
        ("q=%25", []),
        ("q=_ead.jiantang", []),
        ("q=nobody-at-all", []),
        ("q=lead&area=533422102000", ["lead.benzilan"]),
        ("q=lead.jiantang&area=nowhere&state=odd", ["lead.jiantang"]),
        ("q=lead.jiantang&state=off", []),
        ("q=lead.jiantang&state=away", []),
        ("q=lead.jiantang&state=active", ["lead.jiantang"]),
        ("q=lead.jiantang%00", ["lead.jiantang"]),
    ],
)
def test_people_are_found(admin, query, found):
    page = admin.get(f"{PATH}?{query}")
    assert page.status_code == 200
    assert usernames(page.text) == found


def test_people_are_found_by_the_name_colleagues_use(admin, stored, grid):
    name = stored(grid).display_name
    assert "grid.beimen" in usernames(admin.get(f"{PATH}?q={name}").text)


def test_who_holds_several_posts_shows_a_few(app, admin, grid):
    with app.app_context(), unit_of_work():
        for number in range(5):
            session.add(
                Grant(
                    user_id=grid,
                    role=Role.AUDITOR,
                    area_code=f"53340110100{number}",
                    starts_on=today(),
                )
            )
    assert "3 more" in admin.get(f"{PATH}?q=grid.beimen&lang=en").text


def test_a_page_says_what_somebody_may_do(admin, grid, stored):
    page = admin.get(f"{PATH}/{grid}").text
    assert "grid.beimen" in page
    assert "网格员" in page
    assert stored(grid).phone.removeprefix("+86") not in page
    assert "199****" in page


@pytest.mark.parametrize("number", ["0", "999999", "2147483647", "2147483648", "9" * 30, "x"])
def test_nobody_is_no_page(admin, number):
    assert admin.get(f"{PATH}/{number}").status_code == 404
    for act in ("", "/active", "/password", "/grants", "/absences"):
        assert send(admin, f"{PATH}/{number}{act}", active="n", **ABOUT).status_code in (404, 405)


@pytest.mark.both_databases
def test_a_new_person_signs_in_with_what_is_shown_once(app, admin, acts, id_of):
    answer = admin.send(f"{PATH}/new", username="He.Lijiang", **ABOUT | {"phone": "139 0000 0000"})
    assert answer.status_code == 200
    password = once(answer.text)
    user_id = id_of("he.lijiang")
    assert acts(f"user:{user_id}") == ["person_created"]
    assert password not in admin.get(f"{PATH}/{user_id}").text
    assert "139******00" in admin.get(f"{PATH}/{user_id}").text
    new = app.test_client()
    assert new.sign_in("he.lijiang", password).status_code == 302
    assert new.get("/queue").location == "/account"
    with app.app_context():
        assert password not in str(session.execute(sa.select(AuditEntry.details)).all())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "admin"}, "username"),
        ({"username": "ADMIN"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "ab"}, "username"),
        ({"username": "x" * 61}, "username"),
        ({"username": "has space"}, "username"),
        ({"username": "王五"}, "username"),
        ({"username": "-x-y-"}, "username"),
        ({"username": "a\x00b.c"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"display_name": "x" * 81}, "display_name"),
        ({"display_name": "a\x07b"}, "display_name"),
        ({"phone": "12"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_wrong_field_is_named_and_nobody_is_created(admin, count, changes, field):
    before = count(User)
    fields = {**ABOUT, "username": "he.lijiang", **changes}
    answer = admin.send(f"{PATH}/new", **fields)
    assert answer.status_code == 422
    assert f'href="#new-{field}"' in answer.text
    assert count(User) == before


@pytest.mark.both_databases
def test_name_language_and_phone_change(admin, grid, stored, acts):
    old = stored(grid).phone
    answer = admin.send(f"{PATH}/{grid}", **ABOUT)
    assert (answer.status_code, answer.location) == (303, f"{PATH}/{grid}")
    assert (stored(grid).display_name, stored(grid).language, stored(grid).phone) == (
        "和丽江",
        "bo",
        old,
    )
    admin.send(f"{PATH}/{grid}", **ABOUT | {"phone": "１３９ ００００ ００００"})
    assert stored(grid).phone == "+8613900000000"
    admin.send(f"{PATH}/{grid}", **ABOUT, no_phone="y")
    assert stored(grid).phone is None
    admin.send(f"{PATH}/{grid}", **ABOUT)
    assert acts(f"user:{grid}") == ["person_changed"] * 3


def test_a_phone_is_never_on_record(app, admin, grid):
    admin.send(f"{PATH}/{grid}", **ABOUT | {"phone": "13900000000"})
    with app.app_context():
        query = sa.select(AuditEntry.details).where(AuditEntry.action == "person_changed")
        assert session.scalars(query).one() == {"changed": ["display_name", "language", "phone"]}


def test_a_wrong_change_is_refused(admin, grid, stored):
    before = stored(grid).display_name
    answer = admin.send(f"{PATH}/{grid}", **ABOUT | {"phone": "1"})
    assert answer.status_code == 422
    assert 'href="#about-phone"' in answer.text
    assert stored(grid).display_name == before


@pytest.mark.both_databases
def test_who_is_switched_off_is_out_and_in_again_with_a_password(
    admin, as_, app, grid, acts, password, count
):
    worker = as_("grid.beimen")
    assert send(admin, f"{PATH}/{grid}/active", active="n").status_code == 303
    assert worker.get("/queue").status_code == 302
    assert count(StaffSession) == 1
    assert app.test_client().sign_in("grid.beimen", password).status_code == 422
    assert usernames(admin.get(f"{PATH}?state=off").text) == ["grid.beimen"]
    assert "desk-banner--warn" in admin.get(f"{PATH}/{grid}").text
    assert send(admin, f"{PATH}/{grid}/password").status_code == 422
    send(admin, f"{PATH}/{grid}/active", active="y")
    send(admin, f"{PATH}/{grid}/active", active="y")
    assert worker.get("/queue").status_code == 302
    assert app.test_client().sign_in("grid.beimen", password).status_code == 302
    assert acts(f"user:{grid}")[1:3] == ["person_disabled", "person_enabled"]


@pytest.mark.both_databases
def test_a_one_time_password_ends_every_session(admin, as_, app, grid, acts, password):
    worker = as_("grid.beimen")
    answer = send(admin, f"{PATH}/{grid}/password")
    fresh = once(answer.text)
    assert worker.get("/queue").status_code == 302
    assert app.test_client().sign_in("grid.beimen", password).status_code == 422
    again = app.test_client()
    assert again.sign_in("grid.beimen", fresh).status_code == 302
    assert again.get("/queue").location == "/account"
    assert "password_reset" in acts(f"user:{grid}")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_holder_without_password_gets_one(admin, id_of, app):
    user_id = id_of("mediator.533401501000")
    fresh = once(send(admin, f"{PATH}/{user_id}/password").text)
    assert app.test_client().sign_in("mediator.533401501000", fresh).status_code == 302


@pytest.mark.both_databases
def test_a_grant_holds_at_the_next_click_and_ends_at_once(app, admin, as_, grid, acts):
    worker = as_("grid.beimen")
    assert worker.get("/board").status_code == 403
    fields = terms(role="township_lead", categories=["ELDER", "CHILD"], restricted="y")
    assert admin.send(f"{PATH}/{grid}/grants", f"{PATH}/{grid}", **fields).status_code == 303
    assert worker.get("/board").status_code == 200
    with app.app_context():
        reach = reach_of(grid, today())
        area = next(each for each in reach.areas)
        assert area.restricted
        assert area.categories == frozenset({"ELDER", "CHILD"})
        grant = session.scalars(
            sa.select(Grant).where(Grant.role == Role.TOWNSHIP_LEAD, Grant.user_id == grid)
        ).one()
        assert grant.post_id is not None
    assert send(admin, f"{PATH}/{grid}/grants/{grant.id}/end").status_code == 303
    assert worker.get("/board").status_code == 403
    assert [each for each in acts(f"user:{grid}") if "grant" in each] == [
        "grant_given",
        "grant_ended",
    ]


def test_an_older_grant_ends_yesterday(app, admin, grid):
    with app.app_context():
        grant_id = session.scalar(sa.select(Grant.id).where(Grant.user_id == grid))
    send(admin, f"{PATH}/{grid}/grants/{grant_id}/end")
    with app.app_context():
        assert session.get_one(Grant, grant_id).ends_on == today() - timedelta(days=1)
        assert reach_of(grid, today()).permissions == frozenset()


def test_a_grant_of_tomorrow_does_not_hold_today(app, admin, grid):
    first, last = today() + timedelta(days=1), today() + timedelta(days=3)
    dates = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    admin.send(f"{PATH}/{grid}/grants", f"{PATH}/{grid}", **terms(**dates))
    with app.app_context():
        posts = [len(reach_of(grid, first + timedelta(days=n)).post_ids) for n in (-1, 0, 2, 3)]
    assert posts == [1, 2, 2, 1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "emperor"}, "role"),
        ({"role": ""}, "role"),
        ({"area_code": "533499000000"}, "area_code"),
        ({"area_code": ""}, "area_code"),
        ({"area_code": BEIMEN}, "area_code"),
        ({"title": "no such title"}, "area_code"),
        ({"title": "x" * 81}, "title"),
        ({"categories": ["NOPE"]}, "categories"),
        ({"categories": ["ELDER-03"]}, "categories"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"starts_on": "2020-01-01", "ends_on": "2020-02-01"}, "ends_on"),
    ],
)
def test_a_wrong_grant_names_its_field(admin, grid, count, changes, field):
    before = count(Grant)
    answer = admin.send(f"{PATH}/{grid}/grants", f"{PATH}/{grid}", **terms(**changes))
    assert answer.status_code == 422
    assert f'href="#grant-{field}"' in answer.text
    assert count(Grant) == before


def test_the_same_grant_is_given_once(admin, grid, count):
    for status in (303, 422):
        answer = admin.send(f"{PATH}/{grid}/grants", f"{PATH}/{grid}", **terms())
        assert answer.status_code == status
    later = terms(starts_on="2050-01-01", ends_on="2050-02-01")
    assert admin.send(f"{PATH}/{grid}/grants", f"{PATH}/{grid}", **later).status_code == 422


def test_overseers_hold_no_post(app, admin, grid):
    fields = terms(role="auditor", area_code=PREFECTURE)
    assert admin.send(f"{PATH}/{grid}/grants", f"{PATH}/{grid}", **fields).status_code == 303
    with app.app_context():
        query = sa.select(Grant.post_id).where(Grant.user_id == grid, Grant.role == Role.AUDITOR)
        assert session.scalars(query).one() is None
    assert admin.send(f"{PATH}/{grid}/grants", f"{PATH}/{grid}", **fields).status_code == 422


@pytest.mark.both_databases
def test_nobody_changes_what_they_may_do(app, admin, id_of, count):
    own, before = id_of("admin"), count(Grant)
    page = admin.get(f"{PATH}/{own}").text
    assert "/grants" not in page
    for role in Role:
        fields = terms(role=role.value, area_code=PREFECTURE)
        assert send(admin, f"{PATH}/{own}/grants", **fields).status_code == 422
    with app.app_context():
        grant_id = session.scalar(sa.select(Grant.id).where(Grant.user_id == own))
    assert send(admin, f"{PATH}/{own}/grants/{grant_id}/end").status_code == 422
    assert send(admin, f"{PATH}/{own}/active", active="n").status_code == 422
    assert count(Grant) == before
    assert admin.get(PATH).status_code == 200


def test_a_grant_ends_only_at_its_owner(app, admin, grid, id_of):
    with app.app_context():
        grant_id = session.scalar(sa.select(Grant.id).where(Grant.user_id == grid))
    other = id_of("analyst")
    assert send(admin, f"{PATH}/{other}/grants/{grant_id}/end").status_code in (404, 405)
    assert send(admin, f"{PATH}/{grid}/grants/99999999/end").status_code in (404, 405)


@pytest.fixture
def second(app, id_of):
    """Makes the analyst an administrator, too; gives the id of that grant."""
    with app.app_context(), unit_of_work():
        grant = Grant(
            user_id=id_of("analyst"),
            role=Role.SYSADMIN,
            area_code=PREFECTURE,
            starts_on=today(),
        )
        session.add(grant)
        session.flush()
        return grant.id


def test_the_last_administrator_stays(app, as_, second, id_of):
    """The second one puts the first out; then nobody can put out the second."""
    admin, analyst = id_of("admin"), id_of("analyst")
    client = as_("analyst")
    assert send(client, f"{PATH}/{admin}/active", active="n").status_code == 303
    for act in (
        lambda: people.switch(session.get_one(User, analyst), False, admin, now()),
        lambda: grants.end(session.get_one(Grant, second), admin, now()),
    ):
        with app.app_context(), pytest.raises(Refused), unit_of_work():
            act()
    assert client.get(PATH).status_code == 200


def test_two_administrators_do_not_put_each_other_out(db_app, second, id_of):
    admin, analyst = id_of("admin"), id_of("analyst")

    def put_out(pair):
        own, other = pair
        with db_app.app_context():
            try:
                with unit_of_work():
                    user = session.get_one(User, other)
                    people.switch(user, False, own, now())
            except Refused:
                return False
            finally:
                session.remove()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(put_out, [(admin, analyst), (analyst, admin)]))
    assert sorted(done) == [False, True]


@pytest.mark.both_databases
def test_an_absence_is_entered_and_ended(app, admin, grid, acts, id_of):
    page = admin.get(f"{PATH}/{grid}").text
    substitute = id_of("legal.jiantang")
    assert f'value="{substitute}"' in page
    day = today().isoformat()
    fields = {"first_day": day, "last_day": day, "substitute": str(substitute)}
    assert admin.send(f"{PATH}/{grid}/absences", f"{PATH}/{grid}", **fields).status_code == 303
    with app.app_context():
        absence_id = session.scalars(sa.select(Absence.id)).one()
        assert reach_of(grid, today()).post_ids <= reach_of(substitute, today()).post_ids
    assert usernames(admin.get(f"{PATH}?state=away").text) == ["grid.beimen"]
    assert send(admin, f"{PATH}/{grid + 1}/absences/{absence_id}/end").status_code in (404, 405)
    assert send(admin, f"{PATH}/{grid}/absences/{absence_id}/end").status_code == 303
    assert send(admin, f"{PATH}/{grid}/absences/{absence_id}/end").status_code in (404, 405)
    assert acts(f"user:{grid}") == ["absence_entered", "absence_ended"]


@pytest.mark.parametrize("username", ["analyst", "auditor", "county.xgll", "grid.beimen"])
def test_only_an_administrator(as_, grid, count, username):
    client, before = as_(username), count(AuditEntry)
    for path in (PATH, f"{PATH}/new", f"{PATH}/{grid}"):
        assert client.get(path).status_code == 403
    for path in ("new", f"{grid}", f"{grid}/active", f"{grid}/password", f"{grid}/grants"):
        assert send(client, f"{PATH}/{path}", **ABOUT).status_code == 403
    assert count(AuditEntry) == before


def test_strangers_sign_in_first(client, grid):
    assert client.get(f"{PATH}/{grid}").location.startswith("/login?next=")


def test_without_a_token_nothing_happens(admin, grid, count):
    before = count(AuditEntry)
    for path in ("new", f"{grid}", f"{grid}/active", f"{grid}/password", f"{grid}/grants"):
        assert admin.post(f"{PATH}/{path}", data={"active": "n", **ABOUT}).status_code == 400
    assert count(AuditEntry) == before
