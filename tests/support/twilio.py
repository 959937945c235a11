"""A server that behaves as Twilio's message resource does, and keeps a log of its own."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a-token-that-only-tests-know", "+8610000000000"
AUTHORISED = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
ENVIRONMENT = {
    "SMS_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_FROM": NUMBER,
}
BODILESS = 0
REFUSALS = {21211: 400, 21610: 400, 20429: 429, 20003: 401, 20500: 500}
"""Twilio's error codes and the HTTP status each comes with."""


class StandIn(ThreadingHTTPServer):
    """`log` is what it took, `inbox` what residents sent.

    `next_replies` are done in turn, then everything is taken.
    A reply is "drop" (take the text, close the line), "vanish" (take nothing, close the line)
    or one of Twilio's error codes.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.log: list[dict[str, Any]] = []
        self.inbox: list[dict[str, Any]] = []
        self.next_replies: list[int | str] = []
        self.one_at_a_time = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def resident_sends(self, sid: str, sender: str, body: str) -> None:
        text = {"sid": sid, "to": NUMBER, "from": sender, "body": body, "status": "received"}
        self.inbox.append(text | {"date_created": format_datetime(datetime.now(UTC))})

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        with self.one_at_a_time:
            taken = {
                "sid": f"SM{len(self.log):032x}",
                "to": form["To"],
                "from": form["From"],
                "body": form["Body"],
                "callback": form.get("StatusCallback", ""),
                "status": "queued",
                "date_created": format_datetime(datetime.now(UTC)),
            }
            self.log.append(taken)
        return taken


class Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        fields = parse_qs(self.rfile.read(size).decode(), strict_parsing=True)
        if self._refused() or urlsplit(self.path).path != MESSAGES:
            return
        reply = self.server.next_replies.pop(0) if self.server.next_replies else BODILESS
        if reply in REFUSALS:
            self._answer(REFUSALS[reply], {"code": reply, "message": "no", "status": "x"})
            return
        taken = None
        if reply != "vanish":
            taken = self.server.take({name: values[0] for name, values in fields.items()})
        if reply in ("drop", "vanish"):
            self.close_connection = True
            return
        self._answer(201, taken)

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if self._refused():
            return
        if self.server.next_replies[:1] == ["drop"]:
            self.server.next_replies.pop(0)
            self.close_connection = True
            return
        sender = asked.get("From", [None])[0]
        found = [
            each
            for each in reversed(self.server.log + self.server.inbox)
            if each["to"] == asked["To"][0] and sender in (None, each["from"])
        ]
        self._answer(200, {"messages": found, "next_page_uri": None, "page_size": 50})

    def _refused(self) -> bool:
        if self.headers["Authorization"] == AUTHORISED:
            return False
        self._answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
        return True

    def _answer(self, status: int, content: Any) -> None:
        payload = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_arguments: Any) -> None:
        """Silent: it would write the numbers to the terminal."""


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A running server; stopped at the end."""
    with StandIn() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
