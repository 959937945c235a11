"""Begins and ends a test run; the fixtures are in tests/support."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import settings

from tests.support import postgres, run_folder

settings.register_profile("desk", deadline=None)  # a busy machine is no wrong answer
settings.load_profile("desk")

pytest_plugins = ["tests.support.fixtures", "tests.support.live", "tests.support.browser"]


def _begins_the_run(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if _begins_the_run(config):
        run_folder.make()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _begins_the_run(config):
        postgres.stop()
        shutil.rmtree(run_folder.current(), ignore_errors=True)
