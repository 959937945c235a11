"""The kinds of fields that the form of a request is made of, and what each refuses.

Nothing is lost on the way: what was typed comes back as it was typed, whatever is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.widgets import Checkbox, Radios, TextArea, TextInput
from service_desk.intake.rules import has_control, tidy, yes_or_no

Check = Callable[[Any, Any], None]


class Tick(BooleanField):  # type: ignore[misc]  # WTForms has no types
    """A box that is ticked, not ticked, or sent as something else: the last is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError for a word that is neither yes nor no."""
        known = yes_or_no(valuelist[0]) if valuelist else False
        self.data = bool(known)
        if known is None:
            raise ValueError(_("Tick the box or leave it empty."))


def line(label: Any, most: int, hint: Any = "") -> StringField:
    """One line of at most `most` characters; may be empty."""
    checks = [at_most(most), typeable(one_line=True)]
    return StringField(
        label, description=hint, filters=[tidy], validators=checks, widget=TextInput()
    )


def words(label: Any, most: int, hint: Any = "") -> TextAreaField:
    """Several lines; the form says how few are too few."""
    checks = [at_most(most), typeable(one_line=False)]
    return TextAreaField(
        label, description=hint, filters=[tidy], validators=checks, widget=TextArea()
    )


def one_of(label: Any, table: Mapping[Any, Any], hint: Any = "") -> RadioField:
    """One of the keys of `table`, whose values are what people read; may be empty."""
    return RadioField(
        label,
        description=hint,
        choices=[SelectChoice(str(key), text) for key, text in table.items()],
        validators=[known(frozenset(str(key) for key in table))],
        validate_choice=False,
        widget=Radios(),
    )


def tick(label: Any, hint: Any = "") -> Tick:
    return Tick(label, description=hint, widget=Checkbox())


def at_most(most: int) -> Check:
    def check(_form: Any, field: Any) -> None:
        if len(field.data.strip()) > most:
            raise ValidationError(_("Use at most %(most)s characters.", most=most))

    return check


def typeable(*, one_line: bool) -> Check:
    def check(_form: Any, field: Any) -> None:
        if has_control(field.data.strip(), one_line=one_line):
            raise ValidationError(_("This contains characters that cannot be kept. Type it again."))

    return check


def known(values: frozenset[str]) -> Check:
    def check(_form: Any, field: Any) -> None:
        if field.data and field.data not in values:
            raise ValidationError(_("Choose one of the answers."))

    return check
