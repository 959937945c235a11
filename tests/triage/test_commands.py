"""`desk suggest`: JSON a line, and a plain sentence for a bad file."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def desk(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["desk", "suggest", *words])


def test_one_text(desk):
    answer = desk("着火了!木楼冒黑烟")
    assert json.loads(answer.output) == {"category": "SAFE", "ranked": ["SAFE"], "urgency": "P0"}


def test_an_empty_text_suggests_nothing(desk):
    assert json.loads(desk("").output) == {"category": None, "ranked": [], "urgency": "P2"}


def test_a_file_gives_one_line_a_text(desk, tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "停水三天"}\n\n{"text": "测试123"}\n', encoding="utf-8")
    found = [json.loads(line) for line in desk("--file", str(file)).output.splitlines()]
    assert [each["category"] for each in found] == ["INFRA", None]
    assert found[0]["urgency"] == "P1"


@pytest.mark.parametrize("line", ["nonsense", "[1]", '{"words": "x"}', '{"text": 3}', "\x00"])
def test_a_bad_line_is_named(desk, tmp_path, line):
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "停水"}\n' + line, encoding="utf-8")
    answer = desk("--file", str(file))
    assert answer.exit_code == 1
    assert "Line 2" in answer.output


def test_bytes_that_are_no_text(desk, tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_bytes(b"\xff\xfe{}")
    assert desk("--file", str(file)).exit_code == 1


def test_a_text_or_a_file(desk, tmp_path):
    assert desk().exit_code == 2
    file = tmp_path / "texts.jsonl"
    file.touch()
    assert desk("x", "--file", str(file)).exit_code == 2
    assert desk("--file", str(file)).output == ""
