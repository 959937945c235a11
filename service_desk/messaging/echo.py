"""Telling robots from people: the same words again and again, or our own sent back."""

from __future__ import annotations

import unicodedata

from service_desk.foundation.secrets import keyring


def essence(body: str) -> str:
    """The letters of a text; a robot's clock or counter makes no difference.

    Where there are no letters (a rating), the text as it is.
    """
    plain = unicodedata.normalize("NFKC", body).casefold()
    letters = "".join(char for char in plain if unicodedata.category(char)[0] in "LM")
    return letters or plain.strip()


def fingerprint(body: str) -> str:
    """A keyed hash under which like texts are found again (43 characters)."""
    return keyring().lookup("text:" + essence(body))
