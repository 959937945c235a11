"""A database of its own for every test, copied from one that is migrated and filled once a run.

On SQLite a copied file, on PostgreSQL a cloned database: rows really are committed, threads and
other processes see them, and nothing is left for the next test.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from tests.support import postgres, run_folder


class Kind(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


TEMPLATE = "template_desk"

Fill = Callable[[str], None]
"""Migrates and fills the empty database at a URL."""


@contextmanager
def copied(kind: Kind, folder: Path, fill: Fill) -> Iterator[str]:
    """The URL of a fresh copy of the filled database."""
    with _cloned(fill) if kind is Kind.POSTGRESQL else _copied_file(folder, fill) as url:
        yield url


@contextmanager
def empty(kind: Kind, folder: Path) -> Iterator[str]:
    """The URL of a database without a table."""
    if kind is Kind.SQLITE:
        yield f"sqlite:///{folder}/empty.db"
        return
    with _own("template1") as url:
        yield url


@contextmanager
def _copied_file(folder: Path, fill: Fill) -> Iterator[str]:
    copy = folder / "desk.db"
    shutil.copyfile(_template_file(fill), copy)
    yield f"sqlite:///{copy}"


def _template_file(fill: Fill) -> Path:
    with run_folder.only_one(f"{TEMPLATE}.db") as path:
        if not path.exists():
            draft = path.with_suffix(".draft")
            fill(f"sqlite:///{draft}")
            draft.rename(path)
        return path


@contextmanager
def _cloned(fill: Fill) -> Iterator[str]:
    with _own(_template_database(fill)) as url:
        yield url


@contextmanager
def _own(template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    postgres.create(name, template)
    try:
        yield postgres.url(name)
    finally:
        postgres.drop(name)


def _template_database(fill: Fill) -> str:
    with run_folder.only_one(TEMPLATE) as note:
        if not note.exists():
            postgres.create(TEMPLATE)
            fill(postgres.url(TEMPLATE))
            note.touch()
    return TEMPLATE
