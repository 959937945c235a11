"""How long a text is to a telephone network (pure; domain.md §18)."""

from __future__ import annotations

ONE = 70
"""UCS-2 units of a text that goes alone."""
EACH = 67
"""UCS-2 units of each part of a longer one."""


def units(text: str) -> int:
    """UCS-2 units: one a character, two for what lies beyond U+FFFF (most emoji)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def segments(text: str) -> int:
    """How many messages the network makes of it and charges for; 0 for nothing."""
    length = units(text)
    if length <= ONE:
        return min(length, 1)
    return -(-length // EACH)
