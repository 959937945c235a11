"""From an inbound text to what it does and to its one answer, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service_desk.directory.areas import PREFECTURE
from service_desk.feedback.models import Rating
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message
from service_desk.messaging.segments import segments
from service_desk.service_requests.lifecycle import Channel, State, Urgency
from service_desk.service_requests.models import EntryKind, ServiceRequest, TimelineEntry
from service_desk.service_requests.service import for_change
from service_desk.switchboard.service import settle_questions
from tests.switchboard.residents import (
    MORNING,
    Resident,
    only_request,
    requests,
    step,
    taken_for,
)

BEIMEN = "533401101003"
LAMP = "北门社区的路灯坏了三天,晚上看不见路"


@pytest.fixture(autouse=True)
def inside(db_app):
    with db_app.app_context():
        yield


@pytest.fixture
def resident():
    return Resident()


def waiting(resident, words=LAMP):
    """A request of this phone that waits for its answer."""
    resident.text(words)
    request = requests()[-1]
    step(request, State.WAITING, resident.at)
    resident.waits(hours=1)
    return request


def resolved(resident, words=LAMP):
    resident.text(words)
    request = requests()[-1]
    step(request, State.RESOLVED, resident.at)
    resident.waits(hours=1)
    return request


def count(table):
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_new_request_is_opened_where_it_says_and_answered_once(resident):
    assert resident.text(LAMP) == "new"
    request = only_request()
    assert (request.channel, request.area_code) == (Channel.SMS, BEIMEN)
    assert (request.description, request.phone) == (LAMP, resident.phone)
    assert request.state in (State.ASSIGNED, State.RECEIVED)
    (answer,) = resident.got()
    assert (answer.purpose, answer.request_id) == ("ack", request.id)
    assert answer.not_before == resident.at


def test_without_a_village_it_is_where_the_last_one_was_else_the_prefectures(resident):
    resident.text("路灯坏了三天")
    resident.text(LAMP)
    resident.text("水管又漏了")
    assert [each.area_code for each in requests()] == [PREFECTURE, BEIMEN, BEIMEN]


def test_the_same_text_again_does_nothing(resident):
    assert resident.text(LAMP, "one") == "new"
    assert resident.text(LAMP, "one") is None
    assert len(requests()) == len(resident.got()) == len(taken_for()) == 1


def test_danger_is_answered_with_the_emergency_numbers_first_and_pages_people(resident):
    resident.text("北门社区着火了,楼上有人被困")
    request = only_request()
    assert request.urgency is Urgency.P0
    body = resident.last().body
    assert body.index("110") < body.index(request.reference[:4])
    paged = session.scalars(sa.select(Message.purpose).where(Message.purpose == "page_danger"))
    assert paged.first() == "page_danger"


@pytest.mark.parametrize(
    ("body", "language"), [("火", "zh_Hans_CN"), ("🆘", "zh_Hans_CN"), ("119", "zh_Hans_CN"),
    ("help me", "en"), ("སྐྱོབས", "bo")],
)  # fmt: skip
def test_a_cry_for_help_is_a_danger_at_once(resident, body, language):
    assert resident.text(body) == "new"
    request = only_request()
    assert (request.urgency, request.danger) == (Urgency.P0, True)
    assert request.description == body
    (answer,) = resident.got()
    assert (answer.purpose, answer.language) == ("ack_danger", language)
    body = answer.body.partition("】")[2]
    assert min(body.index(each) for each in ("110", "119", "120")) < body.index(
        answer.params["reference"]
    )
    paged = sa.select(TimelineEntry).where(TimelineEntry.kind == EntryKind.PAGED)
    assert session.scalars(paged).one().data["users"]


def test_a_cry_is_heard_while_another_matter_waits_or_is_to_be_rated(resident):
    waiting(resident)
    assert resident.text("救命") == "new"
    assert [each.urgency for each in requests()] == [Urgency.P2, Urgency.P0]


def test_a_restricted_matter_is_answered_with_words_that_say_nothing(resident):
    resident.text("他又喝酒打我了,我带着孩子躲在厕所里,不敢出声")
    assert only_request().restricted
    assert resident.answers() == ["neutral_danger"]
    assert only_request().reference[:4] not in resident.last().body
    assert resident.text("查询") == "status"
    assert resident.answers()[-1] == "status_unknown"


@pytest.mark.parametrize(
    ("body", "language"),
    [(LAMP, "zh_Hans_CN"), ("The street lamp is broken", "en"), ("ལམ་གྱི་གློག་སྒྲོན་ཆག་སོང་", "bo")],
)
def test_the_answer_is_in_the_language_of_the_text(resident, body, language):
    resident.text(body)
    assert resident.last().language == language
    assert only_request().language == language
    resident.text("2")
    assert resident.last().language == language


@pytest.mark.parametrize("odd", ["\x00\x07路灯坏了\x1b", "路灯😀坏了", "a" * 1600, "ཆུ་མེད།"])
def test_odd_characters_do_no_harm(resident, odd):
    assert resident.text(odd) == "new"
    assert not set("\x00\x07\x1b") & set(only_request().description)


def test_help_and_digits_without_a_question_make_no_request(resident):
    for body in ("帮助", "5", "满意", "", "啊"):
        assert resident.text(body) == "help"
    assert count(ServiceRequest) == 0
    assert resident.answers() == ["help"] * 5


def test_status_says_how_it_stands(resident):
    resident.text(LAMP)
    request = only_request()
    shown = f"{request.reference[:4]}-{request.reference[4:7]}-{request.reference[7:]}"
    for body in ("查询", f"查询 {shown}", f"CX{request.reference}", request.reference):
        assert resident.text(body) == "status"
        assert shown in resident.last().body
        assert resident.last().purpose == "status_due"
    step(request, State.RESOLVED, resident.at)
    resident.text("STATUS")
    assert (resident.last().purpose, resident.last().language) == ("status", "en")


def test_an_open_request_is_spoken_of_before_a_finished_one(resident):
    resident.text(LAMP)
    resolved(resident, "水管漏了")
    resident.text("查询")
    assert requests()[0].reference[:4] in resident.last().body


def test_another_phones_reference_is_as_unknown_as_none(resident):
    resident.text(LAMP)
    stranger = Resident(phone="+8613887700002")
    stranger.text(f"查询 {only_request().reference}")
    known = stranger.last().body
    stranger.text("查询 3124567890")
    assert stranger.last().body == known
    assert stranger.answers() == ["status_unknown"] * 2


def test_a_digit_rates_what_was_resolved_last(resident):
    request = resolved(resident)
    assert resident.text("５ 谢谢") == "rating"
    (rating,) = session.scalars(sa.select(Rating))
    assert (rating.request_id, rating.level, rating.comment) == (request.id, 5, "谢谢")
    assert (rating.source, rating.at) == ("sms", resident.at)
    assert resident.last().purpose == "rated"
    assert only_request().state is State.CLOSED
    assert resident.text("4") == "help"
    assert count(Rating) == 1


def test_a_bad_rating_is_answered_with_regret(resident):
    resolved(resident)
    resident.text("很差 等了两周")
    assert resident.last().purpose == "rated_bad"


def test_danger_behind_a_digit_is_no_comment(resident):
    resolved(resident)
    assert resident.text("1 着火了快来人 救命") == "new"
    assert (count(Rating), count(ServiceRequest)) == (0, 2)


@pytest.mark.parametrize("body", ["5 谢谢,着火了快来人 救命", "1 谢谢 他又打我了"])
def test_danger_behind_thanks_is_heard_when_nothing_is_to_be_rated(resident, body):
    assert resident.text(body) == "new"
    assert only_request().urgency is Urgency.P0


BEATEN_FRIEND = "请问家暴告诫书去哪里开,她老公不让她出门"


def test_words_of_a_restricted_matter_are_never_filed_with_an_ordinary_one(resident):
    """There, whoever knows the phone's last digits could read them."""
    waiting(resident)
    assert resident.text(BEATEN_FRIEND) == "new"
    assert [each.restricted for each in requests()] == [False, True]
    assert resident.last().purpose.startswith("neutral")


def test_more_on_a_restricted_matter_stays_with_it(resident):
    request = waiting(resident, BEATEN_FRIEND)
    assert request.restricted
    assert resident.text("告诫书在城关派出所开,她老公不让她出门") == "follow_up"
    assert only_request().state is State.ACCEPTED


def test_a_restricted_matter_is_not_rated_by_text(resident):
    """Nobody was asked, and whoever else holds the phone learns nothing."""
    resolved(resident, BEATEN_FRIEND)
    assert resident.text("5") == "help"
    assert count(Rating) == 0
    assert all(only_request().reference[:4] not in each.body for each in resident.got())


def test_a_rating_given_on_the_web_meanwhile_is_not_overwritten(resident, monkeypatch):
    request = resolved(resident)
    with unit_of_work():
        session.add(Rating(request_id=request.id, cycle=1, level=2, source="web", at=resident.at))
    assert resident.text("5") == "rating"
    assert resident.last().purpose == "help"
    assert session.scalars(sa.select(Rating.level)).all() == [2]


def test_an_answer_goes_to_the_request_that_waits(resident):
    request = waiting(resident)
    assert resident.text("杆号是北12") == "follow_up"
    assert only_request().state is State.ACCEPTED
    assert resident.last().purpose == "follow_up"
    (entry,) = session.scalars(sa.select(TimelineEntry).filter_by(kind=EntryKind.FOLLOW_UP))
    assert (entry.request_id, entry.text, entry.public) == (request.id, "杆号是北12", True)


def test_an_answer_waits_for_a_persons_look(resident):
    request = waiting(resident)
    with unit_of_work():
        for_change(request.id).looked_at = MORNING
    assert resident.text("水表号是A12,老人说心里闷得慌") == "follow_up"
    assert only_request().looked_at is None


def test_a_reference_in_front_says_to_which_request(resident):
    resident.text("停水三天了,水管冻住没有自来水")
    second = only_request()
    waiting(resident)
    assert resident.text(f"{second.reference} 家里有老人") == "follow_up"
    (entry,) = session.scalars(sa.select(TimelineEntry).filter_by(kind=EntryKind.FOLLOW_UP))
    assert entry.request_id == second.id


def test_danger_is_never_filed_as_an_answer(resident):
    waiting(resident)
    assert resident.text("着火了,快来人救命") == "new"
    assert requests()[-1].urgency is Urgency.P0


ELSEWHERE = "工地老板拖欠工资四个月,想请律师讨工钱"


def asked(resident):
    request = waiting(resident)
    with unit_of_work():
        for_change(request.id).category = "INFRA-03"
    assert resident.text(ELSEWHERE) == "asked"
    assert resident.last().purpose == "which_one"
    return request


def test_words_of_another_matter_are_asked_about_and_may_belong_to_it(resident):
    request = asked(resident)
    assert resident.text("1") == "answer_same"
    (entry,) = session.scalars(sa.select(TimelineEntry).filter_by(kind=EntryKind.FOLLOW_UP))
    assert (entry.request_id, entry.text) == (request.id, ELSEWHERE)
    assert taken_for() == ["new", "follow_up", "answer_same"]
    assert resident.text("1") == "help"


def test_or_they_are_something_new(resident):
    asked(resident)
    assert resident.text("２") == "answer_new"
    assert [each.description for each in requests()] == [LAMP, ELSEWHERE]
    assert resident.last().request_id == requests()[-1].id


def test_without_a_reply_they_are_registered_as_new_from_when_they_came(resident):
    asked(resident)
    came = resident.at
    resident.waits(minutes=29)
    for late, done in ((0, 0), (2, 1), (3, 0)):
        resident.waits(minutes=late)
        with unit_of_work():
            assert settle_questions(resident.at) == done
    assert requests()[-1].description == ELSEWHERE
    assert requests()[-1].created_at == came
    assert resident.text("1") == "help"


def test_a_restricted_request_is_never_asked_about(resident):
    request = asked_about = waiting(resident)
    with unit_of_work():
        found = for_change(asked_about.id)
        found.category, found.restricted = "INFRA-03", True
    assert resident.text(ELSEWHERE) == "asked"
    assert requests()[-1].id != request.id
    assert resident.text(f"{request.reference} 门牌12") == "follow_up"
    assert resident.last().purpose == "neutral"


def test_after_stop_there_is_the_goodbye_and_then_nothing(resident):
    resident.text(LAMP)
    assert resident.text("退订") == "stop"
    before = resident.answers()
    assert before[-1] == "stopped"
    for body in ("帮助", "查询", "5", "退订", "救命着火了", "北门社区停水"):
        resident.text(body)
    assert resident.answers() == before
    assert count(ServiceRequest) == 3
    assert resident.text("恢复") == "start"
    assert resident.answers() == [*before, "started"]
    resident.text("帮助")
    assert resident.answers()[-1] == "help"


def test_an_echo_gets_three_answers_and_makes_no_request(resident):
    resident.text(LAMP)
    for _ in range(6):
        resident.text(resident.last().body)
    assert len(resident.got()) == 3
    assert count(ServiceRequest) == 1


def test_a_robot_that_repeats_itself_gets_three_answers_but_its_texts_are_kept(resident):
    for _ in range(6):
        resident.text("您好,我在开会,稍后回复您")
    assert len(resident.got()) == 3
    assert len(taken_for()) == 6
    resident.text(LAMP)
    assert len(resident.got()) == 4


def test_a_phone_gets_a_number_of_answers_an_hour_whatever_it_writes(resident):
    for number in range(35):
        resident.text(f"路灯{chr(0x4E00 + number)}坏了")
    assert (len(resident.got()), len(requests())) == (30, 35)
    resident.waits(minutes=61)
    resident.text("查询")
    assert len(resident.got()) == 31


def test_every_answer_is_short_and_has_no_link(resident):
    resolved(resident)
    for body in ("5", "查询", "帮助", LAMP, "查询 9", "退订", "恢复"):
        resident.text(body)
    for message in resident.got():
        assert message.segments == segments(message.body) <= 3
        assert "http" not in message.body


def test_answers_do_not_wait_for_the_morning(resident):
    resident.at = MORNING.replace(hour=16)
    resident.text(LAMP)
    resident.text("帮助")
    assert {message.not_before for message in resident.got()} == {resident.at}
