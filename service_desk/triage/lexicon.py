"""The words and rules by which a text is read (pure): data/lexicon.json, made ready for speed.

A word has scores for categories and signs (one bit for each concept). A rule asks for signs
that occur together and then adds to a category, raises the urgency or hints that the matter is
restricted. Words of the list `nothing` (打电话, 火把节) eat shorter words inside them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from operator import or_
from pathlib import Path
from typing import Any

from service_desk.service_requests.lifecycle import Urgency

TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[\u0f20-\u0f33\u0f40-\u0f84\u0f86-\u0fbc]+")
_PARTICLES = ("\u0f60\u0f72", "\u0f60\u0f7c", "\u0f60\u0f58", "\u0f60\u0f44")
_WEAK_SCORE = 1
_TOKEN_SCORE = 2


@dataclass(slots=True)
class Word:
    """What one word, or one sequence of tokens, says."""

    text: str
    parts: tuple[str, ...] = ()
    scores: dict[str, int] = field(default_factory=dict)
    signs: int = 0
    nothing: bool = False
    sensitive: bool = False

    @property
    def length(self) -> int:
        return len(self.parts) or len(self.text)


@dataclass(frozen=True, slots=True)
class Rule:
    """When all of `needs` and none of `bars` occur: what follows."""

    needs: int
    bars: int
    category: str | None
    score: int
    urgency: Urgency
    restricted: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by first character, token sequences by first token, rules, and two signs."""

    words: dict[str, tuple[Word, ...]]
    sequences: dict[str, tuple[Word, ...]]
    rules: tuple[Rule, ...]
    tie_order: dict[str, int]
    calm: int
    now: int


def normalise(text: str) -> str:
    """Half width, lower case, one form for each letter (NFKC); the tsheg stays."""
    return unicodedata.normalize("NFKC", text).lower()


def tokens(text: str) -> list[str]:
    """English words and Tibetan syllables; the particles འི འོ འམ འང are cut off.

    Syllables are kept apart, since མེ (fire) must not be found in མེད (is not).
    """
    return [_stem(token) for token in TOKEN.findall(text)]


def _stem(token: str) -> str:
    return token[:-2] if len(token) > 2 and token.endswith(_PARTICLES) else token


class _Signs:
    """Gives every concept its bit."""

    def __init__(self) -> None:
        self.bits: dict[str, int] = {}

    def bit(self, concept: str) -> int:
        return self.bits.setdefault(concept, 1 << len(self.bits))

    def mask(self, concepts: Iterable[str]) -> int:
        return reduce(or_, (self.bit(concept) for concept in concepts), 0)


class _Builder:
    """Collects what the file says of each word in its several lists."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.signs = _Signs()
        self.words: dict[str, Word] = {}
        self.sequences: dict[tuple[str, ...], Word] = {}

    def word(self, text: str) -> Word:
        text = normalise(text)
        return self.words.setdefault(text, Word(text))

    def sequence(self, text: str) -> Word:
        text = normalise(text)
        parts = tuple(tokens(text))
        return self.sequences.setdefault(parts, Word(text, parts))

    def build(self) -> Lexicon:
        self._chinese()
        self._concepts()
        self._tokens()
        return Lexicon(
            words=_by_first(self.words.values(), lambda word: word.text[0]),
            sequences=_by_first(self.sequences.values(), lambda word: word.parts[0]),
            rules=tuple(self._rule(row) for row in self.data["rules"]),
            tie_order={code: rank for rank, code in enumerate(self.data["tie_order"])},
            calm=self.signs.bit("calm"),
            now=self.signs.bit("now"),
        )

    def _chinese(self) -> None:
        weak = set(self.data["weak"].split())
        for code, lines in self.data["categories"].items():
            for text in _split(lines):
                self.word(text).scores[code] = _WEAK_SCORE if text in weak else len(text)
        for text in _split(self.data["nothing"]):
            self.word(text).nothing = True
        for text in self.data["sensitive"].split():
            self.word(text).sensitive = True

    def _concepts(self) -> None:
        for concept, line in self.data["concepts"].items():
            for text in line.split():
                self.word(text).signs |= self.signs.bit(concept)
        for row in self.data["combinations"]:
            for text in _combined(row["parts"]):
                self.word(text).signs |= self.signs.bit(row["concept"])

    def _tokens(self) -> None:
        for code, texts in self.data["token_categories"].items():
            for text in texts:
                word = self.sequence(text)
                word.scores[code] = _TOKEN_SCORE * len(word.parts)
        for text in self.data["token_sensitive"]:
            self.sequence(text).sensitive = True
        for concept, texts in self.data["token_concepts"].items():
            for text in texts:
                self.sequence(text).signs |= self.signs.bit(concept)

    def _rule(self, row: dict[str, Any]) -> Rule:
        return Rule(
            needs=self.signs.mask(row["all"]),
            bars=self.signs.mask(row.get("none", [])),
            category=row.get("category"),
            score=row.get("score", 0),
            urgency=Urgency(row.get("urgency", Urgency.P2)),
            restricted=row.get("restricted", False),
        )


def _split(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from line.split()


def _combined(parts: Sequence[str]) -> Iterator[str]:
    """Every way to put one choice of each part in a row; `|a|b` has an empty choice too."""
    choices = [part.split("|") if "|" in part else part.split() for part in parts]
    return ("".join(choice) for choice in product(*choices))


def _by_first(words: Iterable[Word], first: Any) -> dict[str, tuple[Word, ...]]:
    found: dict[str, list[Word]] = {}
    for word in words:
        found.setdefault(first(word), []).append(word)
    return {key: tuple(group) for key, group in found.items()}


def load() -> Lexicon:
    """The lexicon of data/lexicon.json."""
    path = Path(__file__).parent / "data" / "lexicon.json"
    return _Builder(json.loads(path.read_text("utf-8"))).build()
