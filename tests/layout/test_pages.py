"""The frame of every page: language, emergency numbers, skip link, signing out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

RESIDENT = '{% extends "layout/resident.html" %}{% block content %}<h1>Hello</h1>{% endblock %}'
STAFF = '{% extends "layout/staff.html" %}{% block content %}<h1>Hello</h1>{% endblock %}'
ASIDE = RESIDENT + "{% block aside %}{{ told }}{% endblock %}"


class Worker:
    is_authenticated = True
    display_name = "<i>Drolma</i>"


def test_emergency_numbers_come_before_everything_else(render: Callable[..., str]) -> None:
    page = render(RESIDENT)
    for number in ("110", "119", "120", "122", "12356"):
        assert page.index(f'href="tel:{number}"') < page.index("desk-header__title")


def test_a_language_link_keeps_the_rest_of_the_address(render: Callable[..., str]) -> None:
    page = render(RESIDENT)
    assert 'href="?tag=%3Cb%3E&amp;lang=bo"' in page
    assert 'href="?lang=en&amp;tag=%3Cb%3E&amp;elder=1"' in page


@pytest.mark.parametrize(("language", "told"), [("en", 'lang="en"'), ("bo", 'lang="bo"')])
def test_the_page_names_its_language(look: Flask, language: str, told: str) -> None:
    with look.test_request_context(f"/?lang={language}"):
        page = look.jinja_env.from_string(RESIDENT)
        context: dict[str, object] = {}
        look.update_template_context(context)
        html = page.render(**context)
    assert told in html.partition("<head>")[0]
    assert ("desk-footer__check" in html) is (language == "bo")


def test_chinese_is_named_in_the_form_browsers_know(look: Flask) -> None:
    with look.test_request_context("/"):
        context: dict[str, object] = {}
        look.update_template_context(context)
        html = look.jinja_env.from_string(RESIDENT).render(**context)
    assert 'lang="zh-Hans-CN"' in html


def test_the_column_beside_appears_when_it_has_something_to_say(render: Callable[..., str]) -> None:
    assert "desk-main__aside" not in render(RESIDENT)
    assert "desk-main__aside" not in render(ASIDE, told="  ")
    assert "next: a call" in render(ASIDE, told="next: a call")


def test_staff_sign_out_by_post_with_a_token(render: Callable[..., str]) -> None:
    page = render(STAFF, current_user=Worker())
    assert 'method="post" action="/logout"' in page
    assert 'name="csrf_token" value="a-token"' in page
    assert "&lt;i&gt;Drolma" in page
    assert "/logout" not in render(STAFF)


def test_htmx_may_not_make_code(render: Callable[..., str]) -> None:
    page = render(STAFF)
    assert '"allowEval":false' in page
    assert '"includeIndicatorStyles":false' in page
    assert page.index("htmx.min.js") < page.index("app.js")
    assert "htmx.min.js" not in render(RESIDENT)


def test_what_has_just_happened_is_told_once_on_top(
    look: Flask, render: Callable[..., str]
) -> None:
    with look.test_client() as client:
        look.add_url_rule("/told", view_func=lambda: render(RESIDENT))
        with client.session_transaction() as session:
            session["_flashes"] = [("good", "Saved <b>")]
        first = client.get("/told").get_data(as_text=True)
        second = client.get("/told").get_data(as_text=True)
    assert "Saved &lt;b&gt;" in first
    assert "desk-banner--good" in first
    assert "desk-banner" not in second
