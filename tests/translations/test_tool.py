"""The tool itself, on a desk of three sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.translations import LANGUAGES, catalogue, complaints, path_of, save, update

MAPPING = "[python: service_desk/**.py]\n[jinja2: templates/**.html]\n"
HELLO, COUNT, STAFF = "Hello", "You have %(count)s, {units} left", "Sign for it"
WORDS = {
    "zh_Hans_CN": {HELLO: "您好", COUNT: "您有%(count)s，剩{units}", STAFF: "签收"},
    "bo": {HELLO: "བཀྲ་ཤིས་བདེ་ལེགས།", COUNT: "%(count)sཡོད། {units}ལྷག"},
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A tree with a page for residents, one for staff and empty catalogues."""
    front, staff = tmp_path / "templates" / "front", tmp_path / "service_desk" / "casework"
    for folder in (front, staff):
        folder.mkdir(parents=True)
    (tmp_path / "babel.cfg").write_text(MAPPING)
    (front / "start.html").write_text(f'{{{{ _("{HELLO}") }}}} {{{{ _("{COUNT}", count=1) }}}}')
    (staff / "page.py").write_text(f'CLAIM = _l("{STAFF}")\n')
    update(tmp_path)
    return tmp_path


@pytest.fixture
def translate(desk: Path) -> Callable[..., None]:
    """Puts words into a catalogue."""

    def put(language: str, words: dict[str, str]) -> None:
        known = catalogue(language, desk)
        for sentence, text in words.items():
            known[sentence].string = text
        save(language, known, desk)

    return put


@pytest.fixture
def complete(desk: Path, translate: Callable[..., None]) -> Path:
    for language, words in WORDS.items():
        translate(language, words)
    assert list(complaints(desk)) == []
    return desk


def test_chinese_must_say_everything_and_tibetan_what_residents_read(desk: Path) -> None:
    found = list(complaints(desk))
    assert f"zh_Hans_CN: no translation of {STAFF!r}" in found
    assert f"bo: no translation of {HELLO!r}" in found
    assert not any(line.startswith("bo:") and STAFF in line for line in found)
    assert not any(line.startswith("en:") for line in found)


def test_a_new_sentence_is_missed_before_and_after_it_is_collected(complete: Path) -> None:
    (complete / "templates" / "front" / "new.html").write_text('{{ _("Good night") }}')
    before = [f"{language}: no translation of 'Good night'" for language in LANGUAGES]
    assert list(complaints(complete)) == before
    update(complete)
    assert list(complaints(complete)) == before[:2]


@pytest.mark.parametrize("text", ["您有{units}", "您有%(count)s", "您有%(number)s，剩{units}"])
def test_a_lost_or_invented_placeholder_is_found(
    complete: Path, translate: Callable[..., None], text: str
) -> None:
    translate("zh_Hans_CN", {COUNT: text})
    assert list(complaints(complete)) == [f"zh_Hans_CN: other placeholders in {COUNT!r}"]


def test_dead_sentences_go_and_translations_stay(complete: Path) -> None:
    (complete / "service_desk" / "casework" / "page.py").write_text("")
    update(complete)
    known = catalogue("zh_Hans_CN", complete)
    assert known.get(STAFF) is None
    assert known[HELLO].string == "您好"


def test_writing_again_changes_nothing(complete: Path) -> None:
    before = {language: path_of(language, complete).read_bytes() for language in LANGUAGES}
    update(complete)
    assert {each: path_of(each, complete).read_bytes() for each in LANGUAGES} == before
