"""What every provider must do, shown of each, and what Twilio does besides."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from service_desk.foundation.clock import now
from service_desk.foundation.settings import settings
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import delivery
from service_desk.messaging.gateway import Letter, ProviderError
from service_desk.messaging.models import MessageStatus
from service_desk.messaging.providers import twilio_webhook
from service_desk.messaging.providers.console import ConsoleProvider
from service_desk.messaging.providers.registry import provider_of
from service_desk.messaging.providers.twilio import TwilioProvider
from tests.messaging.fakes import PHONE, Clock, row, write
from tests.support.twilio import ENVIRONMENT, NUMBER, TOKEN, stand_in

OTHER = "+8613900000000"


@pytest.fixture
def server():
    with stand_in() as server:
        yield server


@pytest.fixture
def desk(make_app, server):
    app = make_app(**ENVIRONMENT, TWILIO_API_BASE_URL=server.url)
    with app.app_context():
        yield app


@pytest.fixture
def twilio(desk):
    return provider_of(settings())


@pytest.fixture(params=["console", "twilio"])
def provider(request, desk):
    return ConsoleProvider() if request.param == "console" else TwilioProvider(settings())


def letter(number=1, phone=PHONE, body="您好,编号3124-567-890"):
    return Letter(number, phone, body, now())


def test_a_text_gets_an_id_of_the_provider(provider):
    first, second = provider.send(letter(1)), provider.send(letter(2, body="b"))
    assert first.provider_id
    assert first.provider_id != second.provider_id


def test_what_was_sent_is_found_under_the_same_id(provider):
    text = letter()
    sent = provider.send(text)
    assert sent in provider.find(text)


def test_a_name_of_its_own(provider):
    assert provider.name in ("console", "twilio")


def test_the_settings_name_the_provider(app):
    with app.app_context():
        assert isinstance(provider_of(settings()), ConsoleProvider)


def test_twilio_gets_number_words_and_where_to_report(twilio, server):
    text = letter(77)
    assert twilio.send(text).provider_id == server.log[0]["sid"]
    (taken,) = server.log
    assert (taken["to"], taken["from"], taken["body"]) == (PHONE, NUMBER, text.body)
    callback = urlsplit(taken["callback"])
    assert callback.path == "/sms/twilio/status"
    assert parse_qs(callback.query) == {"message": ["77"]}


def test_twilio_finds_neither_other_words_nor_other_phones_nor_older_texts(twilio, server):
    for other in (letter(2, body="other"), letter(3, phone=OTHER)):
        twilio.send(other)
    assert twilio.find(letter()) == []
    twilio.send(letter())
    later = Letter(1, PHONE, letter().body, now() + timedelta(minutes=5))
    assert twilio.find(later) == []


def test_twilio_says_what_residents_sent_oldest_first(twilio, server):
    twilio.send(letter())
    server.resident_sends("SMa", PHONE, "停水了")
    server.resident_sends("SMb", OTHER, "路烂了")
    texts = twilio.arrived(now() - timedelta(hours=1))
    assert [(each.external_id, each.phone, each.body) for each in texts] == [
        ("SMa", PHONE, "停水了"),
        ("SMb", OTHER, "路烂了"),
    ]


def test_nothing_is_missed_on_the_console():
    assert ConsoleProvider().arrived(now()) == ()


@pytest.mark.parametrize(
    ("code", "permanent", "unsure"),
    [
        (21211, True, False),
        (21610, True, False),
        (20429, False, False),
        (20003, False, False),
        (20500, False, True),
        ("drop", False, True),
        ("vanish", False, True),
    ],
)
def test_twilio_says_whether_to_try_again(twilio, server, code, permanent, unsure):
    server.next_replies = [code]
    with pytest.raises(ProviderError) as refused:
        twilio.send(letter())
    assert (refused.value.permanent, refused.value.unsure) == (permanent, unsure)


def test_a_wrong_password_is_no_fault_of_the_text(make_app, server):
    told = ENVIRONMENT | {"TWILIO_AUTH_TOKEN": "wrong"}
    with make_app(**told, TWILIO_API_BASE_URL=server.url).app_context():
        with pytest.raises(ProviderError) as refused:
            TwilioProvider(settings()).send(letter())
        assert not refused.value.permanent
        with pytest.raises(ProviderError, match="look-up"):
            TwilioProvider(settings()).find(letter())
    assert server.log == []


def test_twilio_away_is_waited_for(make_app):
    with make_app(**ENVIRONMENT, TWILIO_API_BASE_URL="http://127.0.0.1:9").app_context():
        with pytest.raises(ProviderError) as refused:
            TwilioProvider(settings()).send(letter())
        assert refused.value.unsure


def test_without_a_stand_in_it_is_twilio_itself(make_app):
    with make_app(**ENVIRONMENT).app_context():
        line = TwilioProvider(settings()).client.http_client
        assert line.base_url == "https://api.twilio.com"


@pytest.mark.both_databases
@pytest.mark.parametrize("trouble", ["drop", "vanish"])
def test_a_dropped_line_ends_with_the_text_in_twilios_log_once(desk, server, trouble):
    message, clock, provider = write(at=now()), Clock(now()), provider_of(settings())
    server.next_replies = [trouble]
    for _ in range(3):
        with unit_of_work():
            ids = delivery.take(clock(), 10)
        delivery.deliver(ids, provider, clock)
        clock.pass_by(seconds=60)
    assert len(server.log) == 1
    assert row(message).status is MessageStatus.SENT
    assert row(message).provider_id == server.log[0]["sid"]


def signed(target, form, token=TOKEN, base="http://localhost"):
    return RequestValidator(token).compute_signature(base + target, form)


def genuine(target, form, signature):
    return twilio_webhook.is_genuine(settings(), target, form, signature)


def test_a_signature_covers_address_query_and_form(desk):
    form = MultiDict({"MessageSid": "SM1", "Body": "您好"})
    target = "/sms/twilio/status?message=5"
    signature = signed(target, form)
    assert genuine(target, form, signature)
    assert not genuine("/sms/twilio/status?message=6", form, signature)
    assert not genuine(target, MultiDict({"MessageSid": "SM2", "Body": "您好"}), signature)
    assert not genuine(target, form, signed(target, form, token="another"))
    assert not genuine(target, form, signed(target, form, base="http://elsewhere"))
    assert not genuine(target, form, "")
    assert not genuine(target, form, None)


def test_without_a_token_nothing_is_genuine(app):
    with app.app_context():
        assert not genuine("/x", MultiDict(), signed("/x", {}, token=""))


@pytest.mark.parametrize(
    "form",
    [{}, {"MessageSid": "SM1"}, {"From": PHONE}, {"MessageSid": "S" * 65, "From": PHONE}],
)
def test_a_post_without_id_or_sender_is_no_text(form):
    assert twilio_webhook.inbound(form) is None


def test_the_sender_is_one_number_however_it_is_written():
    ways = ("+86 138 0000 0000", "13800000000", "+8613800000000")
    senders = {
        twilio_webhook.inbound({"MessageSid": "S", "From": way, "Body": "b"}).phone for way in ways
    }
    assert senders == {PHONE}
    assert twilio_webhook.inbound({"MessageSid": "S", "From": "10086"}).phone == "10086"


@pytest.mark.parametrize(
    "form", [{}, {"MessageSid": "S"}, {"MessageSid": "S", "MessageStatus": "x"}]
)
def test_a_post_without_id_or_status_is_no_receipt(form):
    assert twilio_webhook.receipt(form, "1") is None


def test_receipts_are_read():
    form = {"MessageSid": "S", "MessageStatus": "Undelivered", "ErrorCode": "30003"}
    heard = twilio_webhook.receipt(form, "12")
    assert (heard.status, heard.our_id, heard.error_code) == (MessageStatus.FAILED, 12, "30003")
    for strange in (None, "", "x", "-1", "9" * 30):
        assert twilio_webhook.receipt(form, strange).our_id is None
