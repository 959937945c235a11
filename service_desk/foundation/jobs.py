"""The names of jobs. RQ only wakes a worker; what is due is a row in the database."""

from __future__ import annotations

from enum import StrEnum


class Job(StrEnum):
    """Dotted paths under `workers`; a test resolves every one."""

    DELIVER = "workers.messages.deliver"
