"""Forms of posts, of who holds them and of turns of duty; and the fields of all of accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from service_desk.accounts.rules import may_hold_post
from service_desk.directory.queries import full_name, places
from service_desk.directory.roles import Role, role_label
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import Select, TextInput

NAME_LENGTH, TITLE_LENGTH = 60, 80
CHOOSE = _l("Choose one of the list.")
_DAY = _l("Write the day as in 2026-10-01.")
_MOMENT = _l("Write the time as in 2026-10-01T08:30.")
_RANK = _l("A number from 0 to 9.")
_TITLE = _l("Only where a place has several posts of this role.")


def one_line(text: str | None) -> str:
    """Without spaces around it, and one where there were several."""
    return re.sub(r"\s+", " ", text or "").strip()


def _printable(_form: FlaskForm, field: Any) -> None:
    if not field.data.isprintable():
        raise ValidationError(_("This contains characters that cannot be kept. Type it again."))


def line(label_: Any, most: int, needed: Any = None, **more: Any) -> StringField:
    """One line of `most` characters; `needed` is what is said when it is empty."""
    too_long = _l("Use at most %(max)d characters.")
    rules = [DataRequired(needed)] if needed else []
    rules += [Length(max=most, message=too_long), _printable]
    return StringField(label_, filters=[one_line], validators=rules, widget=TextInput(), **more)


def _sensible(_form: FlaskForm, field: Any) -> None:
    if field.data is not None and not 2000 <= field.data.year <= 2100:
        raise ValidationError(str(_DAY))


class DayInput(TextInput):
    """The device's own way to pick a day."""

    input_type = "date"


class MomentInput(TextInput):
    """The device's own way to pick a day and a time."""

    input_type = "datetime-local"


def day_field(label_: Any, needed: bool = True, **more: Any) -> DateField:
    """A day of this century, or none where none is `needed`."""
    rules = [InputRequired(_DAY) if needed else Optional(), _sensible]
    return DateField(
        label_, validators=rules, widget=DayInput(), invalid_value_message=_DAY, **more
    )


def _moment(label_: Any) -> DateTimeLocalField:
    """A local moment, to the minute."""
    return DateTimeLocalField(
        label_,
        format="%Y-%m-%dT%H:%M",
        validators=[InputRequired(_MOMENT), _sensible],
        widget=MomentInput(),
        invalid_value_message=_MOMENT,
    )


def area_choices() -> list[SelectChoice]:
    """Every place in force, each below the one it lies in."""
    return [SelectChoice(code, full_name(code)) for code in places()]


def role_choices(roles: Iterable[Role]) -> list[SelectChoice]:
    """Roles by their name in the reader's language."""
    language = current()
    return [SelectChoice(each.value, role_label(each, language)) for each in roles]


class AdminForm(FlaskForm):
    """Its fields have ids of their own, so that several forms may stand on one page."""

    act = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"{self.act}-{field.name}"


class PostForm(AdminForm):
    """A new post: what is done, where, and what it is called if there are several."""

    act = "post"
    role = SelectField(_l("Role"), validate_choice=False, widget=Select())
    area_code = SelectField(_l("Place"), validate_choice=False, widget=Select())
    title = line(_l("Title of the post"), TITLE_LENGTH, description=_TITLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = role_choices([each for each in Role if self.offers(each)])
        self.area_code.choices = area_choices()

    def offers(self, role: Role) -> bool:
        return may_hold_post(role)

    def validate_role(self, field: SelectField) -> None:
        one_of(field, set(Role))

    def validate_area_code(self, field: SelectField) -> None:
        one_of(field, places())


class HolderForm(AdminForm):
    """Who is to hold a post, and since when."""

    act = "holder"
    username = line(_l("User name"), NAME_LENGTH, _l("Enter a user name."))
    starts_on = day_field(_l("First day"))
    ends_on = day_field(_l("Last day"), needed=False, description=_l("Empty for no end."))


class TitleForm(AdminForm):
    """What a post is called."""

    act = "title"
    title = line(_l("Title of the post"), TITLE_LENGTH, description=_TITLE)


class DutyForm(AdminForm):
    """One turn of duty."""

    act = "duty"
    username = line(_l("User name"), NAME_LENGTH, _l("Enter a user name."))
    starts_at = _moment(_l("From"))
    ends_at = _moment(_l("Until"))
    rank = IntegerField(
        _l("Order of calling"),
        default=0,
        description=_l("0 is called first."),
        filters=[lambda rank: rank and max(-1, min(rank, 10))],  # it must fit into a float
        validators=[NumberRange(0, 9, _RANK)],
        invalid_value_message=_RANK,
        widget=TextInput(),
    )


def one_of(field: SelectField, known: Any) -> None:
    """Refuses what is not on the list that was offered."""
    if (field.data or "") not in known:
        raise ValidationError(str(CHOOSE))
