"""`desk create-admin`, `desk reset-password` and `desk import-people`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from service_desk.accounts import grants, people, people_import
from service_desk.accounts.models import User
from service_desk.accounts.people import About
from service_desk.accounts.people_file import BadRow, RowProblem, decode, parse
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.roles import Role
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import DEFAULT, speak
from service_desk.foundation.transaction import unit_of_work

PROBLEMS = {
    RowProblem.COLUMNS: "expected the columns username,display_name,role,area_code and, as needed, "
    "phone,language,title,categories,restricted,starts_on,ends_on",
    RowProblem.USERNAME: "username must be 3 to 60 small letters, digits, dots or hyphens",
    RowProblem.NAME: "display_name must be 1 to 80 printable characters",
    RowProblem.PHONE: "phone is no telephone number",
    RowProblem.LANGUAGE: "language must be zh_Hans_CN, bo or en",
    RowProblem.ROLE: "no such role",
    RowProblem.AREA: "no such area_code",
    RowProblem.TITLE: "title must be at most 80 printable characters, for a role that has a post",
    RowProblem.CATEGORIES: "categories must be codes with spaces between",
    RowProblem.RESTRICTED: "restricted must be y or n",
    RowProblem.DAYS: "starts_on and ends_on must be YYYY-MM-DD and in order",
    RowProblem.TWICE: "this person has this role in this place on an earlier line",
    RowProblem.DIFFERS: "name, phone or language differ from this person's earlier line",
}


@contextmanager
def _plain_sentences() -> Iterator[None]:
    """An operator reads English, whatever residents read."""
    try:
        with speak("en"):
            yield
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    except BadRow as bad:
        raise click.ClickException(f"line {bad.line}: {PROBLEMS[bad.problem]}.") from bad


@click.command("create-admin")
@click.option("--username", default="admin", show_default=True)
@click.option("--name", "display_name", default="系统管理员", show_default=True)
@with_appcontext
def create_admin(username: str, display_name: str) -> None:
    """Create an administrator and print the one-time password, this once.

    Refuses when there is somebody of this user name.
    """
    at = now()
    with _plain_sentences(), unit_of_work():
        user, password = people.create(username.casefold(), About(display_name, DEFAULT), None, at)
        terms = grants.Terms(Role.SYSADMIN, PREFECTURE, local(at).date())
        grants.give(user.id, terms, None, at)
    _say(user.username, password)


@click.command("reset-password")
@click.argument("name")
@with_appcontext
def reset_password(name: str) -> None:
    """Give NAME a one-time password and print it, this once. Their sessions end."""
    with _plain_sentences(), unit_of_work():
        user = session.scalar(sa.select(User).where(User.username == name.strip().casefold()))
        if user is None:
            raise click.ClickException(f"there is no {name!r}.")
        password = people.reset_password(user, None, now())
    _say(user.username, password)


@click.command("import-people")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def import_people(file: Path) -> None:
    """Take in the people of FILE, a CSV with one line a grant.

    Columns: username,display_name,role,area_code and, as needed, phone,language,title,
    categories,restricted,starts_on,ends_on. Missing posts are created. Nothing is written when
    a line is wrong. Prints a one-time password for everybody new, this once.
    """
    with _plain_sentences():
        taken, fresh = _take(file, now())
    for username, each in fresh.items():
        _say(username, each.password)
    click.echo(f"People: {taken.people} new, {taken.people_changed} changed.")
    click.echo(f"Grants: {taken.grants} new, {taken.grants_changed} changed.")


def _take(file: Path, at: datetime) -> tuple[people_import.Taken, dict[str, people_import.Fresh]]:
    rows = parse(decode(file.read_bytes()))
    people_import.check(rows, local(at).date())
    fresh = people_import.fresh_passwords(rows)
    with unit_of_work():
        return people_import.take(rows, fresh, at), fresh


def _say(username: str, password: str) -> None:
    click.echo(f"{username}  {password}")


COMMANDS: tuple[click.Command, ...] = (create_admin, reset_password, import_people)
