"""`desk route` and the words for each reason."""

from __future__ import annotations

import pytest

from service_desk.directory.roles import Role, role_label
from service_desk.foundation.localisation import LANGUAGES, speak
from service_desk.routing import wording
from service_desk.routing.wording import explain
from tests.routing.conftest import BEIMEN, JIANTANG

LOCAL, SAME = "2026-11-24T10:00", "2026-11-24T02:00+00:00"


@pytest.fixture
def desk(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["desk", "route", *words])


def ask(desk, *words, category="ELDER-05", area=BEIMEN):
    return desk("--category", category, "--area", area, *words)


@pytest.mark.both_databases
def test_who_would_get_it_and_why_one_line_a_step(desk):
    answer = ask(desk, "--at", LOCAL)
    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    assert len(lines) == 3
    assert "助医" in lines[0]
    assert "北门" in lines[1]
    assert lines[-1].startswith("→ ")
    assert "网格员" in lines[-1]


def test_danger_says_who_is_paged(desk):
    lines = ask(desk, "--urgency", "P0", category="SAFE-02").output.splitlines()
    assert lines[-1].startswith("☎ ")
    assert len(lines[-1].split(", ")) >= 3


def test_a_time_without_an_offset_is_local(desk):
    assert ask(desk, "--at", LOCAL).output == ask(desk, "--at", SAME).output


def test_a_restricted_category_says_so(desk, app):
    lines = ask(desk, category="SAFE-01").output.splitlines()
    with app.app_context():
        assert explain({"code": "restricted"}) in lines


def test_an_unknown_place_is_the_prefectures(desk):
    answer = ask(desk, area="533400000000")
    assert answer.exit_code == 0
    assert "迪庆" in answer.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--category", "NONSENSE", "--area", BEIMEN), "NONSENSE"),
        (("--category", "ELDER", "--area", "12"), "12-digit"),
        (("--category", "ELDER", "--area", BEIMEN, "--at", "tomorrow"), "ISO 8601"),
        (("--category", "ELDER", "--area", BEIMEN, "--urgency", "P9"), "P9"),
        (("--category", "ELDER"), "--area"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(desk, words, said):
    answer = desk(*words)
    assert answer.exit_code == 2
    assert said in answer.output


def test_every_reason_has_words_in_every_language(app):
    full = {
        "category": "ELDER-05",
        "role": "grid_worker",
        "area": JIANTANG,
        "user": 1,
        "open": 3,
        "post": 1,
    }
    with app.test_request_context():
        for language in LANGUAGES:
            with speak(language):
                for code in wording._SENTENCES:
                    assert explain({"code": code, **full}), code


def test_names_stand_for_codes(app):
    with app.test_request_context(), speak("en"):
        said = explain({"code": "nobody_there", "role": "grid_worker", "area": BEIMEN})
        assert "北门" in said
        assert role_label(Role.GRID_WORKER, "en") in said
        assert "533499999999" in explain(
            {"code": "assigned", "role": "mediator", "area": "533499999999"}
        )
        assert "—" in explain({"code": "stand_in", "user": 10**9})


def test_a_reason_that_nobody_knows_any_more_is_no_sentence(app):
    with app.app_context():
        assert explain({"code": "long_gone"}) == ""
