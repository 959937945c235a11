"""Twilio, sending. What it posts to us is in twilio_webhook.py, which needs no client."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from service_desk.foundation.settings import Settings
from service_desk.messaging.gateway import TIMEOUT_S, Arrived, Letter, ProviderError, Sent
from service_desk.messaging.providers import twilio_webhook

API = "https://api.twilio.com"
CLOCKS_APART = timedelta(seconds=5)
LOOK_BACK = 500
BAD_REQUEST = 400
SERVER_ERROR = 500
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # it would log numbers


class Line:
    """Twilio's own HTTP client, pointed at another server when TWILIO_API_BASE_URL says so."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url or API
        self.client = TwilioHttpClient(timeout=TIMEOUT_S, max_retries=0)

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        return self.client.request(method, self.base_url + url.removeprefix(API), **kwargs)


class TwilioProvider:
    """Sends by the REST API; what was taken is found again by number, day and words."""

    name = "twilio"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def client(self) -> Any:
        line = Line(self.settings.twilio_api_base_url)
        return Client(
            self.settings.twilio_account_sid, self.settings.twilio_auth_token, http_client=line
        )

    def send(self, letter: Letter) -> Sent:
        callback = f"{self.settings.public_url}{twilio_webhook.STATUS_PATH}?message={letter.id}"
        try:
            message = self.client.messages.create(
                to=letter.phone,
                from_=self.settings.twilio_from,
                body=letter.body,
                status_callback=callback,
            )
        except TwilioRestException as error:
            raise _refused(error) from error
        except (RequestException, TwilioException) as error:
            raise ProviderError(type(error).__name__, unsure=True) from error
        return Sent(message.sid)

    def find(self, letter: Letter) -> Sequence[Sent]:
        since = letter.at - CLOCKS_APART
        listed = self._list(to=letter.phone, from_=self.settings.twilio_from)
        ours = [each for each in listed if each.body == letter.body and each.date_created >= since]
        return [Sent(each.sid) for each in sorted(ours, key=lambda each: each.date_created)]

    def arrived(self, since: datetime) -> Sequence[Arrived]:
        listed = self._list(to=self.settings.twilio_from, date_sent_after=since)
        told = [{"MessageSid": each.sid, "From": each.from_, "Body": each.body} for each in listed]
        texts = [twilio_webhook.inbound(each) for each in reversed(told)]
        return [text for text in texts if text is not None]

    def _list(self, **wanted: Any) -> list[Any]:
        """The newest first."""
        try:
            listed: list[Any] = self.client.messages.list(limit=LOOK_BACK, **wanted)
        except (RequestException, TwilioException) as error:
            raise ProviderError(f"look-up {type(error).__name__}", unsure=True) from error
        return listed


def _refused(error: TwilioRestException) -> ProviderError:
    """400 is the text's own fault; 5xx may have been taken; the rest (429, 401) was not."""
    return ProviderError(
        f"twilio {error.code or error.status}",
        permanent=error.status == BAD_REQUEST,
        unsure=error.status >= SERVER_ERROR,
    )
