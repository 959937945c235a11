"""The form of a station: what it is called, how to reach it, when it is open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from service_desk.directory.hours import DAYS, Interval, Week, day_text, read_day
from service_desk.directory.models import Station
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import TextInput

WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_DAY = 80, 200, 80
_TOO_LONG = _l("Use at most %(max)d characters.")


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def _printable(_form: FlaskForm, field: StringField) -> None:
    if not field.data.isprintable():
        raise ValidationError(_("This contains characters that cannot be kept. Type it again."))


def _understood(_form: FlaskForm, field: StringField) -> None:
    if read_day(field.data) is None:
        raise ValidationError(_("Write hours as in 08:30-12:00 13:30-18:00, or nothing."))


def _day(number: int) -> StringField:
    return StringField(
        WEEKDAYS[number],
        filters=[_one_line],
        validators=[Length(max=_LONGEST_DAY, message=_TOO_LONG), _understood],
        widget=TextInput(),
    )


class StationForm(FlaskForm):
    """One field a weekday; several intervals are parted by a space."""

    name = StringField(
        _l("Name"),
        filters=[_one_line],
        validators=[
            DataRequired(_l("Enter the name of the station.")),
            Length(max=_LONGEST_NAME, message=_TOO_LONG),
            _printable,
        ],
        widget=TextInput(),
    )
    phone = StringField(
        _l("Telephone"),
        filters=[_one_line],
        validators=[
            Regexp(r"(\+?\d[\d -]{2,18})?\Z", re.ASCII, _l("Enter a telephone number or nothing."))
        ],
        widget=TextInput(),
    )
    address = StringField(
        _l("Address"),
        filters=[_one_line],
        validators=[Length(max=_LONGEST_ADDRESS, message=_TOO_LONG), _printable],
        widget=TextInput(),
    )
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = map(_day, range(DAYS))

    @property
    def days(self) -> list[StringField]:
        """The fields of the weekdays, Monday first."""
        return [self[f"day_{number}"] for number in range(DAYS)]

    def intervals(self) -> Iterator[Interval]:
        """What was typed; only of a form that validates."""
        for number, field in enumerate(self.days):
            for opens, closes in read_day(field.data) or ():
                yield Interval(number, opens, closes)


def present(station: Station, hours: Week) -> dict[str, Any]:
    """What the form shows before anything is changed."""
    days = {f"day_{number}": day_text(hours.get(number, ())) for number in range(DAYS)}
    return {
        "name": station.name,
        "phone": station.phone,
        "address": station.address,
        **days,
    }
