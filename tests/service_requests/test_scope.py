"""Who sees what: one rule for the list and for the single record."""

from __future__ import annotations

from dataclasses import astuple
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service_desk.accounts.reach import Granted, nobody, reach_from
from service_desk.accounts.rules import AREA_WIDE
from service_desk.audit.models import AuditEntry
from service_desk.directory.areas import PREFECTURE, contains
from service_desk.directory.roles import Role
from service_desk.foundation.actor import SYSTEM
from service_desk.foundation.database import session
from service_desk.foundation.faults import NotFound
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests import queries
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import EntryKind, ServiceRequest
from service_desk.service_requests.photos import folder, open_photo, place_of
from service_desk.service_requests.scope import found_for
from service_desk.service_requests.service import note
from service_desk.service_requests.timeline import Entry
from tests.service_requests.conftest import AT, BEIMEN, draft, opened, step

LATER = AT + timedelta(minutes=1)
PLACES = (BEIMEN, "533401101000", "533401000000", "533422102001", "533422000000", PREFECTURE)
CATEGORIES = ("ELDER-05", "LEGAL-03", "SAFE-01", None)
GRANTS = st.lists(
    st.builds(
        Granted,
        role=st.sampled_from(Role),
        area_code=st.sampled_from(PLACES),
        post_id=st.none() | st.integers(1, 400),
        categories=st.none() | st.lists(st.sampled_from(["ELDER", "LEGAL-03"]), max_size=2),
        restricted=st.booleans(),
        stand_in=st.booleans(),
    ),
    max_size=3,
)


@pytest.fixture
def world(db_session):
    """A request of every kind in every place."""
    with unit_of_work():
        for place in PLACES:
            for category in CATEGORIES:
                for restricted in (False, True):
                    opened(draft(area_code=place, category=category, restricted=restricted))
    return session.scalars(sa.select(ServiceRequest)).all()


def may_see(grants, reach, request):
    """The rule once more, said slowly."""
    if reach.user_id in (request.owner_user_id, request.entered_by):
        return True
    held = [grant for grant in grants if grant.post_id and grant.post_id == request.owner_post_id]
    if any(_cleared_for(grant, request) for grant in held):
        return True
    return any(_reaches(grant, request) for grant in grants if grant.role in AREA_WIDE)


def _cleared_for(grant, request):
    return not request.restricted or (grant.restricted and not grant.stand_in)


def _reaches(grant, request):
    if not contains(grant.area_code, request.area_code) or not _cleared_for(grant, request):
        return False
    limits = grant.categories
    return limits is None or any((request.category or "").startswith(code) for code in limits)


@pytest.mark.both_databases
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(GRANTS, st.integers(1, 400))
def test_list_and_record_follow_one_rule(world, grants, user_id):
    reach = reach_from(user_id, grants)
    query = sa.select(ServiceRequest.reference).where(queries.visible_to(reach))
    listed = set(session.scalars(query))
    for request in world:
        single = queries.readable(request.reference, reach)
        assert (request.reference in listed) == (single is not None)
        assert (single is not None) == may_see(grants, reach, request)
        assert queries.acts_on(reach, request) <= (single is not None)


@pytest.mark.both_databases
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(GRANTS)
def test_a_restricted_matter_needs_clearance_or_the_case_itself(world, grants):
    uncleared = [
        Granted(each.role, each.area_code, each.post_id, each.categories, False) for each in grants
    ]
    reach = reach_from(10**6, uncleared)
    query = sa.select(ServiceRequest.restricted).where(queries.visible_to(reach))
    assert not any(session.scalars(query))
    assert not any(queries.readable(each.reference, reach) for each in world if each.restricted)


def test_nobody_sees_nothing(world):
    query = sa.select(ServiceRequest.id).where(queries.visible_to(nobody(10**6)))
    assert session.scalars(query).all() == []
    within = sa.select(ServiceRequest.id).where(queries.in_areas(nobody(10**6)))
    assert session.scalars(within).all() == []


@pytest.fixture
def reach():
    return lambda user_id, *grants: reach_from(user_id, grants)


@pytest.mark.both_databases
@pytest.mark.parametrize("stand_in", [False, True])
def test_a_restricted_matter_of_a_post_is_not_its_uncleared_holders(world, stand_in):
    """Who stands in for the cleared dispatcher gets the post, not what is restricted."""
    secret = next(each for each in world if each.restricted and each.owner_post_id)
    grant = Granted(
        Role.DISPATCHER, PREFECTURE, secret.owner_post_id, None, restricted=stand_in,
        stand_in=stand_in,
    )  # fmt: skip
    reach = reach_from(10**6, [grant])
    assert queries.readable(secret.reference, reach) is None
    assert not queries.acts_on(reach, secret)
    cleared = reach_from(10**6, [Granted(*astuple(grant)[:4], restricted=True)])
    assert queries.readable(secret.reference, cleared) is not None
    assert queries.acts_on(cleared, secret)


LEAD = Granted(Role.TOWNSHIP_LEAD, "533401101000", None, None, False)
STRANGER = Granted(Role.TOWNSHIP_LEAD, "533422102000", None, None, False)


@pytest.mark.both_databases
def test_out_of_scope_is_as_if_it_did_not_exist_but_on_record(app, open_one, read, reach):
    reference = read(open_one()).reference
    with app.app_context():
        assert found_for(f"{reference[:4]}-{reference[4:7]}-{reference[7:]}", reach(1, LEAD), AT)
        for text in (reference, "3124-567-890", "nonsense"):
            with pytest.raises(NotFound):
                found_for(text, reach(1, STRANGER), AT)
        acts = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "out_of_scope"))
        assert [act.subject for act in acts] == [f"request:{reference}"]


@pytest.mark.both_databases
def test_who_was_called_to_a_danger_may_see_it_until_it_is_over(app, open_one, change, read, reach):
    request_id = open_one(urgency=Urgency.P0)
    reference = read(request_id).reference
    called, other = reach(10**6, STRANGER), reach(10**6 + 1, STRANGER)
    entry = Entry(EntryKind.PAGED, data={"users": [10**6]})
    change(request_id, note, SYSTEM, LATER, entry)
    with app.app_context():
        assert found_for(reference, called, AT).id == request_id
        with pytest.raises(NotFound):
            found_for(reference, other, AT)
    change(request_id, step, State.CLOSED, LATER)
    with app.app_context(), pytest.raises(NotFound):
        found_for(reference, called, AT)


def test_open_and_unacknowledged_match_their_rows(app, open_one, change):
    ids = [open_one(), open_one(urgency=Urgency.P0), open_one(urgency=Urgency.P0)]
    change(ids[0], step, State.CLOSED, LATER)
    change(ids[2], lambda request: setattr(request, "acknowledged_at", LATER))
    with app.app_context():
        assert (
            list(session.scalars(sa.select(ServiceRequest.id).where(queries.is_open()))) == ids[1:]
        )
        waiting = sa.select(ServiceRequest.id).where(queries.unacknowledged())
        assert list(session.scalars(waiting)) == [ids[1]]


def test_photos_lie_under_names_that_cannot_be_guessed(app):
    token = "A" * 43
    with app.app_context():
        with pytest.raises(NotFound):
            open_photo(token)
        place_of(token).write_bytes(b"jpeg")
        with open_photo(token) as photo:
            assert photo.read() == b"jpeg"
        assert folder().stat().st_mode & 0o077 == 0
        for bad in ("", "../../etc/passwd", "A" * 42, f"{'A' * 42}/", f"{token}\n"):
            with pytest.raises(NotFound):
                place_of(bad)
        assert queries.attachments(1) == []
