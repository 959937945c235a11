"""The form of a new request: by residents on the web, by staff across the counter.

Its names are the contract's. One object serves every way of filling it in: a question a page,
all at once, or by a program. What is missing depends on the danger question and on how the
resident wants to be reached, so each rule looks at the whole form.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from service_desk.directory.areas import PREFECTURE, is_village
from service_desk.directory.categories import GROUP_CODES, groups
from service_desk.directory.queries import area_exists
from service_desk.foundation.localisation import LANGUAGES, current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.phone import to_e164
from service_desk.foundation.widgets import FileInput, TextInput
from service_desk.intake import photos, rules
from service_desk.intake.fields import known, line, one_of, tick, words
from service_desk.intake.wording import NATURES, PREFERENCES
from service_desk.service_requests.lifecycle import Channel
from service_desk.service_requests.models import ContactPreference

YES, NO = "yes", "no"
NOT_SURE = "OTHER"
LONGEST_DEGREES = 20
LONGEST_PHONE = 30
REACHABLE_WITHOUT_PHONE = frozenset({ContactPreference.NONE, ContactPreference.VISIT})
DANGER = {YES: _l("Yes, somebody is in danger"), NO: _l("No, nobody is in danger")}
CHANNELS = {
    Channel.WALK_IN: _l("At the counter"),
    Channel.PHONE: _l("By telephone"),
    Channel.PAPER: _l("By letter"),
}


class RequestForm(FlaskForm):
    """What a resident tells us. Empty means not told; `photos` are checked when it is sent."""

    form_token = StringField(filters=[rules.tidy])
    danger = one_of(_l("Is anybody's life in danger right now?"), DANGER)
    category = RadioField(
        _l("What is it about?"), validators=[known(GROUP_CODES)], validate_choice=False
    )
    nature = one_of(_l("What do you want?"), NATURES)
    area = StringField(_l("Village or community"), filters=[rules.tidy])
    description = words(
        _l("Tell us in your own words"),
        rules.LONGEST_WORDS,
        _l("What has happened, since when, and what would help. Any language is fine."),
    )
    address = line(
        _l("Where exactly"),
        rules.LONGEST_ADDRESS,
        _l("If it helps to find it: a house, a road, a shop nearby."),
    )
    latitude = line(_l("Latitude"), LONGEST_DEGREES)
    longitude = line(_l("Longitude"), LONGEST_DEGREES)
    name = line(_l("Your name"), rules.LONGEST_NAME, _l("You need not give it."))
    phone = StringField(
        _l("Your telephone number"),
        description=_l("Only whoever works on your request sees it."),
        filters=[rules.tidy],
        widget=TextInput(),
    )
    preferred_language = one_of(_l("Which language do you want to speak?"), LANGUAGES)
    contact_preference = one_of(
        _l("How may we contact you?"),
        PREFERENCES,
        _l("Safe: no calls and no texts. Write above when and how it is safe."),
    )
    anonymous = tick(_l("Keep my name secret: do not pass it on to whom it concerns"))
    notice_seen = tick(_l("I have read how my information is protected"))
    photos = MultipleFileField(
        _l("Photos"),
        description=_l("At most three: JPEG, PNG, WebP or HEIC, 10 MB each. We remove the place."),
        widget=FileInput(multiple=True),
    )

    @property
    def in_danger(self) -> bool:
        """Then only a place or a telephone number is asked for."""
        return bool(self.danger.data == YES)

    @property
    def uploads(self) -> list[FileStorage]:
        """What was chosen; an input left empty is nothing."""
        return [each for each in self.photos.data or () if each]

    @cached_property
    def e164(self) -> str | None:
        """The telephone number in one form; None when there is none or it is wrong."""
        return to_e164(self.phone.data) if self.phone.data.strip() else None

    @property
    def location(self) -> str | None:
        return rules.location(self.latitude.data, self.longitude.data)

    def validate_form_token(self, field: StringField) -> None:
        if field.data and not rules.is_token(field.data):
            raise ValidationError(_("Something went wrong on this page. Please send it again."))

    def validate_danger(self, field: RadioField) -> None:
        if field.data not in DANGER:
            raise ValidationError(_("Say whether anybody is in danger."))

    def validate_area(self, field: StringField) -> None:
        if field.data:
            _check_area(field.data)
        elif not self.in_danger:
            raise ValidationError(_("Choose the village. If you do not know it, say so."))
        elif not self.phone.data.strip():
            raise ValidationError(_("Tell us the village or a telephone number."))

    def validate_description(self, field: TextAreaField) -> None:
        if not self.in_danger and len(field.data.strip()) < rules.SHORTEST_WORDS:
            raise ValidationError(_("Tell us in a few words what it is about."))

    def validate_latitude(self, _field: StringField) -> None:
        told = self.latitude.data.strip() or self.longitude.data.strip()
        if told and self.location is None:
            raise ValidationError(_("Give latitude and longitude in degrees, or neither."))

    def validate_phone(self, field: StringField) -> None:
        told = field.data.strip()
        if told and (len(told) > LONGEST_PHONE or self.e164 is None):
            raise ValidationError(_("Enter a telephone number, like 138 8770 0001."))
        if not told and self.needs_phone:
            raise ValidationError(_("Enter a telephone number, or say that we need not call."))

    @property
    def needs_phone(self) -> bool:
        chosen = self.contact_preference.data
        return not (self.in_danger or self.anonymous.data or chosen in REACHABLE_WITHOUT_PHONE)

    def validate_notice_seen(self, field: Any) -> None:
        if not field.data and not self.in_danger:
            raise ValidationError(_("Tick the box when you have read it."))

    def validate_photos(self, field: MultipleFileField) -> None:
        if not all(isinstance(each, FileStorage) for each in self.uploads):
            raise ValidationError(not_a_photo())
        if len(self.uploads) > photos.MOST:
            raise ValidationError(_("Choose at most three photos."))


class CounterForm(RequestForm):
    """The same, filled in by staff for somebody at the counter, on the telephone or by letter."""

    channel = one_of(_l("How did it come in?"), CHANNELS)
    notice_seen = tick(_l("I have told them how their information is protected"))

    def validate_channel(self, field: RadioField) -> None:
        if field.data not in CHANNELS:
            raise ValidationError(_("Say how it came in."))


def _check_area(code: str) -> None:
    """Raises ValidationError for what is neither a village in force nor `not known`."""
    if not (area_exists(code) and (code == PREFECTURE or is_village(code))):
        raise ValidationError(_("There is no such village. Choose one from the list."))


def not_a_photo() -> str:
    return _("Choose JPEG, PNG, WebP or HEIC photos of at most 10 MB each.")


def category_choices() -> list[SelectChoice]:
    """The groups as tiles; the last lets the words decide."""
    language = current()
    named = [each for each in groups() if each.code != NOT_SURE]
    return [
        *[SelectChoice(each.code, each.labels.in_language(language)) for each in named],
        SelectChoice("", _("I am not sure")),
    ]


def category_examples() -> dict[str, str]:
    """What each group is for, in a few words."""
    language = current()
    told = {each.code: each.example.in_language(language) for each in groups()}
    return told | {"": _("We find the right people by your words")}
