"""Staff, the posts they hold, what they may do and where, and when they are away."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service_desk.directory.roles import Role
from service_desk.foundation.database import Base, enum_column
from service_desk.foundation.secrets import Encrypted


class User(Base):
    """A member of staff. Without a password hash nobody can sign in as them."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(80))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None] = mapped_column(Encrypted)
    language: Mapped[str] = mapped_column(sa.String(20), default="zh_Hans_CN")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    grants: Mapped[list[Grant]] = relationship(back_populates="user")


class Post(Base):
    """A position in a place (grid worker of a village): what requests are assigned to."""

    __tablename__ = "posts"
    __table_args__ = (sa.UniqueConstraint("role", "area_code", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"), index=True)
    title: Mapped[str] = mapped_column(sa.String(80), default="")
    active: Mapped[bool] = mapped_column(default=True)

    grants: Mapped[list[Grant]] = relationship(back_populates="post")


class Grant(Base):
    """User x role x area x categories x dates. With a post, the user holds that post.

    `categories` is a list of group or sub codes, null for all. `restricted` lets the
    holder see restricted requests of the area (need to know, domain.md §4).
    """

    __tablename__ = "grants"
    __table_args__ = (sa.Index("ix_grants_post_id_user_id", "post_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"))
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("posts.id"))
    categories: Mapped[list[Any] | None]
    restricted: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="grants")
    post: Mapped[Post | None] = relationship(back_populates="grants")


class Absence(Base):
    """A stretch of local days, both included, on which a user gets no new work."""

    __tablename__ = "absences"
    __table_args__ = (sa.CheckConstraint("last_day >= first_day", name="days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)


class DutyTurn(Base):
    """Who is on call for an area at any hour; the lowest rank is called first."""

    __tablename__ = "duty_turns"
    __table_args__ = (sa.Index("ix_duty_turns_area_code_starts_at", "area_code", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    rank: Mapped[int] = mapped_column(default=0)


class StaffSession(Base):
    """One signed-in browser. The cookie holds the token, the row only its hash."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Attempt(Base):
    """A failed try at a password or PIN, kept for the limit and swept after a day."""

    __tablename__ = "attempts"
    __table_args__ = (sa.Index("ix_attempts_kind_subject_at", "kind", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    subject: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
