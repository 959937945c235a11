"""Each field of `/requests/new` with nothing, too much, the wrong thing, and every script."""

from __future__ import annotations

import pytest

from service_desk.service_requests.lifecycle import Channel, Nature, Urgency
from service_desk.service_requests.models import ContactPreference
from tests.intake.conftest import BEIMEN, LAMP, PREFECTURE, TOKEN, told

TIBETAN = "ངའི་གྲོང་ཚོའི་སྒྲོན་མེ་ཆག་སོང་།"
EMOJI = "路灯坏了 😢👵🏽"
CONTROL = "路灯\x00坏了"
WRONG = [
    ("danger", None),
    ("danger", "maybe"),
    ("danger", "\x00yes"),
    ("danger", TIBETAN),
    ("category", "NOTHING"),
    ("category", "ELDER-03"),
    ("category", EMOJI),
    ("category", "E" * 3000),
    ("nature", "invalid"),
    ("nature", EMOJI),
    ("area", None),
    ("area", ""),
    ("area", "533401999999"),
    ("area", "533401101000"),
    ("area", "5334011010030"),
    ("area", "北门"),
    ("area", BEIMEN + "\x00"),
    ("description", None),
    ("description", ""),
    ("description", " \n "),
    ("description", "灯"),
    ("description", "灯" * 2001),
    ("description", CONTROL),
    ("description", "路灯\u202e\x1b[31m坏了"),
    ("address", "路" * 201),
    ("address", "两\n行"),
    ("address", CONTROL),
    ("latitude", "27.8"),
    ("longitude", "99.7"),
    ("name", "扎" * 81),
    ("name", "扎\x07西"),
    ("phone", None),
    ("phone", ""),
    ("phone", "12"),
    ("phone", "my phone"),
    ("phone", "1" * 3000),
    ("phone", TIBETAN),
    ("preferred_language", "fr"),
    ("preferred_language", CONTROL),
    ("contact_preference", "pigeon"),
    ("anonymous", "perhaps"),
    ("notice_seen", None),
    ("notice_seen", "n"),
    ("notice_seen", "perhaps"),
    ("photos", "not a file"),
    ("form_token", "short"),
    ("form_token", "x" * 65),
    ("form_token", "a-form-token\x00-with-control"),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    client, post, counted, field, value
):
    before = counted()
    answer = post(**{field: value})
    assert answer.status_code == 422
    assert 'class="govuk-error-summary"' in answer.text
    anchor = {"longitude": "latitude"}.get(field, field)
    assert f'href="#{anchor}"' in answer.text
    assert f'id="{anchor}"' in answer.text
    assert counted() == before
    assert client.get("/requests/receipt").text.count("desk-ticket") == 0


def test_everything_typed_comes_back(post):
    """Also what stands on other pages, and what is wrong."""
    typed = {
        "phone": "no number",
        "description": TIBETAN,
        "address": '<b>"road"</b>',
        "name": EMOJI,
        "category": "ELDER",
        "latitude": "27.8",
        "longitude": "99.7",
    }
    page = post(**typed).text
    for value in (*typed.values(), BEIMEN, TOKEN):
        assert str(value).replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in page


def test_latitude_and_longitude_go_together_and_lie_on_the_earth(post, kept, counted):
    before = counted()
    for north, east in (("91", "99"), ("27", "181"), ("27.8N", "99"), ("nan", "0"), ("٢٧", "99")):
        assert post(latitude=north, longitude=east).status_code == 422
    assert counted() == before
    assert post(latitude="27.825", longitude="99.7068").status_code == 303
    assert kept(lambda request: request.location) == ["27.825000,99.706800"]


@pytest.mark.both_databases
@pytest.mark.parametrize("words", [TIBETAN, EMOJI, "灯" * 2000, "一行\r\n两行"])
def test_words_of_every_script_are_kept_as_they_were_written(post, kept, words):
    assert post(description=words, name="བཀྲ་ཤིས་ 😀", address="ལྷ་ས").status_code == 303
    assert kept(lambda request: (request.description, request.name)) == [
        (words.replace("\r\n", "\n"), "བཀྲ་ཤིས་ 😀")
    ]


@pytest.mark.both_databases
def test_everything_that_can_be_told_is_kept(post, kept):
    answer = post(
        category="LEGAL",
        nature="complaint",
        address="镇政府旁",
        name="扎西",
        phone="138 8770 0001",
        preferred_language="bo",
        contact_preference="sms",
        anonymous="y",
    )
    assert (answer.status_code, answer.location) == (303, "/requests/receipt")
    (request,) = kept()
    assert (request.channel, request.external_id) == (Channel.WEB, TOKEN)
    assert (request.category, request.nature) == ("LEGAL", Nature.COMPLAINT)
    assert (request.description, request.address, request.name) == (LAMP, "镇政府旁", "扎西")
    assert (request.phone, request.language) == ("+8613887700001", "bo")
    assert request.contact_preference is ContactPreference.SMS
    assert request.anonymous
    assert not request.danger


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"anonymous": "y"}, 303),
        ({"contact_preference": "none"}, 303),
        ({"contact_preference": "visit"}, 303),
        ({"contact_preference": "sms"}, 422),
        ({"contact_preference": "safe"}, 422),
        ({"contact_preference": "phone"}, 422),
        ({}, 422),
    ],
)
def test_a_phone_is_needed_by_whoever_wants_to_be_called_or_texted(post, changes, status):
    assert post(phone="", **changes).status_code == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"area": BEIMEN, "phone": None}, 303),
        ({"area": None, "phone": "13887700001"}, 303),
        ({"area": PREFECTURE, "phone": None}, 303),
        ({"area": None, "phone": None}, 422),
        ({"area": "533401999999"}, 422),
        ({"phone": "12"}, 422),
        ({"description": "灯" * 2001}, 422),
    ],
)
def test_in_danger_a_village_or_a_phone_is_enough(post, kept, changes, status):
    fields = {"danger": "yes", "description": None, "notice_seen": None, **changes}
    assert post(**fields).status_code == status
    urgencies = kept(lambda request: (request.urgency, request.danger))
    assert urgencies == ([(Urgency.P0, True)] if status == 303 else [])


def test_a_place_that_is_not_known_is_the_prefectures(post, kept):
    assert post(area=PREFECTURE).status_code == 303
    assert kept(lambda request: request.area_code) == [PREFECTURE]


def test_the_language_of_the_page_is_the_residents_unless_they_say_another(client, kept):
    client.set_cookie("lang", "bo")
    token = client.hidden("/requests/new")["csrf_token"]
    assert client.post("/requests/new", data={"csrf_token": token, **told()}).status_code == 303
    assert kept(lambda request: request.language) == ["bo"]


def test_without_a_token_every_sending_is_its_own(post, kept):
    assert post(form_token=None).status_code == 303
    assert post(form_token=None).status_code == 303
    assert len(set(kept(lambda request: request.external_id))) == 2


def test_without_csrf_nothing_is_taken(client, counted):
    before = counted()
    client.get("/requests/new")
    assert client.post("/requests/new", data=told()).status_code == 400
    assert counted() == before
