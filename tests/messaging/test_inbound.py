"""A text that reached us is kept once; robots get three answers an hour, people all of theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import inbound
from service_desk.messaging.echo import essence
from service_desk.messaging.gateway import Arrived
from tests.messaging.fakes import NOON, PHONE, write

pytestmark = pytest.mark.usefixtures("inside")


def arrive(body, number, at=NOON, phone=PHONE):
    with unit_of_work():
        kept = inbound.keep(Arrived("console", f"id-{number}", phone, body), at)
        if kept is not None:
            inbound.take_for(kept.id, inbound.ECHO if kept.echo else "new")
        return kept


def test_the_same_id_is_kept_once():
    assert arrive("停水了", 1) is not None
    assert arrive("停水了", 1) is None


def test_the_same_words_get_three_answers_an_hour():
    may = [arrive(f"自动回复:我在开会 12:0{n}", n).may_answer(NOON) for n in range(6)]
    assert may == [True, True, True, False, False, False]
    later = NOON + timedelta(hours=1)
    assert arrive("自动回复:我在开会 13:00", 7, later).may_answer(later)


def test_our_own_words_sent_back_are_an_echo_and_soon_silent():
    write("【局】编号3124-567-890已收到")
    kept = [arrive("【局】编号3124-567-890已收到 ", n) for n in range(4)]
    assert all(each.echo for each in kept)
    assert [each.may_answer(NOON) for each in kept] == [True, True, False, False]


def test_other_words_and_other_phones_are_still_answered():
    for number in range(5):
        arrive("同一句话", number)
    assert arrive("别的话", 10).may_answer(NOON)
    assert arrive("同一句话", 11, phone="+8613900000000").may_answer(NOON)


def test_digits_make_no_difference_but_a_bare_digit_is_itself():
    assert essence("回执 12:01") == essence("回执12:59。")
    assert essence("5") != essence("4")


def test_a_question_is_settled_once():
    kept = arrive("又停水了", 1)
    with unit_of_work():
        inbound.take_for(kept.id, "asked", 7)
    with unit_of_work():
        settled = inbound.settle(kept.id, "asked", "new")
        assert (settled.body, settled.request_id) == ("又停水了", 7)
        assert inbound.settle(kept.id, "asked", "new") is None


def test_what_never_reached_us_is_told_from_what_did():
    arrive("停水了", 1)
    texts = [Arrived("console", f"id-{number}", PHONE, "停水了") for number in (1, 2)]
    assert inbound.not_kept(texts) == texts[1:]
    assert inbound.not_kept([]) == []
