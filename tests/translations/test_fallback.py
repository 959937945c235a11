"""What a catalogue lacks is said in Chinese."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from service_desk.foundation import localisation
from service_desk.foundation.localisation import gettext, speak

ROOT = Path(__file__).parents[2]


def desk() -> Flask:
    app = Flask("spoken", root_path=str(ROOT / "service_desk"))
    localisation.set_up(app)
    return app


def test_tibetan_falls_back_to_chinese() -> None:
    """Pages of staff alone are not in Tibetan."""
    with desk().test_request_context("/?lang=bo"):
        assert gettext("Send") == "གཏོང་བ།"
        assert gettext("To be signed for") == "待签收"


def test_english_and_chinese_stay_what_they_are() -> None:
    with desk().test_request_context("/?lang=bo"):
        for language, said in (("en", "To be signed for"), ("zh_Hans_CN", "待签收")):
            with speak(language):
                assert gettext("To be signed for") == said


def test_an_unknown_sentence_is_said_as_it_is() -> None:
    for language in localisation.LANGUAGES:
        with desk().test_request_context(f"/?lang={language}"):
            assert gettext("Nobody has translated this.") == "Nobody has translated this."
