"""How long a text is to a telephone network, and what may be in it (pure; domain.md §18)."""

from __future__ import annotations

import re

from service_desk.foundation.redaction import redact

ONE = 70
"""UCS-2 units of a text that goes alone."""
EACH = 67
"""UCS-2 units of each part of a longer one."""

LONGEST_WORDS = 400
"""UCS-2 units of somebody's own words, so that the whole stays below 500."""
_LINK = re.compile(r"(?:https?://|www\.)[^\s\u3400-\u9fff]+", re.IGNORECASE)
_BRACKETS = str.maketrans("【】", "()")


def units(text: str) -> int:
    """UCS-2 units: one a character, two for what lies beyond U+FFFF (most emoji)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def segments(text: str) -> int:
    """How many messages the network makes of it and charges for; 0 for nothing."""
    length = units(text)
    if length <= ONE:
        return min(length, 1)
    return -(-length // EACH)


def sendable(words: str) -> str:
    """Free words on one line, without links, numbers of people, and our signature's brackets."""
    line = " ".join(redact(_LINK.sub("", words)).translate(_BRACKETS).split())
    while units(line) > LONGEST_WORDS:
        line = line[:-1]
    return line
