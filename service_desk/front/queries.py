"""What proves that a reference is somebody's own, and the request that is being tracked."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.secrets import keyring
from service_desk.service_requests.models import ServiceRequest, TimelineEntry
from service_desk.service_requests.queries import timeline

NO_REFERENCE, NO_HASH = "0000000000", "-" * 43
LAST = 4


@dataclass(frozen=True, slots=True)
class Lock:
    """What a reference opens with. A reference that is not there has one that nothing opens."""

    reference: str
    pin_hash: str = NO_HASH
    restricted: bool = True
    phone: str | None = None

    def opens_with_pin(self, pin: str) -> bool:
        """Also with a PIN that was stored before a key was rotated."""
        found = keyring().lookups(f"pin:{self.reference}:{pin}")
        return True in [compare_digest(self.pin_hash, each) for each in found]

    def opens_with_phone(self, last_digits: str) -> bool:
        """Never a restricted matter: whoever lives with the resident knows the number."""
        known = (self.phone or "")[-LAST:]
        same = compare_digest(known.encode(), last_digits.encode())
        return same and len(known) == LAST and not self.restricted


def lock_of(reference: str) -> Lock:
    """Reads only what is compared: an unknown reference takes as long as a known one."""
    columns = (
        ServiceRequest.reference,
        ServiceRequest.pin_hash,
        ServiceRequest.restricted,
        ServiceRequest.phone,
    )
    row = session.execute(sa.select(*columns).where(ServiceRequest.reference == reference)).first()
    return Lock(*row) if row else Lock(reference or NO_REFERENCE)


def public_timeline(request_id: int) -> list[TimelineEntry]:
    """What the resident may read, in the order in which it was written."""
    return list(timeline(request_id, public_only=True))
