"""The rule book: which role may do what, and which roles reach a whole area (domain.md §2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission

AREA_WIDE = frozenset({Role.DISPATCHER, Role.TOWNSHIP_LEAD, Role.COUNTY_SUPERVISOR})
"""Roles that see their whole area; all others see what lies with their posts or themselves."""

OVERSIGHT = frozenset({Role.PREF_ANALYST, Role.AUDITOR, Role.SYSADMIN})
"""Roles that never work on a request: no post of theirs may own one."""

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]")
_HANDLER = frozenset({Permission.WORK_CASES, Permission.ENTER_REQUESTS, Permission.REVEAL})
_DISPATCHER = _HANDLER | {
    Permission.TRIAGE,
    Permission.DISPATCH,
    Permission.SUPERVISE,
    Permission.SET_DUTY,
    Permission.SEE_REPORTS,
}
_LEAD = _DISPATCHER | {Permission.APPROVE, Permission.CLOSE_STATIONS}
_SUPERVISOR = _LEAD | {Permission.DEFER, Permission.EDIT_CALENDAR, Permission.EDIT_POLICIES}
_SYSADMIN = frozenset(
    {
        Permission.ADMINISTER,
        Permission.MANAGE_PEOPLE,
        Permission.SET_DUTY,
        Permission.CLOSE_STATIONS,
        Permission.EDIT_CALENDAR,
        Permission.EDIT_POLICIES,
    }
)
_SPECIAL = {
    Role.DESK_CLERK: frozenset({Permission.ENTER_REQUESTS, Permission.WORK_CASES}),
    Role.DISPATCHER: _DISPATCHER,
    Role.TOWNSHIP_LEAD: _LEAD,
    Role.COUNTY_SUPERVISOR: _SUPERVISOR,
    Role.PREF_ANALYST: frozenset({Permission.SEE_REPORTS}),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT}),
    Role.SYSADMIN: _SYSADMIN,
}
_HOMES = (
    (Permission.WORK_CASES, "/queue"),
    (Permission.SEE_REPORTS, "/reports"),
    (Permission.MANAGE_PEOPLE, "/admin/people"),
    (Permission.READ_AUDIT, "/admin/audit"),
)
_ADMIN = (
    (Permission.SUPERVISE, "/admin/absences"),
    (Permission.MANAGE_PEOPLE, "/admin/people"),
    (Permission.ADMINISTER, "/admin/stations"),
    (Permission.READ_AUDIT, "/admin/audit"),
)


def permissions_of(role: Role) -> frozenset[Permission]:
    """What one role may do; every role that is not named above handles requests."""
    return _SPECIAL.get(role, _HANDLER)


def all_permissions(roles: Iterable[Role]) -> frozenset[Permission]:
    """What somebody with these roles may do."""
    return frozenset(each for role in roles for each in permissions_of(role))


def reaches_area(role: Role) -> bool:
    """Whether the role sees every ordinary request of its area, not only its own."""
    return role in AREA_WIDE


def sees_figures(role: Role) -> bool:
    """Whether the role may open the reports of its area."""
    return Permission.SEE_REPORTS in permissions_of(role)


def may_hold_post(role: Role) -> bool:
    """Whether requests can be assigned to a post of this role."""
    return role not in OVERSIGHT


def may_send_away(own: Collection[Permission], theirs: Collection[Permission]) -> bool:
    """Whether somebody may enter the absence of another, which hands the other's powers on.

    Only of those who may do no more than they do themselves.
    """
    return frozenset(theirs) <= frozenset(own)


def is_username(text: str) -> bool:
    """3 to 60 small letters, digits, dots, hyphens and underscores; an end is no sign."""
    return _USERNAME.fullmatch(text) is not None


def home(permissions: frozenset[Permission]) -> str:
    """The page somebody with these permissions starts from."""
    return next((path for each, path in _HOMES if each in permissions), "/account")


def first_admin_page(permissions: frozenset[Permission]) -> str | None:
    """The first page below `/admin` that somebody with these permissions may open, if any."""
    return next((path for each, path in _ADMIN if each in permissions), None)
