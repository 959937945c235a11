"""Invented words of invented residents, and the same made unreadable once for many rows.

A text that many rows share is encrypted once: what a load costs is the rows, not the cipher.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from service_desk.directory.categories import all_categories, category
from service_desk.foundation.crypto import Keyring
from service_desk.operations.demo_names import Invented
from service_desk.service_requests.reference import pin_for

CHINESE, TIBETAN, ENGLISH = "zh_Hans_CN", "bo", "en"
FIRST_RESIDENT = 19_910_000_000
RESIDENTS = 20_000
NAMES = 500


class Resident(NamedTuple):
    """Somebody with a telephone: the number as it is stored, and the hash that finds it."""

    phone: bytes
    phone_hash: str


def invented_words() -> dict[str, Any]:
    return dict(json.loads((Path(__file__).parent / "data" / "demo_words.json").read_text("utf-8")))


class Words:
    """Pools of encrypted texts; a generator draws from them."""

    def __init__(self, ring: Keyring, secret: str) -> None:
        self._ring, self._secret = ring, secret
        self._told = invented_words()

    def _pool(self, texts: Sequence[str]) -> tuple[bytes, ...]:
        return tuple(self._ring.encrypt(text) for text in texts)

    @cached_property
    def told(self) -> dict[tuple[str, str], tuple[bytes, ...]]:
        """What residents write, by category and language."""
        return {
            (each.code, language): self._pool(self._sentences(each.code, language))
            for each in all_categories()
            for language in (CHINESE, TIBETAN, ENGLISH)
        }

    def _sentences(self, code: str, language: str) -> list[str]:
        label = category(code).labels.in_language(language)
        if language != CHINESE:
            return [self._told[language] % label]
        own: list[str] = self._told["told"].get(code, [])
        return own or [pattern % label for pattern in self._told["patterns"]]

    @cached_property
    def shared(self) -> dict[str, tuple[bytes, ...]]:
        """Results, comments, notes and addresses by the name of their list."""
        lists = ("needed", "results", "praise", "blame", "notes", "addresses")
        return {name: self._pool(self._told[name]) for name in lists}

    @cached_property
    def names(self) -> dict[str, tuple[bytes, ...]]:
        """Names as people of a county have them, by the county's six digits."""
        invented = Invented()
        counties = ("533401", "533422", "533423", "533400")
        return {each: self._pool([invented.name(each) for _ in range(NAMES)]) for each in counties}

    def pin_hash(self, reference: str, key: str) -> str:
        """What opens a request, stored as for every other; `key` is channel and external id."""
        pin = pin_for(self._secret, key)
        return self._ring.lookup(f"pin:{reference}:{pin}")

    def resident(self, dice: Random, among: int) -> Resident:
        """One of `among` residents, RESIDENTS at most; the same one calls again."""
        number = int(dice.random() * min(among, RESIDENTS))
        known = self._residents.get(number)
        if known is None:
            phone = f"+86{FIRST_RESIDENT + number}"
            known = Resident(self._ring.encrypt(phone), self._ring.lookup(phone))
            self._residents[number] = known
        return known

    @cached_property
    def _residents(self) -> dict[int, Resident]:
        return {}
