"""Languages: which there are, and the one a reader gets.

A page says hundreds of sentences, so the language in force is kept as a word on `g` and the
catalogues in memory; Flask-Babel, which works both out anew for each sentence, sets up Jinja.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from wtforms.i18n import messages_path

__all__ = ["DEFAULT", "LANGUAGES", "babel", "choose", "current", "gettext", "lazy_gettext", "speak"]

DEFAULT = "zh_Hans_CN"
LANGUAGES = {DEFAULT: "中文", "bo": "བོད་ཡིག", "en": "English"}
IDS = "en"
"""The language of the sentences' ids."""
COOKIE = "lang"
CATALOGUES = Path(__file__).parents[2] / "translations"
babel = Babel()


@cache
def _sentences(language: str) -> NullTranslations:
    """Where a catalogue has no sentence the Chinese one is said, not the English id."""
    found = Translations.load(CATALOGUES, [language])
    if language not in (DEFAULT, IDS):
        found.add_fallback(Translations.load(CATALOGUES, [DEFAULT]))
    return found


def choose() -> str:
    """The reader's own choice, else Chinese: many old phones announce English unasked."""
    if not has_request_context():
        return DEFAULT
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    return asked if asked in LANGUAGES else DEFAULT


def current() -> str:
    """The language code in force; the default outside a request."""
    if not has_app_context():
        return DEFAULT
    language: str | None = g.get("language")
    if language is None:
        language = g.language = choose()
    return language


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the language in force, its `%(name)s` filled in; outside an app its id."""
    said: str = _sentences(current()).gettext(sentence) if has_app_context() else sentence
    return said % values if values else said


def lazy_gettext(sentence: str, **values: object) -> LazyString:
    """The same, said when it is shown: for what is written down before there is a reader."""
    return LazyString(gettext, sentence, **values)


def _on_page(sentence: str, **values: object) -> Markup:
    """For templates: a sentence is ours and safe, what is filled in is escaped."""
    said = Markup(_sentences(current()).gettext(sentence))  # noqa: S704 - our own words
    return said % values if values else said


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Sentences inside are in `language`; an unknown one is the default."""
    if not has_app_context():
        yield
        return
    before, g.language = current(), language if language in LANGUAGES else DEFAULT
    try:
        yield
    finally:
        g.language = before


def set_up(app: Flask) -> None:
    babel.init_app(
        app,
        default_locale=DEFAULT,
        default_translation_directories="../translations",
        locale_selector=current,
        default_timezone="Asia/Shanghai",
    )
    app.jinja_env.globals.update(_=_on_page, gettext=_on_page)
    app.before_request(_remember_sentences_of_forms)


def _remember_sentences_of_forms() -> None:
    """Flask-WTF looks here first, else it reads WTForms' own catalogue anew for each request."""
    request.wtforms_translations = _sentences_of_forms(current())  # type: ignore[attr-defined]


@cache
def _sentences_of_forms(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")
