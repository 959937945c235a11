"""No more of a file is read than may be sent."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from service_desk.foundation.faults import Refused
from service_desk.foundation.uploads import content_of


@pytest.mark.parametrize("size", [0, 1, 7, 8])
def test_what_fits_is_read_whole(app, size):
    upload = FileStorage(BytesIO(b"x" * size))
    assert content_of(upload, 8) == b"x" * size
    assert upload.stream.closed


@pytest.mark.parametrize("size", [9, 1000])
def test_what_does_not_fit_is_refused_by_its_field(app, size):
    upload = FileStorage(BytesIO(b"x" * size))
    with app.test_request_context(), pytest.raises(Refused) as refused:
        content_of(upload, 8)
    assert refused.value.field == "file"
    assert upload.stream.closed
