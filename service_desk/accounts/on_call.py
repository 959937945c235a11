"""Reads, for many places at once, who is on call and where nobody is: on duty or at a post."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.duty import Stretch, without
from service_desk.accounts.models import Absence, DutyTurn, Grant, Post, User
from service_desk.accounts.queries import in_force
from service_desk.accounts.roster import Range
from service_desk.accounts.vacancies import vacant
from service_desk.foundation.clock import SHANGHAI, local
from service_desk.foundation.database import session

Row = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Presence:
    """A turn of duty without the days on which its person is away."""

    area_code: str
    name: str
    stretches: tuple[Stretch, ...]

    def covers(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.stretches)


def presences(ranges: Collection[Range], start: datetime, end: datetime) -> list[Presence]:
    """Who is on call in these places between two moments; by place, first called first."""
    turns = session.execute(
        _turns(ranges).where(DutyTurn.starts_at < end, DutyTurn.ends_at > start)
    )
    found = turns.all()
    away = _away({row.user_id for row in found}, local(start).date(), local(end).date())
    return [_presence(row, away.get(row.user_id, ())) for row in found]


def _turns(ranges: Collection[Range]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            DutyTurn.area_code,
            DutyTurn.user_id,
            DutyTurn.starts_at,
            DutyTurn.ends_at,
            User.display_name,
        )
        .join(User, User.id == DutyTurn.user_id)
        .where(User.active, _within(DutyTurn.area_code, ranges))
        .order_by(DutyTurn.area_code, DutyTurn.starts_at, DutyTurn.rank, DutyTurn.id)
    )


def _within(column: Any, ranges: Collection[Range]) -> ColumnElement[bool]:
    return sa.or_(sa.false(), *(column.between(*each) for each in ranges))


def _away(user_ids: Collection[int], first: date, last: date) -> Mapping[int, list[Stretch]]:
    rows = session.execute(
        sa.select(Absence.user_id, Absence.first_day, Absence.last_day).where(
            Absence.user_id.in_(user_ids), Absence.first_day <= last, Absence.last_day >= first
        )
    )
    found: dict[int, list[Stretch]] = {}
    for user_id, first_day, last_day in rows:
        whole = _midnight(first_day), _midnight(last_day + timedelta(days=1))
        found.setdefault(user_id, []).append(whole)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _presence(row: Row, away: Iterable[Stretch]) -> Presence:
    there = without([(row.starts_at, row.ends_at)], away)
    return Presence(row.area_code, row.display_name, tuple(there))


def uncovered(
    found: Iterable[Presence], area_codes: Iterable[str], start: datetime, end: datetime
) -> Iterator[tuple[str, Stretch]]:
    """The first stretch, in each of these places, in which nobody is on call."""
    by_area: dict[str, list[Stretch]] = {}
    for each in found:
        by_area.setdefault(each.area_code, []).extend(each.stretches)
    for code in area_codes:
        left = without([(start, end)], by_area.get(code, ()))
        if left:
            yield code, left[0]


def empty_posts(ranges: Collection[Range], on: date, limit: int) -> Sequence[Row]:
    """Active posts for which nobody is there, by place; `held` when a holder is only away, `total`
    how many there are beyond the limit too."""
    holder = sa.exists().where(Grant.post_id == Post.id, in_force(on), User.id == Grant.user_id)
    query = (
        sa.select(
            Post.id,
            Post.role,
            Post.area_code,
            Post.title,
            holder.where(User.active).label("held"),
            sa.func.count().over().label("total"),
        )
        .where(Post.active, vacant(on), _within(Post.area_code, ranges))
        .order_by(Post.area_code, Post.id)
    )
    return session.execute(query.limit(limit)).all()
