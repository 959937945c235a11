"""`/admin/policies`: who may, what a draft would change, and what becomes of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.service_clock import queries
from service_desk.service_clock.models import ClockPolicy, PolicyProposal, PolicyVersion
from service_desk.service_clock.policies import Matter
from tests.support.client import Fields

COUNTY, PREFECTURE = "533401000000", "533400000000"
BEIMEN, WEIXI = "533401101003", "533423101001"
PAGE = "/admin/policies"
SHORTER = {"amount-P2-help-any-any": "5", "reason": "居民等得太久"}
LONGER = {"amount-P2-help-any-any": "9", "reason": "入冬路难走"}


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

    def read(area):
        with app.app_context():
            return queries.limit(Matter("resolution", "P2", "help", None), area).amount

    return read


def typed(client, step="resolution", area="", **changes):
    """All fields of a step's form as its page shows them, with some typed over."""
    return Typed(client.get(f"{PAGE}/{step}{area}").text).values | changes


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


def drafted(client, step="resolution", area="", **changes):
    """The preview of a draft, and all that travels in it."""
    answer = client.post(f"{PAGE}/{step}{area}", data=typed(client, step, area, **changes))
    return answer, Fields(answer.text).values


def publish(client, step="resolution", area="", **changes):
    answer, fields = drafted(client, step, area, **changes)
    assert answer.status_code == 200, answer.text
    return client.post(f"{PAGE}/{step}/publish{area}", data=fields)


def test_the_page_tells_every_limit_and_whose_it_is(county):
    page = county.get(PAGE)
    assert page.status_code == 200
    assert page.text.count("data-step=") == 16


def test_a_preview_keeps_nothing_and_a_second_button_puts_it_in_force(county, counted, days):
    before = counted()
    answer, fields = drafted(county, **SHORTER)
    assert answer.status_code == 200, answer.text[answer.text.find("error-summary") :][:900]
    assert counted() == before
    assert fields["amount-P2-help-any-any"] == "5"
    done = county.post(f"{PAGE}/resolution/publish", data=fields)
    assert (done.status_code, done.location) == (303, f"{PAGE}?area={COUNTY}")
    assert counted() == [before[0] + 1, before[1] * 2 + 1, 0]
    assert (days(BEIMEN), days(WEIXI)) == (5, 7)
