"""`desk suggest`: what the desk would suggest for a text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from service_desk.triage.suggest import suggest


@click.command("suggest")
@click.argument("text", required=False)
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="JSON lines, each an object with `text`.",
)
def suggest_command(text: str | None, file: Path | None) -> None:
    """Print category, ranked and urgency of TEXT, or of each line of a file, as JSON."""
    if (text is None) == (file is None):
        raise click.UsageError("Give either a text or --file.")
    texts = [text] if text is not None else list(_texts(file))
    for each in texts:
        click.echo(_answer(each or ""))


def _answer(text: str) -> str:
    found = suggest(text)
    return json.dumps(
        {"category": found.category, "ranked": list(found.ranked), "urgency": found.urgency}
    )


def _texts(file: Path | None) -> Iterator[str]:
    """The texts of a file of JSON lines; a ClickException names the first bad line."""
    lines = Path(str(file)).read_bytes().splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _text(number, line)


def _text(number: int, line: bytes) -> str:
    try:
        text = json.loads(line)["text"]
    except (ValueError, TypeError, KeyError):
        text = None
    if not isinstance(text, str):
        raise click.ClickException(f"Line {number} is no JSON object with a `text`.")
    return text


COMMANDS: list[click.Command] = [suggest_command]
