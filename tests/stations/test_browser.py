"""Two taps on a phone of 360 px, by a village's clerk who scripts may or may not help."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.live import LiveDesk

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("open_daily")]
WIDTH = 360


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def signed_in(page: Page, desk: LiveDesk, username: str, password: str) -> None:
    page.goto(f"{desk.url}/login?lang=en")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    with page.expect_navigation():
        page.locator("form button[type=submit]").last.click()


def test_a_clerk_tells_of_yesterday_in_two_taps(browser_page, live_server, password):
    page = browser_page
    signed_in(page, live_server, "grid.beimen", password)
    page.goto(f"{live_server.url}/station-day")
    fits(page)
    page.get_by_role("link", name="We opened as planned yesterday").click()
    fits(page)
    page.get_by_role("button", name="Yes, record it").click()
    expect(page.locator(".desk-card").nth(1)).to_contain_text("08:30-12:00 13:30-18:00")
    expect(page.locator(".desk-card").nth(1)).to_contain_text("8 h 0 min")
    fits(page)


def test_a_clerk_opens_and_closes_with_one_tap_each(browser_page, live_server, password):
    page = browser_page
    signed_in(page, live_server, "grid.beimen", password)
    page.goto(f"{live_server.url}/station-day")
    page.get_by_role("button", name="Open now").click()
    expect(page.locator(".desk-card").first).to_contain_text("open since")
    page.get_by_role("button", name="Close now").click()
    expect(page.get_by_role("button", name="Open now")).to_be_visible()
    expect(page.locator(".desk-card").first).not_to_contain_text("open since")


def test_a_lead_reads_the_figures_on_a_phone(browser_page, live_server, password):
    page = browser_page
    signed_in(page, live_server, "lead.jiantang", password)
    page.goto(f"{live_server.url}/station-day/compliance")
    fits(page)
    page.get_by_role("link", name="Unknown days").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Unknown days")
    for path in ("proposals", "import"):
        page.goto(f"{live_server.url}/station-day/{path}")
        fits(page)
