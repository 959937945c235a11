"""Staff who come, go and are away."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import Absence, Grant, Post, User
from service_desk.directory.roles import Role
from service_desk.foundation.database import session

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
BEIMEN, JIANTANG, XIANGGELILA = "533401101003", "533401101000", "533401000000"


class Staff:
    """Changes people in the database of an app context."""

    def post(self, role: Role, area: str) -> Post:
        query = sa.select(Post).where(Post.role == role, Post.area_code == area)
        return session.scalars(query).one()

    def holder(self, role: Role, area: str) -> User:
        query = sa.select(User).join(Grant).where(Grant.post_id == self.post(role, area).id)
        return session.scalars(query).one()

    def named(self, username: str) -> User:
        return session.scalars(sa.select(User).where(User.username == username)).one()

    def hire(self, role: Role, area: str, username: str, **grant) -> User:
        """One more holder of a post."""
        user = User(username=username, display_name=username, created_at=AT)
        session.add(user)
        session.flush()
        known = {"starts_on": date(2021, 1, 1), "post_id": self.post(role, area).id, **grant}
        session.add(Grant(user_id=user.id, role=role, area_code=area, **known))
        session.flush()
        return user

    def away(self, user: User, substitute: User | None = None, day: date = TODAY) -> None:
        session.add(
            Absence(
                user_id=user.id,
                first_day=day,
                last_day=day,
                substitute_id=substitute.id if substitute else None,
            )
        )
        session.flush()


@pytest.fixture
def staff(db_session) -> Staff:
    return Staff()
