"""Somebody with a browser, and somebody with a plain phone, before a desk that really runs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import requests

from tests.support.client import Fields
from tests.support.waiting import eventually

REFERENCE = re.compile(r"\d{4}-\d{3}-\d{3}")
MAIN = re.compile(r"<(?:main|article|div|section)[^>]*data-reference[^>]*>")
DATA = re.compile(r'(data-[a-z-]+)="([^"]*)"')
ROW = re.compile(r'<li[^>]*data-reference="(\d{10})"[^>]*>')
_ids = count(1)


class Visitor:
    """A browser without JavaScript: cookies, hidden fields, redirects."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.web = requests.Session()

    def open(self, path: str) -> requests.Response:
        return self.web.get(self.url + path, timeout=20)

    def page(self, path: str) -> str:
        answer = self.open(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send(self, path: str, shown_on: str | None = None, **fields: Any) -> requests.Response:
        """Fills in the form of the page it is on and posts it; the answer before a redirect."""
        hidden = Fields(self.page(shown_on or path)).values
        return self.web.post(
            self.url + path, data={**hidden, **fields}, timeout=20, allow_redirects=False
        )

    def sign_in(self, username: str, password: str) -> Visitor:
        assert self.send("/login", username=username, password=password).status_code == 302
        return self


def visible(reference: str) -> str:
    return f"{reference[:4]}-{reference[4:7]}-{reference[7:]}"


def machine_values(page: str) -> dict[str, str]:
    """The data attributes of the request that a page shows."""
    found = MAIN.search(page)
    assert found, "no request on this page"
    return dict(DATA.findall(found.group(0)))


def rows(page: str) -> list[str]:
    """References in a list of requests, in order."""
    return ROW.findall(page)


@dataclass
class Phone:
    """A plain phone in the simulator: texts in, and the screen."""

    url: str
    number: str
    taken_for: list[str] = field(default_factory=list)

    def text(self, body: str) -> str:
        """What it was taken for."""
        told = {"id": f"journey-{next(_ids)}", "from": self.number, "body": body}
        answer = requests.post(
            f"{self.url}/simulator/inbound",
            data=json.dumps(told),
            headers={"Content-Type": "application/json"},
            timeout=20,
        )
        assert answer.status_code == 200
        return str(answer.json()["taken_for"])

    def screen(self) -> str:
        asked = f"{self.url}/simulator?phone={quote(self.number)}"
        return requests.get(asked, timeout=20).text

    def waits_for(self, words: str) -> str:
        """The screen, once these words are on it."""
        return eventually(lambda: (shown := self.screen()) and words in shown and shown, 30)

    def reference(self) -> str:
        """Ten digits from the first text that holds a reference."""
        found = eventually(lambda: REFERENCE.search(self.screen()), 30)
        return found.group(0).replace("-", "")
