"""What is this text: a wish to stop, a rating, a status query, more on a request, or a new one.

Pure: decided from the words and from what is known of the phone (contract, Texts).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service_desk.switchboard.cries import is_cry
from service_desk.switchboard.words import (
    COUNTED,
    HELP,
    LEVELS,
    NO,
    NUMERALS,
    START,
    STATUS,
    STOP,
    YES,
)

SHORTEST = 2
TEN = 10
_EDGES = " \t\r\n.,!?;:。、,!?;:~…·'\"“”‘’()[]【】<>《》།༎་-—"
_KEYCAP = {ord(char): None for char in "\ufe0f\u20e3\u200b\u200c\u200d\ufeff"}
_REFERENCE = re.compile(r"[\d\s\-‐–—−]+")
_DIGIT = re.compile(r"([1-5一二三四五])(?:\s*(分|星))?(?!\s*[\d.%/:一二三四五六七八九十])")
_GREETINGS = ("谢", "感谢", "多谢", "辛苦", "thank", "Thank", "ཐུགས་རྗེ")
_COUNTED = re.compile(COUNTED, re.IGNORECASE)
_OPINIONS = (*_GREETINGS, *LEVELS)
_NAMES = sorted(LEVELS, key=len, reverse=True)


class Kind(StrEnum):
    """What a text is taken for; kept with it."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    STATUS = "status"
    RATING = "rating"
    FOLLOW_UP = "follow_up"
    ASK = "asked"
    ANSWER_SAME = "answer_same"
    ANSWER_NEW = "answer_new"
    NEW = "new"


@dataclass(frozen=True)
class Waiting:
    """A request that waits for this phone; `group` is its category's."""

    id: int
    group: str | None = None


@dataclass(frozen=True)
class Context:
    """What is known of the phone.

    `rateable` is the request that was resolved last and is not rated, `waiting` those that wait
    for an answer, latest first, `own` all its references. `asked`: we asked whether its last
    text is new. `topic` is the category group of the words, when they are clear.
    """

    rateable: int | None = None
    waiting: tuple[Waiting, ...] = ()
    own: Mapping[str, int] = field(default_factory=dict)
    asked: bool = False
    topic: str | None = None


@dataclass(frozen=True)
class Decision:
    """`reference` is what was typed behind a status word, ten digits or not.

    `danger`: the text is a cry for help and nothing else.
    """

    kind: Kind
    level: int | None = None
    comment: str = ""
    request_id: int | None = None
    reference: str = ""
    danger: bool = False


def normalise(body: str) -> str:
    """Half-width, no keycaps; Tibetan and other digits as 0-9. Upper case stays."""
    plain = unicodedata.normalize("NFKC", body).translate(_KEYCAP)
    return "".join(_plain_digit(char) for char in plain).strip()


def _plain_digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def decide(body: str, context: Context) -> Decision:
    """Stop and start beat all, then a cry; a bare digit without a question gets help only."""
    plain = normalise(body)
    word = (plain.strip(_EDGES) or plain).casefold()
    return (
        _command(word)
        or _cry(plain)
        or _status(word)
        or _answer(word, context)
        or _rating(plain, context)
        or _more(plain, context)
    )


def _command(word: str) -> Decision | None:
    if word in STOP:
        return Decision(Kind.STOP)
    if word in START:
        return Decision(Kind.START)
    return Decision(Kind.HELP) if word in HELP else None


def _cry(plain: str) -> Decision | None:
    """A request of its own, whatever waits for this phone: somebody is paged at once."""
    return Decision(Kind.NEW, danger=True) if is_cry(plain) else None


def _status(word: str) -> Decision | None:
    """A status word, a reference, or both; `查询低保` is a question, not this."""
    found = next((each for each in STATUS if word.startswith(each)), "")
    rest = word[len(found) :].strip(_EDGES)
    digits = _digits(rest)
    if rest and not _REFERENCE.fullmatch(rest):
        return None
    return Decision(Kind.STATUS, reference=digits) if found or len(digits) == TEN else None


def _answer(word: str, context: Context) -> Decision | None:
    if not context.asked:
        return None
    if word in YES:
        return Decision(Kind.ANSWER_SAME)
    return Decision(Kind.ANSWER_NEW) if word in NO else None


def _rating(plain: str, context: Context) -> Decision | None:
    read = read_rating(plain)
    if read is None:
        return None
    level, comment = read
    if context.rateable is not None:
        return Decision(Kind.RATING, level, comment, context.rateable)
    thanked = not comment or comment.startswith(_GREETINGS)
    return Decision(Kind.HELP, comment=comment) if thanked else None


def read_rating(plain: str) -> tuple[int, str] | None:
    """Level and comment of a normalised text; None when it is no rating."""
    text = plain.lstrip(_EDGES)
    return _digit_rating(text) or _word_rating(text)


def _digit_rating(text: str) -> tuple[int, str] | None:
    """`5`, `5分`, `5 谢谢`, `5 非常满意`; but not `5分钟前`, `3 天没水`, `1号楼`."""
    found = _DIGIT.match(text)
    if found is None:
        return None
    level = NUMERALS.get(found[1]) or int(found[1])
    rest = text[found.end() :]
    words = rest.strip(_EDGES)
    if _COUNTED.match(words) or (found[2] and words.startswith("钟")):
        return None
    if _parted(rest) or found[2] or words.casefold().startswith(_OPINIONS):
        return level, _comment(words)
    return None


def _parted(rest: str) -> bool:
    """`5 谢谢` and `5,谢谢` are; `1、路烂 2、没水` is a list."""
    return not rest.strip(_EDGES) or (rest[0] in _EDGES and rest[0] not in "、.)")


def _word_rating(text: str) -> tuple[int, str] | None:
    """A level by its name, alone or parted from what follows: `很好 谢谢`, not `好几天没水`."""
    folded = text.casefold()
    for name in _NAMES:
        rest = text[len(name) :]
        if folded.startswith(name) and not rest.strip(_EDGES):
            return LEVELS[name], ""
        if folded.startswith(name) and rest[0] in _EDGES:
            return LEVELS[name], rest.strip(_EDGES)
    return None


def _comment(words: str) -> str:
    """What follows the digit; the level's own name says nothing more."""
    return "" if words.casefold() in LEVELS else words


def _more(plain: str, context: Context) -> Decision:
    """Words enough for a request, for one of theirs or a new one; else help."""
    if len(plain) < SHORTEST or not any(char.isalpha() for char in plain):
        return Decision(Kind.HELP)
    named = _named(plain, context)
    if named is not None:
        return Decision(Kind.FOLLOW_UP, request_id=named)
    return _waiting(context) if context.waiting else Decision(Kind.NEW)


def _named(plain: str, context: Context) -> int | None:
    """A text that begins with a reference of this phone belongs to that request."""
    found = _REFERENCE.match(plain)
    return context.own.get(_digits(found[0])) if found else None


def _waiting(context: Context) -> Decision:
    """The one that waits, unless the words speak of something else: then we ask."""
    fitting = [each for each in context.waiting if _fits(each, context.topic)]
    if len(fitting) == 1:
        return Decision(Kind.FOLLOW_UP, request_id=fitting[0].id)
    return Decision(Kind.ASK, request_id=context.waiting[0].id)


def _fits(waiting: Waiting, topic: str | None) -> bool:
    return topic is None or waiting.group is None or topic == waiting.group


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


_TIBETAN = re.compile(r"[\u0f00-\u0fff]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_PINYIN = frozenset({"cx", "td", "bz", "hf", "t"})


def language_of(body: str) -> str | None:
    """The language a text is written in; None when it has no letters."""
    if _TIBETAN.search(body):
        return "bo"
    plain = normalise(body).casefold()
    if _HAN.search(plain) or re.split(r"[^a-z]", plain)[0] in _PINYIN:
        return "zh_Hans_CN"
    return "en" if any(char.isalpha() for char in plain) else None
