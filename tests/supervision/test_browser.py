"""The board in a real browser: it stands still while it is renewed, is drawn, and is printed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.casework import service as casework
from service_desk.casework.rules import Method, Outcome
from service_desk.casework.service import Contact
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import Approval, ApprovalKind, ServiceRequest
from service_desk.service_requests.queries import by_reference
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

LEAD = "lead.jiantang"
PAGES = re.compile(rb"/Type\s*/Page\b")
WIDTH = "document.querySelector('.desk-drawn svg').clientWidth"
FILLS = "[...document.querySelectorAll('.desk-drawn path')].map(each => each.getAttribute('fill'))"
VILLAGES = ["533401101001", "533401101002", "533401101003", "533401101201", "533401101202"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


@pytest.fixture
def busy(open_one, change, app):
    """A township on a bad day: danger, a wait, more overdue and more to decide than is listed."""
    at = now()
    change(open_one(at=at - timedelta(days=1)), asked, at - timedelta(hours=2))
    open_one(urgency=Urgency.P0)
    late = [
        open_one(area_code=area, at=at - timedelta(days=30 + number))
        for number in range(3)
        for area in VILLAGES
    ]
    with app.app_context(), unit_of_work():
        session.execute(
            sa.update(ServiceRequest)
            .where(ServiceRequest.reference.in_(late))
            .values(due_at=at - timedelta(hours=5))
        )
        proposer = session.scalar(sa.select(User.id).where(User.username == "grid.beimen"))
        session.add_all(
            Approval(
                request_id=by_reference(reference).id,
                kind=ApprovalKind.EXTENSION,
                proposed_by=proposer,
                proposed_at=at - timedelta(hours=3),
                reason="等县医院排期，家属下周才能从昆明赶回来，届时一并办理。" * 3,
                data={"days": 5},
            )
            for reference in late
        )
    return late


def asked(request, at):
    owner = Actor.staff(request.owner_user_id)
    casework.claim(request, owner, at)
    casework.wait(request, "身份证", Contact(Method.CALL, Outcome.REACHED), owner, at)


@pytest.fixture
def board(busy, browser, live_server, password):
    """Opens the board as its lead; gives the page and what its scripts complained about."""
    opened = []

    def open_(viewport):
        context = browser.new_context(viewport=viewport, locale="zh-CN", reduced_motion="reduce")
        opened.append(context)
        page, complaints = context.new_page(), []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
        page.goto(f"{live_server.url}/login")
        page.fill("[name=username]", LEAD)
        page.fill("[name=password]", password)
        page.click("main button[type=submit]")
        page.goto(f"{live_server.url}/board")
        page.wait_for_selector(".desk-drawn svg")
        return page, complaints

    yield open_
    for context in opened:
        context.close()


def renew(page):
    """Loads the moving part again, as it does every half minute, and waits until it is settled."""
    page.evaluate(
        """() => new Promise(done => {
          const board = document.getElementById('board')
          board.firstElementChild.dataset.old = 'yes'
          board.addEventListener('htmx:afterSettle', () => done(), { once: true })
          htmx.ajax('GET', board.getAttribute('hx-get'), {
            source: board, target: board, swap: board.getAttribute('hx-swap')
          })
        })"""
    )
    assert page.locator("[data-old]").count() == 0


def place(page):
    return page.evaluate("[scrollX, scrollY]")


def test_the_board_is_renewed_under_the_hands_of_its_reader(board):
    page, complaints = board(PHONE)
    link = page.locator("#board a[id^='soon-'], #board a[id^='overdue-']").last
    link.scroll_into_view_if_needed()
    link.focus()
    before, name = place(page), link.get_attribute("id")
    assert before[1] > 0, (before, name)
    table = "#places [role=region]"
    page.evaluate("table => { document.querySelector(table).scrollLeft = 40 }", table)
    renew(page)
    assert page.evaluate("document.activeElement.id") == name
    assert place(page) == before
    assert page.evaluate("table => document.querySelector(table).scrollLeft", table) == 40
    button = page.locator("#board form button").first
    button.focus()
    held = place(page)
    renew(page)
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    assert page.evaluate("document.activeElement.form.action").find("/board/acknowledge/") > 0
    assert place(page) == held
    assert (
        page.locator("#board [aria-live], #board [role=status], #board [role=alert]").count() == 0
    )
    assert complaints == []


def test_a_folded_table_stays_open_and_the_drawing_is_not_read_aloud(board):
    page, complaints = board(DESK)
    assert page.locator(".desk-drawn svg").count() == 3
    assert page.locator(".desk-drawn:not([aria-hidden=true])").count() == 0
    assert page.locator("details[data-chart-table][open]").count() == 0
    page.locator("#hours-figures summary").click()
    renew(page)
    assert page.locator("#hours-figures").get_attribute("open") is not None
    assert page.locator("#hours-table tbody tr").count() == 24
    page.set_viewport_size(PHONE)
    eventually(lambda: page.evaluate(WIDTH) < PHONE["width"])
    page.emulate_media(color_scheme="dark")
    eventually(lambda: "#8cc0f0" in page.evaluate(FILLS))
    assert complaints == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_is_pushed_off_the_side(board, viewport):
    page, complaints = board(viewport)
    page.locator("#hands").scroll_into_view_if_needed()
    page.wait_for_selector("#hands table")
    assert page.locator("[aria-labelledby=pauses] tbody tr").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert complaints == []


def test_it_is_printed_on_one_sheet(board):
    page, _complaints = board(DESK)
    assert page.locator("#overdue ~ ol li, [aria-labelledby=overdue] li").count() == 8
    assert page.locator("#waiting li").count() == 8
    sheet = page.pdf(format="A4", print_background=True)
    assert len(PAGES.findall(sheet)) == 1
