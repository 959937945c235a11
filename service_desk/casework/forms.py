"""What staff fill in to act on a request. Names of fields are the contract's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    AnyOf,
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from service_desk.casework.rules import TEXTED, Act, Method, Outcome
from service_desk.casework.wording import CLOSE_REASONS, METHODS, OUTCOMES
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import Checkbox, Radios, Select, TextArea, TextInput
from service_desk.service_requests.lifecycle import CloseReason
from service_desk.triage.rules import says_why

SHORT, LONG = 500, 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
CLOSABLE = (
    CloseReason.INVALID,
    CloseReason.DUPLICATE,
    CloseReason.THANKED,
    CloseReason.NO_REPLY,
)


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


class ClaimForm(ActionForm):
    """Signs for it."""

    act = Act.CLAIM


class ResumeForm(ActionForm):
    """Goes on although nothing came."""

    act = Act.RESUME


class RespondForm(ActionForm):
    """A contact with the resident, or a try."""

    act = Act.RESPOND
    method = method_field()
    outcome = outcome_field()
    note = words(
        _l("What was said"),
        LONG,
        description=_l("For colleagues. For a text message: the words that we send."),
    )

    def validate_note(self, field: TextAreaField) -> None:
        if self.method.data != Method.TEXT or self.outcome.data != Outcome.REACHED:
            return
        if len(field.data) < 2:
            raise ValidationError(_("Write what the text message should say."))
        if len(field.data) > TEXTED:
            raise ValidationError(
                _("A text message can have %(max)s characters at most.", max=TEXTED)
            )


class NoteForm(ActionForm):
    """A line for colleagues, or for the resident too."""

    act = Act.NOTE
    text = words(_l("Note"), LONG, _l("Write the note."))
    public = BooleanField(_l("Show it to the resident"), widget=Checkbox())


class WaitForm(ActionForm):
    """What we wait for, after a try to get it."""

    act = Act.WAIT
    needed = words(_l("What we need from the resident"), SHORT, _l("Write what is needed."))
    method = method_field()
    outcome = outcome_field()


class ReturnForm(ActionForm):
    """Not ours: whose, and why."""

    act = Act.RETURN
    reason = words(_l("Why it is not yours"), SHORT, _l("Write the reason."))
    proposed_owner = post_field(_l("Who should have it"), _l("Choose who should have it."))

    def offer(self, posts: list[tuple[str, str]]) -> None:
        self.proposed_owner.choices = options(posts)


class TransferForm(ActionForm):
    """Another post gets it."""

    act = Act.TRANSFER
    owner = post_field(_l("New owner"), _l("Choose who gets it."))
    reason = words(_l("Reason"), SHORT, _l("Write the reason."))

    def offer(self, posts: list[tuple[str, str]]) -> None:
        self.owner.choices = options(posts)


class ExtendForm(ActionForm):
    """More time, once, with the lead's approval."""

    act = Act.EXTEND
    days = StringField(
        _l("Working days more"),
        filters=[tidy],
        validators=[Regexp(r"[1-9][0-9]?\Z", message=_l("Enter a whole number, such as 5."))],
        widget=TextInput(),
    )
    reason = words(_l("Why it takes longer"), SHORT, _l("Write the reason."))


class ResolveForm(ActionForm):
    """What came of it, and how the resident learned it."""

    act = Act.RESOLVE
    result = words(
        _l("Result"),
        LONG,
        _l("Write what was done and what came of it."),
        description=_l("The resident reads this."),
    )
    method = one_of(
        _l("How the resident was told"), dict(METHODS), _l("Choose how the resident was told.")
    )


class CloseForm(ActionForm):
    """Ends what needs no answer."""

    act = Act.CLOSE
    reason = one_of(
        _l("Why it is closed"),
        {each: CLOSE_REASONS[each] for each in CLOSABLE},
        _l("Choose why it is closed."),
    )
    duplicate_of = StringField(
        _l("Number of the other request"),
        filters=[tidy],
        validators=[Length(max=40), plain],
        widget=TextInput(),
    )
    note = words(_l("Note for the resident"), SHORT)

    def validate_duplicate_of(self, field: StringField) -> None:
        if self.reason.data == CloseReason.DUPLICATE and not field.data:
            raise ValidationError(_("Enter the number of the other request."))


class RevealForm(ActionForm):
    """Name, telephone and address, once, and on record."""

    act = Act.REVEAL
    reason = StringField(
        _l("Why you need the contact details"),
        description=_l("Kept on record with your name."),
        filters=[tidy],
        validators=[
            InputRequired(_l("Write why you need them.")),
            Length(2, 200, _l("Use 2 to 200 characters.")),
            said(_l("Write why you need them.")),
            plain,
        ],
        widget=TextInput(),
    )


class DecideForm(NamedForm):
    """A second person's yes or no."""

    act = "decide"
    approve = one_of(
        _l("Decision"), {"y": _l("Approve"), "n": _l("Refuse")}, _l("Choose approve or refuse.")
    )
    reason = words(_l("Reason"), SHORT, _l("Write the reason."))


class DecideReturnForm(DecideForm):
    """Who gets what is returned; the proposed post when nobody is chosen."""

    owner = SelectField(
        _l("Goes to"),
        description=_l("Leave it open to give it to the proposed post."),
        choices=[],
        validators=[Optional(), Length(max=80), plain],
        validate_choice=False,
        widget=Select(),
    )

    def offer(self, posts: list[tuple[str, str]]) -> None:
        self.owner.choices = options(posts)


def options(posts: list[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", _("Choose")), *[SelectChoice(*post) for post in posts]]


FORMS: dict[Act, type[ActionForm]] = {
    form.act: form
    for form in (
        ClaimForm,
        RespondForm,
        NoteForm,
        WaitForm,
        ResumeForm,
        ReturnForm,
        ExtendForm,
        ResolveForm,
        TransferForm,
        CloseForm,
        RevealForm,
    )
}
