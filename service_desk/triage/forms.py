"""The form of the human look, and the cursor of the list."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Regexp, ValidationError

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import CODES, all_categories, category
from service_desk.directory.queries import area_exists, full_name, places
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import Checkbox, Radios, Select, TextArea
from service_desk.service_requests.lifecycle import Nature, Urgency
from service_desk.triage.queries import Cursor
from service_desk.triage.rules import Look
from service_desk.triage.wording import NATURES, URGENCIES

LONGEST_REASON = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def cursor_text(cursor: Cursor) -> str:
    """Microseconds and id, for an address."""
    return f"{(cursor.created_at - EPOCH) // timedelta(microseconds=1)}-{cursor.id}"


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor of an address; None, which is the first page, when it is none."""
    match = _CURSOR.fullmatch(text or "")
    if match is None:
        return None
    try:
        return Cursor(EPOCH + timedelta(microseconds=int(match[1])), int(match[2]))
    except OverflowError:
        return None


def _one_of(label: Any, table: dict[Any, Any], message: Any) -> RadioField:
    return RadioField(
        label,
        choices=[SelectChoice(str(key), text) for key, text in table.items()],
        validators=[InputRequired(message), AnyOf([str(key) for key in table], message)],
        validate_choice=False,
        widget=Radios(),
    )


def category_choices() -> list[SelectChoice]:
    """Every group followed by its subcategories, in the order of the handbook."""
    language = current()
    named = [(each.code, each.labels.in_language(language)) for each in all_categories()]
    return [
        SelectChoice("", _("Choose")),
        *[SelectChoice(code, f"{code} {name}") for code, name in named],
    ]


def place_choices() -> list[SelectChoice]:
    """Every place with the line of what is above it; the whole prefecture is `not known`."""
    below = [code for code in places() if code != PREFECTURE]
    return [
        SelectChoice(PREFECTURE, _("Not known")),
        *[SelectChoice(code, full_name(code)) for code in below],
    ]


class LookForm(FlaskForm):
    """What a person saw. The version is that of the page it was read on."""

    version = HiddenField(
        validators=[Regexp(r"\d{1,9}\Z", message=_l("Open this request again and repeat it."))]
    )
    urgency = _one_of(_l("Urgency"), URGENCIES, _l("Choose how urgent it is."))
    category = SelectField(
        _l("Category"),
        validators=[InputRequired(_l("Choose a category."))],
        validate_choice=False,
        widget=Select(),
    )
    area = SelectField(
        _l("Where the problem is"),
        validators=[InputRequired(_l("Choose a place."))],
        validate_choice=False,
        widget=Select(),
    )
    nature = _one_of(_l("What they want"), NATURES, _l("Choose what they want."))
    restricted = BooleanField(
        _l("Need-to-know only: violence at home, harm to a child, self-harm, officials' conduct"),
        widget=Checkbox(),
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Needed when a danger is called off. Colleagues read it."),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=LONGEST_REASON, message=_l("Use at most %(max)d characters."))],
        widget=TextArea(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = category_choices()
        self.area.choices = place_choices()

    def validate_category(self, field: SelectField) -> None:
        if field.data not in CODES:
            raise ValidationError(_("Choose a category."))

    def validate_area(self, field: SelectField) -> None:
        if not area_exists(field.data):
            raise ValidationError(_("There is no such place. Choose one from the list."))

    def validate_reason(self, field: TextAreaField) -> None:
        if _CONTROL.search(field.data):
            raise ValidationError(_("This contains characters that cannot be kept. Type it again."))

    @property
    def look(self) -> Look:
        """What was decided; only of a form that validates."""
        return Look(
            urgency=Urgency(self.urgency.data),
            nature=Nature(self.nature.data),
            category=category(self.category.data).code,
            area_code=self.area.data,
            restricted=bool(self.restricted.data),
            reason=self.reason.data,
        )
