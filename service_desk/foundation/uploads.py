"""Files that people send with a form's field `file`."""

from __future__ import annotations

from contextlib import closing

from werkzeug.datastructures import FileStorage

from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _


def content_of(upload: FileStorage, most: int) -> bytes:
    """All of it, closed after. Raises Refused, naming the field, where it is over `most` bytes."""
    with closing(upload):
        content: bytes = upload.read(most + 1)
    if len(content) > most:
        raise Refused(_("This file is too large."), "file")
    return content
