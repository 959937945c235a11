"""Backup and restore: the database's own tool, the photos, one file.

The keys (SECRET_KEY, FIELD_KEYS) are not in it: without them the copy shows nobody's name.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL, make_url

from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _

SQLITE_NAME, POSTGRESQL_NAME, PHOTOS = "desk.db", "desk.dump", "photos"


def backup(database_url: str, data_dir: Path, target: Path) -> None:
    """Writes a .tar.gz with a consistent copy while the desk runs. Raises Refused."""
    with TemporaryDirectory() as folder:
        copy = _dump(make_url(database_url), Path(folder))
        draft = target.with_name(f".{target.name}.part")
        with tarfile.open(draft, "w:gz") as archive:
            archive.add(copy, copy.name)
            if (data_dir / PHOTOS).is_dir():
                archive.add(data_dir / PHOTOS, PHOTOS)
        draft.chmod(0o600)
        draft.replace(target)


def restore(database_url: str, data_dir: Path, source: Path) -> None:
    """Fills an empty database and the photos' folder. Raises Refused; overwrites nothing."""
    with TemporaryDirectory() as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise Refused(_("This file is not a backup of the desk.")) from error
        _load(make_url(database_url), Path(folder))
        photos = Path(folder) / PHOTOS
        if photos.is_dir():
            shutil.copytree(photos, data_dir / PHOTOS, dirs_exist_ok=True)


def _dump(url: URL, folder: Path) -> Path:
    if url.get_backend_name() == "sqlite":
        copy = folder / SQLITE_NAME
        with (
            closing(sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)) as origin,
            closing(sqlite3.connect(copy)) as target,
        ):
            origin.backup(target)
        return copy
    copy = folder / POSTGRESQL_NAME
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={copy}", _dsn(url))
    return copy


def _load(url: URL, folder: Path) -> None:
    load = _load_sqlite if url.get_backend_name() == "sqlite" else _load_postgresql
    name = SQLITE_NAME if load is _load_sqlite else POSTGRESQL_NAME
    if not (folder / name).exists():
        raise Refused(_("This backup is of the other kind of database (SQLite or PostgreSQL)."))
    load(url, folder / name)


def _load_sqlite(url: URL, copy: Path) -> None:
    target = Path(str(url.database))
    if target.exists() and target.stat().st_size:
        raise Refused(_("There is a database already: restore into an empty place."))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(copy, target)


def _load_postgresql(url: URL, copy: Path) -> None:
    tables = _run("psql", "--tuples-only", "--command", COUNT_TABLES, _dsn(url))
    if tables.strip() != "0":
        raise Refused(_("There is a database already: restore into an empty place."))
    _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_dsn(url)}", str(copy))


COUNT_TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, *arguments: str, find: Callable[[str], str | None] = shutil.which) -> str:
    path = find(program)
    if path is None:
        raise Refused(
            _(
                "%(program)s is missing: install PostgreSQL's client programs "
                "(Debian: postgresql-client).",
                program=program,
            )
        )
    done = subprocess.run(  # noqa: S603 - a fixed program, arguments without a shell
        [path, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(_("%(program)s failed: %(words)s", program=program, words=done.stderr))
    return done.stdout
