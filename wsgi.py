"""The entry point of the web processes and of `flask --app wsgi`."""

from __future__ import annotations

import sys

from config import Settings, SettingsError
from service_desk.app import create_app
from workers.commands import COMMANDS

try:
    settings = Settings.from_env()
except SettingsError as error:
    sys.exit(f"{error}")

app = create_app(settings)
for command in COMMANDS:
    app.cli.commands["desk"].add_command(command)  # type: ignore[attr-defined]
