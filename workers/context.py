"""The desk inside a worker process: made once, with the settings of the environment."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from threading import Lock

from flask import Flask, current_app, has_app_context

from config import Settings
from service_desk.app import create_app
from service_desk.foundation.settings import settings
from service_desk.messaging.gateway import Provider
from service_desk.messaging.providers.registry import provider_of

PROVIDER = "sms_provider"
_making = Lock()


@cache
def _app() -> Flask:
    return create_app(Settings.from_env())


def app() -> Flask:
    """This process's desk; threads that ask at once get the same one."""
    with _making:
        return _app()


def inside() -> AbstractContextManager[object]:
    """An app context: the one that is open, else this process's own."""
    return nullcontext() if has_app_context() else app().app_context()


def provider() -> Provider:
    """Whoever carries texts, kept as long as the app: its connections are used again."""
    extensions = current_app.extensions
    if PROVIDER not in extensions:
        extensions[PROVIDER] = provider_of(settings())
    carrier: Provider = extensions[PROVIDER]
    return carrier
