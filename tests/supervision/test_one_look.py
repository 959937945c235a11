"""P0 and P1, categories, decisions, alerts, who is on call; each for the own area only."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from service_desk.accounts.models import Absence, DutyTurn, Grant, Post, User
from service_desk.accounts.reach import Granted, reach_from
from service_desk.directory.roles import Role
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import import_calendar
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import Approval, ApprovalKind
from service_desk.service_requests.queries import by_reference
from service_desk.supervision.rules import decided_by

LEAD, COUNTY = "lead.jiantang", "county.xgll"
JIANTANG, ELSEWHERE = "533401101000", "533422102201"
ZONE = "533401501000"
NUMBERS = re.compile(r'data-urgency="(P\d)".*?id="urgent-P\d"[^>]*>(\d+)', re.DOTALL)


def card(page, name):
    """The part of a page below a heading, up to the end of its card."""
    return page[page.index(f'id="{name}"') :].partition("</section>")[0]


def strip(page):
    found = page[page.index("desk-strip") :].partition("</ul>")[0]
    return dict(NUMBERS.findall(found))


def test_p0_and_p1_stand_apart_with_what_is_due_soonest(db_app, open_one, as_):
    open_one(urgency=Urgency.P0)
    for _ in range(2):
        open_one(urgency=Urgency.P1)
    open_one(urgency=Urgency.P1, area_code=ELSEWHERE)
    open_one(urgency=Urgency.P1, restricted=True, category="SAFE-01")
    page = as_(LEAD).get("/board?lang=en").text
    assert strip(page) == {"P0": "1", "P1": "2"}
    assert "/queue?scope=area&amp;urgency=P1" in page
    assert strip(as_("lead.benzilan").get("/board?lang=en").text) == {"P0": "0", "P1": "1"}


def test_by_category_with_links_to_the_queue(db_app, open_one, as_):
    open_one(category="ELDER-05")
    open_one(category="ELDER-03")
    open_one(category=None)
    open_one(category="ENV-01", area_code=ELSEWHERE)
    found = card(as_(LEAD).get("/board?lang=en").text, "categories")
    assert "/queue?scope=area&amp;category=ELDER" in found
    assert "2 open, 0 overdue" in found
    assert "No category yet" in found
    assert "category=ENV" not in found


def proposal(app, reference, kind, who="grid.beimen"):
    with app.app_context(), unit_of_work():
        approval = Approval(
            request_id=by_reference(reference).id,
            kind=kind,
            proposed_by=session.scalar(sa.select(User.id).where(User.username == who)),
            proposed_at=now() - timedelta(hours=5),
            reason=f"缘由 {kind}",
            data={"days": 3},
        )
        session.add(approval)
        session.flush()
        return approval.id


def test_decisions_with_since_when_by_whom_and_one_click_away(db_app, open_one, as_):
    reference, other = open_one(), open_one(area_code=ELSEWHERE)
    extension = proposal(db_app, reference, ApprovalKind.EXTENSION)
    ledger = proposal(db_app, reference, ApprovalKind.DEFERRAL)
    proposal(db_app, other, ApprovalKind.EXTENSION)
    lead, county = as_(LEAD).get("/board?lang=en").text, as_(COUNTY).get("/board?lang=en").text
    waiting = card(lead, "waiting")
    assert f"do=decide&amp;approval={extension}#do" in waiting
    assert "(5 h 0 min)" in waiting
    assert "desk-due" in waiting
    assert f"approval={ledger}#do" not in lead
    assert f"approval={ledger}#do" in card(county, "waiting")
    assert other not in lead + county
    every = as_(LEAD).get("/board/waiting").text
    assert f"approval={extension}#do" in every
    assert other not in every
    assert as_("grid.beimen").get("/board/waiting").status_code == 403


def test_nobody_is_asked_to_decide_on_their_own_proposal(app, open_one, as_):
    own = proposal(app, open_one(), ApprovalKind.EXTENSION, LEAD)
    assert f"approval={own}#do" not in as_(LEAD).get("/board").text
    assert f"approval={own}#do" in as_(COUNTY).get("/board").text


def granted(*grants):
    return reach_from(1, [Granted(role, area, None, None, False) for role, area in grants])


def test_who_decides_what():
    returns, extensions = ApprovalKind.RETURN, ApprovalKind.EXTENSION
    everywhere, county = "533400000000", "533401000000"
    lead, supervisor = (Role.TOWNSHIP_LEAD, JIANTANG), (Role.COUNTY_SUPERVISOR, county)
    assert decided_by(granted((Role.DISPATCHER, everywhere))) == {returns: (everywhere,)}
    assert decided_by(granted(lead)) == {returns: (JIANTANG,), extensions: (JIANTANG,)}
    ledger = {ApprovalKind.DEFERRAL: (county,)}
    assert decided_by(granted(supervisor)) == {returns: (county,), extensions: (county,)} | ledger
    both = decided_by(granted((Role.DISPATCHER, county), lead))
    assert both == {returns: (county, JIANTANG), extensions: (JIANTANG,)}


@pytest.mark.both_databases
def test_the_board_asks_only_for_what_the_reader_may_decide(app, open_one, as_):
    """A lead who dispatches for another county decides no extension there."""
    with app.app_context(), unit_of_work():
        user = session.scalar(sa.select(User.id).where(User.username == LEAD))
        there, since = "533422000000", local(now()).date()
        session.add(Grant(user_id=user, role=Role.DISPATCHER, area_code=there, starts_on=since))
    mine = [proposal(app, open_one(), ApprovalKind.EXTENSION)]
    theirs = [
        proposal(app, open_one(area_code=ELSEWHERE), kind)
        for kind in (ApprovalKind.EXTENSION, ApprovalKind.DEFERRAL)
    ]
    mine.append(proposal(app, open_one(area_code=ELSEWHERE), ApprovalKind.RETURN))
    lead = as_(LEAD)
    for path in ("/board", "/board/waiting"):
        page = lead.get(path).text
        assert [f"approval={each}#do" in page for each in mine] == [True, True]
        assert [f"approval={each}#do" in page for each in theirs] == [False, False]
    assert ">2<" in figure(lead.get("/board?lang=en").text)
    for each in theirs:
        address, answer = f"/board/approvals/{each}", {"approve": "y", "reason": "同意"}
        assert lead.send(address, "/account", **answer).status_code == 403


def figure(page):
    """The tile of what waits for a decision."""
    return page[: page.index("waiting for your decision")].rpartition("desk-figure__number")[2]


def only_turns(app, *turns):
    """Replaces the rosters by these: (user, area, hours from now, hours until)."""
    at = now()
    with app.app_context(), unit_of_work():
        session.execute(sa.delete(DutyTurn))
        for name, area, start, end in turns:
            session.add(
                DutyTurn(
                    area_code=area,
                    user_id=session.scalar(sa.select(User.id).where(User.username == name)),
                    starts_at=at + timedelta(hours=start),
                    ends_at=at + timedelta(hours=end),
                )
            )


def test_an_empty_roster_is_an_alert_with_the_way_to_mend_it(db_app, as_):
    only_turns(db_app, ("grid.beimen", JIANTANG, -1, 200))
    page = as_(LEAD).get("/board?lang=en").text
    assert "nobody is on call" not in page
    only_turns(db_app, ("grid.beimen", JIANTANG, -1, 50))
    page = as_(LEAD).get("/board?lang=en").text
    alerts = card(page, "alerts")
    assert "nobody is on call from" in alerts
    assert f"/admin/posts/duty?area={JIANTANG}" in alerts
    assert "533422102000" not in alerts
    only_turns(db_app)
    assert "nobody is on call now" in card(as_(LEAD).get("/board?lang=en").text, "alerts")


def test_on_call_now_names_people_and_no_telephones(app, as_):
    only_turns(
        app,
        ("grid.beimen", JIANTANG, -1, 5),
        ("legal.jiantang", JIANTANG, 1, 5),
        ("lead.benzilan", "533422102000", -1, 5),
    )
    with app.app_context(), unit_of_work():
        people = {each.username: each for each in session.scalars(sa.select(User))}
        people["grid.beimen"].phone = "+8613900001111"
        names = {name: each.display_name for name, each in people.items()}
    page = as_(LEAD).get("/board").text
    found = card(page, "on-call")
    assert names["grid.beimen"] in found
    assert names["legal.jiantang"] not in found
    assert "奔子栏镇" not in found
    assert "13900001111" not in page
    assert card(as_(COUNTY).get("/board").text, "on-call").count("<dt>") == 12


def test_a_zone_without_anybody_on_call_is_an_alert_like_a_township(app, as_):
    """533401501000, a development zone, has people and requests of its own (domain.md §1)."""
    only_turns(app, ("county.xgll", ZONE, -1, 200))
    page = as_(COUNTY).get("/board?lang=en").text
    assert f"/admin/posts/duty?area={ZONE}" not in card(page, "alerts")
    on_call = card(page, "on-call")
    assert f"/admin/posts/duty?area={ZONE}" in on_call
    only_turns(app)
    page = as_(COUNTY).get("/board?lang=en").text
    assert f"/admin/posts/duty?area={ZONE}" in card(page, "alerts")


def test_an_empty_post_says_who_can_mend_it(db_app, as_):
    today = local(now()).date()
    with db_app.app_context(), unit_of_work():
        ids = dict(session.execute(sa.select(User.username, User.id)).all())
        session.add(Absence(user_id=ids["legal.jiantang"], first_day=today, last_day=today))
        post = session.scalars(
            sa.select(Post).where(Post.role == Role.CIVIL_OFFICER, Post.area_code == JIANTANG)
        ).one()
        session.execute(sa.delete(Grant).where(Grant.post_id == post.id))
    alerts = card(as_(LEAD).get("/board?lang=en").text, "alerts")
    assert "whoever holds it is away and nobody stands in" in alerts
    assert 'href="/admin/absences"' in alerts
    assert "nobody holds this post" in alerts
    assert "An administrator can mend this." in alerts
    other = as_("lead.benzilan").get("/board?lang=en").text
    assert "nobody holds this post" not in other


FAR = datetime(2040, 6, 1, 2, 0, tzinfo=UTC)
"""No notice of the State Council reaches so far."""


def make_up_day(app, day):
    row = CalendarRow(2, "533400000000", day, DayKind.WORKING, "")
    with app.app_context(), unit_of_work():
        import_calendar([row], None, FAR)


@pytest.mark.both_databases
def test_a_year_without_make_up_days_is_an_alert(app, as_):
    """This year and the next, each until a make-up day of it is known."""

    def years():
        page = as_(LEAD).get("/board?lang=en").text
        return re.findall(r"make-up working days of (\d{4})", page)

    with time_machine.travel(FAR, tick=False):
        assert years() == ["2040", "2041"]
        make_up_day(app, date(2040, 9, 29))
        assert years() == ["2041"]
        make_up_day(app, date(2041, 1, 26))
        assert years() == []


@pytest.mark.parametrize("path", ["/board", "/board?fragment=board", "/board/waiting"])
def test_nothing_of_another_township_is_on_the_board(app, open_one, as_, path):
    theirs = [
        open_one(area_code=ELSEWHERE, at=now() - timedelta(days=40), urgency=urgency)
        for urgency in Urgency
    ]
    page = as_(LEAD).get(path).text
    assert not [reference for reference in theirs if reference in page]
    shown = as_("lead.benzilan").get("/board").text
    assert all(reference in shown for reference in theirs)


def test_a_whole_board_says_nothing_aloud(as_):
    """Whoever listens is not interrupted every half minute."""
    page = as_(LEAD).get("/board").text
    board = page[page.index('id="board"') :]
    assert "aria-live" not in board
    assert 'role="status"' not in board
    assert 'role="alert"' not in board
