"""The main job as people do it: a resident on a narrow phone, a worker and a lead at a desk."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from service_desk.foundation.clock import local, now
from tests.journey.people import Phone

pytestmark = pytest.mark.browser

BEIMEN = "533401101003"
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def at_desk(browser, live_server, password):
    """A page of a wide screen on which somebody is signed in."""
    opened = []

    def sign_in(username):
        context = browser.new_context(viewport=DESK, locale="zh-CN")
        opened.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/login")
        page.fill("[name=username]", username)
        page.fill("[name=password]", password)
        page.click("main button[type=submit]")
        return page

    yield sign_in
    for context in opened:
        context.close()


def photo():
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(picture, "JPEG")
    return {"name": "灯.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def onward(page):
    page.click("main .desk-buttons button:not([name])")


def asks(page, url):
    """Page by page, as a thumb does it; the reference on the receipt."""
    page.goto(f"{url}/")
    page.click("a[href='/requests/new'] >> nth=0")
    page.click("button[name=danger][value=no]")
    page.check("input[name=category][value=ELDER]", force=True)
    onward(page)
    page.fill("input[name=q]", "北门社区")
    page.press("input[name=q]", "Enter")
    page.click(f"button[value='{BEIMEN}'] >> nth=0")
    page.fill("[name=description]", "老人一个人在家,没人做饭")
    onward(page)
    page.fill("[name=phone]", "138 8771 0009")
    onward(page)
    page.set_input_files("[name=photos]", [photo()])
    page.check("[name=notice_seen]", force=True)
    onward(page)
    return page.inner_text(".desk-ticket__reference").strip()


def fits(page):
    """Nothing sticks out to the side."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def does(worker, act, **answers):
    """Opens one action's form unless it is open, fills it in, is back on the request's page."""
    opens = worker.locator(f"a[href*='do={act}']")
    if opens.count():
        opens.click()
    worker.wait_for_selector(f"#do form[action*='/{act}']")
    if "result" in answers:
        worker.fill("[name=result]", answers.pop("result"))
    for name, value in answers.items():
        worker.check(f"#do [name={name}][value={value}]")
    with worker.expect_navigation():
        worker.click("#do button[type=submit]")


def handles(worker, reference):
    """Claims it, says how the resident was reached, and what was done."""
    worker.click(f"li[data-reference='{reference}'] a")
    with worker.expect_navigation():
        worker.click("form[action*='/claim'] button")
    does(worker, "respond", method="call", outcome="reached")
    assert worker.get_attribute("#main", "data-state") == "accepted"
    assert worker.locator(".desk-photos img").count() == 1
    does(worker, "resolve", result="已安排每日送餐", method="call")
    assert worker.get_attribute("#main", "data-state") == "resolved"


def rates(page, url, reference):
    page.goto(f"{url}/track")
    page.fill("[name=reference]", reference)
    page.fill("[name=phone_last4]", "0009")
    page.click("main form button[type=submit]")
    page.check("[name=level][value='5']", force=True)
    page.fill("[name=comment]", "谢谢")
    with page.expect_navigation():
        page.click("form[action='/track/rating'] button[type=submit]")


def test_everybody_does_their_part(browser_page, at_desk, live_server):
    url = live_server.url
    reference = asks(browser_page, url)
    assert fits(browser_page)
    handles(at_desk("grid.beimen"), reference.replace("-", ""))
    rates(browser_page, url, reference)
    assert browser_page.get_attribute("#main", "data-state") == "closed"
    assert fits(browser_page)
    lead = at_desk("lead.jiantang")
    lead.goto(f"{url}/reports/{local(now()):%Y-%m}?area=533401101000")
    assert "1/1" in lead.inner_text("main").replace(" ", "")


def test_an_elder_in_danger_needs_two_presses(browser_page, at_desk, live_server):
    browser_page.goto(f"{live_server.url}/requests/new")
    browser_page.click("button[name=danger][value=yes]")
    browser_page.fill("[name=phone]", "13887710010")
    onward(browser_page)
    reference = browser_page.inner_text(".desk-ticket__reference").replace("-", "").strip()
    lead = at_desk("dispatch.diqing")
    lead.goto(f"{live_server.url}/triage")
    assert lead.locator(f"li[data-reference='{reference}'][data-urgency=P0]").count() == 1


def test_the_simulated_phone_shows_the_answer_by_itself(browser_page, live_server):
    browser_page.goto(f"{live_server.url}/simulator")
    browser_page.fill("[name=text]", "北门社区路灯坏了三天")
    browser_page.click(".desk-phone__compose button[type=submit]")
    reference = Phone(live_server.url, "+8613887700001").reference()
    browser_page.wait_for_selector(f"text={reference[:4]}-{reference[4:7]}-{reference[7:]}")
