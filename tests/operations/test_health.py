"""Is it alive, is it ready, how much waits: what monitors see, and what they do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from prometheus_client.parser import text_string_to_metric_families

from service_desk.foundation.clock import now
from service_desk.foundation.database import db, session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import service as messaging
from service_desk.messaging.wording import resolved

TOKEN = "a-token-for-monitors"
NOWHERE = "redis://127.0.0.1:1/0"


def test_alive(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})


@pytest.mark.both_databases
def test_ready_without_a_queue_is_degraded_since_requests_are_still_taken_in(make_app):
    for app in (make_app(), make_app(REDIS_URL=NOWHERE)):
        answer = app.test_client().get("/readyz")
        assert answer.status_code == 200
        told = answer.json
        del told["calendar"]
        assert told == {
            "ready": True,
            "database": "ok",
            "queue": "degraded",
            "backlog": {"messages": 0, "oldest_s": 0},
            "version": "0.2.0",
        }


@pytest.mark.both_databases
@pytest.mark.parametrize(("year", "expected"), [(2025, []), (2031, [2031, 2032])])
def test_a_year_without_make_up_days_is_said_and_the_desk_stays_ready(client, year, expected):
    with time_machine.travel(datetime(year, 6, 1, tzinfo=UTC), tick=False):
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["calendar"] == {"unpublished_years": expected}


def test_ready_with_a_queue(make_app, real_queue):
    answer = make_app(REDIS_URL=real_queue).test_client().get("/readyz")
    assert answer.json["queue"] == "ok"


@pytest.mark.both_databases
def test_texts_that_wait_are_counted(app, client):
    at = now()
    with app.app_context(), unit_of_work():
        messaging.queue(
            resolved("zh_Hans_CN", "3124567890"),
            phone="+8613800001234",
            dedupe_key="test:1",
            request_id=None,
            at=at,
            urgent=True,
        )
    backlog = client.get("/readyz").json["backlog"]
    assert backlog["messages"] == 1
    assert 0 <= backlog["oldest_s"] < 60


@pytest.mark.both_databases
def test_not_ready_without_its_tables(app, client):
    with app.app_context():
        session.execute(sa.text("ALTER TABLE messages RENAME TO gone"))
        session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json["ready"], answer.json["database"]) == (False, "down")
    assert answer.json["backlog"] == {"messages": None, "oldest_s": None}
    assert answer.json["calendar"] == {"unpublished_years": None}


def test_not_ready_without_a_database_server_but_alive(make_app):
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1"
    client = make_app(DATABASE_URL=url).test_client()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_no_metrics_without_a_token(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}"])
def test_metrics_are_for_who_has_the_token(make_app, header):
    client = make_app(METRICS_TOKEN=TOKEN).test_client()
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 403


@pytest.mark.both_databases
def test_metrics_are_counts_and_name_nobody(make_app, open_one):
    app = make_app(METRICS_TOKEN=TOKEN)
    open_one()
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    figures = {
        sample.name: sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert figures["desk_requests_open"] == 1
    assert figures["desk_requests_overdue"] == 0
    assert {"desk_texts_waiting", "desk_texts_oldest_seconds"} <= figures.keys()
    assert "138" not in answer.text
    with app.app_context():
        db.engine.dispose()
