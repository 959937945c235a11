"""The form in a real browser on a phone of 360 px."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.intake.conftest import BEIMEN, LAMP, picture

pytestmark = pytest.mark.browser
WIDTH = 360


def fits(page: Page) -> None:
    """Nothing has to be pushed sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def go_on(page: Page) -> None:
    fits(page)
    page.locator(".desk-buttons button").first.click()


def test_a_resident_sends_a_request_with_a_photo(browser_page, live_server):
    page = browser_page
    page.goto(f"{live_server.url}/requests/new?lang=en")
    fits(page)
    page.get_by_role("button", name="No, nobody is in danger").click()
    page.get_by_label("Older people").check()
    go_on(page)
    pick_the_village(page)
    tell(page)
    page.locator("#photos").set_input_files(
        {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    page.get_by_label("I have read how my information is protected").check()
    go_on(page)
    expect(page.locator(".desk-ticket__reference")).to_have_text(re.compile(r"\d{4}-\d{3}-\d{3}"))
    expect(page.locator(".desk-ticket__pin")).to_have_text(re.compile(r"\d{6}"))
    fits(page)


def pick_the_village(page: Page) -> None:
    page.locator("button[value='533401000000']").click()
    page.locator("button[value='533401101000']").click()
    fits(page)
    page.locator(f"button[value='{BEIMEN}']").click()


def tell(page: Page) -> None:
    """Forgets the words, adds them, gives a number, looks back and goes on."""
    go_on(page)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_label("Tell us in your own words").fill(LAMP)
    go_on(page)
    page.get_by_label("Your telephone number").fill("138 8770 0001")
    page.get_by_label("Your telephone number").press("Enter")
    expect(page.locator(".desk-answers")).to_contain_text(LAMP)
    page.locator("button[value='words']").first.click()
    expect(page.get_by_label("Tell us in your own words")).to_have_value(LAMP)
    go_on(page)
    go_on(page)


def test_in_danger_two_presses_and_a_number_are_enough(browser_page, live_server):
    page = browser_page
    page.goto(f"{live_server.url}/requests/new?lang=en")
    page.get_by_role("button", name="Yes, somebody is in danger").click()
    expect(page.locator(".desk-calls a").first).to_have_attribute("href", "tel:110")
    page.get_by_label("Your telephone number").fill("13887700001")
    go_on(page)
    expect(page.locator(".desk-ticket__reference")).to_be_visible()
    fits(page)
