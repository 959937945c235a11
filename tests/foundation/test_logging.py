"""Logs are structured, and nobody is to be recognised in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
import structlog

from service_desk.foundation import logging
from service_desk.foundation.clock import now
from service_desk.foundation.transaction import unit_of_work
from service_desk.intake.service import Submission, submit
from service_desk.service_requests.lifecycle import Channel
from service_desk.service_requests.models import ContactPreference

WORDS, PHONE, NAME = "老伴走丢了", "+8613812345678", "和阿奶"


@pytest.fixture(autouse=True)
def as_before():
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


def test_json_lines_in_production(capsys):
    logging.set_up("INFO", as_json=True)
    logging.get_logger().info("delivered", message_id=7)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["message_id"], line["level"]) == ("delivered", 7, "info")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", line["timestamp"])


def test_readable_lines_in_development(capsys):
    logging.set_up("INFO", as_json=False)
    logging.get_logger().info("delivered", message_id=7)
    line = capsys.readouterr().err
    assert "delivered" in line
    assert "message_id=7" in line


@pytest.mark.parametrize(
    ("level", "said"), [("WARNING", False), ("debug", True), ("nonsense", True)]
)
def test_levels(capsys, level, said):
    logging.set_up(level, as_json=True)
    logging.get_logger().info("x")
    assert bool(capsys.readouterr().err) is said


def test_nothing_personal_is_logged_on_the_way_in(make_app, capfd, caplog):
    app = make_app(LOG_LEVEL="DEBUG")
    with app.app_context(), unit_of_work():
        submit(
            Submission(
                channel=Channel.WEB,
                external_id=uuid4().hex,
                area_code="533401101003",
                description=WORDS,
                language="zh_Hans_CN",
                contact_preference=ContactPreference.SMS,
                phone=PHONE,
                name=NAME,
            ),
            now(),
        )
    client = app.test_client()
    client.sign_in("grid.beimen", "a-wrong-password")
    client.get(f"/nowhere?phone={PHONE}")
    told = "".join(capfd.readouterr()) + caplog.text
    for secret in (WORDS, PHONE, PHONE[3:], NAME, "a-wrong-password"):
        assert secret not in told


def test_no_call_of_the_logger_names_a_person():
    """A word list over the source: what is logged are ids, references, counts and durations."""
    personal = re.compile(r"\b(phone|name|body|text|description|address|password|pin|comment)=")
    for path in [*Path("service_desk").rglob("*.py"), *Path("workers").rglob("*.py")]:
        for call in re.findall(
            r"logger\(\)\.\w+\([^)]*\)|log\.\w+\([^)]*\)", path.read_text("utf-8")
        ):
            assert not personal.search(call), f"{path}: {call}"
