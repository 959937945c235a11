"""What a channel knows about a new request before it is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_requests.lifecycle import CLOCKLESS, Channel, Nature, Urgency
from service_desk.service_requests.models import ContactPreference, ServiceRequest


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`external_id` is the idempotency key within the channel; `phone` is E.164.

    `category` is what the resident chose or the words suggest, `suggestion` what the words
    alone suggested (codes, for the timeline).
    """

    channel: Channel
    external_id: str
    area_code: str
    description: str
    nature: Nature
    urgency: Urgency
    category: str | None = None
    suggestion: dict[str, Any] | None = None
    danger: bool = False
    restricted: bool = False
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    location: str | None = None
    language: str = "zh_Hans_CN"
    contact_preference: ContactPreference = ContactPreference.PHONE
    anonymous: bool = False
    entered_by: int | None = None

    @property
    def has_clocks(self) -> bool:
        """Praise has no clock, unless somebody is in danger."""
        return self.nature not in CLOCKLESS or self.urgency is Urgency.P0


@dataclass(frozen=True)
class Opened:
    """`created` is False when the same form or text came again: nothing was written.

    `record` is a new request as it was written: who asks the session for it while this is held
    costs the database nothing. `hours` are those that its clocks go by.
    """

    request_id: int
    reference: str
    pin: str
    created: bool
    record: ServiceRequest | None = field(default=None, repr=False, compare=False)
    hours: ServiceHours | None = field(default=None, repr=False, compare=False)
