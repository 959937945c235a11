"""What Twilio posts to us: whether it is really Twilio, and what it says."""

from __future__ import annotations

from collections.abc import Mapping

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from service_desk.foundation.phone import to_e164
from service_desk.foundation.settings import Settings
from service_desk.messaging.gateway import Arrived
from service_desk.messaging.models import MessageStatus
from service_desk.messaging.receipts import DeliveryReceipt

NAME = "twilio"
STATUS_PATH = "/sms/twilio/status"
SIGNATURE = "X-Twilio-Signature"
STATUSES = {
    "queued": MessageStatus.SENT,
    "accepted": MessageStatus.SENT,
    "scheduled": MessageStatus.SENT,
    "sending": MessageStatus.SENT,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.FAILED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}
LONGEST_SID = 64
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def is_genuine(
    settings: Settings, target: str, form: MultiDict[str, str], signature: str | None
) -> bool:
    """Whether Twilio signed it: `target` is the path and query as they were asked for.

    The signature covers PUBLIC_URL, never what a header says our address is.
    """
    if not settings.twilio_auth_token or not signature:
        return False
    validator = RequestValidator(settings.twilio_auth_token)
    return bool(validator.validate(settings.public_url + target, form, signature))


def _is_sid(text: str) -> bool:
    return 0 < len(text) <= LONGEST_SID and text.isprintable()


def inbound(form: Mapping[str, str]) -> Arrived | None:
    """The text in a post; None when it has no id or no sender."""
    sid, sender = form.get("MessageSid", "").strip(), form.get("From", "").strip()
    if not _is_sid(sid) or not sender:
        return None
    return Arrived(NAME, sid, to_e164(sender) or sender[:20], form.get("Body", ""))


def receipt(form: Mapping[str, str], our_id: str | None) -> DeliveryReceipt | None:
    """The receipt in a post; None when it says nothing we know."""
    sid, status = form.get("MessageSid", "").strip(), form.get("MessageStatus", "").lower()
    if not _is_sid(sid) or status not in STATUSES:
        return None
    number = int(our_id) if our_id and our_id.isdecimal() and len(our_id) <= 18 else None
    return DeliveryReceipt(
        NAME, sid, STATUSES[status], number, form.get("ErrorCode", "")[:40] or None
    )
