"""A desk on both databases, and a clock that tests move."""

from __future__ import annotations

import pytest

from tests.messaging.fakes import Clock


@pytest.fixture
def inside(db_app):
    """Within the desk for as long as the test lasts."""
    with db_app.app_context():
        yield


@pytest.fixture
def clock():
    return Clock()
