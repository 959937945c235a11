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
    """Runs `step` at once and every `pause_s` seconds; what is away is logged once."""
    away, wait_s = "", 0.0
    while not stop.wait(wait_s):
        missing = _try(step)
        wait_s = AWAY_PAUSE_S if missing else pause_s
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
