"""The form of one step's limits: a row for each, one to add, and the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import normalize

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from service_desk.casework.fields import one_of, words
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import all_categories
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.widgets import Checkbox, Select, TextInput
from service_desk.service_clock.policies import Policy, PolicyKind
from service_desk.service_clock.policy_changes import (
    URGENCIES,
    URGENCIES_OF,
    Edit,
    Slot,
    bounds_of,
    wrong_with,
)
from service_desk.service_clock.policy_rows import Row
from service_desk.service_clock.walk import Clock
from service_desk.supervision.policy_words import (
    UNIT_NAMES,
    UNITS,
    amount_of,
    amount_text,
    slot_text,
    unit_of,
    units_for,
)
from service_desk.triage.wording import NATURES
from service_desk.triage.wording import URGENCIES as URGENCY_NAMES

LONGEST = 200
ADDED = "add"
_NUMBER = re.compile(r"[0-9]{1,6}")


def key_of(slot: Slot) -> str:
    """The part of a field's name that tells its row: `P2-help-any-any`."""
    always = None if slot.around_the_clock is None else str(slot.around_the_clock)
    parts = (slot.urgency, slot.nature, slot.category, always)
    return "-".join(part or "any" for part in parts)


class StepForm(FlaskForm):
    """What every step's form has; `step_form` adds the rows.

    `version` is the one that was in force when the page was read.
    """

    rows: Sequence[Row] = ()
    area_code: str = PREFECTURE
    kind: PolicyKind
    version = HiddenField()
    reason = words(
        _l("Why it is changed"),
        LONGEST,
        _l("Write the reason."),
        description=_l("Kept with your name in the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edits: list[Edit] = []
        self.add_urgency.choices = _urgencies(self.kind)
        self.add_nature.choices = [_every(), *_named(NATURES)]
        self.add_category.choices = [_every(), *_categories()]
        for field in self:
            if field.name.startswith("unit-"):
                field.choices = _named({name: UNIT_NAMES[name] for name in units_for(self.kind)})

    def validate(self, extra_validators: Any = None) -> bool:
        """Fills `edits` with what was changed; every amount is looked at, also unchanged ones."""
        sound = super().validate(extra_validators)
        self.edits = [each for each in (*self._changed(), self._new()) if each is not None]
        return bool(sound) and not any(field.errors for field in self)

    def _changed(self) -> Iterator[Edit | None]:
        for row in self.rows:
            key = key_of(row.slot)
            if f"back-{key}" in self and self[f"back-{key}"].data:
                yield Edit(row.slot)
            else:
                yield self._typed(row.slot, key, row.policy)

    def _typed(self, slot: Slot, key: str, before: Policy | None) -> Edit | None:
        """Nothing where it says what was there before; an error where it cannot be."""
        field, unit = self[f"amount-{key}"], UNITS.get(self[f"unit-{key}"].data)
        text = normalize("NFKC", field.data or "").strip() if field.raw_data else ""
        if unit is None:
            return None
        if not _NUMBER.fullmatch(text):
            field.errors = [_("Enter a whole number.")]
            return None
        edit = Edit(slot, unit.clock, int(text) * unit.size)
        if before is not None and (edit.clock, edit.amount) == (before.clock, before.amount):
            return None
        if wrong_with(_as_policy(slot, unit.clock, edit.amount or 0)):
            field.errors = [_bounds(slot, unit.clock)]
        return edit

    def _new(self) -> Edit | None:
        """The row that is added, where an amount is given."""
        if not (self[f"amount-{ADDED}"].data or "").strip():
            return None
        slot = Slot(
            self.kind,
            self.add_urgency.data or None,
            self.add_nature.data or None,
            self.add_category.data or None,
        )
        if any(row.slot == slot for row in self.rows):
            self.add_urgency.errors = [_("There is such a limit already. Change it above.")]
        return self._typed(slot, ADDED, None)

    def draft(self) -> list[tuple[str, str]]:
        """All that was typed, as names and values of hidden fields."""
        kept = [field for field in self if field.name != "csrf_token"]
        said = [field for field in kept if field.data or not isinstance(field, BooleanField)]
        return [(field.name, _text(field)) for field in said]


def _text(field: Any) -> str:
    return "y" if isinstance(field, BooleanField) else str(field.data or "")


def _as_policy(slot: Slot, clock: Clock, amount: int) -> Policy:
    return Policy(slot.kind, slot.urgency, clock, amount, slot.nature, slot.category)


def _bounds(slot: Slot, clock: Clock) -> str:
    least, most = (
        amount_text(_as_policy(slot, clock, amount)) for amount in bounds_of(slot.kind, clock)
    )
    return _("Use %(low)s at least and %(high)s at most.", low=least, high=most)


def _every() -> SelectChoice:
    return SelectChoice("", _("All"))


def _named(table: Any) -> list[SelectChoice]:
    return [SelectChoice(str(key), str(text)) for key, text in table.items()]


def _categories() -> list[SelectChoice]:
    language = current()
    return [
        SelectChoice(each.code, f"{each.code} {each.labels.in_language(language)}")
        for each in all_categories()
    ]


def _urgencies(kind: PolicyKind) -> list[SelectChoice]:
    fitting = URGENCIES_OF[kind]
    names = _named({each: text for each, text in URGENCY_NAMES.items() if each in fitting})
    return [_every(), *names] if len(fitting) == len(URGENCIES) else names


def step_form(kind: PolicyKind, area_code: str, rows: Sequence[Row]) -> type[StepForm]:
    """The form of a step in a place: an amount and a unit for each of its limits."""
    made: dict[str, Any] = {"rows": rows, "area_code": area_code, "kind": kind}
    for row in rows:
        made |= _fields(key_of(row.slot), row.policy)
        if takes_out(row, area_code):
            made[f"back-{key_of(row.slot)}"] = BooleanField(
                _back(row, area_code), widget=Checkbox()
            )
    made |= {
        "add_urgency": SelectField(_l("Urgency"), widget=Select()),
        "add_nature": SelectField(_l("What they want"), widget=Select()),
        "add_category": SelectField(_l("Category"), widget=Select()),
        **_fields(ADDED, None),
    }
    return type("LimitsForm", (StepForm,), made)


def _fields(key: str, policy: Policy | None) -> dict[str, Any]:
    amount = str(amount_of(policy)) if policy else ""
    unit = unit_of(policy) if policy else None
    return {
        f"amount-{key}": StringField(_l("Time allowed"), default=amount, widget=TextInput()),
        f"unit-{key}": SelectField(_l("Counted in"), default=unit, widget=Select()),
    }


def takes_out(row: Row, area_code: str) -> bool:
    """Whether this row can go: a county's own, and of the prefecture's what is special."""
    special = row.slot.nature or row.slot.category or row.slot.around_the_clock is not None
    return bool(special) if area_code == PREFECTURE else row.own is not None


def _back(row: Row, area_code: str) -> str:
    if area_code == PREFECTURE or row.common is None:
        return _("Take this limit out")
    return _("Back to the prefecture's value: %(value)s", value=amount_text(row.common))


class SecondForm(FlaskForm):
    """A second person's yes or no."""

    approve = one_of(
        _l("Decision"), {"y": _l("Approve"), "n": _l("Refuse")}, _l("Choose approve or refuse.")
    )
    reason = words(_l("Reason"), LONGEST, _l("Write the reason."))


class VerdictForm(SecondForm):
    """That to longer limits, given looking at `version`."""

    version = HiddenField()


def titles(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """(key, for whom) of every row of a form."""
    return [(key_of(row.slot), slot_text(row.slot)) for row in rows]
