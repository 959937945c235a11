"""A test client whose requests share nothing with the test around them."""

from __future__ import annotations

from contextvars import Context
from html.parser import HTMLParser
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service_desk.foundation.database import session


class Fields(HTMLParser):
    """The hidden fields of a page, by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = dict(attrs)
        if tag == "input" and field.get("type") == "hidden" and field.get("name"):
            self.values[str(field["name"])] = field.get("value") or ""


class DeskClient(FlaskClient):
    """Every request runs in a context of its own, as it would in another process."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        _begin_anew()
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        _begin_anew()
        return response

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the page at `path`: its tokens and versions."""
        return Fields(self.get(path).text).values

    def send(self, path: str, page: str | None = None, **fields: Any) -> TestResponse:
        """Posts a form as a browser would: with the hidden fields of the page that shows it."""
        return self.post(path, data={**self.hidden(page or path), **fields})

    def sign_in(self, username: str, password: str) -> TestResponse:
        return self.send("/login", username=username, password=password)


def _begin_anew() -> None:
    """Ends the test's own transaction, so that it sees what the request kept, and the reverse."""
    if not has_app_context():
        return
    unsaved = [*session.new, *session.dirty, *session.deleted]
    assert not unsaved, "commit before the request"
    session.rollback()
