"""The record: one service request, its timeline, its two clocks, its approvals, its photos."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service_desk.foundation.actor import ActorKind
from service_desk.foundation.database import Base, BigId, enum_column
from service_desk.foundation.secrets import Encrypted
from service_desk.service_requests.lifecycle import (
    OPEN,
    Channel,
    CloseReason,
    Nature,
    State,
    Urgency,
)

IS_OPEN = sa.text(f"state IN ({', '.join(sorted(repr(str(state)) for state in OPEN))})")
IN_DANGER = sa.text(f"urgency = 'P0' AND {IS_OPEN}")


class ContactPreference(StrEnum):
    """How the resident wants to be reached; `safe` means only as they say."""

    SMS = "sms"
    PHONE = "phone"
    VISIT = "visit"
    NONE = "none"
    SAFE = "safe"


class ServiceRequest(Base):
    """诉求. `due_at` is the soonest unmet clock and orders every queue; null when none runs.

    `owner_post_id` is the post it lies with, `owner_user_id` who claimed it; `unit_code`
    is the area of the post. `cycle` counts reworks, so each has its own rating.
    """

    __tablename__ = "service_requests"
    __table_args__ = (
        sa.UniqueConstraint("channel", "external_id"),
        sa.Index(
            "ix_service_requests_owner_due",
            "owner_post_id",
            "due_at",
            "id",
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        sa.Index(
            "ix_service_requests_area_due",
            "area_code",
            "due_at",
            "id",
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        sa.Index(
            "ix_service_requests_user_due",
            "owner_user_id",
            "due_at",
            "id",
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        sa.Index(
            "ix_service_requests_unlooked",
            "urgency",
            "created_at",
            "id",
            sqlite_where=sa.text("looked_at IS NULL"),
            postgresql_where=sa.text("looked_at IS NULL"),
        ),
        sa.Index(
            "ix_service_requests_unacknowledged",
            "id",
            sqlite_where=sa.text("urgency = 'P0' AND acknowledged_at IS NULL"),
            postgresql_where=sa.text("urgency = 'P0' AND acknowledged_at IS NULL"),
        ),
        sa.Index(
            "ix_service_requests_open_due",
            "due_at",
            "id",
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        sa.Index(
            "ix_service_requests_danger",
            "urgency",
            "due_at",
            "id",
            sqlite_where=IN_DANGER,
            postgresql_where=IN_DANGER,
        ),
        sa.Index("ix_service_requests_phone_hash_id", "phone_hash", "id"),
        sa.Index("ix_service_requests_created_at_area_code", "created_at", "area_code"),
        sa.Index("ix_service_requests_resolved_at", "resolved_at"),
        sa.Index(
            "ix_service_requests_unrated",
            "resolved_at",
            sqlite_where=sa.text("state = 'resolved'"),
            postgresql_where=sa.text("state = 'resolved'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(10), unique=True)
    pin_hash: Mapped[str] = mapped_column(sa.String(43))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel, "channel"))
    external_id: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime]

    state: Mapped[State] = mapped_column(enum_column(State, "state"))
    nature: Mapped[Nature] = mapped_column(enum_column(Nature, "nature"))
    category: Mapped[str | None] = mapped_column(sa.String(12))
    suggested_category: Mapped[str | None] = mapped_column(sa.String(12))
    urgency: Mapped[Urgency] = mapped_column(enum_column(Urgency, "urgency"))
    danger: Mapped[bool] = mapped_column(default=False)
    restricted: Mapped[bool] = mapped_column(default=False)
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"))

    description: Mapped[str] = mapped_column(Encrypted)
    address: Mapped[str | None] = mapped_column(Encrypted)
    location: Mapped[str | None] = mapped_column(Encrypted)
    name: Mapped[str | None] = mapped_column(Encrypted)
    phone: Mapped[str | None] = mapped_column(Encrypted)
    phone_hash: Mapped[str | None] = mapped_column(sa.String(43))
    language: Mapped[str] = mapped_column(sa.String(20))
    contact_preference: Mapped[ContactPreference] = mapped_column(
        enum_column(ContactPreference, "contact_preference")
    )
    anonymous: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    owner_post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("posts.id"))
    owner_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    unit_code: Mapped[str] = mapped_column(sa.String(12))
    first_unit_code: Mapped[str] = mapped_column(sa.String(12))
    vacancy: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    looked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[CloseReason | None] = mapped_column(
        enum_column(CloseReason, "close_reason")
    )
    cycle: Mapped[int] = mapped_column(default=1)
    reopened: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(BigId, sa.ForeignKey("service_requests.id"))
    version: Mapped[int] = mapped_column(default=1)

    clocks: Mapped[list[RequestClock]] = relationship(
        back_populates="request", order_by="RequestClock.kind"
    )

    __mapper_args__ = {"version_id_col": version}


class ClockKind(StrEnum):
    """The two clocks every request carries."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


class ClockOutcome(StrEnum):
    """Judged from event times: `on_time` when met_at <= due_at."""

    OPEN = "open"
    ON_TIME = "on_time"
    LATE = "late"
    CANCELLED = "cancelled"


class RequestClock(Base):
    """One promise. `first_due_at` is what reports count by: no pause, extension or rework moves
    it, only what the request is found to be and a changed calendar that gives time
    (docs/adr/0013).

    `pauses` is a list of [from, to] ISO pairs; `unit_code` is the lead unit until
    first_due_at passed, then stays (domain.md §9). `steps` of schedule.STEPS are behind it in
    this cycle, `remind_at` is when the next one is looked at; null when it reminds nobody.
    """

    __tablename__ = "request_clocks"
    __table_args__ = (
        sa.Index("ix_request_clocks_kind_first_due_at", "kind", "first_due_at"),
        sa.Index(
            "ix_request_clocks_paused",
            "paused_at",
            sqlite_where=sa.text("paused_at IS NOT NULL"),
            postgresql_where=sa.text("paused_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_request_clocks_running",
            "due_at",
            sqlite_where=sa.text("outcome = 'open'"),
            postgresql_where=sa.text("outcome = 'open'"),
        ),
        sa.Index(
            "ix_request_clocks_late",
            "met_at",
            sqlite_where=sa.text("outcome = 'late'"),
            postgresql_where=sa.text("outcome = 'late'"),
        ),
        sa.Index(
            "ix_request_clocks_remind_at",
            "remind_at",
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        ),
    )

    request_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("service_requests.id"), primary_key=True
    )
    kind: Mapped[ClockKind] = mapped_column(enum_column(ClockKind, "kind"), primary_key=True)
    policy_id: Mapped[int] = mapped_column(sa.Integer)
    policy_version: Mapped[int]
    calendar_version: Mapped[int]
    started_at: Mapped[datetime]
    first_due_at: Mapped[datetime]
    due_at: Mapped[datetime]
    pauses: Mapped[list[Any]]
    paused_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    outcome: Mapped[ClockOutcome] = mapped_column(
        enum_column(ClockOutcome, "outcome"), default=ClockOutcome.OPEN
    )
    unit_code: Mapped[str] = mapped_column(sa.String(12))
    service_minutes: Mapped[int | None]
    wall_minutes: Mapped[int | None]
    steps: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    remind_at: Mapped[datetime | None]

    request: Mapped[ServiceRequest] = relationship(back_populates="clocks")


class EntryKind(StrEnum):
    """What a timeline entry tells."""

    SUBMITTED = "submitted"
    SUGGESTED = "suggested"
    ASSIGNED = "assigned"
    LOOKED = "looked"
    ACKNOWLEDGED = "acknowledged"
    CLASSIFIED = "classified"
    CLAIMED = "claimed"
    CONTACT = "contact"
    NOTE = "note"
    FOLLOW_UP = "follow_up"
    WAITING = "waiting"
    RESUMED = "resumed"
    RETURN_PROPOSED = "return_proposed"
    RETURN_DECIDED = "return_decided"
    EXTENSION_PROPOSED = "extension_proposed"
    EXTENSION_DECIDED = "extension_decided"
    RESOLVED = "resolved"
    INVITED = "invited"
    RATED = "rated"
    REWORK = "rework"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    MERGED = "merged"
    DECLINED = "declined"
    PAGED = "paged"
    VACANCY = "vacancy"
    REMINDED = "reminded"
    DEFERRAL_PROPOSED = "deferral_proposed"
    DEFERRAL_DECIDED = "deferral_decided"
    CALENDAR_CHANGED = "calendar_changed"


TOOK_LONGER = "kind IN ('waiting', 'extension_decided', 'deferral_decided')"
"""Which lines may pause or lengthen: few, so that they have an index of their own."""


class TimelineEntry(Base):
    """Append-only. `text` is for people, `data` (codes, ids, times) rebuilds every clock."""

    __tablename__ = "timeline_entries"
    __table_args__ = (
        sa.Index("ix_timeline_entries_request_id_id", "request_id", "id"),
        sa.Index(
            "ix_timeline_entries_took_longer",
            "at",
            "request_id",
            sqlite_where=sa.text(TOOK_LONGER),
            postgresql_where=sa.text(TOOK_LONGER),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("service_requests.id"))
    at: Mapped[datetime]
    kind: Mapped[EntryKind] = mapped_column(enum_column(EntryKind, "entry_kind"))
    actor_kind: Mapped[ActorKind] = mapped_column(enum_column(ActorKind, "actor_kind"))
    actor_id: Mapped[int | None] = mapped_column(sa.Integer)
    public: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str | None] = mapped_column(Encrypted)
    data: Mapped[dict[str, Any]]


class ApprovalKind(StrEnum):
    """What needs a second person (design.md §4)."""

    RETURN = "return"
    EXTENSION = "extension"
    DECLINE = "decline"
    DEFERRAL = "deferral"
    EXCLUSION = "exclusion"
    RATING_APPEAL = "rating_appeal"


class Approval(Base):
    """Proposed by one, decided by another, with a reason each; undecided while null."""

    __tablename__ = "approvals"
    __table_args__ = (
        sa.Index(
            "uq_approvals_pending",
            "request_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("service_requests.id"), index=True)
    kind: Mapped[ApprovalKind] = mapped_column(enum_column(ApprovalKind, "approval_kind"))
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Encrypted)
    data: Mapped[dict[str, Any]]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    decision_reason: Mapped[str | None] = mapped_column(Encrypted)


class Attachment(Base):
    """A photo, re-encoded and kept outside the web root under its token."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("service_requests.id"), index=True)
    token: Mapped[str] = mapped_column(sa.String(43), unique=True)
    content_type: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
