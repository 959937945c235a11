"""Forms of signing in, of one's own account, and of administering people and posts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from service_desk.accounts.passwords import LONGEST
from service_desk.accounts.rules import may_hold_post
from service_desk.directory.categories import GROUP_CODES, groups, label
from service_desk.directory.queries import full_name, places
from service_desk.directory.roles import Role, role_label
from service_desk.foundation.localisation import DEFAULT, LANGUAGES, current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.phone import to_e164
from service_desk.foundation.widgets import Checkbox, Checkboxes, PasswordInput, Select, TextInput

NAME_LENGTH = 60
DISPLAY_LENGTH, TITLE_LENGTH = 80, 80
_DAY = _l("Write the day as in 2026-10-01.")
_MOMENT = _l("Write the time as in 2026-10-01T08:30.")
_RANK = _l("A number from 0 to 9.")
_TITLE = _l("Only where a place has several posts of this role.")
_CHOOSE = _l("Choose one of the list.")


class SignInForm(FlaskForm):
    """Name and password; what is wrong with them is never said."""

    username = StringField(
        _l("User name"),
        validators=[InputRequired(_l("Enter your user name.")), Length(max=NAME_LENGTH)],
        widget=TextInput(),
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=LONGEST)],
        widget=PasswordInput(),
    )


class PasswordForm(FlaskForm):
    """One's own password: the old one and twice the new one."""

    current = PasswordField(
        _l("Current password"),
        validators=[InputRequired(_l("Enter your current password."))],
        widget=PasswordInput(),
    )
    new = PasswordField(
        _l("New password"),
        description=_l("12 characters or more. Several words are easy to remember."),
        validators=[InputRequired(_l("Enter a new password."))],
        widget=PasswordInput(),
    )
    again = PasswordField(
        _l("New password again"),
        validators=[EqualTo("new", _l("The two new passwords differ."))],
        widget=PasswordInput(),
    )


def one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def _printable(_form: FlaskForm, field: Any) -> None:
    if not field.data.isprintable():
        raise ValidationError(_("This contains characters that cannot be kept. Type it again."))


def _phone(_form: FlaskForm, field: Any) -> None:
    if field.data and to_e164(field.data) is None:
        raise ValidationError(_("Enter a telephone number or nothing."))


def _line(label_: Any, most: int, needed: Any = None, **more: Any) -> StringField:
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


def _day(label_: Any, needed: bool = True, **more: Any) -> DateField:
    rules = [InputRequired(_DAY) if needed else Optional(), _sensible]
    return DateField(
        label_, validators=rules, widget=DayInput(), invalid_value_message=_DAY, **more
    )


def _moment(label_: Any) -> DateTimeLocalField:
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


class AboutForm(AdminForm):
    """Name, language and telephone. The number there is is never shown: empty keeps it."""

    act = "about"
    display_name = _line(_l("Full name"), DISPLAY_LENGTH, _l("Enter the name colleagues use."))
    language = SelectField(
        _l("Language of texts"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        default=DEFAULT,
        widget=Select(),
    )
    phone = StringField(
        _l("Telephone"), filters=[one_line], validators=[_phone], widget=TextInput()
    )
    no_phone = BooleanField(_l("Remove the telephone number"), widget=Checkbox())


class NewPersonForm(AboutForm):
    """The same, and the name to sign in with."""

    act = "new"
    username = _line(
        _l("User name"),
        NAME_LENGTH,
        _l("Enter a user name."),
        description=_l("3 to 60 small letters, digits, dots or hyphens. It never changes."),
    )


class PostForm(AdminForm):
    """A new post: what is done, where, and what it is called if there are several."""

    act = "post"
    role = SelectField(_l("Role"), validate_choice=False, widget=Select())
    area_code = SelectField(_l("Place"), validate_choice=False, widget=Select())
    title = _line(_l("Title of the post"), TITLE_LENGTH, description=_TITLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = role_choices([each for each in Role if self.offers(each)])
        self.area_code.choices = area_choices()

    def offers(self, role: Role) -> bool:
        return may_hold_post(role)

    def validate_role(self, field: SelectField) -> None:
        _one_of(field, set(Role))

    def validate_area_code(self, field: SelectField) -> None:
        _one_of(field, places())


class GrantForm(PostForm):
    """A role in a place, with the post that goes with it."""

    act = "grant"
    categories = SelectMultipleField(
        _l("Only these categories"),
        description=_l("None chosen means all."),
        validate_choice=False,
        widget=Checkboxes(),
    )
    restricted = BooleanField(_l("May see restricted requests of the place"), widget=Checkbox())
    starts_on = _day(_l("First day"))
    ends_on = _day(_l("Last day"), needed=False, description=_l("Empty for no end."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current()
        self.categories.choices = [
            SelectChoice(each.code, label(each.code, language)) for each in groups()
        ]

    def offers(self, role: Role) -> bool:
        return True

    def validate_categories(self, field: SelectMultipleField) -> None:
        if not set(field.data or ()) <= GROUP_CODES:
            raise ValidationError(str(_CHOOSE))


class HolderForm(AdminForm):
    """Who is to hold a post, and since when."""

    act = "holder"
    username = _line(_l("User name"), NAME_LENGTH, _l("Enter a user name."))
    starts_on = _day(_l("First day"))
    ends_on = _day(_l("Last day"), needed=False, description=_l("Empty for no end."))


class TitleForm(AdminForm):
    """What a post is called."""

    act = "title"
    title = _line(_l("Title of the post"), TITLE_LENGTH, description=_TITLE)


class AbsenceForm(AdminForm):
    """From which day to which somebody is away, and who stands in."""

    act = "absence"
    first_day = _day(_l("First day"))
    last_day = _day(_l("Last day"))
    substitute = SelectField(_l("Who stands in"), validate_choice=False, widget=Select())

    def offer(self, stand_ins: Mapping[int, str]) -> None:
        """Fills the list of colleagues."""
        choices = [SelectChoice(str(key), name) for key, name in stand_ins.items()]
        self.substitute.choices = [SelectChoice("", _("Nobody")), *choices]

    def validate_substitute(self, field: SelectField) -> None:
        _one_of(field, {choice.value for choice in field.choices})


class DutyForm(AdminForm):
    """One turn of duty."""

    act = "duty"
    username = _line(_l("User name"), NAME_LENGTH, _l("Enter a user name."))
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


def _one_of(field: SelectField, known: Any) -> None:
    if (field.data or "") not in known:
        raise ValidationError(str(_CHOOSE))
