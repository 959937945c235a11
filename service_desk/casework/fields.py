"""What the forms of casework are made of: fields, their checks, and the base of each form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    AnyOf,
    InputRequired,
    Length,
    Regexp,
    ValidationError,
)

from service_desk.casework.wording import METHODS, OUTCOMES
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import Radios, Select, TextArea
from service_desk.triage.rules import says_why

SHORT, LONG = 500, 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def tidy(text: str | None) -> str:
    return (text or "").strip()


def plain(_form: FlaskForm, field: Any) -> None:
    if _CONTROL.search(field.data or ""):
        raise ValidationError(_("This contains characters that cannot be kept. Type it again."))


def said(message: Any) -> Callable[[FlaskForm, Any], None]:
    """Signs that nobody sees are no words."""

    def check(_form: FlaskForm, field: Any) -> None:
        if not says_why(field.data or ""):
            raise ValidationError(message)

    return check


def words(label: Any, most: int = SHORT, required: Any = None, **more: Any) -> TextAreaField:
    """Several lines that a person writes; at least two letters when they are required."""
    needed = [InputRequired(required), said(required)] if required else []
    too_long = _l("This is too long. Use at most %(max)d characters.")
    rules = [*needed, Length(max=most, message=too_long), plain]
    return TextAreaField(label, filters=[tidy], validators=rules, widget=TextArea(), **more)


def one_of(label: Any, choices: dict[str, Any], required: Any) -> RadioField:
    """A few radios, none chosen for the reader."""
    return RadioField(
        label,
        choices=[SelectChoice(value, text) for value, text in choices.items()],
        validators=[InputRequired(required), AnyOf(list(choices), message=required)],
        validate_choice=False,
        widget=Radios(),
    )


def method_field() -> RadioField:
    return one_of(_l("How"), dict(METHODS), _l("Choose how."))


def outcome_field() -> RadioField:
    return one_of(
        _l("Did you reach the resident?"), dict(OUTCOMES), _l("Choose whether you reached them.")
    )


def post_field(label: Any, required: Any) -> SelectField:
    """A post to choose; its id, or `role@area` from a program."""
    return SelectField(
        label,
        choices=[],
        validators=[InputRequired(required), Length(max=80), plain],
        validate_choice=False,
        widget=Select(),
    )


def options(posts: list[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", _("Choose")), *[SelectChoice(*post) for post in posts]]


class NamedForm(FlaskForm):
    """Its fields have ids of their own, so that several forms may stand on one page."""

    act: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"{self.act}-{field.name}"

    def offer(self, posts: list[tuple[str, str]]) -> None:
        """Fills the list of posts, where the form has one."""


class ActionForm(NamedForm):
    """Carries the version that the page was read at."""

    version = HiddenField(
        validators=[Regexp(r"\d{1,9}\Z", message=_l("Open this request again and repeat it."))]
    )


class DecideForm(NamedForm):
    """A second person's yes or no."""

    act = "decide"
    approve = one_of(
        _l("Decision"), {"y": _l("Approve"), "n": _l("Refuse")}, _l("Choose approve or refuse.")
    )
    reason = words(_l("Reason"), SHORT, _l("Write the reason."))
