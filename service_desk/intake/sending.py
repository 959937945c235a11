"""From a filled-in form to a request: validated, its photos cleaned, then one transaction."""

from __future__ import annotations

import secrets
from datetime import datetime

from service_desk.foundation.database import session
from service_desk.foundation.localisation import current
from service_desk.foundation.transaction import unit_of_work
from service_desk.intake.forms import RequestForm, not_a_photo
from service_desk.intake.photos import BadPhoto, Photo, discard, kept, read
from service_desk.intake.rules import is_token
from service_desk.intake.service import Submission, submit
from service_desk.service_requests.draft import Opened
from service_desk.service_requests.lifecycle import Channel, Nature
from service_desk.service_requests.models import ContactPreference

TOKEN_BYTES = 16


def give_token(form: RequestForm) -> str:
    """The form's token, or a new one where it has none that can be used."""
    if not is_token(form.form_token.data or ""):
        form.form_token.data = secrets.token_urlsafe(TOKEN_BYTES)
    return str(form.form_token.data)


def send(
    form: RequestForm, channel: Channel, at: datetime, entered_by: int | None = None
) -> Opened | None:
    """Opens the request, or finds the one that the same token opened; photos only the first time.

    None when something is wrong: the fields say what, and nothing was kept.
    """
    pictures = _pictures(form)
    if pictures is None:
        return None
    given = _submission(form, channel, pictures, entered_by)
    with kept(pictures), unit_of_work():
        opened = submit(given, at)
    if not opened.created:
        discard(pictures)
    return opened


def _pictures(form: RequestForm) -> tuple[Photo, ...] | None:
    """What was uploaded, cleaned; no connection is held meanwhile, since it may take seconds."""
    if not form.uploads:
        return ()
    session.rollback()
    try:
        return read(form.uploads)
    except BadPhoto:
        form.photos.errors = [not_a_photo()]
        return None


def _submission(
    form: RequestForm, channel: Channel, pictures: tuple[Photo, ...], entered_by: int | None
) -> Submission:
    return Submission(
        channel=channel,
        external_id=give_token(form),
        area_code=form.area.data or None,
        description=form.description.data.strip(),
        language=form.preferred_language.data or current(),
        contact_preference=_preference(form),
        phone=form.e164,
        nature=Nature(form.nature.data or Nature.HELP),
        category=form.category.data or None,
        danger=form.in_danger,
        name=form.name.data.strip() or None,
        address=form.address.data.strip() or None,
        location=form.location,
        anonymous=bool(form.anonymous.data),
        entered_by=entered_by,
        photos=pictures,
    )


def _preference(form: RequestForm) -> ContactPreference:
    """Who says nothing is called, if there is a number to call."""
    if form.contact_preference.data:
        return ContactPreference(form.contact_preference.data)
    return ContactPreference.PHONE if form.e164 else ContactPreference.NONE
