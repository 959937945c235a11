"""The real desk on a database with so many stored requests, and who asks it what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from config import Settings
from service_desk.app import create_app
from service_desk.foundation.clock import now
from service_desk.foundation.database import db, session
from service_desk.foundation.transaction import unit_of_work
from service_desk.operations.demo_load import Wanted, full_hour, load_requests
from service_desk.operations.load import load

PASSWORD, SEED = "Crane-Lake-Barley-77", 533400
ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a-token-that-only-benchmarks-know", "+8610000000000"
A_MONTH = 42_000
"""Requests of a busy month: the more are stored, the further they reach back."""


def make(url: str, folder: Path) -> Flask:
    """The app as it serves, without a queue: a web process never talks to one."""
    told = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "DEMO_PASSWORD": PASSWORD,
        "LOG_LEVEL": "ERROR",
        "PUBLIC_URL": "http://localhost",
        "INTAKE_LIMIT": "1000000 per minute",
        "SMS_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": NUMBER,
    }
    return create_app(Settings.from_env(told))


def fill(app: Flask, count: int, say: Callable[[str], None]) -> None:
    """Migrations, people and `count` invented requests; then statistics for the planner."""
    with app.app_context():
        upgrade()
        at = now()
        with unit_of_work():
            load(True, PASSWORD, at)
        wanted = Wanted(count, max(1.0, count / A_MONTH), SEED, full_hour(at - timedelta(hours=1)))
        with unit_of_work():
            for done in load_requests(wanted):
                if done % 100_000 == 0:
                    say(f"{done:,} of {count:,} requests stored")
        session.remove()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
        db.engine.dispose()
