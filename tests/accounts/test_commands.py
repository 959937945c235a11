"""The operator's commands: the first administrator, a new password, a list of people."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import Grant, Post, StaffSession, User
from service_desk.accounts.page import today
from service_desk.accounts.queries import reach_of
from service_desk.audit.models import AuditEntry
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

HEAD = "username,display_name,phone,role,area_code,title,categories,restricted,starts_on,ends_on"
LINES = [
    "wang.wu,王五,13900000001,grid_worker,533401101003,第二网格,,,2026-01-01,",
    "wang.wu,王五,13900000001,mediator,533401101000,,LEGAL ELDER-03,,2026-01-01,2049-12-31",
    "zhao.liu,赵六,,dispatcher,533401000000,,,y,,",
    "sun.qi,孙七,,auditor,533400000000,,,,,",
]


@pytest.fixture
def desk(app):
    def run(*arguments):
        return app.test_cli_runner().invoke(args=["desk", *arguments])

    return run


@pytest.fixture
def take(desk, tmp_path):
    """Imports lines of a list; `head` and `encoding` are the file's."""

    def run(*lines, head=HEAD, encoding="utf-8"):
        file = tmp_path / "people.csv"
        file.write_bytes("\n".join([head, *lines]).encode(encoding))
        return desk("import-people", str(file))

    return run


def passwords(output):
    """User name to what was printed for it."""
    pairs = [line.split("  ") for line in output.splitlines() if "  " in line]
    return dict(pair for pair in pairs if len(pair) == 2)


@pytest.mark.both_databases
def test_the_first_administrator(app, desk, client):
    said = desk("create-admin", "--username", "Chief")
    assert said.exit_code == 0
    assert list(passwords(said.output)) == ["chief"]
    assert client.sign_in("chief", passwords(said.output)["chief"]).status_code == 302
    assert client.get("/admin/people").location == "/account"
    with app.app_context():
        user = session.scalars(sa.select(User).where(User.username == "chief")).one()
        assert reach_of(user.id, today()).may(Permission.MANAGE_PEOPLE)
        query = sa.select(AuditEntry.action).where(AuditEntry.subject == f"user:{user.id}")
        assert list(session.scalars(query))[:2] == ["person_created", "grant_given"]


@pytest.mark.parametrize("name", ["admin", "ADMIN", "", "no spaces please"])
def test_an_administrator_is_refused(desk, count, name):
    before = count(User)
    said = desk("create-admin", "--username", name)
    assert said.exit_code == 1
    assert said.output.startswith("Error: ")
    assert count(User) == before


@pytest.mark.both_databases
def test_a_password_is_reset(app, desk, as_, password, count):
    client = as_("grid.beimen")
    said = desk("reset-password", " GRID.beimen")
    assert said.exit_code == 0
    assert count(StaffSession) == 0
    assert client.get("/queue").status_code == 302
    assert app.test_client().sign_in("grid.beimen", password).status_code == 422
    fresh = passwords(said.output)["grid.beimen"]
    assert client.sign_in("grid.beimen", fresh).location == "/queue"
    assert client.get("/queue").location == "/account"


def test_a_password_is_not_reset_for_nobody(app, desk):
    assert desk("reset-password", "nobody.here").exit_code == 1
    with app.app_context(), unit_of_work():
        session.execute(sa.update(User).where(User.username == "analyst").values(active=False))
    said = desk("reset-password", "analyst")
    assert (said.exit_code, said.output) == (1, "Error: This account is switched off.\n")


@pytest.mark.both_databases
def test_a_list_of_people_is_taken_in_and_repeatable(app, take, count, client):
    said = take(*LINES)
    assert said.exit_code == 0, said.output
    assert said.output.endswith("People: 3 new, 0 changed.\nGrants: 4 new, 0 changed.\n")
    made = passwords(said.output)
    assert sorted(made) == ["sun.qi", "wang.wu", "zhao.liu"]
    before = [count(table) for table in (User, Grant, Post)]
    with app.app_context():
        user = session.scalars(sa.select(User).where(User.username == "wang.wu")).one()
        assert (user.display_name, user.phone) == ("王五", "+8613900000001")
        assert len(reach_of(user.id, today()).post_ids) == 2
        other = session.scalars(sa.select(User.id).where(User.username == "zhao.liu")).one()
        assert reach_of(other, today()).areas[0].restricted
        limits = sa.select(Grant.categories).where(
            Grant.user_id == user.id, Grant.role == Role.MEDIATOR
        )
        assert session.scalars(limits).one() == ["LEGAL", "ELDER-03"]
    again = take(*LINES)
    assert again.output == "People: 0 new, 0 changed.\nGrants: 0 new, 0 changed.\n"
    assert [count(table) for table in (User, Grant, Post)] == before
    assert client.sign_in("wang.wu", made["wang.wu"]).status_code == 302


def test_a_later_list_changes_what_it_names(app, take, count):
    take(*LINES)
    grants = count(Grant)
    said = take(
        "wang.wu,王武,,mediator,533401101000,,LEGAL,,,",
        "zhao.liu,赵六,13900000002,dispatcher,533401000000,,,,,",
    )
    assert said.output == "People: 0 new, 2 changed.\nGrants: 0 new, 2 changed.\n"
    assert count(Grant) == grants
    with app.app_context():
        rows = session.execute(
            sa.select(User.username, User.display_name, User.phone, Grant.categories, Grant.ends_on)
            .join(Grant, Grant.user_id == User.id)
            .where(Grant.role == Role.MEDIATOR, User.username == "wang.wu")
        )
        assert rows.one() == ("wang.wu", "王武", "+8613900000001", ["LEGAL"], None)
        query = sa.select(User.phone).where(User.username == "zhao.liu")
        assert session.scalar(query) == "+8613900000002"


def test_a_post_that_is_off_is_on_again_when_the_list_names_it(app, take):
    take(LINES[0])
    with app.app_context(), unit_of_work():
        session.execute(sa.update(Post).where(Post.title == "第二网格").values(active=False))
    take(LINES[0])
    with app.app_context():
        assert session.scalar(sa.select(Post.active).where(Post.title == "第二网格"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_as_excel_saves_it(app, take, encoding):
    assert take(*LINES, encoding=encoding).exit_code == 0
    with app.app_context():
        query = sa.select(User.display_name).where(User.username == "sun.qi")
        assert session.scalar(query) == "孙七"


def test_only_the_columns_that_are_needed(take, count):
    before = count(User)
    head = "area_code, role,username,display_name"
    assert take("533401101003,grid_worker,Li.Si,李四", "", head=head).exit_code == 0
    assert count(User) == before + 1


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Zhang San,张三,,mediator,533401101000,,,,,", "username"),
        ("zs,张三,,mediator,533401101000,,,,,", "username"),
        ("zhang.san,,,mediator,533401101000,,,,,", "display_name"),
        ("zhang.san," + "张" * 81 + ",,mediator,533401101000,,,,,", "display_name"),
        ("zhang.san,张三,12,mediator,533401101000,,,,,", "phone"),
        ("zhang.san,张三,,emperor,533401101000,,,,,", "role"),
        ("zhang.san,张三,,mediator,5334,,,,,", "area_code"),
        ("zhang.san,张三,,mediator,533499000000,,,,,", "area_code"),
        ("zhang.san,张三,,auditor,533400000000,第一,,,,", "title"),
        ("zhang.san,张三,,mediator,533401101000,,NOPE,,,", "categories"),
        ("zhang.san,张三,,mediator,533401101000,,,maybe,,", "restricted"),
        ("zhang.san,张三,,mediator,533401101000,,,,tomorrow,", "starts_on"),
        ("zhang.san,张三,,mediator,533401101000,,,,20260101,", "starts_on"),
        ("zhang.san,张三,,mediator,533401101000,,,,1026-01-01,", "starts_on"),
        ("zhang.san,张三,,mediator,533401101000,,,,2026-02-01,2026-01-01", "ends_on"),
        ("zhang.san,张三,,mediator,533401101000,,,,,2020-01-01", "ends_on"),
        ("zhang.san,张三,,mediator,533401101000", "columns"),
        ('zhang.san,"张三,,mediator,533401101000,,,,,', "columns"),
        ("sun.qi,孙七,,auditor,533400000000,,,,,", "earlier line"),
        ("sun.qi,孙八,,mediator,533401101000,,,,,", "earlier line"),
    ],
)
def test_one_wrong_line_is_named_and_nothing_is_taken(take, count, line, words):
    tables = (User, Grant, Post, AuditEntry)
    before = [count(table) for table in tables]
    said = take(*LINES, line)
    assert said.exit_code == 1
    assert said.output.startswith("Error: line 6: ")
    assert words in said.output
    assert passwords(said.output) == {}
    assert [count(table) for table in tables] == before


@pytest.mark.parametrize(
    "head",
    [
        "",
        "username,display_name,role",
        HEAD + ",password",
        HEAD + ",role",
        "姓名,电话",
    ],
)
def test_wrong_columns_are_named(take, count, head):
    before = count(User)
    said = take(head=head)
    assert said.exit_code == 1
    assert "line 1: expected the columns" in said.output
    assert count(User) == before


def test_an_empty_list_and_a_picture_are_refused(desk, take, tmp_path):
    assert take().exit_code == 1
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\xff\xff")
    assert desk("import-people", str(file)).exit_code == 1
    assert desk("import-people", str(tmp_path / "missing.csv")).exit_code == 2


def test_a_language_is_one_of_ours(take):
    head = HEAD + ",language"
    assert "language" in take(LINES[0] + ",fr", head=head).output
    assert take(LINES[0] + ",bo", head=head).exit_code == 0


def test_a_list_does_not_end_the_last_administrator(app, take, id_of):
    line = "admin,系统,,sysadmin,533400000000,,,,,2049-12-31"
    said = take(*LINES, line)
    assert (said.exit_code, said.output.count("last administrator")) == (1, 1)
    with app.app_context():
        query = sa.select(Grant.ends_on).where(Grant.user_id == id_of("admin"))
        assert session.scalars(query).all() == [None]
        assert session.scalar(sa.select(User.id).where(User.username == "wang.wu")) is None
