"""Is it alive, is it ready, how much is waiting: for load balancers and monitors."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from service_desk.foundation.access import api
from service_desk.foundation.clock import now
from service_desk.foundation.settings import settings
from service_desk.operations import health

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
@api
def healthz() -> Response:
    return jsonify({"alive": True})


@blueprint.get("/readyz")
@api
def readyz() -> tuple[Response, int]:
    """503 only when requests cannot be taken in; a missing queue is `degraded`."""
    report = health.readiness(now(), settings().redis_url)
    return jsonify(report), 200 if report["ready"] else 503


@blueprint.get("/metrics")
@api
def metrics() -> Response:
    token = settings().metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not compare_digest(given.encode(), token.encode()):
        abort(403)
    return Response(health.metrics(now()), content_type=CONTENT_TYPE_LATEST)
