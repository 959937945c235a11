"""Which request this browser has opened: in the signed session cookie, for half an hour.

The cookie holds the reference, how it was proved and until when; neither the PIN nor a digit
of the phone. It is looked at again at every click: what has become restricted meanwhile opens
with the PIN only.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import flask

from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.queries import by_reference

KEY = "tracked"
KEPT = timedelta(minutes=30)
PIN, PHONE = "pin", "phone"


def keep(reference: str, proof: str, at: datetime) -> None:
    """`proof` is PIN or PHONE."""
    until = int((at + KEPT).timestamp())
    flask.session[KEY] = {"reference": reference, "proof": proof, "until": until}


def leave() -> None:
    flask.session.pop(KEY, None)


def current(at: datetime) -> ServiceRequest | None:
    """The request that is being tracked; None when there is none or its time is over."""
    kept = _kept(at)
    found = by_reference(kept["reference"]) if kept else None
    if found is None or (found.restricted and kept["proof"] != PIN):
        return None
    return found


def proof(at: datetime) -> str:
    """How the tracked request was opened: PIN or PHONE."""
    return str(_kept(at).get("proof", PHONE))


def _kept(at: datetime) -> dict[str, Any]:
    kept: dict[str, Any] = flask.session.get(KEY) or {}
    return kept if at.timestamp() < kept.get("until", 0) else {}
