"""The same request and people as in casework, and what the desk reminds them of."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message
from service_desk.service_requests.models import EntryKind, TimelineEntry
from service_desk.service_requests.queries import by_reference
from service_desk.service_requests.service import for_change
from tests.casework.conftest import as_, open_one, remind, stored

__all__ = ["as_", "open_one", "remind", "stored"]


@pytest.fixture
def reminded(app):
    """What the timelines say: `(clock, step, who was told)`, in the order it was written."""

    def read():
        with app.app_context():
            names = dict(session.execute(sa.select(User.id, User.username)).all())
            kind = TimelineEntry.kind == EntryKind.REMINDED
            lines = session.scalars(sa.select(TimelineEntry).where(kind).order_by(TimelineEntry.id))
            return [
                (each.data["clock"], each.data["step"], {names[i] for i in each.data["users"]})
                for each in lines
            ]

    return read


@pytest.fixture
def texts(app):
    """Every text of a reminder, in the order it was written."""

    def read():
        with app.app_context():
            ours = Message.dedupe_key.startswith("remind:")
            return session.scalars(sa.select(Message).where(ours).order_by(Message.id)).all()

    return read


@pytest.fixture
def change(app):
    """Does something to a request in a transaction of its own."""

    def do(reference, work, *arguments):
        with app.app_context(), unit_of_work():
            return work(for_change(by_reference(reference).id), *arguments)

    return do
