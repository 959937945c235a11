"""What a resident fills in, and what the desk keeps of it."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from service_desk.foundation.database import Base, session
from service_desk.service_requests.models import ServiceRequest

BEIMEN = "533401101003"
PREFECTURE = "533400000000"
TOKEN = "a-form-token-of-a-test-0001"
LAMP = "北门社区的路灯坏了三天,晚上看不见路"
PHONE = "13887700001"


def told(**changes: object) -> dict[str, object]:
    """Everything that the form needs, as a browser posts it; None leaves a field out."""
    fields = {
        "form_token": TOKEN,
        "danger": "no",
        "area": BEIMEN,
        "description": LAMP,
        "phone": PHONE,
        "notice_seen": "y",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **how: object) -> bytes:
    """A small photo."""
    file = io.BytesIO()
    Image.new("RGB", size, "#336699").save(file, kind, **how)
    return file.getvalue()


def upload(data: bytes, name: str = "photo.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


@pytest.fixture
def counted(app):
    """How many rows each table has now."""

    def rows() -> dict[str, int]:
        with app.app_context():
            return {
                table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
                for table in Base.metadata.sorted_tables
            }

    return rows


@pytest.fixture
def kept(app):
    """Every request, oldest first, told by a function."""

    def stored(tell=lambda request: request):
        with app.app_context():
            found = session.scalars(sa.select(ServiceRequest).order_by(ServiceRequest.id))
            return [tell(request) for request in found]

    return stored


@pytest.fixture
def post(client):
    """Sends the whole form at once, with the page's CSRF token."""

    def sent(path: str = "/requests/new", **changes: object):
        token = client.hidden(path)["csrf_token"]
        return client.post(path, data={"csrf_token": token, **told(**changes)})

    return sent
