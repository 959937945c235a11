"""`.env.example` explains every variable that the desk reads, and nothing else."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from config import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


class Asked(dict[str, str]):
    """An environment that remembers which variables were looked for."""

    def __init__(self, **known: str) -> None:
        super().__init__(**known)
        self.names: set[str] = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def test_every_variable_is_listed(tmp_path):
    asked = Asked(DATA_DIR=str(tmp_path))
    Settings.from_env(asked)
    listed = set(re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE))
    assert listed == asked.names


def test_every_variable_has_a_line_of_explanation_above_it():
    lines = EXAMPLE.read_text().splitlines()
    for line, above in zip(lines[1:], lines, strict=False):
        if re.match(r"[A-Z_]+=", line):
            assert re.match(r"# \w", above), line


def test_a_shell_can_read_it_and_the_defaults_hold(tmp_path):
    script = f"set -eu; set -a; . {EXAMPLE}; env -0"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    told = dict(line.partition("=")[::2] for line in done.stdout.split("\0") if line)
    given = Settings.from_env({**told, "DATA_DIR": str(tmp_path)})
    assert given == Settings.from_env({"DATA_DIR": str(tmp_path)})
