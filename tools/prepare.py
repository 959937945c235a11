"""Brings the database up to the code and fills it; prints what a first visitor needs to know."""

from __future__ import annotations

import sys

from flask_migrate import upgrade

from config import Settings, SettingsError
from service_desk.app import create_app
from service_desk.directory.models import Area
from service_desk.directory.roles import role_label
from service_desk.foundation import moved_time
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.operations.demo_people import ACCOUNTS
from service_desk.operations.demo_today import load_sample
from service_desk.operations.load import load


def words(settings: Settings) -> str:
    """The address, and in demo mode who can sign in and where a phone is simulated."""
    lines = ["", f"The desk is open:  {settings.public_url}/"]
    if settings.sms_provider == "console":
        lines.append(f"A phone to text:   {settings.public_url}/simulator")
    if settings.demo:
        lines.append(f"Staff sign in at:  {settings.public_url}/login")
        lines.append(f"Demo password:     {settings.demo_password}")
        lines += demo_accounts()
    if moved_time.ahead():
        lines.append(f"Demo time:         {local(now()):%Y-%m-%d %H:%M} (moved forward)")
    lines.append("Ctrl-C stops everything.")
    return "\n".join(lines)


def demo_accounts() -> list[str]:
    """One line for each account: name, role and place."""
    places = {area.code: area.name for area in session.query(Area)}
    return [
        f"  {each.username:<18} {role_label(each.role, 'en')}, {places[each.area_code]}"
        for each in ACCOUNTS
    ]


def main() -> int:
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    app = create_app(settings)
    with app.app_context():
        upgrade()
        with unit_of_work():
            load(settings.demo, settings.demo_password, now())
            if settings.demo:
                load_sample(now())
        print(words(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
