"""Two at once: one wins, the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.casework import service
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import StaleEdit
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.models import EntryKind, ServiceRequest, TimelineEntry
from service_desk.service_requests.service import for_change

CALLERS, CLAIMS = 12, 60


def test_twelve_callers_and_sixty_claims_make_sixty_winners(committed_db, make_app, open_one):
    app = make_app()
    for _ in range(CLAIMS):
        open_one()
    with app.app_context():
        wanted = list(session.scalars(sa.select(ServiceRequest.id)))
        callers = list(session.scalars(sa.select(User.id).limit(CALLERS)))
    together = Barrier(CALLERS)

    def call(user_id):
        won = 0
        with app.app_context():
            together.wait()
            for request_id in wanted:
                try:
                    with unit_of_work():
                        service.claim(for_change(request_id, 1), Actor.staff(user_id), now())
                    won += 1
                except StaleEdit:
                    continue
            session.remove()
        return won

    with ThreadPoolExecutor(CALLERS) as pool:
        assert sum(pool.map(call, callers)) == CLAIMS
    with app.app_context():
        claims = sa.select(sa.func.count()).where(TimelineEntry.kind == EntryKind.CLAIMED)
        assert session.scalar(claims) == CLAIMS


def test_the_second_one_is_told_over_http(db_app, open_one, as_):
    reference = open_one()
    client, path = as_("grid.beimen"), f"/queue/{reference}"
    hidden = client.hidden(path)
    assert client.post(f"{path}/claim", data=hidden).status_code == 303
    answer = client.post(f"{path}/claim", data=hidden)
    assert answer.status_code == 409
    assert "desk-banner--warn" in answer.text
