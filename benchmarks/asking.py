"""Requests as a server would hand them over: made beforehand, so that only the answer is timed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from flask import Flask
from twilio.request_validator import RequestValidator
from werkzeug.test import Client, EnvironBuilder

from benchmarks import desk
from tests.support.client import Fields

Environ = dict[str, Any]
INTAKE, INBOUND, LOGIN = "/requests/new", "/sms/twilio/inbound", "/login"
WORDS = "村里的路灯坏了四盏，晚上走路看不见，麻烦来修一下。"
VILLAGE = "533401101003"


def environ(path: str, cookies: str = "", **more: Any) -> Environ:
    builder = EnvironBuilder(path, base_url="http://localhost", **more)
    if cookies:
        builder.headers["Cookie"] = cookies
    try:
        return builder.get_environ()
    finally:
        builder.close()


class Visitor:
    """A browser that has been here before: its cookies and the tokens of a page."""

    def __init__(self, app: Flask) -> None:
        self.client = Client(app)

    def hidden(self, path: str) -> dict[str, str]:
        return Fields(self.client.get(path).text).values

    @property
    def cookies(self) -> str:
        found = (self.client._cookies or {}).values()  # noqa: SLF001 - no other way to hand them over
        return "; ".join(f"{each.key}={each.value}" for each in found)


def staff(app: Flask, username: str) -> str:
    """The cookies of somebody signed in."""
    visitor = Visitor(app)
    told = visitor.hidden(LOGIN) | {"username": username, "password": desk.PASSWORD}
    answer = visitor.client.post(LOGIN, data=told)
    if answer.status_code not in (302, 303):
        raise RuntimeError(f"{username} cannot sign in: {answer.status}")
    visitor.client.get("/queue")  # the first page after signing in sets the token of its forms
    return visitor.cookies


def intakes(app: Flask) -> Callable[[], Environ]:
    """The whole form at once, each time somebody else's."""
    visitor, numbers = Visitor(app), _phones(13_800_000_000)
    known = visitor.hidden(INTAKE)
    cookies = visitor.cookies

    def make() -> Environ:
        told = {
            "csrf_token": known["csrf_token"],
            "form_token": secrets.token_urlsafe(16),
            "danger": "no",
            "category": "",
            "nature": "help",
            "area": VILLAGE,
            "description": WORDS,
            "name": "扎西",
            "phone": next(numbers),
            "preferred_language": "zh_Hans_CN",
            "contact_preference": "sms",
            "notice_seen": "y",
        }
        return environ(INTAKE, cookies, method="POST", data=told)

    return make


def texts(_app: Flask) -> Callable[[], Environ]:
    """A signed text from another phone each time, which makes a new request."""
    validator, numbers = RequestValidator(desk.TOKEN), _phones(13_700_000_000)

    def make() -> Environ:
        form = {
            "MessageSid": f"SM{secrets.token_hex(16)}",
            "From": f"+86{next(numbers)}",
            "To": desk.NUMBER,
            "Body": f"北门社区{WORDS}",
            "NumMedia": "0",
        }
        signature = validator.compute_signature(f"http://localhost{INBOUND}", form)
        headers = {"X-Twilio-Signature": signature}
        return environ(INBOUND, method="POST", data=form, headers=headers)

    return make


def pages(path: str, cookies: str = "") -> Callable[[], Environ]:
    return lambda: environ(path, cookies)


def _phones(first: int) -> Iterator[str]:
    return (str(number) for number in count(first))
