"""Forms of one person: who they are, what they may do, when they are away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from service_desk.accounts.forms import (
    CHOOSE,
    NAME_LENGTH,
    AdminForm,
    PostForm,
    day_field,
    line,
    one_line,
    one_of,
)
from service_desk.directory.categories import GROUP_CODES, groups, label
from service_desk.directory.roles import Role
from service_desk.foundation.localisation import DEFAULT, LANGUAGES, current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.phone import to_e164
from service_desk.foundation.widgets import Checkbox, Checkboxes, Select, TextInput

DISPLAY_LENGTH = 80


def _phone(_form: FlaskForm, field: Any) -> None:
    """A validator: a number that can be called, or none."""
    if field.data and to_e164(field.data) is None:
        raise ValidationError(_("Enter a telephone number or nothing."))


class AboutForm(AdminForm):
    """Name, language and telephone. The number there is is never shown: empty keeps it."""

    act = "about"
    display_name = line(_l("Full name"), DISPLAY_LENGTH, _l("Enter the name colleagues use."))
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
    username = line(
        _l("User name"),
        NAME_LENGTH,
        _l("Enter a user name."),
        description=_l("3 to 60 small letters, digits, dots or hyphens. It never changes."),
    )


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
    starts_on = day_field(_l("First day"))
    ends_on = day_field(_l("Last day"), needed=False, description=_l("Empty for no end."))

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
            raise ValidationError(str(CHOOSE))


class AbsenceForm(AdminForm):
    """From which day to which somebody is away, and who stands in."""

    act = "absence"
    first_day = day_field(_l("First day"))
    last_day = day_field(_l("Last day"))
    substitute = SelectField(_l("Who stands in"), validate_choice=False, widget=Select())

    def offer(self, stand_ins: Mapping[int, str]) -> None:
        """Fills the list of colleagues."""
        choices = [SelectChoice(str(key), name) for key, name in stand_ins.items()]
        self.substitute.choices = [SelectChoice("", _("Nobody")), *choices]

    def validate_substitute(self, field: SelectField) -> None:
        one_of(field, {choice.value for choice in field.choices})
