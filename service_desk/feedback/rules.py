"""Levels of the good-bad rating and what follows from them (pure; domain.md §8)."""

from __future__ import annotations

LEVELS = (5, 4, 3, 2, 1)


def is_level(value: int) -> bool:
    """Whether it is one of 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意."""
    return value in LEVELS


def is_bad(level: int) -> bool:
    """差评 are the last two levels only; they begin a rectification."""
    return level <= 2
