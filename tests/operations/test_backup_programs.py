"""What the operator is told when PostgreSQL's programs are missing or cannot reach the server."""

from __future__ import annotations

import pytest

from service_desk.foundation.faults import Refused
from service_desk.operations.backup import backup

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1"


def test_a_missing_program_is_named_with_the_package(app, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with app.app_context(), pytest.raises(Refused, match="postgresql-client"):
        backup(NOWHERE, tmp_path, tmp_path / "copy.tar.gz")


def test_a_failing_program_leaves_no_file(app, postgres_programs, tmp_path):
    with app.app_context(), pytest.raises(Refused, match="Connection refused"):
        backup(NOWHERE, tmp_path, tmp_path / "copy.tar.gz")
    assert list(tmp_path.glob("*.tar.gz*")) == []
