"""The main job from end to end: over HTTP, with a real queue, on both databases.

A resident of a real village asks by form and by text; the right worker gets it with a due time,
answers and resolves it; the resident rates it; the month's report counts it.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from service_desk.foundation.clock import local, now
from tests.journey.people import Phone, Visitor, machine_values, rows, visible

pytestmark = pytest.mark.both_databases

BEIMEN, JIANTANG = "533401101003", "533401101000"
MEAL = "我妈82岁了一个人在家,能不能每天送一顿热饭"
FORM = {
    "danger": "no",
    "category": "ELDER",
    "area": BEIMEN,
    "description": MEAL,
    "name": "和春梅",
    "contact_preference": "sms",
    "notice_seen": "y",
}
NOBODY = 0, 0


@pytest.fixture
def desk(live_server):
    return live_server.url


@pytest.fixture
def staff(desk, password):
    """Signs somebody in, in a browser of their own."""
    return lambda username: Visitor(desk).sign_in(username, password)


def asks(desk, phone, **changes):
    """A resident fills in the form; the visitor, the reference and the PIN of the receipt."""
    resident = Visitor(desk)
    sent = resident.send("/requests/new", **{**FORM, "phone": phone.number, **changes})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/requests/receipt")
    shown = resident.page("/requests/receipt")
    reference = phone.reference() if phone.number else ""
    assert visible(reference) in shown
    return resident, reference


def acts(worker, reference, action, **fields):
    """One action on the page of a request, at the version that the page shows."""
    page = worker.page(f"/queue/{reference}")
    version = machine_values(page)["data-version"]
    done = worker.send(
        f"/queue/{reference}/{action}", shown_on=f"/queue/{reference}", version=version, **fields
    )
    assert done.status_code == 303, (action, done.status_code)
    return machine_values(worker.page(f"/queue/{reference}"))


def handled(worker, reference):
    """Claimed, answered by telephone, resolved."""
    assert acts(worker, reference, "claim")["data-state"] == "accepted"
    acts(worker, reference, "respond", method="call", outcome="reached", note="已电话联系")
    done = acts(worker, reference, "resolve", result="每天中午由食堂送餐上门", method="call")
    assert done["data-state"] == "resolved"


def figures(reader, month, area):
    answer = reader.open(f"/reports/{month}.json?area={area}")
    assert answer.status_code == 200
    return answer.json()


def village_row(report, code):
    return next(row for row in report["rows"] if row["area_code"] == code and not row["category"])


def test_from_the_form_to_the_report(desk, staff):
    phone = Phone(desk, "+8613887710001")
    resident, reference = asks(desk, phone)
    worker = staff("grid.beimen")
    assert reference in rows(worker.page("/queue"))
    opened = machine_values(worker.page(f"/queue/{reference}"))
    assert opened["data-state"] == "assigned"
    due = datetime.fromisoformat(opened["data-due"])
    assert due > now()

    handled(worker, reference)
    assert phone.text("5 谢谢你们") == "rating"
    phone.waits_for("评价已收到")

    opened = resident.send("/track", reference=visible(reference), phone_last4="0001")
    assert opened.status_code == 303
    assert visible(reference) in resident.page(opened.headers["Location"])

    lead = staff("lead.jiantang")
    row = village_row(figures(lead, f"{local(now()):%Y-%m}", JIANTANG), BEIMEN)
    assert (row["volume"], row["resolved"], row["rated"]) == (1, 1, 1)
    assert row["ratings"] == {"5": 1, "4": 0, "3": 0, "2": 0, "1": 0}
    assert row["satisfaction"] == row["praise"] == {"n": 1, "d": 1}
    row = village_row(figures(lead, f"{local(due):%Y-%m}", JIANTANG), BEIMEN)
    assert row["first_response"] == {"n": 1, "d": 1}
    assert reference not in rows(worker.page("/queue"))


def test_from_a_text_to_a_bad_rating_and_back_to_work(desk, staff):
    phone = Phone(desk, "+8613887710002")
    assert phone.text("北门社区邻居砌墙占了我家一米宅基地,想请调解员来量一下") == "new"
    reference = phone.reference()
    worker = staff("legal.jiantang")
    assert reference in rows(worker.page("/queue"))
    handled(worker, reference)
    assert phone.text("2 还是没人来") == "rating"
    again = machine_values(worker.page(f"/queue/{reference}"))
    assert again["data-state"] == "rework"
    assert reference in rows(worker.page("/queue"))
    assert phone.text("查询") == "status"
    phone.waits_for("整改")


def test_danger_calls_people_at_any_hour_until_somebody_acts(desk, staff):
    resident = Visitor(desk)
    sent = resident.send("/requests/new", danger="yes", area=BEIMEN)
    assert sent.status_code == 303
    lead = staff("lead.jiantang")
    (reference,) = rows(lead.page("/triage"))
    assert reference in rows(lead.page("/board"))
    assert "110" in resident.page("/requests/receipt")
    acted = lead.send(f"/triage/{reference}/acknowledge", shown_on=f"/triage/{reference}")
    assert acted.status_code == 303
    board = lead.page("/board")
    assert f"/board/acknowledge/{reference}" not in board


def test_two_act_at_once_and_one_is_told(desk, staff):
    phone = Phone(desk, "+8613887710003")
    _, reference = asks(desk, phone)
    first, second = staff("grid.beimen"), staff("grid.beimen")
    version = machine_values(first.page(f"/queue/{reference}"))["data-version"]
    path, page = f"/queue/{reference}/claim", f"/queue/{reference}"
    assert first.send(path, shown_on=page, version=version).status_code == 303
    assert second.send(path, shown_on=page, version=version).status_code == 409


def test_what_a_stranger_and_a_neighbour_may_see(desk, staff):
    phone = Phone(desk, "+8613887710004")
    _, reference = asks(desk, phone)
    stranger = Visitor(desk)
    asked = stranger.web.get(f"{desk}/queue/{reference}", timeout=20, allow_redirects=False)
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/login")
    assert staff("lead.benzilan").open(f"/queue/{reference}").status_code == 404
    wrong = stranger.send("/track", reference=reference, pin="000000")
    unknown = stranger.send("/track", reference="3124567890", pin="000000")
    assert wrong.status_code == unknown.status_code == 422
