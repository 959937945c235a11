"""A copy brought back on an empty host: rows, decryption, sign-in, the audit chain, photos."""

from __future__ import annotations

import secrets
import stat
import tarfile

import pytest
import sqlalchemy as sa

from service_desk.audit.queries import verify
from service_desk.audit.service import record
from service_desk.foundation.clock import now
from service_desk.foundation.database import Base, db, session
from service_desk.foundation.localisation import gettext
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.queries import by_reference
from tests.support import databases
from tests.support.client import DeskClient

pytestmark = pytest.mark.both_databases


@pytest.fixture
def desk(app, postgres_programs):
    """The desk, with PostgreSQL's programs on PATH."""
    return app


def run(app, *arguments):
    with app.app_context():
        session.remove()
        db.engine.dispose()
    result = app.test_cli_runner().invoke(args=["desk", *map(str, arguments)])
    return result.exit_code, result.output


def told(app, sentence):
    """A sentence in the language of the operator."""
    with app.app_context():
        return gettext(sentence)


NO_BACKUP = "This file is not a backup of the desk."
OTHER_KIND = "This backup is of the other kind of database (SQLite or PostgreSQL)."
TAKEN = "There is a database already: restore into an empty place."


@pytest.fixture
def copy(desk, open_one, tmp_path):
    """A backup of a desk with one request and a photo; the file and the reference."""
    reference = open_one()
    with desk.app_context(), unit_of_work():
        record("looked", None, f"request:{reference}", {}, now())
    photos = tmp_path / "data" / "photos"
    photos.mkdir(parents=True, exist_ok=True)
    (photos / f"{secrets.token_urlsafe(32)}.jpg").write_bytes(b"pixels")
    target = tmp_path / "desk.tar.gz"
    assert run(desk, "backup", target)[0] == 0
    return target, reference


@pytest.fixture
def empty_host(make_app, database, tmp_path):
    """A desk on a database without a table, in another folder, with the same keys."""
    folder = tmp_path / "other"
    folder.mkdir()
    with databases.empty(database, folder) as url:
        app = make_app(DATABASE_URL=url, DATA_DIR=str(folder / "data"))
        yield app
        with app.app_context():
            session.remove()
            db.engine.dispose()


def counts():
    return {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }


def test_everything_is_there_on_an_empty_host(desk, copy, empty_host, password, tmp_path):
    target, reference = copy
    with desk.app_context():
        before = counts()
    assert run(empty_host, "restore", target) == (0, "Restored.\n")
    with empty_host.app_context():
        assert counts() == before
        request = by_reference(reference)
        assert (request.name, request.phone) == ("和阿奶", "+8613800001234")
        verdict = verify()
        assert verdict.findings == ()
        assert verdict.entries
    empty_host.test_client_class = DeskClient
    assert empty_host.test_client().sign_in("grid.beimen", password).status_code in (302, 303)
    kept = {path.name: path.read_bytes() for path in (tmp_path / "other/data/photos").iterdir()}
    assert list(kept.values()) == [b"pixels"]


def test_it_goes_on_from_there(copy, empty_host):
    run(empty_host, "restore", copy[0])
    with empty_host.app_context(), unit_of_work():
        record("looked", None, "request:1", {}, now())
        assert verify().findings == ()


def test_nothing_is_overwritten(desk, copy):
    status, words = run(desk, "restore", copy[0])
    assert status == 1
    assert told(desk, TAKEN) in words
    with desk.app_context():
        assert session.scalar(sa.select(sa.func.count(ServiceRequest.id))) == 1


def test_a_file_that_is_no_backup_is_refused(empty_host, tmp_path):
    for name, content in {"words.txt": b"hello", "empty.tar.gz": b""}.items():
        (tmp_path / name).write_bytes(content)
        status, words = run(empty_host, "restore", tmp_path / name)
        assert status == 1
        assert told(empty_host, NO_BACKUP) in words


def test_an_archive_that_reaches_outside_is_refused(empty_host, tmp_path):
    evil = tmp_path / "evil.tar.gz"
    (tmp_path / "x").write_text("x")
    with tarfile.open(evil, "w:gz") as archive:
        archive.add(tmp_path / "x", "../../escaped")
    status, words = run(empty_host, "restore", evil)
    assert status == 1
    assert told(empty_host, NO_BACKUP) in words
    assert not (tmp_path.parent / "escaped").exists()


def test_a_backup_of_the_other_kind_is_refused(empty_host, tmp_path, database):
    name = "desk.dump" if database is databases.Kind.SQLITE else "desk.db"
    (tmp_path / name).write_text("x")
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / name, name)
    status, words = run(empty_host, "restore", tmp_path / "other.tar.gz")
    assert status == 1
    assert told(empty_host, OTHER_KIND) in words


def test_only_we_read_the_copy_and_it_shows_no_name(copy):
    assert stat.S_IMODE(copy[0].stat().st_mode) == 0o600
    with tarfile.open(copy[0]) as archive:
        for member in archive.getmembers():
            if member.isfile():
                assert b"13800001234" not in archive.extractfile(member).read()
