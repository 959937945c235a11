"""What makes a request take longer: going on the ledger, and the second person's answer."""

from __future__ import annotations

from wtforms import DateField
from wtforms.validators import InputRequired

from service_desk.accounts.forms import DayInput
from service_desk.casework.fields import SHORT, ActionForm, DecideForm, one_of, words
from service_desk.casework.rules import Act, Cause
from service_desk.casework.wording import CAUSES
from service_desk.foundation.localisation import lazy_gettext as _l

_DAY = _l("Choose a day.")


class DeferForm(ActionForm):
    """What it waits for, and until when; the county decides."""

    act = Act.DEFER
    cause = one_of(
        _l("What it waits for"),
        {each: CAUSES[each] for each in Cause},
        _l("Choose what it waits for."),
    )
    reason = words(
        _l("Why it cannot be done now"),
        SHORT,
        _l("Write the reason."),
        description=_l("For the county supervisor, who decides."),
    )
    until = DateField(
        _l("Back to work after"),
        description=_l("At the end of this day it returns to you by itself."),
        validators=[InputRequired(_DAY)],
        widget=DayInput(),
        invalid_value_message=_DAY,
    )


class DecideLongerForm(DecideForm):
    """Yes or no to what takes longer: the resident is told why."""

    reason = words(
        _l("Reason"),
        SHORT,
        _l("Write the reason."),
        description=_l("If you approve, the resident reads this."),
    )
