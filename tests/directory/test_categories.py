"""The table of domain.md §4: complete, in order, in three languages."""

from __future__ import annotations

import pytest

from service_desk.directory import categories, roles
from service_desk.directory.categories import Nature, OwnerLevel
from service_desk.directory.labels import labels_of
from service_desk.directory.roles import Role

SIZES = {
    "ELDER": 10, "LEGAL": 9, "JOB": 10, "SAFE": 11, "CHILD": 6, "DISAB": 5, "HEALTH": 5,
    "PROP": 4, "ENV": 5, "INFRA": 9, "RELIEF": 4, "GOV": 6, "CULT": 4, "VOL": 0, "OTHER": 0,
}  # fmt: skip
TIBETAN = range(0x0F00, 0x1000)


def test_every_group_has_its_subcategories_in_order():
    assert {
        group.code: len(categories.subcategories(group.code)) for group in categories.groups()
    } == SIZES
    for group in SIZES:
        subs = [each.code for each in categories.subcategories(group)]
        assert subs == [f"{group}-{number:02d}" for number in range(1, len(subs) + 1)]


@pytest.mark.parametrize("each", categories.all_categories(), ids=lambda each: each.code)
def test_a_category_has_names_an_example_and_an_icon(each):
    for labels in (each.labels, each.example):
        assert labels.zh
        assert labels.en.isascii()
        assert ord(labels.bo[0]) in TIBETAN
    assert each.icon
    assert categories.group_of(each.code) == each.group
    assert each.is_group == ("-" not in each.code)


def test_a_department_matter_is_never_led_by_the_village():
    for each in categories.all_categories():
        if each.level is OwnerLevel.DEPT:
            assert each.lead_role not in roles.SELF_GOVERNANCE, each.code


def test_restricted_matters_are_those_with_a_lock():
    assert {
        "LEGAL-08", "LEGAL-09", "SAFE-01", "SAFE-05", "SAFE-10", "CHILD-01", "HEALTH-04", "GOV-04",
    } == categories.RESTRICTED_CODES  # fmt: skip


def test_what_never_waits_for_opening_hours():
    around = {each.code for each in categories.all_categories() if each.around_the_clock}
    safe = {each.code for each in categories.subcategories("SAFE")} | {"SAFE"}
    outages = {"INFRA-01", "INFRA-02", "INFRA-03", "INFRA-06"}
    assert around == safe | outages | {"CHILD-01", "ELDER-07"}


def test_labels_follow_the_language():
    assert categories.label("ELDER", "zh_Hans_CN") == "养老"
    assert categories.label("ELDER", "en") == "Older people"
    assert categories.label("ELDER", "bo") == "རྒན་གསོ"
    assert categories.category("GOV-06").nature is Nature.PRAISE


def test_an_unknown_code_is_an_error():
    with pytest.raises(KeyError):
        categories.category("ELDER-11")
    with pytest.raises(KeyError):
        labels_of({"zh": "x", "en": "x"})


@pytest.mark.parametrize("role", Role)
def test_every_role_has_names_and_a_level(role):
    assert roles.role_label(role, "zh_Hans_CN")
    assert roles.role_label(role, "en").isascii()
    assert ord(roles.role_label(role, "bo")[0]) in TIBETAN
    assert roles.post_level(role) in roles.PostLevel
    assert roles.role_info(role).role is role
