"""Takes a request in, once, on every channel: suggested, placed, promised, told. One transaction.

The caller holds the transaction and, where there are photos, keeps their files (`photos.kept`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import RESTRICTED_CODES
from service_desk.foundation.database import insert_rows
from service_desk.intake.photos import Photo
from service_desk.intake.telling import tell
from service_desk.routing.queries import place
from service_desk.service_requests.draft import Draft, Opened
from service_desk.service_requests.lifecycle import Channel, Nature, Urgency
from service_desk.service_requests.models import Attachment, ContactPreference
from service_desk.service_requests.opening import open_request
from service_desk.service_requests.photos import CONTENT_TYPE
from service_desk.triage.suggest import Suggestion, suggest


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a channel was given. `external_id` is the idempotency key within the channel.

    `area_code` None is a place that is not known; `category` a group code or None, then the
    words suggest one; `phone` is E.164. `silent` sends the resident no receipt.
    """

    channel: Channel
    external_id: str
    area_code: str | None
    description: str
    language: str
    contact_preference: ContactPreference
    phone: str | None = None
    nature: Nature = Nature.HELP
    category: str | None = None
    danger: bool = False
    name: str | None = None
    address: str | None = None
    location: str | None = None
    anonymous: bool = False
    entered_by: int | None = None
    photos: Sequence[Photo] = ()
    silent: bool = False


def submit(given: Submission, at: datetime) -> Opened:
    """Opens the request, or finds the one that the same key opened before: then changes nothing.

    A suggestion is provisional: where the words are not clear or the matter is restricted, a
    dispatcher gets it, and the clock runs (design.md §3).
    """
    draft = _draft(given, suggest(given.description))
    placement = place(draft.category, draft.area_code, draft.urgency, draft.restricted, at)
    opened = open_request(draft, placement, at)
    if opened.created:
        _attach(opened.request_id, given.photos)
        tell(opened, at, silent=given.silent)
    return opened


def _draft(given: Submission, found: Suggestion) -> Draft:
    category = given.category or (found.category if found.confident else None)
    return Draft(
        channel=given.channel,
        external_id=given.external_id,
        area_code=given.area_code or PREFECTURE,
        description=given.description,
        nature=given.nature,
        urgency=_urgency(given, found),
        category=category,
        suggestion=found.codes,
        danger=given.danger,
        restricted=_is_restricted(given, found, category),
        name=given.name,
        phone=given.phone,
        address=given.address,
        location=given.location,
        language=given.language,
        contact_preference=given.contact_preference,
        anonymous=given.anonymous,
        entered_by=given.entered_by,
    )


def _urgency(given: Submission, found: Suggestion) -> Urgency:
    """The danger question counts most; words only ever raise it (domain.md §7)."""
    return Urgency.P0 if given.danger else found.urgency


def _is_restricted(given: Submission, found: Suggestion, category: str | None) -> bool:
    """Need to know until a person has looked; whoever asks to be reached safely has a reason."""
    safe = given.contact_preference is ContactPreference.SAFE
    return safe or found.restricted_hint or category in RESTRICTED_CODES


def _attach(request_id: int, photos: Sequence[Photo]) -> None:
    rows = [
        {
            "request_id": request_id,
            "token": photo.token,
            "content_type": CONTENT_TYPE,
            "size": len(photo.data),
            "width": photo.width,
            "height": photo.height,
        }
        for photo in photos
    ]
    if rows:
        insert_rows(Attachment, rows)
