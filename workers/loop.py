"""A step again and again, until it is told to stop; what is away for a while is waited for."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from service_desk.foundation.logging import get_logger
from workers.context import inside

AWAY_PAUSE_S = 1.0


def repeat(name: str, step: Callable[[], object], pause_s: float, stop: Event) -> None:
    """Runs `step` every `pause_s` seconds; the database or Redis being away is logged once."""
    away = ""
    while not stop.wait(AWAY_PAUSE_S if away else pause_s):
        missing = _try(step)
        if missing and missing != away:
            get_logger().warning("away", loop=name, kind=missing)
        if away and not missing:
            get_logger().warning("back", loop=name)
        away = missing


def _try(step: Callable[[], object]) -> str:
    try:
        with inside():
            step()
    except (RedisError, SQLAlchemyError) as error:
        return type(error).__name__
    return ""
