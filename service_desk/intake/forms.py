"""The form of a new request: by residents on the web, by staff across the counter.

Its names are the contract's. One object serves every way of filling it in: a question a page,
all at once, or by a program. What is missing depends on the danger question and on how the
resident wants to be reached, so each rule looks at the whole form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from service_desk.directory.areas import PREFECTURE, is_code, is_village
from service_desk.directory.categories import GROUP_CODES, groups
from service_desk.directory.queries import area_exists
from service_desk.foundation.localisation import LANGUAGES, current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.phone import to_e164
from service_desk.foundation.widgets import (
    Checkbox,
    FileInput,
    Radios,
    Select,
    TextArea,
    TextInput,
)
from service_desk.intake import photos, rules
