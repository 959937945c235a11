"""Text can be read on its ground, light and dark (WCAG 2.2: 4.5 to 1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "assets" / "scss" / "_tokens.scss"
PAIRS = [
    ("ink", "ground"),
    ("ink", "paper"),
    ("ink", "hover"),
    ("ink", "sky"),
    ("ink", "plateau-wash"),
    ("ink", "garnet-wash"),
    ("ink", "ridge-far"),
    ("slate", "ground"),
    ("slate", "paper"),
    ("slate", "hover"),
    ("slate", "plateau-wash"),
    ("slate", "garnet-wash"),
    ("plateau", "ground"),
    ("plateau", "paper"),
    ("plateau", "hover"),
    ("plateau", "plateau-wash"),
    ("on-plateau", "plateau"),
    ("on-plateau", "plateau-strong"),
    ("on-header", "header"),
    ("on-header-quiet", "header"),
    ("saffron", "saffron-wash"),
    ("pine", "pine-wash"),
    ("pine", "paper"),
    ("garnet", "garnet-wash"),
    ("garnet", "paper"),
    ("garnet", "ground"),
    ("on-garnet", "garnet-fill"),
    ("on-garnet", "garnet-fill-strong"),
    ("focus-ink", "focus"),
]


def tokens(source: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", source))


LIGHT_SOURCE, DARK_SOURCE = TOKENS.read_text(encoding="utf-8").split("prefers-color-scheme: dark")
LIGHT = tokens(LIGHT_SOURCE)
THEMES = {"light": LIGHT, "dark": LIGHT | tokens(DARK_SOURCE)}


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_can_be_read(theme: str, front: str, back: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "ground"])
def test_the_edge_of_an_input_can_be_seen(theme: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours["input-line"], colours[ground]) >= 3
