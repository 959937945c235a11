"""What the acts on record are called."""

from __future__ import annotations

from typing import Any

from service_desk.foundation.localisation import lazy_gettext as _l

ACTIONS: dict[str, Any] = {
    "signed_in": _l("Signed in"),
    "signed_out": _l("Signed out"),
    "password_changed": _l("Password changed"),
    "password_reset": _l("One-time password given"),
    "person_created": _l("Person created"),
    "person_changed": _l("Person changed"),
    "person_enabled": _l("Account switched on"),
    "person_disabled": _l("Account switched off"),
    "grant_given": _l("Grant given"),
    "grant_changed": _l("Grant changed"),
    "grant_ended": _l("Grant ended"),
    "absence_entered": _l("Absence entered"),
    "absence_ended": _l("Absence ended"),
    "people_imported": _l("People imported"),
    "post_created": _l("Post created"),
    "post_renamed": _l("Post renamed"),
    "post_switched_on": _l("Post switched on"),
    "post_switched_off": _l("Post switched off"),
    "duty_added": _l("Turn of duty entered"),
    "duty_removed": _l("Turn of duty removed"),
    "looked": _l("Triage decided"),
    "extended": _l("Extension decided"),
    "deferred": _l("Put on the ledger"),
    "out_of_scope": _l("Tried to open what is out of scope"),
    "contact_revealed": _l("Contact revealed"),
    "exported": _l("A resident's request exported"),
    "calendar_imported": _l("Calendar changed"),
    "policies_changed": _l("Deadlines changed"),
    "policies_proposed": _l("Longer deadlines proposed"),
    "policies_approved": _l("Longer deadlines approved"),
    "policies_refused": _l("Longer deadlines refused"),
    "divisions_loaded": _l("Places loaded"),
    "station_described": _l("Station changed"),
    "station_hours_set": _l("Opening hours changed"),
    "station_day_corrected": _l("Station day corrected"),
    "station_days_proposed": _l("Station days proposed"),
    "station_days_confirmed": _l("Station days confirmed"),
    "station_days_refused": _l("Station days refused"),
    "station_days_imported": _l("Station days imported"),
    "station_weekends_set": _l("Weekends as service days set"),
}


def action_label(action: str) -> str:
    """The name of a kind of act; its own code when it has none yet."""
    return str(ACTIONS.get(action, action))
