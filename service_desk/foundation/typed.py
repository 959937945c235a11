"""Words as people type them into an address: what no database can keep is left out."""

from __future__ import annotations

LONGEST = 200


def typed(text: str) -> str:
    """One line without control characters and spaces around it, 200 characters at most."""
    return "".join(each for each in text[:LONGEST] if each.isprintable()).strip()
