"""A table of station days is taken whole, or its first wrong line is named and nothing kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service_desk.directory.areas import area_range
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.stations import proposals, table_file
from service_desk.stations.figure_views import LARGEST
from service_desk.stations.queries import station_names
from service_desk.stations.rules import Source
from service_desk.stations.service import By
from service_desk.stations.table_file import BadRow, DayRow, Known, RowProblem
from tests.stations.conftest import BEIMEN, CITY, ELSEWHERE

PATH = "/station-day/import"
HEADER = "area_code,day,hours\n"
TODAY = date(2026, 11, 24)
KNOWN = Known(frozenset({BEIMEN, ELSEWHERE}), TODAY, 600)
GOOD = f"{BEIMEN},2026-11-23,08:30-12:00 13:30-18:00\n"


def table(text):
    return (BytesIO(text if isinstance(text, bytes) else text.encode()), "days.csv")


def test_a_good_table_is_read():
    rows = table_file.parse(HEADER + GOOD + f"\n{ELSEWHERE},2026-11-24,\n", KNOWN)
    assert [(row.line, row.area_code, row.day.day, row.hours) for row in rows] == [
        (2, BEIMEN, 23, ((510, 720), (810, 1080))),
        (4, ELSEWHERE, 24, ()),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("533401101000,2026-11-20,9-12", RowProblem.STATION),
        ("533499101003,2026-11-20,9-12", RowProblem.STATION),
        (f"{BEIMEN},2026-11-31,9-12", RowProblem.DAY),
        (f"{BEIMEN},20261120,9-12", RowProblem.DAY),
        (f"{BEIMEN},2026-W47-5,9-12", RowProblem.DAY),
        (f"{BEIMEN},1926-11-20,9-12", RowProblem.DAY),
        (f"{BEIMEN},2026-11-25,9-12", RowProblem.FUTURE),
        (f"{BEIMEN},2026-11-24,9-12", RowProblem.FUTURE),
        (f"{BEIMEN},2025-11-01,9-12", RowProblem.LONG_AGO),
        (f"{BEIMEN},2026-11-20,noon", RowProblem.HOURS),
        (f"{BEIMEN},2026-11-20,12-9", RowProblem.ORDER),
        (f"{BEIMEN},2026-11-20,9-12 11-14", RowProblem.OVERLAP),
        (f"{BEIMEN},2026-11-23,9-12", RowProblem.TWICE),
        (f"{BEIMEN},2026-11-20", RowProblem.COLUMNS),
        (f'{BEIMEN},2026-11-20,"9-12', RowProblem.COLUMNS),
    ],
)
def test_a_wrong_line_is_named(line, problem):
    with pytest.raises(BadRow) as bad:
        table_file.parse(HEADER + GOOD + line + "\n", KNOWN)
    assert (bad.value.line, bad.value.problem) == (3, problem)


@given(st.text(max_size=80) | st.text(max_size=80).map(lambda text: HEADER + text))
def test_any_text_is_read_or_refused(text):
    with suppress(BadRow):
        assert table_file.parse(text, KNOWN)


def sends(client, text, **fields):
    return client.send(PATH, file=table(text), **fields)


def test_days_of_yesterday_are_on_record_at_once(as_, told, yesterday):
    client = as_("lead.jiantang")
    assert client.get(PATH).status_code == 200
    text = HEADER + f"{BEIMEN},{yesterday},08:30-12:00 13:30-18:00\n"
    assert sends(client, text).status_code == 303
    (row,) = told()
    assert (row.day, row.source, row.number) == (yesterday, "import", 1)


@pytest.fixture
def statements(app):
    """What an act asks of the database."""
    seen = []
    with app.app_context():
        engine = session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    return seen


def test_a_table_costs_the_same_statements_however_long(app, statements, today, yesterday):
    with app.app_context():
        codes = sorted(station_names([area_range(CITY)]))[::-1]
        costs = []
        for day, some in ((yesterday, codes[:2]), (today, codes)):
            statements.clear()
            rows = [DayRow(0, code, day, ()) for code in some]
            with unit_of_work():
                by = By(Source.IMPORT, None, now())
                assert proposals.take_table(rows, "", by).recorded == len(some)
            costs.append(len(statements))
    assert len(codes) > 20
    assert costs[0] == costs[1] < 10


def test_a_table_corrects_its_own_words(app, told, acts, yesterday):
    with app.app_context():
        for hours in ((), ((510, 1080),), ((510, 1080),)):
            row = DayRow(0, BEIMEN, yesterday, hours)
            with unit_of_work():
                proposals.take_table([row], "", By(Source.IMPORT, None, now()))
    assert [(row.number, row.hours) for row in told()] == [(1, []), (2, [[510, 1080]])]
    assert acts(f"station:{BEIMEN}") == ["station_day_corrected"]


def test_earlier_days_wait_by_township_with_their_proof(as_, told, proposed, today):
    client = as_("county.xgll")
    lines = [
        f"{area},{today - timedelta(days=ago)},9-12"
        for area in (BEIMEN, "533401101001", "533401103201")
        for ago in (1, 2)
    ]
    text = HEADER + "\n".join(lines)
    assert sends(client, text).status_code == 422
    assert sends(client, text, proof="考勤机").status_code == 303
    assert told() == []
    assert [(row.area_code, len(row.days)) for row in proposed()] == [
        ("533401101000", 4),
        ("533401103000", 2),
    ]
    number = proposed()[0].id
    page = "/station-day/proposals"
    assert client.send(f"{page}/{number}", page=page, approve="y").status_code == 403
    lead = as_("lead.jiantang")
    assert lead.send(f"{page}/{number}", page=page, approve="y").status_code == 303
    assert len(told()) == 2


@pytest.mark.parametrize(
    "line",
    [
        f"{ELSEWHERE},2026-01-05,9-12",
        f"{BEIMEN},2999-01-05,9-12",
        f"{BEIMEN},%s,12-9",
        f"{BEIMEN},%s,9-12 10-13",
        f"{BEIMEN},%s,9-12\n{BEIMEN},%s,9-12",
    ],
)
def test_a_wrong_table_changes_nothing(as_, told, proposed, yesterday, line):
    line, twice = line.replace("%s", str(yesterday)), "\n" in line
    text = HEADER + f"533401101001,{yesterday},9-12\n{line}\n"
    client = as_("lead.jiantang")
    answer = client.send(f"{PATH}?lang=en", page=PATH, file=table(text), proof="考勤机")
    assert answer.status_code == 422
    assert f"Line {4 if twice else 3}:" in answer.text
    assert (told("533401101001"), told(), proposed()) == ([], [], [])


@pytest.mark.parametrize("content", ["", HEADER, b"\xff\xff\xff", HEADER + "#" * LARGEST])
def test_what_is_no_table_is_refused(as_, told, content):
    answer = sends(as_("lead.jiantang"), content)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text


def test_a_file_that_is_too_large_is_called_so(as_):
    text = table("#" * (LARGEST + 1))
    answer = as_("lead.jiantang").send(f"{PATH}?lang=en", page=PATH, file=text)
    assert answer.status_code == 422
    assert "This file is too large." in answer.text


def test_a_missing_file_is_asked_for(as_):
    assert as_("lead.jiantang").send(PATH).status_code == 422


@pytest.mark.parametrize("username", ["grid.beimen", "analyst", "auditor"])
def test_others_import_nothing(as_, told, yesterday, username):
    client = as_(username)
    assert client.get(PATH).status_code == 403
    text = HEADER + f"{BEIMEN},{yesterday},9-12\n"
    assert client.send(PATH, page="/account", file=table(text)).status_code == 403
    assert told() == []


@pytest.fixture
def imports(app, tmp_path):
    def run(text, *options):
        file = tmp_path / "days.csv"
        file.write_text(text, encoding="utf-8")
        return app.test_cli_runner().invoke(
            args=["desk", "import-station-days", str(file), *options]
        )

    return run


def test_the_operator_imports_too(imports, told, proposed, yesterday, today):
    done = imports(HEADER + f"{BEIMEN},{yesterday},8:30-18:00\n")
    assert (done.exit_code, len(told())) == (0, 1)
    earlier = HEADER + f"{BEIMEN},{today - timedelta(days=8)},8:30-18:00\n"
    assert imports(earlier).exit_code == 1
    assert imports(earlier, "--proof", "Book").exit_code == 0
    assert (len(told()), len(proposed())) == (1, 1)


def test_the_operator_is_told_the_wrong_line(imports, told, yesterday):
    done = imports(HEADER + f"{BEIMEN},{yesterday},8-9\n{BEIMEN},{yesterday},18-8\n")
    assert done.exit_code == 1
    assert "line 3: closing time" in done.output
    assert told() == []
