"""The layouts and macros alone: templates, widgets and languages, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_login import AnonymousUserMixin

from service_desk.foundation import localisation, widgets

ROOT = Path(__file__).parents[2]


def address(name: str) -> str:
    return f"/static/{name}"


@pytest.fixture
def look() -> Iterator[Flask]:
    app = Flask("look", template_folder=str(ROOT / "templates"))
    app.config["SECRET_KEY"] = "for-tests-only"
    localisation.set_up(app)
    widgets.set_up(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def context() -> dict[str, Any]:
        return {
            "current_language": localisation.current(),
            "languages": list(localisation.LANGUAGES.items()),
            "demo": True,
            "elder_view": False,
            "csrf_token": lambda: "a-token",
            "nav_items": [("/queue", "Queue", True)],
            "static_url": address,
            "current_user": AnonymousUserMixin(),
        }

    with app.test_request_context("/?lang=en&tag=<b>"):
        yield app


@pytest.fixture
def render(look: Flask) -> Callable[..., str]:
    """Renders a piece of template with values, as a page would."""

    def page(source: str, **values: object) -> str:
        return render_template_string(source, **values)

    return page
