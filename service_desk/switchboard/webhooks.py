"""Where Twilio posts: signed, answered at once with nothing; the reply is a queued text."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import Forbidden

from service_desk.foundation.access import signed_webhook
from service_desk.foundation.clock import now
from service_desk.foundation.settings import settings
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import receipts
from service_desk.messaging.providers import twilio_webhook
from service_desk.switchboard.service import receive

blueprint = Blueprint("twilio", __name__)


@blueprint.before_request
def refuse_strangers() -> None:
    """Signed over PUBLIC_URL, path and query, or nothing is even read."""
    query = request.query_string.decode("latin-1")
    target = request.path + (f"?{query}" if query else "")
    signature = request.headers.get(twilio_webhook.SIGNATURE)
    if not twilio_webhook.is_genuine(settings(), target, request.form, signature):
        raise Forbidden


@blueprint.post("/sms/twilio/inbound")
@signed_webhook
def inbound() -> Response:
    """A resident's text."""
    text = twilio_webhook.inbound(request.form)
    if text is not None:
        with unit_of_work():
            receive(text, now())
    return Response(twilio_webhook.EMPTY_TWIML, mimetype="text/xml")


@blueprint.post(twilio_webhook.STATUS_PATH)
@signed_webhook
def status() -> Response:
    """What became of a text of ours; the address says which, in case the id is news to us."""
    receipt = twilio_webhook.receipt(request.form, request.args.get("message"))
    if receipt is not None:
        with unit_of_work():
            receipts.apply(receipt, now())
    return Response(twilio_webhook.EMPTY_TWIML, mimetype="text/xml")
