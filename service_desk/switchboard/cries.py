"""A cry for help that is nothing else: `火`, `SOS`, `119`, `救命!!!` (pure; domain.md §7).

Whoever is in danger types one word. Words with more around them are read as any others are.
"""

from __future__ import annotations

import re
import unicodedata

_PICTURES = str.maketrans({"🔥": "火", "🆘": "sos"})
_CHINESE = ("救命", "救我", "救救我", "快救我", "救", "火", "着火", "起火", "失火", "救火", "火灾")
_LATIN = ("sos", "helpme", "saveme", "fire", "110", "119", "120")
_TIBETAN = ("མེ", "མེཤོར", "སྐྱོབས", "སྐྱོབསཤིག", "སྐྱོབསདང", "སྲོགསྐྱོབས")
_ONE = "|".join(sorted((*_CHINESE, *_LATIN, *_TIBETAN), key=len, reverse=True))
_CRY = re.compile(f"(?:(?:{_ONE})[啊呀了啦哪呐]*)+")
_HEARD = ("L", "M", "N")


def is_cry(plain: str) -> bool:
    """Of a normalised text: once or again and again, whatever signs stand around it."""
    spoken = plain.translate(_PICTURES).casefold()
    return _CRY.fullmatch(_bare(spoken)) is not None


def _bare(text: str) -> str:
    """Letters, marks and digits only: no spaces, no tsheg, no tears."""
    return "".join(char for char in text if unicodedata.category(char).startswith(_HEARD))
