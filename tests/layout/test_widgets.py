"""Form widgets: the reader's language, errors that lead to their field, nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from service_desk.foundation import widgets

EVIL = '"><script>alert(1)</script>'
CHOICES = [SelectChoice("ELDER", "Elders <b>"), SelectChoice("JOB", "Work")]
IMPORTS = (
    '{% from "components/forms.html" import checkbox, error_summary, field, file, radios,'
    " rating, select, textarea, tiles %}"
)


class Sample(Form):
    name = StringField(
        "Name", [InputRequired("Say who")], description="As on the card", widget=widgets.TextInput()
    )
    words = TextAreaField("Words", widget=widgets.CharacterCount())
    plain = TextAreaField("Plain", widget=widgets.TextArea())
    secret = PasswordField("Secret", widget=widgets.PasswordInput())
    nature = RadioField("Nature", choices=CHOICES, widget=widgets.Radios())
    several = SelectMultipleField("Several", choices=CHOICES, widget=widgets.Checkboxes())
    area = SelectField("Area", choices=CHOICES, widget=widgets.Select())
    photos = MultipleFileField("Photos", widget=widgets.FileInput(multiple=True))
    seen = BooleanField("Seen", widget=widgets.Checkbox())


@pytest.fixture
def show(render: Callable[..., str]) -> Callable[..., str]:
    def page(call: str, typed: dict[str, str] | None = None) -> str:
        form = Sample(MultiDict(typed) if typed is not None else None)
        if typed is not None:
            form.validate()
        return render(f"{IMPORTS}{{{{ {call} }}}}", form=form)

    return page


@pytest.mark.parametrize("name", ["name", "words", "plain"])
def test_what_was_typed_comes_back_escaped(show: Callable[..., str], name: str) -> None:
    page = show(f"field(form.{name})", {name: EVIL, "nature": "JOB"})
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_password_never_comes_back(show: Callable[..., str]) -> None:
    page = show("field(form.secret)", {"secret": "correct horse"})
    assert "correct horse" not in page
    assert "Show password" in page


def test_an_error_is_beside_its_field_and_in_the_summary(show: Callable[..., str]) -> None:
    beside = show("field(form.name)", {"name": ""})
    assert 'id="name-error"' in beside
    assert "Say who" in beside
    assert 'aria-describedby="name-hint name-error"' in beside
    summary = show("error_summary(form)", {"name": ""})
    assert 'href="#name"' in summary
    assert "Please check what you entered" in summary


def test_no_errors_no_summary(show: Callable[..., str]) -> None:
    assert show("error_summary(form)").strip() == ""


def test_errors_of_the_whole_form_are_told_without_a_link(render: Callable[..., str]) -> None:
    form = Sample(MultiDict({"name": "x", "nature": "JOB", "area": "JOB"}))
    form.form_errors = ["Sent twice <b>"]
    page = render(f"{IMPORTS}{{{{ error_summary(form) }}}}", form=form)
    assert "Sent twice &lt;b&gt;" in page
    assert "href" not in page


def test_the_question_can_be_the_heading(show: Callable[..., str]) -> None:
    assert '<h1 class="govuk-label-wrapper">' in show("field(form.name, heading=true)")
    assert '<h1 class="govuk-fieldset__heading">' in show("radios(form.nature, heading=true)")
    assert "<h1" in show("tiles(form.nature, {}, heading=true)")


def test_arguments_reach_the_macro_or_the_input(show: Callable[..., str]) -> None:
    page = show(
        "field(form.name, hint='Other', autocomplete='name', inputmode='tel', maxlength=80,"
        " attributes={'data-x': '1'})"
    )
    for part in ("Other", 'autocomplete="name"', 'inputmode="tel"', 'maxlength="80"', 'data-x="1"'):
        assert part in page
    assert "As on the card" not in page


def test_no_hint_no_empty_paragraph(show: Callable[..., str]) -> None:
    assert "govuk-hint" not in show("radios(form.nature)")


def test_choices_are_escaped_and_the_chosen_one_is_kept(show: Callable[..., str]) -> None:
    for call in ("radios(form.nature)", "tiles(form.nature, {'JOB': 'briefcase'}, {'JOB': 'Pay'})"):
        page = show(call, {"nature": "JOB"})
        assert "Elders &lt;b&gt;" in page
        assert page.count("checked") == 1
        assert 'id="nature"' in page
    assert "selected" in show("select(form.area)", {"area": "JOB"})
    assert "checked" in show("field(form.several)", {"several": "JOB"})


def test_an_error_of_tiles_is_tied_to_them(show: Callable[..., str]) -> None:
    page = show("tiles(form.nature, {}, hint='Pick one')", {"nature": "NONE"})
    assert 'aria-describedby="nature-hint nature-error"' in page


def test_several_files_can_be_chosen(show: Callable[..., str]) -> None:
    page = show("file(form.photos)")
    assert "multiple" in page
    assert 'accept="image/*"' in page


def test_a_single_box_has_its_label_beside_it(show: Callable[..., str]) -> None:
    page = show("checkbox(form.seen)", {"seen": "y"})
    assert "<legend" not in page
    assert "checked" in page


def test_characters_are_counted_in_words_of_the_page(show: Callable[..., str]) -> None:
    page = show("textarea(form.words, max_length=2000)")
    assert 'data-maxlength="2000"' in page
    assert "You can enter up to 2000 characters" in page
    assert "You can still enter %{count} characters" in page
    assert 'rows="3"' in show("textarea(form.plain, rows=3)")


def test_five_levels_have_a_face_and_a_word(look: Flask, render: Callable[..., str]) -> None:
    class Rating(Form):
        level = RadioField(
            "How was it?", choices=[SelectChoice(str(n), f"L{n}") for n in range(1, 6)]
        )

    page = render(f"{IMPORTS}{{{{ rating(form.level) }}}}", form=Rating())
    assert page.count("<svg") == page.count("desk-tile__word") == 5
