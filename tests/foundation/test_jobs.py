"""Every name of a job leads to something that can be called with an id."""

from __future__ import annotations

import importlib
import inspect

import pytest

from service_desk.foundation.jobs import Job


@pytest.mark.parametrize("job", Job)
def test_every_name_resolves(job):
    module, _, name = job.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    assert callable(found)
    assert len(inspect.signature(found).parameters) <= 1
