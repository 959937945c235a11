"""The form a question a page, as a browser without JavaScript goes through it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from service_desk.intake import pages
from tests.intake.conftest import BEIMEN, LAMP, PREFECTURE
from tests.support.client import Fields

NEW = "/requests/new"


@pytest.fixture
def walk(client):
    """Presses a button on the page that is open: its hidden fields and what is filled in."""
    shown = [client.get(NEW)]

    def press(**fields):
        page = shown[-1].text
        shown.append(client.post(leads_to(page), data={**Fields(page).values, **fields}))
        return shown[-1]

    return press


def leads_to(page):
    """Where the form of a page goes."""
    found = re.search(r'action="(/requests/new[^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def hidden(answer):
    return Fields(answer.text).values


def test_it_begins_with_danger_below_the_emergency_numbers(client):
    page = client.get(NEW).text
    assert page.index("tel:110") < page.index('name="danger" value="yes"')
    assert page.count('class="desk-choice ') == 2
    assert "form_token" in Fields(page).values


def test_every_page_carries_the_token_that_makes_it_one_request(walk, kept):
    token = hidden(walk(danger="no"))["form_token"]
    for page in ("help", "what", "where", "words", "contact", "check"):
        assert hidden(walk(to=page))["form_token"] == token
    assert walk(area=BEIMEN, description=LAMP, phone="13887700001", notice_seen="y").location
    assert kept(lambda request: request.external_id) == [token]


def test_six_pages_lead_to_a_receipt_and_write_nothing_before(walk, client, kept, counted):
    before = counted()
    assert 'value="ELDER"' in walk(danger="no").text
    assert 'value="533401000000"' in walk(category="ELDER").text
    assert 'name="description"' in walk(area=BEIMEN).text
    assert 'name="phone"' in walk(description=LAMP, nature="complaint").text
    check = walk(phone="13887700001", contact_preference="sms", name="扎西")
    assert LAMP in check.text
    assert 'type="file"' in check.text
    assert counted() == before
    sent = walk(notice_seen="y")
    assert (sent.status_code, sent.location) == (303, "/requests/receipt")
    (request,) = kept()
    assert (request.category, request.area_code) == ("ELDER", BEIMEN)
    assert (request.description, request.name) == (LAMP, "扎西")


def test_no_cookie_holds_what_was_answered(walk, client):
    walk(danger="no")
    walk(category="ELDER")
    cookies = {cookie.key for cookie in client._cookies.values()}
    assert cookies <= {"desk"}


def test_danger_goes_straight_to_the_numbers_and_one_short_page(walk, kept):
    page = walk(danger="yes").text
    assert page.index('class="desk-calls"') < page.index('name="area"')
    assert 'name="notice_seen"' not in page
    assert walk(area="", phone="13887700001").status_code == 303
    assert kept(lambda request: (request.danger, request.area_code)) == [(True, PREFECTURE)]


def test_the_short_page_says_what_is_missing(walk, counted):
    walk(danger="yes")
    before = counted()
    answer = walk(area="", phone="")
    assert answer.status_code == 422
    assert 'href="#area"' in answer.text
    assert 'class="desk-calls"' in answer.text
    assert counted() == before


@pytest.mark.parametrize(
    ("path", "wrong", "field"),
    [
        ([], {"danger": "perhaps"}, "danger"),
        ([{"danger": "no"}], {"category": "NOTHING"}, "category"),
        ([{"danger": "no"}, {}], {}, "area"),
        ([{"danger": "no"}, {}, {"area": BEIMEN}], {"description": "灯"}, "description"),
        (
            [{"danger": "no"}, {}, {"area": BEIMEN}, {"description": LAMP}],
            {"phone": "12"},
            "phone",
        ),
    ],
)
def test_a_wrong_answer_stays_on_its_page(walk, path, wrong, field):
    for answer in path:
        assert walk(**answer).status_code == 200
    answer = walk(**wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text


def test_a_page_blames_nobody_for_what_another_page_asks(walk):
    walk(danger="no")
    walk(to="words")
    page = walk(description="").text
    assert "#description" in page
    assert "notice_seen" not in page


def test_the_next_page_blames_nobody_for_what_it_has_not_asked_yet(walk):
    assert "govuk-error-summary" not in walk(danger="no").text
    assert "govuk-error-summary" not in walk(category="").text


def test_going_back_and_changing_an_answer_loses_nothing(walk):
    walk(danger="no")
    walk(category="LEGAL")
    walk(area=BEIMEN)
    walk(description=LAMP)
    back = walk(to="where", phone="half a num")
    assert hidden(back)["phone"] == "half a num"
    assert hidden(back)["description"] == LAMP
    assert hidden(back)["category"] == "LEGAL"
    words = walk(area=BEIMEN)
    assert LAMP in words.text


def test_a_page_that_does_not_exist_is_the_first_one(walk):
    assert 'name="danger" value="yes"' in walk(to="nowhere").text


def test_everything_at_once_opens_the_page_of_the_first_wrong_field(post):
    page = post(category="NOTHING", phone="12").text
    assert 'href="#category"' in page
    assert 'href="#phone"' not in page


def test_villages_are_found_county_by_county(walk):
    walk(danger="no")
    counties = walk(category="")
    assert counties.text.count('class="desk-pick desk-pick--into"') == 3
    townships = walk(under="533401000000").text
    assert 'name="under" value="533401101000"' in townships
    villages = walk(under="533401101000").text
    assert f'name="area" value="{BEIMEN}"' in villages
    assert f'name="area" value="{PREFECTURE}"' in villages


def test_villages_are_found_by_name(walk):
    walk(danger="no")
    walk(category="")
    assert f'name="area" value="{BEIMEN}"' in walk(q="北门", to="where").text
    nothing = walk(q="no such village", to="where")
    assert nothing.status_code == 200
    assert 'role="status"' in nothing.text


@pytest.mark.parametrize("under", ["", "533401101003", "999", "\x00"])
def test_a_place_that_cannot_be_looked_into_shows_the_counties(walk, under):
    walk(danger="no")
    walk(category="")
    assert walk(under=under).text.count("desk-pick--into") == 3


def test_the_picker_starts_from_the_village_used_last(client, post):
    assert post().status_code == 303
    fields = client.hidden(NEW)
    what = client.post(f"{NEW}?page=danger", data={**fields, "danger": "no"})
    page = client.post(leads_to(what.text), data=Fields(what.text).values).text
    first = re.search(r'name="area" value="(\d+)"', page)
    assert first is not None
    assert first[1] == BEIMEN


@pytest.mark.parametrize("changes", [{"area": PREFECTURE}, {"contact_preference": "safe"}])
def test_no_village_is_remembered_where_none_is_known_or_it_is_not_safe(client, post, changes):
    assert post(**changes).status_code == 303
    assert client.get_cookie("village") is None


def test_a_cookie_that_is_no_village_is_ignored(client):
    client.set_cookie("village", "<script>")
    fields = client.hidden(NEW)
    page = client.post(NEW, data={**fields, "danger": "no", "to": "where"})
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_the_order_of_the_pages():
    assert pages.next_page("danger", in_danger=False) == "what"
    assert pages.next_page("contact", in_danger=False) == "check"
    assert pages.next_page("check", in_danger=False) == "check"
    assert pages.next_page("what", in_danger=True) == "help"
    assert pages.page_before("danger") is None
    assert pages.page_before("help") == "danger"
    assert pages.page_of(["photos", "name"], in_danger=False) == "contact"
    assert pages.page_of(["name", "area"], in_danger=True) == "help"
    assert pages.page_of([], in_danger=False) == "check"


def test_every_field_is_asked_or_carried_on_every_page_but_those_of_the_last():
    every = {name for page in pages.WAY for name in pages.FIELDS[page]}
    for page in pages.PAGES:
        assert set(pages.FIELDS[page]) | set(pages.carried_past(page)) >= every - set(
            pages.FIELDS[pages.LAST]
        )


@pytest.mark.parametrize("address", [NEW, f"{NEW}?page=danger"])
def test_who_copies_a_page_and_fills_in_everything_at_once_has_sent_it(client, kept, address):
    everything = {"danger": "no", "area": BEIMEN, "description": LAMP, "notice_seen": "y"}
    copied = {**client.hidden(NEW), **everything, "phone": "13887700001"}
    assert client.post(address, data=copied).status_code == 303


def test_the_last_word_is_said_on_the_last_page_only(walk):
    walk(danger="no")
    back = walk(to="danger", notice_seen="y")
    assert "notice_seen" not in hidden(back)
    assert walk(danger="no").status_code == 200
