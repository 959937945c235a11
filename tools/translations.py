"""Catalogues of sentences: `update` brings them up to the code, `check` finds what is missing.

A sentence's English is its id. Chinese must be complete; Tibetan must be complete for all that
residents see; no translation may lose or invent a placeholder.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "translations"
LANGUAGES = ("zh_Hans_CN", "bo", "en")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
RESIDENTS = re.compile(
    r"^(templates/(front|intake|layout|components|errors|switchboard)/"
    r"|service_desk/(front|intake|messaging|switchboard|feedback|service_requests)/"
    r"|service_desk/errors\.py)"
)
STAFF = re.compile(r"^templates/(layout/staff|components/staff|intake/desk)")


def extracted() -> Catalog:
    """Every sentence of the code with the places where it stands."""
    catalog = Catalog(project="service-desk", charset="utf-8")
    with (ROOT / "babel.cfg").open("rb") as file:
        methods, options = parse_mapping_cfg(file.read().decode().splitlines())  # type: ignore[no-untyped-call]
    found = extract_from_dir(str(ROOT), methods, options, KEYWORDS)
    for name, _line, sentence, comments, context in found:
        catalog.add(sentence, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def catalogue(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="service-desk", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def save(language: str, catalog: Catalog) -> None:
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    with path_of(language).open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, ignore_obsolete=True, no_location=True)


def update() -> None:
    """New sentences are added empty (English: as they are), dead ones dropped."""
    template = extracted()
    for language in LANGUAGES:
        catalog = catalogue(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        if language == "en":
            for message in catalog:
                message.string = message.string or message.id
        save(language, catalog)


def for_residents(message: Message) -> bool:
    """Whether a resident can come to read it."""
    places = [name for name, _ in message.locations]
    return any(RESIDENTS.match(name) and not STAFF.match(name) for name in places)


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)} - {"%%"}


def complaints() -> Iterator[str]:
    """One line for each sentence that is missing or whose placeholders differ."""
    for message in extracted():
        if not message.id:
            continue
        for language in LANGUAGES:
            if language == "bo" and not for_residents(message):
                continue
            yield from _faults(language, str(message.id))


_KNOWN = {language: catalogue(language) for language in LANGUAGES}


def _faults(language: str, sentence: str) -> Iterator[str]:
    known = _KNOWN[language].get(sentence)
    text = str(known.string) if known and not known.fuzzy else ""
    if not text:
        yield f"{language}: no translation of {sentence!r}"
    elif placeholders(text) != placeholders(sentence):
        yield f"{language}: other placeholders in {sentence!r}"


def main() -> int:
    if sys.argv[1:] == ["update"]:
        update()
        return 0
    found = list(complaints())
    print("\n".join(found) or "Every sentence is translated.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
