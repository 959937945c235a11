"""Pages as they are read: no English is left in Chinese, nor in what residents read in Tibetan."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import Flask

from service_desk.casework.wording import METHODS
from service_desk.directory.forms import WEEKDAYS
from service_desk.foundation.localisation import speak
from tests.support.client import DeskClient

BEIMEN = "533401101003"
SPOKEN = ("aria-label", "alt", "placeholder", "title", "label", "data-label")
ENGLISH = re.compile(r"(?<![\w.@/])[A-Za-z]{3,}(?![\w.@/])")
ALLOWED = {"English", "Cookie", "JPEG", "PNG", "WebP", "HEIC", "WCAG", "STATUS", "STOP", "START"}
MACHINE = {"Excel", "JSON", "PDF", "CSV", "area_code", "day", "kind", "name"}
RECORDED = {"user", "divisions", "changed"}
"""What the audit shows as it was written: names of records, not sentences."""
REACHED = {"phone": "13887700098", "notice_seen": "y"}
SAFELY = {"contact_preference": "safe"}
TIBETAN = re.compile(r"[\u0f40-\u0fbc]")
RESIDENTS = (
    "/",
    "/requests/new",
    "/requests/receipt",
    "/track",
    "/stations",
    f"/stations/{BEIMEN}",
    "/notice/privacy",
    "/notice/accessibility",
    "/no-such-page",
)
STAFF = {
    "dispatch.jiantang": ("/queue", "/queue?scope=area", "/triage", "/board", "/desk/new"),
    "admin": ("/admin/people", "/admin/posts", "/admin/stations", "/admin/calendar", "/account"),
    "auditor": ("/admin/audit",),
    "analyst": ("/reports", "/reports/2026-10"),
}


class Words(HTMLParser):
    """What a page says: its text and what is read out of attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._code = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code = tag in ("script", "style")
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._code = False

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.said.append(data)


def english(page: str, allowed: set[str]) -> dict[str, str]:
    """Each English word of a page with the sentence around it."""
    return {
        word: text.strip()
        for text in Words(page).said
        for word in ENGLISH.findall(text)
        if word not in allowed
    }


def ask(client: DeskClient, **told: str) -> str:
    """Sends the form and returns the page that follows."""
    page = client.get("/requests/new", query_string={"lang": told.pop("lang")})
    assert page.status_code == 200
    sent = client.send("/requests/new", **told)
    return client.get(sent.location).text if sent.location else sent.text


@pytest.mark.parametrize("language", ["zh_Hans_CN", "bo"])
def test_pages_for_residents(client: DeskClient, language: str) -> None:
    client.get("/", query_string={"lang": language})
    for path in RESIDENTS:
        assert english(client.get(path).text, ALLOWED) == {}, path


@pytest.mark.parametrize("language", ["zh_Hans_CN", "bo"])
@pytest.mark.parametrize(
    "told",
    [
        {},
        {"page": "danger", "danger": "yes"},
        {"page": "danger", "danger": "no"},
        {"page": "words", "danger": "no", "area": BEIMEN, "description": "1" * 2001},
        {"danger": "no", "area": BEIMEN, "description": "路灯坏了", "phone": "12"},
    ],
)
def test_the_form_with_its_errors(client: DeskClient, language: str, told: dict[str, str]) -> None:
    page = ask(client, lang=language, **told)
    assert english(page, ALLOWED) == {}


@pytest.mark.parametrize("language", ["zh_Hans_CN", "bo"])
@pytest.mark.parametrize("told", [{"danger": "yes"}, REACHED, REACHED | SAFELY])
def test_receipts(client: DeskClient, language: str, told: dict[str, str]) -> None:
    known = {"danger": "no", "area": BEIMEN, "description": "路灯坏了", **told}
    page = ask(client, lang=language, **known)
    assert "desk-ticket" in page
    assert english(page, ALLOWED) == {}


@pytest.mark.parametrize("username", STAFF)
def test_pages_of_staff_in_chinese(client: DeskClient, password: str, username: str) -> None:
    ask(client, lang="zh_Hans_CN", danger="yes", area=BEIMEN)
    assert client.sign_in(username, password).status_code == 302
    allowed = ALLOWED | MACHINE | RECORDED | STAFF.keys()
    for path in STAFF[username]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert english(answer.text, allowed) == {}, path


def test_what_residents_read_of_other_rooms_is_in_tibetan(app: Flask) -> None:
    """Days of the week on a station's page, the way somebody was reached on a timeline."""
    with app.app_context(), speak("bo"):
        for word in (*WEEKDAYS, *METHODS.values()):
            assert TIBETAN.search(str(word))
