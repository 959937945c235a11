"""Every view says who may use it, and the desk does not start when one does not."""

from __future__ import annotations

import pytest
from flask import Flask

from service_desk.accounts import enforce
from service_desk.foundation.access import Permission, Rule, public, requires, rule_of, signed_in
from service_desk.foundation.actor import RESIDENT, SYSTEM, Actor, ActorKind
from service_desk.foundation.faults import Fault, Refused, StaleEdit, TooMany


def view():
    return ""


def test_a_rule_is_kept_with_its_view():
    assert rule_of(view) is None
    assert rule_of(public(lambda: "")) is Rule.PUBLIC
    assert rule_of(signed_in(lambda: "")) is Rule.SIGNED_IN
    assert rule_of(requires(Permission.TRIAGE)(lambda: "")) is Permission.TRIAGE


def test_every_view_of_the_desk_has_one(app):
    bare = [name for name, each in app.view_functions.items() if rule_of(each) is None]
    assert set(bare) <= {"static"}


def test_a_view_without_a_rule_stops_the_start():
    app = Flask(__name__)
    app.add_url_rule("/open", view_func=view)
    with pytest.raises(Exception, match="view"):
        enforce.refuse_undeclared(app)


def test_who_acts():
    assert Actor.staff(7) == Actor(ActorKind.STAFF, 7)
    assert RESIDENT.user_id is SYSTEM.user_id is None


def test_faults_say_their_status():
    assert [fault.status for fault in (Fault(), Refused("x"), StaleEdit(), TooMany(3))] == [
        400,
        422,
        409,
        429,
    ]
    assert (Refused("x", "phone").field, TooMany(3).retry_after) == ("phone", 3)
