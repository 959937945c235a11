"""Rate limits by address: a hundredth of a second of Redis, else this process's memory."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from service_desk.foundation.secrets import keyring


def _caller() -> str:
    """Who is counted: a keyed hash, so that Redis holds nobody's address."""
    return keyring().lookup(f"address:{get_remote_address()}")


limiter = Limiter(_caller, headers_enabled=True, in_memory_fallback_enabled=True)
WAIT_S = 0.1


def set_up(app: Flask, redis_url: str) -> None:
    """With no Redis each web process counts for itself."""
    app.config["RATELIMIT_STORAGE_URI"] = _storage(redis_url)
    if redis_url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_timeout": WAIT_S,
            "socket_connect_timeout": WAIT_S,
        }
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    limiter.init_app(app)


def _storage(redis_url: str) -> str:
    if redis_url.startswith("unix:"):
        return "redis+" + redis_url
    return redis_url or "memory://"
