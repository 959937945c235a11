"""People who read reports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.reporting.worlds import Fact, store
from tests.support.client import DeskClient


@pytest.fixture
def as_(app: Flask, password: str) -> Callable[[str], DeskClient]:
    """A client of somebody signed in, who reads English."""

    def sign_in(username: str) -> DeskClient:
        client = app.test_client()
        assert isinstance(client, DeskClient)
        client.set_cookie("lang", "en")
        assert client.sign_in(username, password).status_code == 302
        return client

    return sign_in


@pytest.fixture
def stored(app: Flask) -> Callable[..., list[int]]:
    """Writes facts as rows; gives their ids."""

    def write(*facts: Fact) -> list[int]:
        with app.app_context():
            return store(list(facts))

    return write
