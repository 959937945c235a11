"""What staff fill in to act on a request. Names of fields are the contract's."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from service_desk.casework.fields import (
    LONG,
    SHORT,
    ActionForm,
    DecideForm,
    method_field,
    one_of,
    options,
    outcome_field,
    plain,
    post_field,
    said,
    tidy,
    words,
)
from service_desk.casework.ledger_forms import DeferForm
from service_desk.casework.rules import TEXTED, Act, Method, Outcome
from service_desk.casework.wording import CLOSE_REASONS, METHODS
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import Checkbox, Select, TextInput
from service_desk.service_requests.lifecycle import CloseReason

CLOSABLE = (
    CloseReason.INVALID,
    CloseReason.DUPLICATE,
    CloseReason.THANKED,
    CloseReason.NO_REPLY,
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
        _l("How many days more"),
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
        DeferForm,
        ResolveForm,
        TransferForm,
        CloseForm,
        RevealForm,
    )
}
