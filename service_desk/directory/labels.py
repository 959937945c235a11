"""A name in the three languages of the desk; every table of names in this room uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """One name in Chinese, Tibetan and English."""

    zh: str
    bo: str
    en: str

    def in_language(self, language: str) -> str:
        """The name in `language`, a locale such as `zh_Hans_CN`, `bo`, `en`; else Chinese."""
        if language.startswith("bo"):
            return self.bo
        return self.en if language.startswith("en") else self.zh


def labels_of(row: Mapping[str, str]) -> Labels:
    """Read the keys `zh`, `bo` and `en` of a data row; KeyError when one is missing."""
    return Labels(zh=row["zh"], bo=row["bo"], en=row["en"])
