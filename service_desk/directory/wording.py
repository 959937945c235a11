"""What a new version of a calendar or of a week did to open requests."""

from __future__ import annotations

from service_desk.foundation.localisation import gettext as _


def moved_text(moved: int, reached: int | None) -> str:
    """`moved` requests gained time so far; `reached` is null when all were looked through."""
    if reached is None:
        return _gained(moved)
    if not moved:
        return _("Open requests are still being looked through")
    return _(
        "%(count)s open requests gained time so far; others are still being looked through",
        count=moved,
    )


def _gained(moved: int) -> str:
    if not moved:
        return _("No open request gained time")
    if moved == 1:
        return _("1 open request gained time")
    return _("%(count)s open requests gained time", count=moved)
