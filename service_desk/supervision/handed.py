"""Hand-offs and time in hands, post by post, as the board shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service_desk.accounts import queries as staff
from service_desk.accounts.reach import Reach
from service_desk.casework import wording
from service_desk.casework.filters import Filters, Scope
from service_desk.directory.queries import area_named
from service_desk.service_requests.reference import show_reference
from service_desk.supervision.hands import Hands
from service_desk.supervision.movements import Row, movements, shown_of
from service_desk.triage.wording import category_label

Values = dict[str, Any]
HOUR_S = 3600
AREA = Filters(scope=Scope.AREA)


def handed(reach: Reach, at: datetime) -> Values:
    """`posts` for the table, `restless` for the list."""
    found = movements(reach, at)
    names = staff.posts({each.post_id for each in found.posts})
    shown = shown_of(reach, [request_id for request_id, _often in found.restless])
    return {
        "posts": [_post(each, names.get(each.post_id, "—")) for each in found.posts],
        "restless": [
            _request(shown[request_id], often)
            for request_id, often in found.restless
            if request_id in shown
        ],
    }


def _post(hands: Hands, name: str) -> Values:
    return {
        "name": name,
        "href": AREA.with_(post=str(hands.post_id)).address(),
        "came": hands.came,
        "handed_on": hands.handed_on,
        "time": "—" if hands.hours is None else wording.span(hands.hours * HOUR_S),
    }


def _request(row: Row, often: int) -> Values:
    return {
        "shown": show_reference(row.reference),
        "href": AREA.address(f"/queue/{row.reference}"),
        "often": often,
        "state": wording.STATES[row.state],
        "category": category_label(row.category),
        "place": area_named(row.area_code),
    }
