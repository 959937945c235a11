"""Passwords: what is accepted, and what a one-time password leads to."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service_desk.accounts.models import StaffSession, User
from service_desk.accounts.passwords import (
    LONGEST,
    SHORTEST,
    Weakness,
    hash_password,
    is_password,
    one_time_password,
    weakness,
)
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

NEW = "Barley-Wine-Snow-88"
GOOD = [
    "crane lake barley",
    "雪山草地青稞酒很好喝的呀啊",
    "བཀྲ་ཤིས་བདེ་ལེགས་བོད་ཡིག",
    "aB3$x" * 14,
    "correct horse battery staple correct horse battery staple 1234567",
    "x1y2z3w4v5u6",
]


@pytest.mark.parametrize("good", GOOD)
def test_long_ones_of_any_characters_are_welcome(good):
    assert weakness(good, "grid.beimen") is None
    assert is_password(good, hash_password(good))
    assert not is_password(good + "x", hash_password(good))


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("short-1234", Weakness.TOO_SHORT),
        ("elevenchars", Weakness.TOO_SHORT),
        ("", Weakness.TOO_SHORT),
        ("ab3" * 70, Weakness.TOO_LONG),
        ("password1234", Weakness.COMMON),
        ("Password2026!", Weakness.COMMON),
        ("qwertyuiop12345", Weakness.COMMON),
        ("abcdefghijkl", Weakness.COMMON),
        ("aaaaaaaaaaaaaa", Weakness.COMMON),
        ("123456123456", Weakness.COMMON),
        ("woaizhongguo1949", Weakness.COMMON),
        ("shangrila2026", Weakness.COMMON),
        ("grid.beimen1", Weakness.LIKE_NAME),
        ("2026GRID.BEIMEN!", Weakness.LIKE_NAME),
        ("grid.beimengrid.beimen", Weakness.LIKE_NAME),
    ],
)
def test_short_common_and_like_the_name_are_refused(bad, why):
    assert weakness(bad, "grid.beimen") is why


def test_the_bounds():
    assert SHORTEST == 12
    assert LONGEST >= 64


@given(st.text(min_size=SHORTEST, max_size=LONGEST))
def test_a_password_is_judged_whatever_it_holds(text):
    assert weakness(text, "grid.beimen") in (None, Weakness.COMMON, Weakness.LIKE_NAME)


def test_nobody_has_no_password():
    assert not is_password("anything", None)


def test_one_time_passwords_are_good_and_differ():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(weakness(each, "grid.beimen") is None for each in made)


def change(client, **fields):
    return client.send("/account", **fields)


@pytest.mark.both_databases
def test_a_new_password_signs_other_browsers_out(app, as_, password, acts, id_of):
    mine, other = as_("grid.beimen"), as_("grid.beimen")
    old = mine.get_cookie("desk").value
    answer = change(mine, current=password, new=NEW, again=NEW)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert mine.get("/queue").status_code == 200
    assert other.get("/queue").status_code == 302
    mine.set_cookie("desk", old)
    assert mine.get("/queue").status_code == 302
    assert "password_changed" in acts(f"user:{id_of('grid.beimen')}")
    assert app.test_client().sign_in("grid.beimen", password).status_code == 422
    assert app.test_client().sign_in("grid.beimen", NEW).status_code == 302


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"current": "wrong", "new": NEW, "again": NEW}, "current"),
        ({"current": "", "new": NEW, "again": NEW}, "current"),
        ({"new": NEW, "again": NEW + "x"}, "again"),
        ({"new": "short", "again": "short"}, "new"),
        ({"new": "x" * 300, "again": "x" * 300}, "new"),
        ({"new": "password1234", "again": "password1234"}, "new"),
        ({"new": "grid.beimen77", "again": "grid.beimen77"}, "new"),
        ({"new": "", "again": ""}, "new"),
        ({"new": None, "again": None}, "new"),
    ],
)
def test_a_refused_one_names_its_field_and_changes_nothing(as_, password, count, fields, field):
    client, before = as_("grid.beimen"), count(StaffSession)
    same = {"new": password, "again": password} if fields.get("new", "") is None else {}
    answer = change(client, **{"current": password, **fields, **same})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert count(StaffSession) == before
    assert client.get("/queue").status_code == 200


def test_without_a_token_it_stays(as_, password):
    data = {"current": password, "new": NEW, "again": NEW}
    assert as_("grid.beimen").post("/account", data=data).status_code == 400


@pytest.mark.both_databases
def test_a_one_time_password_opens_one_page_only(app, as_, password):
    with app.app_context(), unit_of_work():
        ours = sa.update(User).where(User.username == "grid.beimen")
        session.execute(ours.values(must_change_password=True))
    client = as_("grid.beimen")
    for path in ("/queue", "/desk/new", "/queue/1234567890"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (302, "/account")
    assert "desk-banner--warn" in client.get("/account").text
    token = client.hidden("/account")["csrf_token"]
    answer = client.post("/account/language", data={"csrf_token": token, "language": "en"})
    assert answer.location == "/account"
    change(client, current=password, new=NEW, again=NEW)
    assert client.get("/queue").status_code == 200
    assert "desk-banner--warn" not in client.get("/account").text


def test_who_must_change_may_sign_out(app, as_):
    with app.app_context(), unit_of_work():
        session.execute(sa.update(User).values(must_change_password=True))
    client = as_("grid.beimen")
    assert client.send("/logout", "/account").location == "/login"


@pytest.mark.parametrize("language", ["bo", "en", "zh_Hans_CN"])
def test_one_chooses_the_language_of_pages_and_texts(app, as_, language):
    client = as_("grid.beimen")
    answer = client.send("/account/language", "/account", language=language)
    assert (answer.status_code, answer.location) == (303, "/account")
    html = client.get("/account").text
    assert f'lang="{language.replace("zh_Hans_CN", "zh-Hans-CN")}"' in html
    with app.app_context():
        query = sa.select(User.language).where(User.username == "grid.beimen")
        assert session.scalar(query) == language


def test_an_unknown_language_is_refused(as_):
    assert (
        as_("grid.beimen").send("/account/language", "/account", language="xx").status_code == 422
    )


def test_the_account_page_says_who_one_is(as_):
    page = as_("grid.beimen").get("/account").text
    assert "grid.beimen" in page
    assert "北门社区居民委员会 网格员" in page
