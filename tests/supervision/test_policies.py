"""`/admin/policies`: who may, what a draft would change, and what becomes of it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from service_desk.accounts.models import User
from service_desk.audit.models import AuditEntry
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import limits
from service_desk.service_clock.models import ClockPolicy, PolicyProposal, PolicyVersion
from service_desk.service_clock.policies import Matter
from tests.support.client import Fields

COUNTY, PREFECTURE = "533401000000", "533400000000"
BEIMEN, WEIXI = "533401101003", "533423101001"
PAGE = "/admin/policies"
HELP = "P2-help-any-any"
SHORTER = {f"amount-{HELP}": "5", "reason": "居民等得太久"}
LONGER = {f"amount-{HELP}": "9", "reason": "入冬路难走"}
YES = {"approve": "y", "reason": "情况属实"}
ADD = {"add_urgency": "P2", "amount-add": "2", "unit-add": "working_days", "reason": "老人优先"}


@contextmanager
def statements(app):
    """What was sent to the database meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    with app.app_context():
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def county(as_):
    return as_("county.xgll")


@pytest.fixture
def counted(app):
    """How many versions, limits and proposals there are."""

    def read():
        with app.app_context():
            tables = (PolicyVersion, ClockPolicy, PolicyProposal)
            return [session.scalar(sa.select(sa.func.count()).select_from(each)) for each in tables]

    return read


@pytest.fixture
def days(app):
    """The working days within which a request for help is resolved in a place."""

    def read(area, category=None):
        with app.app_context():
            return limits.limit(Matter("resolution", "P2", "help", category), area).amount

    return read


class Typed(Fields):
    """What a browser would send of a page: inputs that are typed in and lists too."""

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        field = dict(attrs)
        if tag == "input" and field.get("type") == "text":
            self.values[field["name"]] = field.get("value") or ""
        if tag == "select":
            self.list = field["name"]
        if tag == "option" and ("selected" in field or self.list not in self.values):
            self.values[self.list] = field["value"]


def typed(client, step="resolution", **changes):
    """All fields of a step's form as its page shows them, with some typed over."""
    return Typed(client.get(f"{PAGE}/{step}").text).values | changes


def drafted(client, step="resolution", **changes):
    """The preview of a draft."""
    return client.post(f"{PAGE}/{step}", data=typed(client, step, **changes))


def publish(client, step="resolution", **changes):
    """The second button of the preview, with all that travels in it."""
    answer = drafted(client, step, **changes)
    assert answer.status_code == 200, answer.text[answer.text.find("error-summary") :][:900]
    return client.post(f"{PAGE}/{step}/publish", data=Fields(answer.text).values)


def test_the_page_tells_every_limit_and_whose_it_is(county, as_):
    page = county.get(PAGE)
    assert page.status_code == 200
    assert page.text.count("data-step=") == 16
    assert publish(county, **SHORTER).status_code == 303
    assert county.get(PAGE).text.count("data-own") == 1
    assert as_("admin").get(PAGE).text.count("香格里拉市: ") == 1


@pytest.mark.both_databases
def test_a_preview_keeps_nothing_and_its_button_puts_it_in_force(county, counted, days):
    before = counted()
    answer = drafted(county, **SHORTER)
    assert answer.status_code == 200
    assert counted() == before
    done = county.post(f"{PAGE}/resolution/publish", data=Fields(answer.text).values)
    assert (done.status_code, done.location) == (303, f"{PAGE}?area={COUNTY}")
    assert counted() == [before[0] + 1, before[1] * 2 + 1, 0]
    assert (days(BEIMEN), days(WEIXI)) == (5, 7)


def test_the_record_says_who_changed_what_and_the_history_why(app, county):
    publish(county, **SHORTER)
    with app.app_context():
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        version = session.scalar(sa.select(sa.func.max(PolicyVersion.id)))
    assert (entry.action, entry.subject) == ("policies_changed", f"policies:{version}")
    assert entry.details["area"] == COUNTY
    change = ["resolution", "P2", "help", None, None, "working_day", 5]
    assert entry.details["changes"] == [change]
    page = county.get(PAGE).text
    assert SHORTER["reason"] in page
    assert f'data-version="{version}"' in page


def test_back_to_the_prefectures_value(county, days):
    publish(county, **SHORTER)
    assert days(BEIMEN) == 5
    back = {f"back-{HELP}": "y", "reason": "恢复"}
    assert publish(county, **back).status_code == 303
    assert days(BEIMEN) == 5, "a longer limit waits for a second person"


@pytest.mark.both_databases
def test_a_longer_limit_waits_for_a_second_person(app, county, as_, counted, days):
    before = counted()
    assert publish(county, **LONGER).status_code == 303
    assert counted() == [*before[:2], 1]
    assert days(BEIMEN) == 7
    with app.app_context():
        path = f"{PAGE}/proposals/{session.scalar(sa.select(PolicyProposal.id))}"
    assert county.send(path, PAGE, **YES).status_code == 403
    assert as_("lead.jiantang").get(path).status_code == 404
    assert path in as_("dispatch.diqing").get("/board").text
    admin = as_("admin")
    assert path in admin.get(PAGE).text
    assert admin.send(path, approve="y", reason="").status_code == 422
    assert days(BEIMEN) == 7
    assert admin.send(path, **YES).status_code == 303
    assert (days(BEIMEN), days(WEIXI)) == (9, 7)
    again = admin.send(f"{path}?lang=en", PAGE, **YES)
    assert again.status_code == 409
    assert "This was decided already." in again.text
    assert "has changed the limits" not in again.text
    assert YES["reason"] in county.get(path).text


def test_who_decides_looks_again_when_other_limits_came_in_force(app, county, as_, days):
    publish(county, **LONGER)
    with app.app_context():
        path = f"{PAGE}/proposals/{session.scalar(sa.select(PolicyProposal.id))}"
    admin = as_("admin")
    old = admin.hidden(path)
    publish(admin, "sign", **{"amount-P2-any-any-any": "3", "reason": "快些签收"})
    answer = admin.post(f"{path}?lang=en", data=old | YES)
    assert answer.status_code == 409
    assert "Somebody has changed the limits meanwhile" in answer.text
    assert days(BEIMEN) == 7
    assert admin.post(path, data=Fields(answer.text).values | YES).status_code == 303
    assert days(BEIMEN) == 9


def test_what_is_refused_changes_nothing(app, county, as_, days):
    publish(county, **LONGER)
    with app.app_context():
        path = f"{PAGE}/proposals/{session.scalar(sa.select(PolicyProposal.id))}"
    answer = as_("dispatch.diqing").send(path, approve="n", reason="没有必要")
    assert answer.status_code == 303
    assert days(BEIMEN) == 7


def test_a_limit_for_a_category_is_added(county, days):
    assert publish(county, **ADD, add_category="ELDER").status_code == 303
    assert [days(BEIMEN, each) for each in ("ELDER-03", "LEGAL-03")] == [2, 7]
    assert days(WEIXI, "ELDER-03") == 7
    assert "back-P2-any-ELDER-any" in county.get(f"{PAGE}/resolution").text


@pytest.mark.parametrize(
    "changes",
    [
        {f"amount-{HELP}": ""},
        {f"amount-{HELP}": "soon"},
        {f"amount-{HELP}": "0"},
        {f"amount-{HELP}": "61"},
        {f"amount-{HELP}": "-3"},
        {f"amount-{HELP}": "9999999"},
        {f"amount-{HELP}": "5", f"unit-{HELP}": "minutes", "amount-P2-any-any-any": "x"},
        {f"amount-{HELP}": "5", f"unit-{HELP}": "fortnights"},
        {f"amount-{HELP}": "5", "reason": ""},
        {f"amount-{HELP}": "5", "reason": "长" * 201},
        {"reason": "没有改动"},
        ADD | {"add_category": "NO-SUCH"},
        ADD | {"add_nature": "help"},
        ADD | {"amount-add": "1000"},
        ADD | {"add_urgency": "P9"},
    ],
)
def test_what_cannot_be_keeps_what_was_typed_and_changes_nothing(county, counted, changes):
    before = counted()
    sent = {"reason": "试试看"} | changes
    answer = drafted(county, **sent)
    assert answer.status_code == 422
    again = Typed(answer.text).values
    kept = {name: text for name, text in sent.items() if name.startswith("amount-")}
    assert {name: again[name] for name in kept} == kept
    data = typed(county, **sent)
    assert county.post(f"{PAGE}/resolution/publish", data=data).status_code == 422
    assert counted() == before


def test_a_row_that_is_missing_is_no_unchanged_row(county, counted):
    before, data = counted(), typed(county, **SHORTER)
    del data["amount-P1-any-any-any"]
    assert county.post(f"{PAGE}/resolution", data=data).status_code == 422
    assert county.post(f"{PAGE}/resolution/publish", data=data).status_code == 422
    assert counted() == before


def test_a_draft_of_yesterday_is_looked_at_again(county, counted):
    stale = Fields(drafted(county, **SHORTER).text).values
    publish(county, **{f"amount-{HELP}": "4", "reason": "先改一次"})
    before = counted()
    answer = county.post(f"{PAGE}/resolution/publish", data=stale)
    assert answer.status_code == 409
    assert Typed(answer.text).values[f"amount-{HELP}"] == "5"
    assert counted() == before


def test_a_draft_can_be_typed_on(county):
    fields = Fields(drafted(county, **SHORTER).text).values
    answer = county.post(f"{PAGE}/resolution", data=fields | {"again": "y"})
    assert answer.status_code == 200
    assert Typed(answer.text).values[f"amount-{HELP}"] == "5"


@pytest.mark.parametrize("step", ["return", "extension"])
def test_no_limit_of_danger_can_be_added(county, counted, step):
    before = counted()
    for urgency in ("P0", ""):
        added = ADD | {"add_urgency": urgency, "unit-add": "hours"}
        assert drafted(county, step, **added).status_code == 422
    assert counted() == before


def test_only_ones_own_county_and_only_who_may(as_, county):
    for area in (PREFECTURE, "533423000000", "x"):
        assert county.get(f"{PAGE}?area={area}").status_code == 404
        assert county.get(f"{PAGE}/resolution?area={area}").status_code == 404
        data = typed(county, **SHORTER)
        assert county.post(f"{PAGE}/resolution/publish?area={area}", data=data).status_code == 404
    assert county.get(f"{PAGE}/nothing").status_code == 404
    for name in ("lead.jiantang", "dispatch.diqing", "grid.beimen", "analyst", "auditor"):
        assert as_(name).get(PAGE).status_code == 403
        assert as_(name).get(f"{PAGE}/resolution").status_code == 403


def test_the_prefectures_limits_are_the_administrators(as_, days):
    admin = as_("admin")
    assert publish(admin, **SHORTER).status_code == 303
    assert (days(BEIMEN), days(WEIXI)) == (5, 5)


def test_many_proposals_cost_the_board_no_more_questions_than_one(app, county, as_):
    """It is asked for anew every half minute."""
    publish(county, **LONGER)
    prefecture = as_("dispatch.diqing")
    prefecture.get("/board?fragment=board")
    with statements(app) as alone:
        assert prefecture.get("/board?fragment=board").text.count(f"{PAGE}/proposals/") == 1
    with app.app_context(), unit_of_work():
        first = session.scalars(sa.select(PolicyProposal)).one()
        same = {key: getattr(first, key) for key in ("area_code", "version_id", "edits", "note")}
        leads = sa.select(User.id, User.display_name).where(User.username.startswith("lead."))
        others = dict(session.execute(leads).all())
        session.add_all(
            PolicyProposal(**same, proposed_by=each, proposed_at=first.proposed_at)
            for each in others
        )
    with statements(app) as many:
        page = prefecture.get("/board?fragment=board").text
    assert page.count(f"{PAGE}/proposals/") == 1 + len(others) > 2
    assert len(many) == len(alone)
    shown = as_("admin").get(PAGE).text
    assert [name for name in others.values() if name not in shown] == []
