"""Catalogues of sentences: `update` brings them up to the code, `check` finds what is missing.

A sentence's English is its id. Chinese must be complete; Tibetan must be complete for all that
residents see; no translation may lose or invent a placeholder.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LANGUAGES = ("zh_Hans_CN", "bo", "en")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
RESIDENTS = re.compile(
    r"^(templates/(front|intake|layout|components|errors|switchboard)/"
    r"|service_desk/(front|intake|messaging|switchboard|feedback|service_requests)/"
    r"|service_desk/errors\.py|service_desk/foundation/widgets\.py)"
)
STAFF = re.compile(r"^templates/(layout/staff|components/(staff|history|lists)|intake/desk)")
HEADER = "# Sentences of the desk; written by tools/translations.py.\n#"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
"""A date that never moves, so that only sentences make a difference between two versions."""


def extracted(root: Path = ROOT) -> Catalog:
    """Every sentence of the code with the places where it stands."""
    catalog = Catalog(project="service-desk", charset="utf-8")
    with (root / "babel.cfg").open("rb") as file:
        methods, options = parse_mapping_cfg(file.read().decode().splitlines())  # type: ignore[no-untyped-call]
    found = extract_from_dir(str(root), methods, options, KEYWORDS)
    for name, _line, sentence, comments, context in found:
        catalog.add(sentence, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def path_of(language: str, root: Path = ROOT) -> Path:
    return root / "translations" / language / "LC_MESSAGES" / "messages.po"


def catalogue(language: str, root: Path = ROOT) -> Catalog:
    path = path_of(language, root)
    if not path.exists():
        return Catalog(locale=language, project="service-desk", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def save(language: str, catalog: Catalog, root: Path = ROOT) -> None:
    """A header that is not fuzzy: Babel compiles no other."""
    catalog.fuzzy = False
    catalog.header_comment = HEADER
    catalog.creation_date = catalog.revision_date = SINCE
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = ""
    path_of(language, root).parent.mkdir(parents=True, exist_ok=True)
    with path_of(language, root).open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, ignore_obsolete=True, no_location=True)


def update(root: Path = ROOT) -> None:
    """New sentences are added empty (English: as they are), dead ones dropped."""
    template = extracted(root)
    for language in LANGUAGES:
        catalog = catalogue(language, root)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        if language == "en":
            for message in catalog:
                message.string = message.string or message.id
        save(language, catalog, root)


def for_residents(message: Message) -> bool:
    """Whether a resident can come to read it."""
    places = [name for name, _ in message.locations]
    return any(RESIDENTS.match(name) and not STAFF.match(name) for name in places)


def placeholders(text: str) -> list[str]:
    """All of them, as often as they stand there; `%%` is a sign, not a place."""
    return sorted(each for each in PLACEHOLDER.findall(text) if each != "%%")


def complaints(root: Path = ROOT) -> Iterator[str]:
    """One line for each sentence that is missing or whose placeholders differ."""
    known = {language: catalogue(language, root) for language in LANGUAGES}
    for message in extracted(root):
        if not message.id:
            continue
        for language in LANGUAGES:
            if language == "bo" and not for_residents(message):
                continue
            fault = _fault(known[language].get(message.id), str(message.id))
            if fault:
                yield f"{language}: {fault}"


def _fault(known: Message | None, sentence: str) -> str:
    text = str(known.string) if known and not known.fuzzy else ""
    if not text:
        return f"no translation of {sentence!r}"
    if placeholders(text) != placeholders(sentence):
        return f"other placeholders in {sentence!r}"
    return ""


def main() -> int:
    if sys.argv[1:] == ["update"]:
        update()
        return 0
    found = list(complaints())
    print("\n".join(found) or "Every sentence is translated.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
