"""Forms of the resident's own request. Their names are the contract's."""

from __future__ import annotations

import unicodedata

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError

from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import TextArea, TextInput
from service_desk.front.wording import LEVELS
from service_desk.intake.rules import LONGEST_WORDS, SHORTEST_WORDS, has_control, tidy

LONGEST_COMMENT = 500
_LONGEST_TYPED = 40
_TOO_LONG = _l("Use at most %(max)d characters.")


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _plain(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").strip()


def _words(text: str | None) -> str:
    return tidy(text).strip()


def _keepable(_form: FlaskForm, field: TextAreaField) -> None:
    if has_control(field.data):
        raise ValidationError(_("This contains characters that cannot be kept. Type it again."))


class TrackForm(FlaskForm):
    """A reference, and a PIN or the last digits of the phone that was given."""

    reference = StringField(
        _l("Your number"),
        description=_l("Ten digits, as on your receipt or in our text: 3124-567-890"),
        filters=[_stripped],
        validators=[InputRequired(_l("Enter your number.")), Length(max=_LONGEST_TYPED)],
        widget=TextInput(),
    )
    pin = StringField(
        _l("PIN"),
        description=_l("Six digits, on your receipt"),
        filters=[_stripped],
        validators=[Length(max=_LONGEST_TYPED)],
        widget=TextInput(),
    )
    phone_last4 = StringField(
        _l("Or the last four digits of your telephone number"),
        description=_l("For what you sent by text, or when the receipt is not at hand"),
        filters=[_stripped],
        validators=[Length(max=_LONGEST_TYPED)],
        widget=TextInput(),
    )

    def validate_pin(self, field: StringField) -> None:
        if not field.data and not self.phone_last4.data:
            raise ValidationError(_("Enter the PIN or the last four digits of your phone."))

    def refuse(self) -> None:
        """One sentence for everything that may be wrong: nobody learns which numbers exist."""
        self.reference.errors = [
            _("These numbers do not belong together. Check them and try again, or call us.")
        ]


class RatingForm(FlaskForm):
    """Five levels and, if they like, words."""

    level = RadioField(
        _l("How satisfied are you with how it was dealt with?"),
        choices=[SelectChoice(str(level), label) for level, label in LEVELS.items()],
        filters=[_plain],
        validators=[
            InputRequired(_l("Choose one of the five levels.")),
            AnyOf([str(level) for level in LEVELS], _l("Choose one of the five levels.")),
        ],
        validate_choice=False,
    )
    comment = TextAreaField(
        _l("Would you like to say why? (optional)"),
        description=_l("If something is still wrong, tell us what: a bad rating sends it back."),
        filters=[_words],
        validators=[Length(max=LONGEST_COMMENT, message=_TOO_LONG), _keepable],
        widget=TextArea(),
    )


class MoreForm(FlaskForm):
    """More about the request, or what is new about a closed one."""

    text = TextAreaField(
        _l("What would you like to add?"),
        filters=[_words],
        validators=[
            InputRequired(_l("Write what you would like to add.")),
            Length(
                min=SHORTEST_WORDS,
                max=LONGEST_WORDS,
                message=_l("Use %(min)d to %(max)d characters."),
            ),
            _keepable,
        ],
        widget=TextArea(),
    )

    def ask(self, reopens: bool) -> None:
        """What is closed is opened again only for something new."""
        if reopens:
            self.text.label.text = _("What is new or still wrong?")
