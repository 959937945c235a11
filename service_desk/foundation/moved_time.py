"""The demo's time, moved forward for all processes of one desk; it never goes back.

How far lies in a small file beside the data. Only a development desk with DEMO=1 and the console
provider ever looks at it: elsewhere nothing is read and nothing can be moved.
"""

from __future__ import annotations

import fcntl
from datetime import timedelta
from pathlib import Path

from flask import Flask, current_app, has_app_context

from service_desk.foundation import clock
from service_desk.foundation.faults import NotFound, Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.logging import get_logger
from service_desk.foundation.settings import Settings

EXTENSION = "moved_time"
FILE = "demo-time"
NOTHING = timedelta(0)
LONGEST = timedelta(days=366)
CONSOLE = "console"


class MovedTime:
    """Whole seconds in a file that is replaced in one step. It is read each time, a few
    microseconds of a demo: by its age alone two quick presses could not be told apart.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def ahead(self) -> timedelta:
        """How far the demo is ahead of the real time."""
        try:
            return _seconds(self.path.read_text())
        except FileNotFoundError:
            return NOTHING

    def forward(self, by: timedelta) -> None:
        """Adds `by`, whoever else does so at the same time. Raises Refused beyond a year."""
        if by < NOTHING:
            raise ValueError("time goes forward only")
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.path.with_name(f"{FILE}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._write(self.ahead() + by)

    def _write(self, ahead: timedelta) -> None:
        if ahead > LONGEST:
            raise Refused(
                _("The demo's time goes a year ahead at most. Begin anew with an empty DATA_DIR.")
            )
        draft = self.path.with_name(f".{FILE}.draft")
        draft.write_text(str(int(ahead.total_seconds())))
        draft.replace(self.path)


def _seconds(text: str) -> timedelta:
    """Nothing where the file holds no number of seconds, or more of them than can be moved."""
    number = text.strip()
    known = number.isascii() and number.isdecimal() and len(number) <= len("31622400")
    return min(timedelta(seconds=int(number)), LONGEST) if known else NOTHING


def set_up(app: Flask, settings: Settings) -> None:
    """The switch of this app, where there may be one."""
    if settings.demo and not settings.production and settings.sms_provider == CONSOLE:
        app.extensions[EXTENSION] = MovedTime(settings.data_dir / FILE)
        clock.follow(ahead)


def switch() -> MovedTime | None:
    """The running app's; None where time cannot be moved."""
    found: MovedTime | None = None
    if has_app_context():
        found = current_app.extensions.get(EXTENSION)
    return found


def ahead() -> timedelta:
    """How far the running app's time was moved; nothing where it cannot be."""
    found = switch()
    return found.ahead() if found else NOTHING


def forward(by: timedelta) -> None:
    """Moves the running app's time. Raises NotFound where there is no switch."""
    found = switch()
    if found is None:
        raise NotFound
    found.forward(by)
    get_logger().warning("demo_time_moved", seconds=int(by.total_seconds()))
