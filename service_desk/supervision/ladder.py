"""Who is there today to be told of a request: read once for many requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.accounts.queries import there
from service_desk.foundation.clock import local
from service_desk.routing.queries import overseeing
from service_desk.routing.rules import Ladder, Matter, overseers, takers

Row = sa.Row[*tuple[Any, ...]]


class Ladders:
    """From the worker upward, for requests of one moment."""

    def __init__(self, requests: Sequence[Row], at: datetime) -> None:
        posts = {row.owner_post_id for row in requests} - {None}
        owners = {row.owner_user_id for row in requests} - {None}
        self._staff = overseeing(at, posts)
        self._posts = {post.post_id: post for post in self._staff}
        self._there = there(owners, local(at).date())

    def of(self, request: Row) -> Ladder:
        """The worker, or whoever is there for the post, then everybody above."""
        matter = Matter(request.category, request.area_code, request.restricted)
        return [self._workers(request, matter), *overseers(self._staff, matter)]

    def _workers(self, request: Row, matter: Matter) -> list[int]:
        if request.owner_user_id in self._there:
            return [request.owner_user_id]
        return takers(self._posts.get(request.owner_post_id), matter)
