"""How the network counts a text, and what free words lose before they are sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.messaging.segments import LONGEST_WORDS, segments, sendable, units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 70, 1),
        ("a" * 71, 2),
        ("a" * 134, 2),
        ("a" * 135, 3),
        ("😀" * 36, 2),
    ],
)
def test_seventy_alone_then_sixty_seven_each(text, expected):
    assert segments(text) == expected


def test_every_character_counts_one_and_emoji_two():
    assert (units("您"), units("མེ"), units("😀")) == (1, 2, 2)


@given(st.text(max_size=600))
def test_segments_hold_exactly_what_the_text_needs(text):
    length = units(text)
    assert segments(text) * (70 if length <= 70 else 67) >= length
    if segments(text) > 1:
        assert (segments(text) - 1) * 67 < length


@given(st.text(max_size=900))
def test_free_words_are_one_line_and_never_too_long(text):
    words = sendable(text)
    assert units(words) <= LONGEST_WORDS
    assert "\n" not in words
    assert not set("【】") & set(words)


def test_free_words_lose_links_and_telephone_numbers():
    text = "【急】请看 https://example.org/a?b=1 ，\n电话13800001234，www.example.org"
    assert sendable(text) == "(急)请看 ， 电话138******34，"
