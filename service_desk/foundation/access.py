"""How a view says who may use it. The app enforces it before the view runs."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
RULE = "_access_rule"


class Rule(StrEnum):
    """What a view asks of its caller; a Permission asks a signed-in one for more."""

    PUBLIC = "public"
    SIGNED_WEBHOOK = "signed_webhook"
    API = "api"
    SIGNED_IN = "signed_in"


class Permission(StrEnum):
    """What a role may do; accounts/rules.py says which role has which."""

    WORK_CASES = "work_cases"
    ENTER_REQUESTS = "enter_requests"
    TRIAGE = "triage"
    DISPATCH = "dispatch"
    SUPERVISE = "supervise"
    APPROVE = "approve"
    DEFER = "defer"
    SET_DUTY = "set_duty"
    REVEAL = "reveal"
    SEE_REPORTS = "see_reports"
    ADMINISTER = "administer"
    CLOSE_STATIONS = "close_stations"
    EDIT_CALENDAR = "edit_calendar"
    EDIT_POLICIES = "edit_policies"
    MANAGE_PEOPLE = "manage_people"
    READ_AUDIT = "read_audit"


def declare(rule: Rule | Permission) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, RULE, rule)
        return view

    return mark


public = declare(Rule.PUBLIC)
signed_webhook = declare(Rule.SIGNED_WEBHOOK)
api = declare(Rule.API)
signed_in = declare(Rule.SIGNED_IN)


def requires(permission: Permission) -> Callable[[View], View]:
    return declare(permission)


def rule_of(view: Callable[..., Any]) -> Rule | Permission | None:
    rule: Rule | Permission | None = getattr(view, RULE, None)
    return rule
