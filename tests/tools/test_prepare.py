"""What whoever starts the desk is told."""

from __future__ import annotations

from datetime import timedelta

from service_desk.foundation import moved_time
from service_desk.foundation.settings import settings
from tools.prepare import words

MOVED = "Demo time:"


def test_the_demos_time_is_told_only_when_it_was_moved(app):
    with app.app_context():
        assert MOVED not in words(settings())
        moved_time.forward(timedelta(days=3))
        assert MOVED in words(settings())
