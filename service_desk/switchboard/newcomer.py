"""A text that is a new request: where it is, in which language, and off to intake."""

from __future__ import annotations

from datetime import datetime
from unicodedata import category

from service_desk.directory.queries import places
from service_desk.intake.rules import LONGEST_WORDS
from service_desk.intake.service import Submission, submit
from service_desk.messaging.gateway import Arrived
from service_desk.service_requests.lifecycle import Channel
from service_desk.service_requests.models import ContactPreference
from service_desk.switchboard.decide import language_of
from service_desk.switchboard.places import find_place, names_in
from service_desk.switchboard.queries import Phone

UNSEEN = ("Cc", "Cs", "Co")


def open_by_text(
    text: Arrived, phone: Phone, at: datetime, *, silent: bool = False, danger: bool = False
) -> int:
    """Opens a request for this text, once; intake answers it. Returns its id.

    `silent` sends no receipt: a robot would answer it. `danger` is P0 whatever the words say.
    """
    submission = Submission(
        channel=Channel.SMS,
        external_id=f"{text.provider}:{text.external_id}",
        area_code=find_place(text.body, names_in(places())) or phone.area_code,
        description=readable(text.body),
        phone=text.phone,
        language=language_of(text.body) or phone.language,
        contact_preference=ContactPreference.SMS,
        silent=silent,
        danger=danger,
    )
    return submit(submission, at).request_id


def readable(body: str) -> str:
    """The words as they were written, without what no phone types."""
    shown = "".join(char for char in body if category(char) not in UNSEEN or char == "\n")
    return shown.strip()[:LONGEST_WORDS]
