"""Readiness and figures, read from the database: what waits there is what is true."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import redis
import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from service_desk.foundation.database import session
from service_desk.messaging.models import Message, MessageStatus
from service_desk.service_clock.calendar_queries import unpublished_years
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.queries import is_open

VERSION = "0.2.0"
WAIT_S = 0.2
OK, DOWN, DEGRADED = "ok", "down", "degraded"


def readiness(at: datetime, redis_url: str) -> dict[str, Any]:
    """The JSON of contract `/readyz`. A year without make-up days is said; the desk works on."""
    waiting = backlog(at)
    return {
        "ready": waiting is not None,
        "database": OK if waiting is not None else DOWN,
        "queue": queue_state(redis_url),
        "backlog": waiting or {"messages": None, "oldest_s": None},
        "calendar": {"unpublished_years": list(unpublished_years(at)) if waiting else None},
        "version": VERSION,
    }


def backlog(at: datetime) -> dict[str, int] | None:
    """Texts that are due and not yet sent, and the age of the oldest; None without a database."""
    due = sa.select(sa.func.count(), sa.func.min(Message.not_before)).where(
        Message.status.in_([MessageStatus.QUEUED, MessageStatus.SENDING]),
        Message.not_before <= at,
    )
    try:
        count, oldest = session.execute(due).one()
    except SQLAlchemyError:
        session.rollback()
        return None
    return {"messages": count, "oldest_s": int((at - oldest).total_seconds()) if count else 0}


def queue_state(redis_url: str) -> str:
    if not redis_url:
        return DEGRADED
    client = redis.Redis.from_url(redis_url, socket_timeout=WAIT_S, socket_connect_timeout=WAIT_S)
    try:
        client.ping()
    except redis.RedisError:
        return DEGRADED
    finally:
        client.close()
    return OK


def metrics(at: datetime) -> bytes:
    """Prometheus text; only counts, never a person."""
    registry = CollectorRegistry()
    waiting = backlog(at) or {"messages": 0, "oldest_s": 0}
    figures = {
        "desk_texts_waiting": ("Texts that are due and not sent", waiting["messages"]),
        "desk_texts_oldest_seconds": ("Age of the oldest such text", waiting["oldest_s"]),
        "desk_requests_open": ("Open service requests", _count(is_open())),
        "desk_requests_overdue": (
            "Open service requests past their due time",
            _count(sa.and_(is_open(), ServiceRequest.due_at < at)),
        ),
    }
    for name, (text, value) in figures.items():
        Gauge(name, text, registry=registry).set(value)
    return generate_latest(registry)


def _count(condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(ServiceRequest).where(condition)
    return session.scalar(query) or 0
