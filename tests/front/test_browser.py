"""A resident with a phone of 360 px opens their request and rates it; nobody is shut out."""

from __future__ import annotations

from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from service_desk.service_requests.lifecycle import State
from tests.front.conftest import BEIMEN

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app):
    """The desk on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sound(page: Page) -> None:
    """Nothing hangs over the edge of the phone, and axe finds nothing."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_resident_opens_and_rates_on_a_phone(address, browser_page, arrive, step, read):
    opened = arrive()
    step(opened, State.RESOLVED, text="路灯已修好")
    page = browser_page
    page.goto(address)
    page.locator('a.desk-door[href="/track"]').click()
    page.locator("#reference").fill(opened.reference)
    page.locator("#pin").fill(opened.pin)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_have_attribute("data-state", "resolved")
    sound(page)
    page.locator('input[name="level"][value="5"]').check()
    page.locator('form[action="/track/rating"] button').click()
    expect(page.locator("main")).to_have_attribute("data-state", "closed")
    expect(page.locator(".desk-banner--good")).to_be_visible()
    sound(page)
    assert read(opened).state is State.CLOSED


@pytest.mark.parametrize("elder", ["", "?elder=1"])
@pytest.mark.parametrize(
    "path", ["/", "/track", "/stations", f"/stations/{BEIMEN}", "/notice/privacy"]
)
def test_pages_fit_a_phone_and_shut_nobody_out(address, browser_page, path, elder):
    browser_page.goto(f"{address}{path}{elder}")
    sound(browser_page)


def test_an_error_is_told_and_linked(address, browser_page):
    page = browser_page
    page.goto(f"{address}/track")
    page.locator("main form button[type=submit]").click()
    page.locator('.govuk-error-summary a[href="#reference"]').click()
    expect(page.locator("#reference")).to_be_focused()
    sound(page)
