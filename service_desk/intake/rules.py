"""What words a form takes and what it makes of them (pure)."""

from __future__ import annotations

import re
import unicodedata

SHORTEST_WORDS, LONGEST_WORDS = 2, 2000
LONGEST_NAME, LONGEST_ADDRESS = 80, 200
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_BREAK = re.compile("[\t\n\u2028\u2029]")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,15})?")
_YES, _NO = (
    frozenset({"y", "yes", "on", "true", "1"}),
    frozenset({"", "n", "no", "off", "false", "0"}),
)


def tidy(text: str | None) -> str:
    """Composed characters (NFC) and one kind of line break; nothing typed is lost."""
    composed = unicodedata.normalize("NFC", text or "")
    return composed.replace("\r\n", "\n").replace("\r", "\n")


def has_control(text: str, *, one_line: bool = False) -> bool:
    """Whether there is a character that nobody types; line breaks and tabs count in one line."""
    return bool(_CONTROL.search(text) or (one_line and _BREAK.search(text)))


def yes_or_no(text: str) -> bool | None:
    """What a tick box sent; None when it is neither."""
    word = text.strip().lower()
    return True if word in _YES else (False if word in _NO else None)


def is_token(text: str) -> bool:
    """Whether it can be a form's token: the page gives 128 random bits."""
    return _TOKEN.fullmatch(text) is not None


def location(latitude: str, longitude: str) -> str | None:
    """`latitude,longitude` in degrees with six decimals (a hand's breadth); None when wrong."""
    north, east = _degrees(latitude, 90), _degrees(longitude, 180)
    return None if north is None or east is None else f"{north:.6f},{east:.6f}"


def _degrees(text: str, most: float) -> float | None:
    text = text.strip()
    if not _DEGREES.fullmatch(text) or not text.isascii():
        return None
    value = float(text)
    return value if abs(value) <= most else None
