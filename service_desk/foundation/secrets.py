"""The keys of the running app, and the column type that uses them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import Dialect

from service_desk.foundation.crypto import Keyring


def keyring() -> Keyring:
    ring: Keyring = current_app.extensions["keyring"]
    return ring


def secret() -> str:
    return str(current_app.config["SECRET_KEY"])


class Encrypted(sa.types.TypeDecorator[str]):
    """Text that a database dump does not show."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring().encrypt(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else keyring().decrypt(bytes(value))
