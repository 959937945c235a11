"""Where routing puts a request, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Placement:
    """`reasons` are codes with parameters, so that they can be told in any language.

    `dispatcher` means nobody was found by rule or the matter is restricted: a person
    dispatches it. `vacancy` means a post that should have had it is empty.
    """

    post_id: int | None
    user_id: int | None
    unit_code: str
    vacancy: bool
    dispatcher: bool
    reasons: tuple[dict[str, Any], ...]
