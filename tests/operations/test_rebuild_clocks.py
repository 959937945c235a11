"""Invented requests too can be proved: their timelines tell the same clocks."""

from __future__ import annotations

import pytest

from service_desk.service_requests.rebuild import compare_all
from tests.operations.conftest import COUNT

pytestmark = pytest.mark.both_databases


def test_the_timelines_of_invented_requests_tell_their_clocks(invented):
    found = list(compare_all())
    assert len(found) == COUNT
    assert all(each.enough for each in found)
    assert [each for each in found if each.differences] == []
