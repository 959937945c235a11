"""The form in a real browser on a phone of 360 px."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.intake.conftest import BEIMEN, LAMP, picture
from tests.support.live import LiveDesk

pytestmark = pytest.mark.browser
WIDTH = 360
GO_ON = ".desk-buttons button"


def press(page: Page, button: str) -> None:
    """Waits for the next page, on which nothing has to be pushed sideways."""
    with page.expect_navigation():
        page.locator(button).first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def open_form(page: Page, desk: LiveDesk) -> None:
    page.goto(f"{desk.url}/requests/new?lang=en")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def test_a_resident_sends_a_request_with_a_photo(browser_page, live_server):
    page = browser_page
    open_form(page, live_server)
    press(page, "button[value='no']")
    page.get_by_label("Older people").check()
    press(page, GO_ON)
    pick_the_village(page)
    tell(page)
    photo = {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.locator("#photos").set_input_files(photo)
    page.get_by_label("I have read how my information is protected").check()
    press(page, GO_ON)
    expect(page.locator(".desk-ticket__reference")).to_have_text(re.compile(r"\d{4}-\d{3}-\d{3}"))
    expect(page.locator(".desk-ticket__pin")).to_have_text(re.compile(r"\d{6}"))


def pick_the_village(page: Page) -> None:
    for code in ("533401000000", "533401101000", BEIMEN):
        press(page, f"button[value='{code}']")


def tell(page: Page) -> None:
    """Forgets the words, adds them, gives a number, looks back and goes on."""
    press(page, GO_ON)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_label("Tell us in your own words").fill(LAMP)
    press(page, GO_ON)
    page.get_by_label("Your telephone number").fill("138 8770 0001")
    with page.expect_navigation():
        page.get_by_label("Your telephone number").press("Enter")
    expect(page.locator(".desk-answers")).to_contain_text(LAMP)
    press(page, "button[value='words']")
    expect(page.get_by_label("Tell us in your own words")).to_have_value(LAMP)
    press(page, GO_ON)
    press(page, GO_ON)


def test_in_danger_two_presses_and_a_number_are_enough(browser_page, live_server):
    page = browser_page
    open_form(page, live_server)
    press(page, "button[value='yes']")
    expect(page.locator(".desk-calls a").first).to_have_attribute("href", "tel:110")
    page.get_by_label("Your telephone number").fill("13887700001")
    press(page, GO_ON)
    expect(page.locator(".desk-ticket__reference")).to_be_visible()
