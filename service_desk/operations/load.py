"""What every desk begins with: the real divisions, the posts, and the demo's people."""

from __future__ import annotations

from datetime import datetime

from service_desk.directory import service as directory
from service_desk.operations import demo_people
from service_desk.service_clock import service as service_clock


def load(demo: bool, password: str, at: datetime) -> None:
    """Safe to repeat: what is there already stays as it is."""
    directory.load_bundled_divisions(at)
    service_clock.seed_policies(at)
    service_clock.fill_calendar(at)
    demo_people.load_posts(at)
    if demo:
        demo_people.load_people(password, at)
