"""The forms of the calendar page: a whole table, one day, or a closure of some days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from service_desk.accounts.forms import DayInput
from service_desk.directory.areas import PREFECTURE, AreaLevel, contains
from service_desk.directory.queries import Place, full_name, places
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import FileInput, Radios, Select, TextInput
from service_desk.service_clock.calendar_file import NAME_LENGTH, TAKE_OUT, RowProblem
from service_desk.service_clock.schedule import DayKind

WIDE = (AreaLevel.PREFECTURE, AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.ZONE)
MOST_DAYS = 31
_TOO_LONG = _l("A name has 80 characters at most.")
_DAY_AS = _l("Write the day as in 2026-10-01.")


def problem_text(problem: RowProblem) -> str:
    """What is wrong with a line, for whoever wrote it."""
    return {
        RowProblem.COLUMNS: _(
            "The columns are area_code, day, kind, name and maybe hours, one line a day."
        ),
        RowProblem.AREA: _("There is no place with this code."),
        RowProblem.DAY: _("Write the day as in 2026-10-01."),
        RowProblem.KIND: _("The kind is holiday, working, closure or default."),
        RowProblem.NAME: _("A name has 80 characters at most."),
        RowProblem.HOURS: _("Write hours as in 08:30-12:00 13:30-18:00, or nothing."),
        RowProblem.HOURS_END: _(
            "Closing time must be after opening time; past midnight is written 20:00-26:00."
        ),
        RowProblem.HOURS_OVERLAP: _("These hours overlap."),
        RowProblem.HOURS_KIND: _("Only a working day or a closure has hours of its own."),
        RowProblem.WHOLE: _("A closure is entered for a county, a township or a village."),
        RowProblem.TWICE: _("This place and day stand there twice."),
        RowProblem.TAKEN: _("This place has another entry on this day; take it out first."),
        RowProblem.REACH: _("This place, or this kind of day, is not yours to enter."),
    }[problem]


class TableForm(FlaskForm):
    """A CSV with many days."""

    file = FileField(
        _l("Calendar table"),
        description=_l(
            "A CSV file with the columns area_code, day, kind and name, and maybe hours."
        ),
        validators=[FileRequired(_l("Choose a file."))],
        widget=FileInput(),
    )


def _hours(description: Any) -> StringField:
    return StringField(_l("Hours of this day"), description=description, widget=TextInput())


class DayForm(FlaskForm):
    """One day in one place and every place inside it."""

    area_code = SelectField(_l("Place"), widget=Select())
    day = StringField(
        _l("Day"),
        description=_l("Such as 2026-10-01"),
        validators=[InputRequired(_DAY_AS)],
        widget=TextInput(),
    )
    kind = RadioField(
        _l("What it is"),
        validators=[InputRequired(_l("Choose what it is."))],
        widget=Radios(),
    )
    name = StringField(
        _l("Name"),
        validators=[Length(max=NAME_LENGTH, message=_TOO_LONG)],
        widget=TextInput(),
    )
    hours = _hours(_l("Only for a working day whose hours are not the usual ones."))

    def __init__(self, areas: Iterable[str], *args: Any, **kwargs: Any) -> None:
        """`areas` are those in which the reader may enter days."""
        super().__init__(*args, **kwargs)
        self.area_code.choices = [
            SelectChoice(place.code, place.name) for place in _within(areas) if place.level in WIDE
        ]
        self.kind.choices = [
            SelectChoice(DayKind.HOLIDAY.value, _("Closed")),
            SelectChoice(DayKind.WORKING.value, _("Working day")),
            SelectChoice(TAKE_OUT, _("As usual (takes an earlier entry out)")),
        ]

    def cells(self) -> dict[str, str]:
        """The day as a line of the table."""
        return {
            "area_code": self.area_code.data,
            "day": self.day.data.strip(),
            "kind": self.kind.data,
            "name": (self.name.data or "").strip(),
            "hours": self.hours.data or "",
        }


def _first_to_last(form: FlaskForm, field: DateField) -> None:
    if field.data is None or form.first_day.data is None:
        return
    if field.data < form.first_day.data:
        raise ValidationError(_("The last day cannot be before the first."))
    if (field.data - form.first_day.data).days >= MOST_DAYS:
        raise ValidationError(_("Enter at most %(count)s days at once.", count=MOST_DAYS))


def _day(label: Any, *rules: Any) -> DateField:
    return DateField(
        label,
        validators=[InputRequired(_DAY_AS), *rules],
        widget=DayInput(),
        invalid_value_message=_DAY_AS,
    )


class ClosureForm(FlaskForm):
    """Days on which the stations of a place do not open, or open for less: snow, the road."""

    place = SelectField(_l("Where"), widget=Select())
    first_day = _day(_l("From"))
    last_day = _day(_l("To, this day included"), _first_to_last)
    act = RadioField(_l("What happens"), default=DayKind.CLOSURE.value, widget=Radios())
    open_hours = _hours(_l("Empty when it does not open at all. Past midnight: 20:00-26:00."))
    reason = StringField(
        _l("Reason"),
        description=_l("Such as snow, or the road is closed."),
        validators=[
            DataRequired(_l("Write the reason.")),
            Length(max=NAME_LENGTH, message=_TOO_LONG),
        ],
        widget=TextInput(),
    )

    def __init__(self, areas: Iterable[str], *args: Any, **kwargs: Any) -> None:
        """`areas` are those in which the reader may close stations."""
        super().__init__(*args, **kwargs)
        self.place.choices = [
            SelectChoice(place.code, full_name(place.code))
            for place in _within(areas)
            if place.code != PREFECTURE
        ]
        self.act.choices = [
            SelectChoice(DayKind.CLOSURE.value, _("Closed, or open for less")),
            SelectChoice(TAKE_OUT, _("Open as usual again (takes the closure out)")),
        ]

    def days(self) -> list[date]:
        """Every day of it; only of a form that validates."""
        first, last = self.first_day.data, self.last_day.data
        return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]

    def cells(self, day: date) -> Mapping[str, str]:
        """One day as a line of the table."""
        return {
            "area_code": self.place.data,
            "day": day.isoformat(),
            "kind": self.act.data,
            "name": self.reason.data.strip(),
            "hours": self.open_hours.data or "",
        }


def _within(areas: Iterable[str]) -> list[Place]:
    scopes = tuple(areas)
    return [
        place for place in places().values() if any(contains(scope, place.code) for scope in scopes)
    ]
