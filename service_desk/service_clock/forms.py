"""The forms of the calendar page: a whole table, or one day."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from service_desk.directory.areas import AreaLevel
from service_desk.directory.queries import places
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import FileInput, Radios, Select, TextInput
from service_desk.service_clock.calendar_file import NAME_LENGTH, TAKE_OUT, RowProblem
from service_desk.service_clock.schedule import DayKind

WIDE = (AreaLevel.PREFECTURE, AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.ZONE)


def problem_text(problem: RowProblem) -> str:
    """What is wrong with a line, for whoever wrote it."""
    return {
        RowProblem.COLUMNS: _("The columns are area_code, day, kind and name, one line a day."),
        RowProblem.AREA: _("There is no place with this code."),
        RowProblem.DAY: _("Write the day as in 2026-10-01."),
        RowProblem.KIND: _("The kind is holiday, working or default."),
        RowProblem.NAME: _("A name has 80 characters at most."),
        RowProblem.TWICE: _("This place and day stand there twice."),
    }[problem]


class TableForm(FlaskForm):
    """A CSV with many days."""

    file = FileField(
        _l("Calendar table"),
        description=_l("A CSV file with the columns area_code, day, kind and name."),
        validators=[FileRequired(_l("Choose a file."))],
        widget=FileInput(),
    )


class DayForm(FlaskForm):
    """One day in one place and every place inside it."""

    area_code = SelectField(_l("Place"), widget=Select())
    day = StringField(
        _l("Day"),
        description=_l("Such as 2026-10-01"),
        validators=[InputRequired(_l("Write the day as in 2026-10-01."))],
        widget=TextInput(),
    )
    kind = RadioField(
        _l("What it is"),
        validators=[InputRequired(_l("Choose what it is."))],
        widget=Radios(),
    )
    name = StringField(
        _l("Name"),
        validators=[Length(max=NAME_LENGTH, message=_l("A name has 80 characters at most."))],
        widget=TextInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area_code.choices = [
            SelectChoice(place.code, place.name)
            for place in places().values()
            if place.level in WIDE
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
        }
