"""What a text is taken for, by its words and by what is known of the phone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.switchboard.decide import (
    Context,
    Decision,
    Kind,
    Waiting,
    decide,
    language_of,
    normalise,
    read_rating,
)

NOTHING = Context()
RATEABLE = Context(rateable=7)
ONE_WAITS = Context(waiting=(Waiting(3, "INFRA"),))
CHINESE = "zh_Hans_CN"


def kind(body, context=NOTHING):
    return decide(body, context).kind


@pytest.mark.parametrize("body", ["退订", " 退订。", "TD", "ｔｄ", "stop", "STOP!", "མཚམས་འཇོག"])
@pytest.mark.parametrize("context", [NOTHING, RATEABLE, ONE_WAITS])
def test_stop_beats_all(body, context):
    assert kind(body, context) is Kind.STOP


@pytest.mark.parametrize("body", ["恢复", "START", "start ", "སླར་གསོ།"])
def test_start_beats_all(body):
    assert kind(body, ONE_WAITS) is Kind.START


@pytest.mark.parametrize("body", ["帮助", "HELP", "help?", "?", "？", "རོགས་རམ"])
def test_help(body):
    assert kind(body, RATEABLE) is Kind.HELP


@pytest.mark.parametrize(
    ("body", "level", "comment"),
    [
        ("5", 5, ""),
        ("1", 1, ""),
        ("５", 5, ""),
        ("①", 1, ""),
        ("5️⃣", 5, ""),
        ("༤", 4, ""),
        (" 3。", 3, ""),
        ("五", 5, ""),
        ("一", 1, ""),
        ("5分", 5, ""),
        ("四 分", 4, ""),
        ("五星", 5, ""),
        ("5 谢谢", 5, "谢谢"),
        ("5，谢谢你们 Thank YOU", 5, "谢谢你们 Thank YOU"),
        ("5谢谢", 5, "谢谢"),
        ("5非常满意", 5, ""),
        ("2 不满意 等太久", 2, "不满意 等太久"),
        ("非常满意", 5, ""),
        ("很好!", 5, ""),
        ("满意", 4, ""),
        ("好", 4, ""),
        ("基本满意", 3, ""),
        ("一般", 3, ""),
        ("不满意", 2, ""),
        ("差", 2, ""),
        ("非常不满意", 1, ""),
        ("很差 等了两周", 1, "等了两周"),
        ("很好,就是慢", 5, "就是慢"),
        ("Very satisfied", 5, ""),
        ("GOOD, thanks", 4, "thanks"),
        ("fair", 3, ""),
        ("Bad", 2, ""),
        ("terrible!", 1, ""),
        ("ཧ་ཅང་ཚིམ་པ།", 5, ""),
        ("ཡག་པོ", 4, ""),
        ("མ་ཚིམ་པ", 2, ""),
    ],
)
def test_a_rating(body, level, comment):
    decision = decide(body, RATEABLE)
    assert (decision.kind, decision.level, decision.comment) == (Kind.RATING, level, comment)
    assert decision.request_id == 7


@pytest.mark.parametrize(
    "body",
    [
        "3天没水了",
        "3 天没水了",
        "5分钟前着火了",
        "5 分钟前着火了",
        "1号楼停水",
        "2 楼有人呼救",
        "一个人在家摔倒了",
        "一 个人在家",
        "三天没水",
        "1、路烂 2、没水",
        "好几天没水了",
        "差点被车撞了",
        "5 days without water",
        "好的谢谢",
    ],
)
def test_what_only_looks_like_a_rating_is_a_request(body):
    assert kind(body, RATEABLE) is Kind.NEW


@pytest.mark.parametrize(
    "body", ["5", "３", "五", "5分", "很好", "满意", "6", "0", "12", "5 谢谢", "..."]
)
def test_nothing_to_rate_gets_help_and_is_no_request(body):
    assert kind(body) is Kind.HELP


def test_words_behind_a_digit_with_nothing_to_rate_are_a_request():
    assert kind("2 路灯还是不亮") is Kind.NEW


@pytest.mark.parametrize(
    "body", ["2 还是没人来", "２,还是没人来", "二 还是没人来", "2分 还是没人来"]
)
def test_words_behind_a_digit_are_the_comment_of_a_rating(body):
    decision = decide(body, RATEABLE)
    assert (decision.kind, decision.level, decision.comment) == (Kind.RATING, 2, "还是没人来")


@pytest.mark.parametrize(
    ("body", "reference"),
    [
        ("查询", ""),
        ("查询 3124-567-890", "3124567890"),
        ("ＣＸ３１２４５６７８９０", "3124567890"),
        ("cx3124567890", "3124567890"),
        ("Status: 3124 567 890", "3124567890"),
        ("3124-567-890", "3124567890"),
        ("གནས་ཚུལ 3124567890", "3124567890"),
        ("查询 123", "123"),
    ],
)
def test_a_status_query(body, reference):
    decision = decide(body, ONE_WAITS)
    assert (decision.kind, decision.reference) == (Kind.STATUS, reference)


@pytest.mark.parametrize(
    "body", ["查询低保怎么办", "进度太慢了,两个月了", "status quo is bad for us"]
)
def test_a_question_is_no_status_query(body):
    assert kind(body) is Kind.NEW


def test_one_that_waits_gets_the_answer():
    decision = decide("水表号是A12", ONE_WAITS)
    assert (decision.kind, decision.request_id) == (Kind.FOLLOW_UP, 3)


def test_words_of_the_same_matter_or_of_none_are_the_answer():
    for topic in (None, "INFRA"):
        context = Context(waiting=(Waiting(3, "INFRA"),), topic=topic)
        assert kind("还是没有水", context) is Kind.FOLLOW_UP


def test_words_of_another_matter_are_asked_about():
    context = Context(waiting=(Waiting(3, "INFRA"),), topic="ELDER")
    decision = decide("想给老人申请助餐", context)
    assert (decision.kind, decision.request_id) == (Kind.ASK, 3)


def test_several_that_wait_are_told_apart_by_their_matter_or_asked_about():
    both = (Waiting(9, "ELDER"), Waiting(3, "INFRA"))
    assert decide("还是没有水", Context(waiting=both, topic="INFRA")).request_id == 3
    assert decide("好的明天", Context(waiting=both)).kind is Kind.ASK


def test_a_reference_of_theirs_in_front_says_which():
    context = Context(waiting=(Waiting(9),), own={"3124567890": 3})
    decision = decide("3124-567-890 门牌是12", context)
    assert (decision.kind, decision.request_id) == (Kind.FOLLOW_UP, 3)
    assert decide("9999999999 门牌是12", context).request_id == 9


@pytest.mark.parametrize("body", ["1", "１", "是", "是的", "yes", "ཡིན།"])
def test_the_same_matter(body):
    assert kind(body, Context(rateable=7, asked=True)) is Kind.ANSWER_SAME


@pytest.mark.parametrize("body", ["2", "新的", "不是", "no", "NEW"])
def test_another_matter(body):
    assert kind(body, Context(asked=True)) is Kind.ANSWER_NEW


def test_other_digits_do_not_answer_the_question():
    assert kind("5", Context(asked=True)) is Kind.HELP
    assert kind("5", Context(asked=True, rateable=1)) is Kind.RATING


@pytest.mark.parametrize("body", ["", " ", "啊", "😀", "。。。", "112", "118!!!"])
def test_what_says_nothing_gets_help(body):
    assert kind(body) is Kind.HELP


CRIES = [
    "火", "救", "救命", "救我", "🔥", "🔥🔥", "🆘", "SOS", "sos!", "ＳＯＳ", "S.O.S.",
    "110", "１１９", "120!!!", "119 119", "救命!救命!!", "救命啊", "火火火", "救命😭😭",
    "着火了", "help me", "HELP ME!!", "fire", "Fire fire",
    "མེ", "མེ།", "སྐྱོབས", "སྐྱོབས། སྐྱོབས།", "སྐྱོབས་ཤིག",
]  # fmt: skip
"""What somebody in danger types, and nothing else."""


@pytest.mark.parametrize("body", CRIES)
@pytest.mark.parametrize("context", [NOTHING, RATEABLE, ONE_WAITS, Context(asked=True)])
def test_a_cry_for_help_is_a_danger_of_its_own(body, context):
    assert decide(body, context) == Decision(Kind.NEW, danger=True)


@pytest.mark.parametrize(
    "body",
    [
        "帮助",
        "HELP",
        "help!",
        "1",
        "5",
        "12",
        "1101",
        "查询",
        "火腿",
        "མེད",
        "མ",
        "SOS站在哪",
        "fired",
    ],
)
def test_what_only_looks_like_a_cry_is_none(body):
    assert not decide(body, NOTHING).danger


@given(st.text(max_size=200))
def test_any_text_is_taken_for_something(body):
    for context in (NOTHING, RATEABLE, ONE_WAITS):
        assert decide(body, context).kind in Kind


@given(st.text(alphabet="0123456789 -０１２３４５,。.", max_size=12))
def test_digits_alone_make_no_request_unless_they_are_an_emergency_number(body):
    for context in (NOTHING, RATEABLE, ONE_WAITS, Context(asked=True)):
        decision = decide(body, context)
        assert decision.danger or decision.kind not in (Kind.NEW, Kind.FOLLOW_UP, Kind.ASK)


@given(st.sampled_from("12345"), st.sampled_from(["", " ", ",", "。", " 谢谢", "分"]))
def test_width_and_case_make_no_difference(digit, rest):
    wide = chr(ord(digit) - ord("0") + ord("０"))
    assert decide(digit + rest, RATEABLE) == decide(wide + rest, RATEABLE)


@given(st.text(max_size=100))
def test_normalising_twice_changes_nothing(body):
    assert normalise(normalise(body)) == normalise(body)


@given(st.text(max_size=100))
def test_a_rating_has_one_of_five_levels(body):
    read = read_rating(normalise(body))
    assert read is None or 1 <= read[0] <= 5


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("停水了", CHINESE),
        ("CX 3124567890", CHINESE),
        ("td", CHINESE),
        ("No water", "en"),
        ("STATUS", "en"),
        ("ཆུ་མེད", "bo"),
        ("ཆུ་མེད 停水", "bo"),
        ("WIFI坏了", CHINESE),
        ("5", None),
        ("😀", None),
        ("", None),
    ],
)
def test_the_language_it_was_written_in(body, language):
    assert language_of(body) == language
