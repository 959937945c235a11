"""From a resident's words to a suggested category and urgency (pure; domain.md §7 and §19).

A suggestion is for a person to confirm, and no safety rests on it: words miss most danger.
So words only ever raise the urgency, and no match is no suggestion rather than a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from service_desk.service_requests.lifecycle import Urgency
from service_desk.triage.lexicon import Lexicon, Rule, Word, load, normalise, tokens

SHOWN = 3
_ONE_THOUGHT = 160
_SURE_SCORE = 4
_SURE_LEAD = 2
_GAPS = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_SENTENCE = re.compile(r"[。!?;\n]+")
_CLAUSE = re.compile(r"[,。!?;:、…\n]+")
_AGED = re.compile(r"(?<![\d.])(?:[6-9]\d|1[01]\d)多?岁")
_YOUNG = re.compile(r"(?<![\d.])1?\d岁")
_LEXICON = load()
_AGED_SIGN = next(word.signs for word in _LEXICON.words["八"] if word.text == "八十岁")
_YOUNG_SIGN = next(word.signs for word in _LEXICON.words["八"] if word.text == "八岁")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """At most three group codes, best first; `category` is the first of them or None.

    `confident` says that the first stands clear of the second. `restricted_hint` asks for
    need-to-know handling until a person has looked. `matched` are the words that counted.
    """

    category: str | None
    ranked: tuple[str, ...]
    urgency: Urgency
    restricted_hint: bool
    confident: bool
    matched: tuple[str, ...]

    @property
    def codes(self) -> dict[str, Any]:
        """What the timeline keeps of it: codes only, not a word of the resident's."""
        return {
            "category": self.category,
            "ranked": list(self.ranked),
            "urgency": self.urgency.value,
            "restricted": self.restricted_hint,
            "confident": self.confident,
        }


@dataclass(slots=True)
class _Reading:
    """What has been found so far. `live` are the signs outside calm clauses."""

    signs: int = 0
    live: int = 0
    counted: dict[str, Word] = field(default_factory=dict)
    scores: dict[str, int] = field(default_factory=dict)
    urgency: Urgency = Urgency.P2
    restricted: bool = False
    sensitive: bool = False

    def add(self, code: str | None, score: int) -> None:
        if code is not None:
            self.scores[code] = self.scores.get(code, 0) + score

    def count(self, words: Sequence[Word]) -> None:
        for word in words:
            if word.text not in self.counted:
                self.counted[word.text] = word
                for code, score in word.scores.items():
                    self.add(code, score)


def suggest(text: str) -> Suggestion:
    """Read a resident's words in Chinese, Tibetan or English; never fails, empty is P2."""
    reading = _Reading()
    fired: set[Rule] = set()
    for thought in _thoughts(_GAPS.sub("", normalise(text))):
        _read(thought, reading)
        _judge(reading, fired)
    return _suggestion(reading)


def _thoughts(text: str) -> list[str]:
    """Stretches within which signs belong together: a short text whole, else sentences."""
    return [text] if len(text) <= _ONE_THOUGHT else _SENTENCE.split(text)


def _read(thought: str, reading: _Reading) -> None:
    """Count the words of one thought and collect its signs, those of calm clauses apart."""
    reading.signs = reading.live = 0
    calm: list[int] = []
    for clause in _CLAUSE.split(thought):
        signs = _read_clause(clause, reading)
        reading.signs |= signs
        if signs & _LEXICON.calm:
            calm.append(signs)
        else:
            reading.live |= signs
    if reading.signs & _LEXICON.now:
        reading.live = reading.signs


def _read_clause(clause: str, reading: _Reading) -> int:
    matches = _without_nothing(_matches(clause, _LEXICON))
    reading.count(_longest(matches))
    sequences = list(_sequences(tokens(clause), _LEXICON))
    reading.count(_longest(sequences))
    signs = _age_signs(clause)
    for _, word in (*matches, *sequences):
        signs |= word.signs
        reading.sensitive = reading.sensitive or word.sensitive
    return signs


def _age_signs(clause: str) -> int:
    if "岁" not in clause:
        return 0
    signs = _AGED_SIGN if _AGED.search(clause) else 0
    return signs | _YOUNG_SIGN if _YOUNG.search(clause) else signs


Match = tuple[int, Word]


def _matches(clause: str, lexicon: Lexicon) -> list[Match]:
    """Every word at every place, overlapping ones included."""
    words = lexicon.words
    return [
        (start, word)
        for start, character in enumerate(clause)
        if character in words
        for word in words[character]
        if clause.startswith(word.text, start)
    ]


def _sequences(found: Sequence[str], lexicon: Lexicon) -> Iterator[Match]:
    for start, token in enumerate(found):
        for word in lexicon.sequences.get(token, ()):
            if _follows(word.parts, found[start : start + len(word.parts)]):
                yield start, word


def _follows(parts: tuple[str, ...], found: Sequence[str]) -> bool:
    """Whether the tokens say this; the last syllable may carry the Tibetan case ར or ས."""
    if len(parts) != len(found) or tuple(found[:-1]) != parts[:-1]:
        return False
    last, said = parts[-1], found[-1]
    return said == last or (len(parts) > 1 and said in (last + "\u0f62", last + "\u0f66"))


def _without_nothing(matches: list[Match]) -> list[Match]:
    """Drop whatever overlaps a word such as 打电话 and is not longer than it."""
    eaters = [match for match in matches if match[1].nothing]
    if not eaters:
        return matches
    return [match for match in matches if not any(_eats(eater, match) for eater in eaters)]


def _eats(eater: Match, match: Match) -> bool:
    (start, word), (begin, other) = eater, match
    if (start, word.text) == (begin, other.text):
        return False
    return _overlap(eater, match) and other.length <= word.length


def _overlap(one: Match, other: Match) -> bool:
    (start, word), (begin, second) = one, other
    return start < begin + second.length and begin < start + word.length


def _longest(matches: Sequence[Match]) -> list[Word]:
    """The words that score: longest first, none overlapping a longer one."""
    taken: list[Match] = []
    scoring = [match for match in matches if match[1].scores]
    for match in sorted(scoring, key=lambda match: (-match[1].length, match[0])):
        if not any(_overlap(match, other) for other in taken):
            taken.append(match)
    return [word for _, word in taken]


def _judge(reading: _Reading, fired: set[Rule]) -> None:
    """Apply each rule at most once; in calm clauses only (演练, 去年) danger weighs less."""
    for rule in _LEXICON.rules:
        if reading.signs & rule.needs != rule.needs or reading.signs & rule.bars:
            continue
        alive = reading.live & rule.needs == rule.needs
        reading.urgency = min(reading.urgency, rule.urgency if alive else _calmed(rule.urgency))
        if rule not in fired:
            fired.add(rule)
            reading.add(rule.category, rule.score)
            reading.restricted = reading.restricted or rule.restricted


def _calmed(urgency: Urgency) -> Urgency:
    return Urgency.P1 if urgency is Urgency.P0 else Urgency.P2


def _suggestion(reading: _Reading) -> Suggestion:
    ranked = [] if reading.sensitive else _ranked(reading)
    return Suggestion(
        category=ranked[0] if ranked else None,
        ranked=tuple(ranked[:SHOWN]),
        urgency=reading.urgency,
        restricted_hint=reading.restricted or reading.sensitive,
        confident=_sure([reading.scores[code] for code in ranked]),
        matched=tuple(reading.counted),
    )


def _ranked(reading: _Reading) -> list[str]:
    order = _LEXICON.tie_order
    return sorted(reading.scores, key=lambda code: (-reading.scores[code], order[code]))


def _sure(scores: Sequence[int]) -> bool:
    best, second = [*scores, 0, 0][:2]
    return best >= _SURE_SCORE and best - second >= _SURE_LEAD
