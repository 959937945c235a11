"""What can go wrong in words every floor understands; errors.py turns them into answers."""

from __future__ import annotations


class Fault(Exception):
    """Base of the faults a person is told about. `status` is the HTTP status."""

    status = 400


class Refused(Fault):
    """A rule says no; the sentence is for the reader and already in their language."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(Fault):
    """There is no such thing, or not for this reader."""

    status = 404


class Forbidden(Fault):
    """The reader may see it but not do this."""

    status = 403


class StaleEdit(Fault):
    """Somebody else changed the record since the page was read."""

    status = 409


class TooMany(Fault):
    """Too many tries; `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many")
        self.retry_after = retry_after
