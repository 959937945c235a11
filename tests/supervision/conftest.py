"""The same request and people as in casework."""

from __future__ import annotations

from tests.casework.conftest import as_, open_one, stored

__all__ = ["as_", "open_one", "stored"]
