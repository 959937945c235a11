"""Sentences of the form's pages: what was answered, what is promised, what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import GROUP_CODES, label
from service_desk.directory.queries import full_name
from service_desk.foundation.clock import local
from service_desk.foundation.localisation import LANGUAGES, current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.intake.queries import Slip
from service_desk.messaging.wording import day
from service_desk.service_requests.lifecycle import Nature
from service_desk.service_requests.models import ContactPreference

NATURES = {
    Nature.HELP: _l("I need help"),
    Nature.INQUIRY: _l("I have a question"),
    Nature.COMPLAINT: _l("I want to complain"),
    Nature.REPORT: _l("I report wrongdoing"),
    Nature.SUGGESTION: _l("I have a suggestion"),
    Nature.PRAISE: _l("I want to praise somebody"),
}
PREFERENCES = {
    ContactPreference.PHONE: _l("Call me"),
    ContactPreference.SMS: _l("Text me"),
    ContactPreference.VISIT: _l("Visit me"),
    ContactPreference.SAFE: _l("Only in a way that is safe for me"),
    ContactPreference.NONE: _l("Do not contact me"),
}


@dataclass(frozen=True)
class Answer:
    """What was answered, and the page where it can be changed."""

    label: str
    value: str
    page: str


def place_text(code: str) -> str:
    """A village with what it lies in; a sentence when it is not known."""
    return _("Not known") if code in ("", PREFECTURE) else full_name(code)


def category_text(code: str) -> str:
    return label(code, current()) if code in GROUP_CODES else _("I am not sure")


def answers(told: Mapping[str, Any]) -> list[Answer]:
    """What was answered, for the last look before it is sent; `told` is the form's data."""
    category, nature = told["category"] or "", told["nature"] or Nature.HELP
    return [
        Answer(_("What it is about"), category_text(category), "what"),
        Answer(_("Where"), place_text(told["area"]), "where"),
        Answer(_("Your words"), told["description"], "words"),
        Answer(_("What you want"), str(NATURES.get(nature, nature)), "words"),
        Answer(_("Where exactly"), told["address"], "words"),
        Answer(_("Your telephone number"), told["phone"], "contact"),
        Answer(_("Your name"), _name(told), "contact"),
        Answer(_("How we contact you"), _contact(told), "contact"),
    ]


def _name(told: Mapping[str, Any]) -> str:
    return _("Kept secret") if told["anonymous"] else told["name"]


def _contact(told: Mapping[str, Any]) -> str:
    """How, and in which language."""
    chosen, language = told["contact_preference"], told["preferred_language"] or current()
    how = str(PREFERENCES[ContactPreference(chosen)]) if chosen in PREFERENCES else ""
    return _(", ").join(part for part in (how, LANGUAGES.get(language, "")) if part)


def promise(slip: Slip) -> str:
    """By when somebody answers, in words; empty where nothing is owed but thanks."""
    if slip.due_at is None:
        return ""
    due = _moment(slip.due_at)
    if slip.preference is ContactPreference.SAFE:
        return _("Somebody will contact you before %(due)s, in the safe way you wrote", due=due)
    if slip.preference is ContactPreference.VISIT:
        return _("Somebody will visit or contact you before %(due)s", due=due)
    if not slip.reachable:
        return _("You will find our first answer before %(due)s", due=due)
    return _("Somebody will contact you before %(due)s", due=due)


def _moment(at: datetime) -> str:
    """`11月25日 10:00`, `25 Nov 10:00`."""
    return f"{day(at, current())} {local(at):%H:%M}"


def before_sending() -> list[dict[str, Any]]:
    """Beside the questions."""
    return [
        {
            "title": _("You get a number and a PIN"),
            "text": _("With them you see at any time how it stands."),
        },
        {
            "title": _("Somebody contacts you"),
            "text": _("By the time that your receipt names, sooner when it is urgent."),
        },
        {
            "title": _("You say whether it helped"),
            "text": _("When it is done you rate it by replying a digit."),
        },
    ]


def after_sending(slip: Slip) -> list[str]:
    """What happens now, in order."""
    if slip.danger:
        return [
            _("The person on call is being told by text."),
            _("We do not call the police or an ambulance for you. Please call them yourself."),
            _("Stay where help can find you, if that is safe."),
        ]
    if slip.thanks:
        return [_("We pass your words on. Nobody needs to answer them.")]
    return [
        _("Whoever is responsible in your village or township gets your request."),
        _("They contact you, and tell you what they will do."),
        _("When it is done you rate it, and if it did not help you say so."),
    ]
