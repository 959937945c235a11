"""Forms of station days, and what a reader asks of the figures by the address."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from service_desk.accounts.forms import DayInput, one_line
from service_desk.directory.hours import read_day
from service_desk.foundation.faults import NotFound
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import Checkbox, FileInput, TextInput
from service_desk.stations.models import REASON_LENGTH
from service_desk.stations.rules import Pairs

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
_DAY = _l("Write the day as in 2026-10-01.")
_TOO_LONG = _l("Use at most %(max)d characters.")
_LONGEST_HOURS = 120


def _understood(_form: FlaskForm, field: Any) -> None:
    if read_day(field.data) is None:
        raise ValidationError(_("Write hours as in 08:30-12:00 13:30-18:00, or nothing."))


def _printable(_form: FlaskForm, field: Any) -> None:
    if not field.data.isprintable():
        raise ValidationError(_("This contains characters that cannot be kept. Type it again."))


def _day(label: Any) -> DateField:
    return DateField(label, validators=[InputRequired(_DAY)], widget=DayInput())


def _reason(label: Any, needed: Any = None, **more: Any) -> StringField:
    rules = [DataRequired(needed)] if needed else []
    rules += [Length(max=REASON_LENGTH, message=_TOO_LONG), _printable]
    return StringField(label, filters=[one_line], validators=rules, widget=TextInput(), **more)


class ButtonForm(FlaskForm):
    """Nothing but a button."""


class HoursForm(FlaskForm):
    """The hours of one day as somebody types them."""

    day = _day(_l("Day"))
    hours = StringField(
        _l("When the station was open"),
        description=_l("Such as 08:30-12:00 13:30-18:00; nothing when it did not open."),
        filters=[one_line],
        validators=[Length(max=_LONGEST_HOURS, message=_TOO_LONG), _understood],
        widget=TextInput(),
    )
    proof = _reason(
        _l("What proves it"),
        description=_l("Only for days before yesterday: another person confirms them."),
    )

    def pairs(self) -> Pairs:
        """What was typed; only of a form that validates."""
        return read_day(self.hours.data) or ()


class ExcuseForm(FlaskForm):
    """Days on which snow or the road kept a station shut."""

    first_day = _day(_l("First day"))
    last_day = _day(_l("Last day"))
    reason = _reason(
        _l("What kept it shut"),
        _l("Say what kept the station shut."),
        description=_l("Such as snow or the road; the township decides."),
    )


class TableForm(FlaskForm):
    """A CSV with many days."""

    file = FileField(
        _l("Table of station days"),
        description=_l("A CSV file with the columns area_code, day and hours."),
        validators=[FileRequired(_l("Choose a file."))],
        widget=FileInput(),
    )
    proof = _reason(
        _l("What proves it"),
        description=_l("Needed for days before yesterday: another person confirms them."),
    )


class DecideForm(FlaskForm):
    """Yes or no; the buttons carry the answer."""

    approve = StringField(validators=[InputRequired()])

    def validate_approve(self, field: StringField) -> None:
        if field.data not in ("y", "n"):
            raise ValidationError(_("Choose one of the list."))


class WeekendForm(FlaskForm):
    """Which days of the weekend count in a county."""

    saturday = BooleanField(_l("Saturdays count"), widget=Checkbox())
    sunday = BooleanField(_l("Sundays count"), widget=Checkbox())


def asked_month(text: str, today: date) -> tuple[date, date]:
    """First and last day of `2026-11`; of this month without a text. Raises NotFound."""
    text = text or f"{today:%Y-%m}"
    if not _MONTH.fullmatch(text):
        raise NotFound
    year, month = int(text[:4]), int(text[5:])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
