"""The village a text speaks of, when only one fits."""

from __future__ import annotations

import pytest

from service_desk.directory.queries import places
from service_desk.switchboard.places import find_place, find_village, names_in


@pytest.fixture
def names(app):
    with app.app_context():
        yield names_in(places())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("北门社区的路灯坏了", "533401101003"),
        ("尼史村停水三天了", "533401101204"),
        ("我是尼史村委会的", "533401101204"),
        ("下桥头村停水", "533401103211"),
        ("东坝一村没电", "533401202201"),
        ("建塘镇红坡村停水", "533401101201"),
        ("云岭红坡村停水", "533422202204"),
        ("红坡村停水", None),
        ("尼史村和诺西村在吵", None),
        ("我们村停水", None),
        ("大家要团结", None),
        ("", None),
    ],
)
def test_the_village_that_is_named(names, text, code):
    assert find_village(text, names) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("建塘镇的路烂了", "533401101000"),
        ("我们拖顶乡停电", "533422204000"),
        ("建塘镇红坡村停水", "533401101201"),
        ("建塘镇和小中甸镇之间塌方", None),
        ("红坡村停水", None),
        ("停水了", None),
    ],
)
def test_without_a_village_the_township_that_is_named(names, text, code):
    assert find_place(text, names) == code


def test_every_village_can_be_said_in_full_with_its_township(app, names):
    with app.app_context():
        known = places()
        for place in known.values():
            if place.level == "village":
                township = known[place.code[:9] + "000"]
                found = find_village(f"{township.name}{place.name}", names)
                assert found == place.code, place.name


def test_the_names_are_made_once(app):
    with app.app_context():
        assert names_in(places()) is names_in(places())
