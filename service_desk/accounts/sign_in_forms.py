"""Forms of signing in and of one's own password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from service_desk.accounts.forms import NAME_LENGTH
from service_desk.accounts.passwords import LONGEST
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import PasswordInput, TextInput


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
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


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
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
