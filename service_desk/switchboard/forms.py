"""What is written on the simulator's phone."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.phone import to_e164
from service_desk.foundation.widgets import TextArea, TextInput

LONGEST = 1600
"""Characters that one text may have on any network we know."""


class PhoneForm(FlaskForm):
    """Somebody texts the desk."""

    phone = StringField(_l("Telephone number"), widget=TextInput())
    text = TextAreaField(
        _l("Your text"),
        validators=[
            InputRequired(_l("Write a text.")),
            Length(max=LONGEST, message=_l("The text is too long.")),
        ],
        widget=TextArea(),
    )

    def validate_phone(self, field: StringField) -> None:
        if to_e164(field.data or "") is None:
            raise ValidationError(_("Enter a telephone number, like 138 8770 0001."))
