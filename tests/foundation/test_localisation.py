"""The reader's own choice, else Chinese."""

from __future__ import annotations

import pytest

from service_desk.foundation.localisation import DEFAULT, LANGUAGES, choose, current, speak


@pytest.mark.parametrize(
    ("path", "cookie", "chosen"),
    [
        ("/", None, DEFAULT),
        ("/?lang=en", None, "en"),
        ("/?lang=bo", "en", "bo"),
        ("/", "bo", "bo"),
        ("/?lang=klingon", None, DEFAULT),
        ("/", "../../etc", DEFAULT),
    ],
)
def test_address_then_cookie_then_chinese(app, path, cookie, chosen):
    asked = {"Cookie": f"lang={cookie}"} if cookie else {}
    with app.test_request_context(path, headers={"Accept-Language": "en", **asked}):
        assert choose() == current() == chosen


def test_outside_a_request_it_is_chinese(app):
    assert choose() == current() == DEFAULT
    with app.app_context():
        assert current() == DEFAULT


def test_a_text_is_written_in_its_readers_language(app):
    with app.test_request_context("/?lang=en"):
        for language in LANGUAGES:
            with speak(language):
                assert current() == language
        with speak("klingon"):
            assert current() == DEFAULT
        assert current() == "en"


def test_the_page_says_its_language(client):
    for language, written in (("en", "en"), ("bo", "bo"), (DEFAULT, "zh")):
        assert f'lang="{written}' in client.get(f"/login?lang={language}").text
