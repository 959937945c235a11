"""`desk due` gives every worked example of the handbook; `desk import-calendar` takes a table."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.database import session
from service_desk.service_clock.models import CalendarVersion

BEIMEN = "533401101003"
FIRST_RESPONSE = ("--policy", "first_response", "--urgency", "P2")
RESOLUTION = ("--policy", "resolution", "--urgency", "P2")
MINUTES = ("--service-minutes", "480")
PAUSED = ("--pause", "2026-11-24T10:00..2026-11-25T09:00")


@pytest.fixture
def desk(app):
    """Runs `desk WORDS…` and gives its result."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["desk", *map(str, words)])


@pytest.fixture
def due(desk):
    """The due time that `desk due` prints, or its complaint."""

    def ask(*words, start="2026-11-23T10:00", area=BEIMEN):
        result = desk("due", *words, "--area", area, "--from", start)
        return result.output.strip() if result.exit_code == 0 else (result.exit_code, result.output)

    return ask


EXAMPLES = [
    ("2026-11-23T10:00", "2026-11-24T10:00:00+08:00"),
    ("2026-11-27T19:00", "2026-11-30T18:00:00+08:00"),
    ("2026-11-24T12:30", "2026-11-25T12:00:00+08:00"),
    ("2026-09-30T16:00", "2026-10-08T16:00:00+08:00"),
    ("2026-10-09T17:00", "2026-10-10T17:00:00+08:00"),
]


@pytest.mark.parametrize(("start", "expected"), EXAMPLES)
@pytest.mark.parametrize("words", [FIRST_RESPONSE, MINUTES], ids=["policy", "minutes"])
def test_eight_service_hours(due, words, start, expected):
    assert due(*words, start=start) == expected


def test_eight_service_hours_with_a_pause(due):
    assert due(*MINUTES, start="2026-11-23T16:00") == "2026-11-24T16:00:00+08:00"
    assert due(*MINUTES, *PAUSED, start="2026-11-23T16:00") == "2026-11-25T15:00:00+08:00"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--policy", "first_response", "--urgency", "P1"), "2026-11-27T21:00:00+08:00"),
        (("--policy", "first_response", "--urgency", "P0"), "2026-11-27T19:15:00+08:00"),
        ((*FIRST_RESPONSE, "--category", "SAFE-04"), "2026-11-28T03:00:00+08:00"),
        ((*FIRST_RESPONSE, "--category", "ELDER-03"), "2026-11-30T18:00:00+08:00"),
        ((*RESOLUTION, "--nature", "inquiry"), "2026-12-02T18:00:00+08:00"),
        ((*RESOLUTION, "--nature", "help"), "2026-12-08T18:00:00+08:00"),
        ((*RESOLUTION, "--nature", "suggestion"), "2026-12-08T18:00:00+08:00"),
        ((*RESOLUTION, "--nature", "complaint"), "2026-12-18T18:00:00+08:00"),
        ((*RESOLUTION, "--nature", "report"), "2026-12-18T18:00:00+08:00"),
        (("--policy", "resolution", "--urgency", "P1"), "2026-11-28T19:00:00+08:00"),
        (("--policy", "resolution", "--urgency", "P0"), "2026-11-28T19:00:00+08:00"),
    ],
)
def test_the_limits_of_the_handbook(due, words, expected):
    assert due(*words, start="2026-11-27T19:00") == expected


def test_a_resolution_pauses(due):
    assert due(*RESOLUTION, "--nature", "inquiry") == "2026-11-26T18:00:00+08:00"
    assert due(*RESOLUTION, "--nature", "inquiry", *PAUSED) == "2026-11-27T18:00:00+08:00"
    again = ("--pause", "2026-11-26T17:00..2026-11-26T18:30")
    assert due(*RESOLUTION, "--nature", "inquiry", *PAUSED, *again) == "2026-11-30T18:00:00+08:00"


def test_an_offset_is_taken_as_it_says(due):
    assert due(*MINUTES, start="2026-11-23T02:00:00+00:00") == "2026-11-24T10:00:00+08:00"
    assert due(*MINUTES, start="2026-11-23T02:00:00Z") == "2026-11-24T10:00:00+08:00"


@pytest.mark.parametrize("area", ["533401101003", "533401101", "533401", "533400000000"])
def test_a_place_without_a_station_has_the_usual_hours(due, area):
    assert due(*MINUTES, area=area) == "2026-11-24T10:00:00+08:00"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((*FIRST_RESPONSE, *PAUSED), "never pauses"),
        ((), "either --policy or --service-minutes"),
        ((*FIRST_RESPONSE, *MINUTES), "either --policy or --service-minutes"),
        (("--policy", "resolution"), "needs --urgency"),
        ((*RESOLUTION, "--nature", "praise"), "'praise' is not one of"),
        ((*RESOLUTION, "--category", "NONE"), "'NONE' is not one of"),
        ((*MINUTES, "--pause", "2026-11-24"), "not two times"),
        ((*MINUTES, "--pause", "2026-11-24..yesterday"), "is no time"),
        ((*MINUTES, "--pause", "2026-11-24..2026-11-23"), "ends before it starts"),
        (("--service-minutes", "-1"), "not in the range"),
        (("--service-minutes", "999999999"), "does not open long enough"),
    ],
)
def test_bad_options_are_complained_about(due, words, complaint):
    code, output = due(*words)
    assert code in (1, 2)
    assert complaint in output


@pytest.mark.parametrize("area", ["12", "110101001001", "53340110100", "533401999999"])
def test_a_place_that_does_not_exist_is_complained_about(due, area):
    code, _output = due(*MINUTES, area=area)
    assert code in (1, 2)


def test_a_start_that_is_no_time_is_complained_about(due):
    code, output = due(*MINUTES, start="tomorrow")
    assert code == 2
    assert "is no time" in output


def test_a_local_holiday_moves_due_times_where_it_holds(desk, due, tmp_path):
    table = tmp_path / "days.csv"
    table.write_text("area_code,day,kind,name\n533401000000,2026-11-24,holiday,州庆\n")
    result = desk("import-calendar", table)
    assert result.exit_code == 0, result.output
    assert "1 days taken in" in result.output
    assert due(*MINUTES) == "2026-11-25T10:00:00+08:00"
    assert due(*MINUTES, area="533423100000"[:6]) == "2026-11-24T10:00:00+08:00"


def test_a_wrong_line_is_named_and_nothing_is_kept(app, desk, due, tmp_path):
    table = tmp_path / "days.csv"
    table.write_text(
        "area_code,day,kind,name\n533401000000,2026-11-24,holiday,\n533401000000,24 Nov,holiday,\n"
    )
    with app.app_context():
        before = session.scalar(sa.select(sa.func.count()).select_from(CalendarVersion))
    result = desk("import-calendar", table)
    assert result.exit_code == 1
    assert "line 3: day must be YYYY-MM-DD" in result.output
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count()).select_from(CalendarVersion)) == before
    assert due(*MINUTES) == "2026-11-24T10:00:00+08:00"


def test_a_closure_moves_service_hours_where_it_holds(desk, due, tmp_path):
    table = tmp_path / "days.csv"
    table.write_text(
        "area_code,day,kind,name,hours\n533401101003,2026-11-24,closure,大雪,10:00-11:00\n"
    )
    assert desk("import-calendar", table).exit_code == 0
    assert due(*MINUTES) == "2026-11-25T09:00:00+08:00"
    assert due(*RESOLUTION, "--nature", "inquiry") == "2026-11-26T18:00:00+08:00"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("closure,,10:00-12:00 11:00-13:00", "line 3: hours overlap."),
        ("working,,20:00-02:00", "line 3: hours end before they start"),
        ("closure,,noon", "line 3: hours must be such as"),
        ("holiday,,10:00-12:00", "line 3: only a working day or a closure"),
    ],
)
def test_wrong_hours_are_named_and_nothing_is_kept(app, desk, tmp_path, row, complaint):
    def kept():
        with app.app_context():
            counts = (
                sa.select(sa.func.count()).select_from(t) for t in (CalendarVersion, AuditEntry)
            )
            return [session.scalar(each) for each in counts]

    table = tmp_path / "days.csv"
    good = "533401101003,2026-11-25,closure,,\n"
    table.write_text(f"area_code,day,kind,name,hours\n{good}533401000000,2026-11-24,{row}\n")
    before = kept()
    result = desk("import-calendar", table)
    assert result.exit_code == 1
    assert complaint in result.output
    assert kept() == before
