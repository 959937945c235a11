"""`python -m benchmarks [--small]`: CPU per request, as ratios to a bare application.

Needs Linux and a few minutes; with --small only the smaller number of stored requests.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from flask import Flask

from benchmarks import asking, bare, desk, postgres, sweep
from benchmarks.measure import Work, run
from service_desk.foundation.database import session
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.queries import is_open

SMALL, LARGE = 10_000, 1_000_000
ROUNDS, EACH = 20, 15
INSERT, LISTED = "bare INSERT", "bare list of 50"
WRITES = (INSERT, "intake POST", "inbound text")
HEADER = f"{'work':<34}{'app ms':>9}{'database ms':>13}{'total ms':>10}{'to bare':>9}  beside"


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def bare_works(socket: str) -> list[Work]:
    app = bare.make(postgres.create(socket, "bare"))
    form = {"area": asking.VILLAGE, "description": asking.WORDS}
    return [
        Work(INSERT, app, "bare", lambda: asking.environ("/", method="POST", data=form), "303"),
        Work(LISTED, app, "bare", asking.pages("/"), "200"),
    ]


def desk_works(app: Flask, database: str) -> Iterator[Work]:
    """The desk's work on one database, in the order of a request's life."""
    lead, worker = asking.staff(app, "lead.jiantang"), asking.staff(app, "grid.beimen")
    one = f"/queue/{open_reference(app)}"
    works = {
        "intake POST": (asking.intakes(app), "303"),
        "inbound text": (asking.texts(app), "200"),
        "queue of a worker": (asking.pages("/queue", worker), "200"),
        "queue of a lead": (asking.pages("/queue", lead), "200"),
        "one request": (asking.pages(one, lead), "200"),
    }
    for name, (make, status) in works.items():
        yield Work(name, app, database, make, status)


def open_reference(app: Flask) -> str:
    """A request that the lead of Jiantang sees."""
    query = sa.select(ServiceRequest.reference).where(
        ServiceRequest.area_code == asking.VILLAGE,
        ServiceRequest.restricted.is_(False),
        is_open(),
    )
    with app.app_context():
        reference = session.scalar(query.order_by(ServiceRequest.id).limit(1))
        session.remove()
    return str(reference)


def stored(socket: str, count: int, folder: Path) -> list[Work]:
    """The desk's works with so many requests stored."""
    database = f"desk_{count}"
    app = desk.make(postgres.create(socket, database), folder / database)
    desk.fill(app, count, say)
    return list(desk_works(app, database))


def table(works: list[Work], baseline: dict[str, Work]) -> Iterator[str]:
    for work in works:
        beside = baseline[INSERT if work.name in WRITES else LISTED]
        ratio = work.total_ms / beside.total_ms
        yield (
            f"{work.name:<34}{work.app_ms:>9.2f}{work.database_ms:>13.2f}{work.total_ms:>10.2f}"
            f"{ratio:>9.2f}  {beside.name}"
        )


def main(sizes: list[int]) -> None:
    with postgres.server() as socket, TemporaryDirectory() as folder:
        plain = bare_works(socket)
        baseline = {work.name: work for work in plain}
        by_size = {size: stored(socket, size, Path(folder)) for size in sizes}
        say("Measuring ...")
        run([*plain, *[work for works in by_size.values() for work in works]], socket, ROUNDS, EACH)
        print(HEADER, *table(plain, baseline), sep="\n")
        for size, works in by_size.items():
            print(f"--- {size:,} stored requests", *table(works, baseline), sep="\n")
        say("Sweeping ...")
        print("", *sweep.lines(socket, Path(folder)), sep="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help=f"only {SMALL:,} stored requests")
    main([SMALL] if parser.parse_args().small else [SMALL, LARGE])
