"""The catalogues: complete, true to their placeholders, and in the language they say they are."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message

from tools.translations import (
    LANGUAGES,
    PLACEHOLDER,
    catalogue,
    complaints,
    extracted,
    placeholders,
)

ZH, BO = "zh_Hans_CN", "bo"
LATIN = re.compile(r"[A-Za-z][A-Za-z_]+")
HAN = re.compile(r"[\u3400-\u9fff]")
TIBETAN = re.compile(r"[\u0f40-\u0fbc]")
NAMES = frozenset(
    {"AA", "Cookie", "HEIC", "JPEG", "MB", "PNG", "START", "STATUS", "STOP", "WCAG", "WebP"}
    | {
        "CSV",
        "area_code",
        "closure",
        "day",
        "default",
        "holiday",
        "hours",
        "kind",
        "name",
        "working",
    }
    | {"DATA_DIR", "Debian", "PostgreSQL", "SQLite", "client", "postgresql"}
)
"""What has no other name in Chinese, and the words of files that people write."""


@pytest.fixture(scope="module")
def sentences() -> Catalog:
    return extracted()


@pytest.fixture(scope="module", params=LANGUAGES)
def translated(request: pytest.FixtureRequest) -> list[Message]:
    """Every sentence of one language that has a translation."""
    return [each for each in catalogue(request.param) if each.id and each.string]


def test_nothing_is_missing() -> None:
    assert list(complaints()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_kept_that_nobody_says(language: str, sentences: Catalog) -> None:
    assert [each.id for each in catalogue(language) if each.id and each.id not in sentences] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fuzzy(language: str) -> None:
    """Babel compiles neither a fuzzy catalogue nor a fuzzy sentence."""
    known = catalogue(language)
    assert not known.fuzzy
    assert [each.id for each in known if each.id and each.fuzzy] == []


def test_every_translation_can_be_filled_in(translated: list[Message]) -> None:
    for each in translated:
        values = dict.fromkeys(re.findall(r"%\((\w+)\)", str(each.id)), 7)
        assert placeholders(str(each.string)) == placeholders(str(each.id))
        if values:
            assert str(each.string) % values


def test_no_sentence_is_plural(sentences: Catalog) -> None:
    """Numbers stand in sentences that hold for one and for many, in all three languages."""
    assert [each.id for each in sentences if isinstance(each.id, tuple)] == []


def test_english_is_the_id() -> None:
    assert [each.id for each in catalogue("en") if each.string != each.id and each.id] == []


def words_of(message: Message) -> str:
    """The translation without its placeholders."""
    return PLACEHOLDER.sub(" ", str(message.string))


def test_chinese_has_no_english_left() -> None:
    for each in catalogue(ZH):
        if each.id:
            assert not set(LATIN.findall(words_of(each))) - NAMES, each.string


@pytest.mark.parametrize(("language", "script"), [(ZH, HAN), (BO, TIBETAN)])
def test_it_is_in_its_own_script(language: str, script: re.Pattern[str]) -> None:
    for each in catalogue(language):
        if each.id and each.string and LATIN.search(PLACEHOLDER.sub("", str(each.id))):
            assert script.search(str(each.string)), each.id


def test_tibetan_is_not_chinese() -> None:
    """But for the words that can be texted in any language."""
    for each in catalogue(BO):
        if each.id and not HAN.search(str(each.id)):
            assert not HAN.search(str(each.string or "")), each.string


@pytest.mark.parametrize("language", [ZH, BO])
def test_no_stray_space_or_line(language: str) -> None:
    for each in catalogue(language):
        text = str(each.string or "")
        if each.id and each.id.strip() == each.id:
            assert text == text.strip()
            assert "\n" not in text


def test_tibetan_is_spelt_as_it_is_written() -> None:
    """A tsheg stands before a shad after nga and nowhere else; after ga there is no shad."""
    for each in catalogue(BO):
        text = str(each.string or "")
        assert not re.search("ང།|[^ང]་།|ག།|་་", text), text
