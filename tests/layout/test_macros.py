"""Macros escape what people wrote, and never speak by colour alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

EVIL = '"><script>alert(1)</script>'
ROW = {
    "href": EVIL,
    "reference": EVIL,
    "urgency": "P0",
    "urgency_label": EVIL,
    "due_state": "soon",
    "due_text": EVIL,
    "due_iso": EVIL,
    "category": EVIL,
    "category_label": EVIL,
    "words": EVIL,
    "place": EVIL,
    "who": EVIL,
    "channel": EVIL,
    "state_label": EVIL,
}
CALLS = {
    "states": [
        "due_chip('soon', evil)",
        "tag(evil, evil)",
        "status_tag('waiting', evil)",
        "urgency_tag('P1', evil)",
        "channel('phone', evil)",
    ],
    "common": [
        "banner('bad', evil, evil)",
        "empty_state(evil, 'inbox', evil, evil)",
        "card_title(evil, 'list')",
        "facts([(evil, evil)])",
        "pager(evil, evil, evil)",
        "back_link(evil, evil)",
        "sort_th(evil, evil, 'ascending', true)",
        "copy_button(evil, evil)",
        "page_tools(evil, evil)",
        "rows_more(evil)",
    ],
    "figures": [
        "big_figure(evil, evil, evil, evil, evil)",
        "rate_figure(evil, evil, evil, evil, evil, evil, evil)",
        "bar_list([{'label': evil, 'value': 1, 'text': evil, 'href': evil, 'tone': evil}], 2)",
        "heat_strip([{'label': evil, 'percent': 8, 'text': evil, 'note': evil, 'sentence': evil}])",
        "column_chart([{'label': evil, 'value': 1, 'text': evil}], 2, evil)",
    ],
    "resident": [
        "door(evil, 'message', evil, evil, true)",
        "text_number(evil, evil, evil)",
        "choice(evil, evil, 'check', evil, evil)",
        "progress(evil, 1, 3)",
        "steps([evil, {'title': evil, 'text': evil}])",
        "ticket(evil, evil, evil)",
        "next_step(evil, evil, evil)",
        "timeline([{'title': evil, 'time_text': evil, 'text': evil, 'who': evil, 'tone': evil}])",
        "hours_table([{'day': evil, 'text': evil, 'today': true}])",
        "station_card(evil, evil, evil, true, evil, evil)",
        "emergency_card([(evil, evil)])",
    ],
    "staff": [
        "queue_list([row], evil)",
        "filter_group(evil, [{'href': evil, 'label': evil, 'count': 2, 'current': true}])",
        "person(evil, evil)",
    ],
    "forms": [
        "submit(evil, 'send', 'danger', evil, evil, evil)",
        "link_button(evil, evil, 'send')",
        "post_button(evil, evil, evil, {evil: evil}, confirm=evil)",
    ],
}
EVERY = [(file, call) for file, calls in CALLS.items() for call in calls]


@pytest.mark.parametrize(("file", "call"), EVERY)
def test_a_macro_escapes(render: Callable[..., str], file: str, call: str) -> None:
    name = call.partition("(")[0]
    source = f'{{% from "components/{file}.html" import {name} %}}{{{{ {call} }}}}'
    page = render(source, evil=EVIL, row=ROW)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'style="' not in page


@pytest.mark.parametrize("state", ["met", "due", "soon", "overdue", "paused"])
def test_a_due_chip_says_its_state_in_a_word(render: Callable[..., str], state: str) -> None:
    source = '{% from "components/states.html" import due_chip %}{{ due_chip(state, "2 h") }}'
    page = render(source, state=state)
    assert f"desk-due--{state}" in page
    assert "<b></b>" not in page
    assert "2 h" in page


def test_a_queue_row_carries_machine_values(render: Callable[..., str]) -> None:
    row = ROW | {"reference": "3124567890", "due_iso": "2026-11-24T10:00:00+08:00"}
    source = '{% from "components/staff.html" import queue_list %}{{ queue_list(rows, current) }}'
    page = render(source, rows=[row], current="3124567890")
    assert 'data-reference="3124567890"' in page
    assert 'data-urgency="P0"' in page
    assert 'data-due="2026-11-24T10:00:00+08:00"' in page
    assert 'aria-current="true"' in page


def test_a_folded_form_holds_what_it_is_given(render: Callable[..., str]) -> None:
    source = (
        '{% from "components/staff.html" import action_card %}'
        '{% call action_card("Respond", evil, "respond", true) %}<p>inside</p>{% endcall %}'
    )
    page = render(source, evil=EVIL)
    assert "<p>inside</p>" in page
    assert "<script>" not in page
    assert "open" in page


@pytest.mark.parametrize(("percent", "level"), [(None, "none"), (10, "low"), (99, "full")])
def test_heat_is_written_as_well_as_coloured(
    render: Callable[..., str], percent: int | None, level: str
) -> None:
    source = '{% from "components/figures.html" import heat_strip %}{{ heat_strip(cells) }}'
    told = {"label": "11/2", "percent": percent, "text": "told", "note": "1/2", "sentence": "said"}
    page = render(source, cells=[told])
    assert f"desk-heat__cell--{level}" in page
    assert all(each in page for each in ("told", "1/2", "said"))


def test_charts_hold_without_figures(render: Callable[..., str]) -> None:
    source = (
        '{% from "components/figures.html" import bar_list, column_chart %}'
        '{{ bar_list([{"label": "a", "value": 0, "text": "0"}], 0) }}{{ column_chart([], 0, "t") }}'
    )
    assert 'width="0"' in render(source)
