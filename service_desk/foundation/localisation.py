"""Languages: which there are, and the one a reader gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast

from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, force_locale, get_locale, lazy_gettext
from flask_babel import gettext as _untyped_gettext
from wtforms.i18n import messages_path

__all__ = ["DEFAULT", "LANGUAGES", "babel", "choose", "current", "gettext", "lazy_gettext", "speak"]

DEFAULT = "zh_Hans_CN"
LANGUAGES = {DEFAULT: "中文", "bo": "བོད་ཡིག", "en": "English"}
IDS = "en"
"""The language of the sentences' ids."""
COOKIE = "lang"
babel = Babel()
gettext = cast(Callable[..., str], _untyped_gettext)


class Sentences(Domain):
    """Where a catalogue has no sentence the Chinese one is said, not the English id."""

    def __init__(self) -> None:
        super().__init__()
        self._incomplete = LANGUAGES.keys() - {DEFAULT, IDS}

    def get_translations(self) -> NullTranslations:
        found: NullTranslations = super().get_translations()
        language = str(get_locale())
        if language in self._incomplete:
            self._incomplete.discard(language)
            with force_locale(DEFAULT):
                found.add_fallback(super().get_translations())
        return found


def choose() -> str:
    """The reader's own choice, else Chinese: many old phones announce English unasked."""
    if not has_request_context():
        return DEFAULT
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    return asked if asked in LANGUAGES else DEFAULT


def current() -> str:
    """The language code in force; the default outside a request."""
    return str(get_locale() or DEFAULT)


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Sentences inside are in `language`; an unknown one is the default."""
    with force_locale(language if language in LANGUAGES else DEFAULT):
        yield


def set_up(app: Flask) -> None:
    babel.init_app(
        app,
        default_locale=DEFAULT,
        default_translation_directories="../translations",
        locale_selector=choose,
        default_timezone="Asia/Shanghai",
    )
    babel.domain_instance = Sentences()
    app.before_request(_remember_sentences_of_forms)


def _remember_sentences_of_forms() -> None:
    """Flask-WTF looks here first, else it reads WTForms' own catalogue anew for each request."""
    request.wtforms_translations = _sentences_of_forms(current())  # type: ignore[attr-defined]


@cache
def _sentences_of_forms(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")
