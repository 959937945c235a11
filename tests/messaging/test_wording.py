"""Every text in every language: signed once, short enough, without a link or a sensitive word."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from pathlib import Path

import pytest

from service_desk.casework.wording import CAUSES
from service_desk.directory.categories import all_categories
from service_desk.foundation.clock import SHANGHAI
from service_desk.foundation.localisation import LANGUAGES, speak
from service_desk.messaging import wording
from service_desk.messaging.segments import segments, units
from service_desk.messaging.sentences import SENTENCES
from service_desk.messaging.wording import Promise, Receipt
from service_desk.service_requests.lifecycle import State
from service_desk.switchboard.states import state_name

REFERENCE = "3124567890"
LATE = datetime(2026, 12, 31, 13, 30, tzinfo=SHANGHAI)
SIGNATURE = "【迪庆州民政局】"
PLACE = "迪庆扶贫民族经济开发区开发区社区居民委员会"
ZH = "zh_Hans_CN"
HANDBOOK = Path(__file__).parents[2] / "docs" / "handbook" / "domain.md"
TEMPLATE = re.compile(r"^- `(\w+)` \(\d+ chars, 1 segment\): (【.*)$", re.MULTILINE)
WITH_PLACE = (
    "remind_first_response",
    "remind_resolution",
    "late_first_response",
    "late_resolution",
)
TWO_IN_CHINESE = frozenset({"assigned", "waiting", "page_danger", "dispatch", *WITH_PLACE})
MOST = {ZH: 1, "bo": 3, "en": 3}


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


def reminders(language):
    """Of both clocks, before and after the due time, with and without the place."""
    told = itertools.product(("first_response", "resolution"), (False, True), (PLACE, None))
    for kind, late, place in told:
        yield wording.reminder(language, Promise(kind, REFERENCE, LATE, late, place))


def longest(language):
    """Every text with the longest values there are; `personal` is somebody's own words."""

    def receipt(**more):
        return wording.received(Receipt(language=language, reference=REFERENCE, **more))

    with speak(language):
        cause = max((str(each) for each in CAUSES.values()), key=units)
    state = max((state_name(each, language) for each in State), key=units)
    return [
        receipt(minutes=199 * 60 + 45),
        receipt(starts_at=LATE),
        receipt(around_the_clock=True, minutes=199 * 60 + 45),
        receipt(urgency="P0"),
        receipt(thanks=True),
        receipt(restricted=True),
        receipt(restricted=True, urgency="P0"),
        wording.worker_assigned(language, REFERENCE, LATE, PLACE),
        wording.worker_assigned(language, REFERENCE, LATE),
        wording.worker_added(language, REFERENCE),
        wording.page_danger(language, REFERENCE, PLACE),
        wording.page_danger(language, REFERENCE),
        *reminders(language),
        wording.dispatched(language, REFERENCE, PLACE, LATE),
        wording.contact_waiting(language, REFERENCE, LATE, "长" * 500),
        wording.extended(language, REFERENCE, LATE),
        wording.deferred(language, REFERENCE, cause, LATE),
        wording.resolved(language, REFERENCE),
        wording.invitation(language, REFERENCE),
        wording.rating_thanks(language, REFERENCE, 1),
        wording.rating_thanks(language, REFERENCE, 5),
        wording.status(language, REFERENCE, state),
        wording.status(language, REFERENCE, state, LATE),
        wording.status_unknown(language),
        wording.follow_up_kept(language, REFERENCE),
        wording.which_one(language, REFERENCE),
        wording.help_text(language),
        wording.stopped(language),
        wording.started(language),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_here(language):
    assert {text.purpose for text in longest(language)} == set(SENTENCES) - {"personal"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_keeps_to_its_segments(language):
    for text in longest(language):
        most = 2 if language == ZH and text.purpose in TWO_IN_CHINESE else MOST[language]
        assert segments(text.body) <= most, (text.purpose, units(text.body), text.body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_signed_first_and_once_on_one_line_without_a_link(language):
    for text in longest(language):
        assert text.body.startswith(SIGNATURE)
        assert text.body.count("【") == text.body.count("】") == 1
        for forbidden in ("http", "www", "\n", "%("):
            assert forbidden not in text.body


def says(body, label):
    """Whole syllables in Tibetan: ས་གནས is not said by ཀྱིས་གནས."""
    if "་" not in label:
        return len(label) > 2 and label in body
    return re.search(f"(?<![\u0f40-\u0fbc]){re.escape(label)}(?![\u0f40-\u0fbc])", body)


SENSITIVE = {"家暴", "家庭暴力", "violence", "自杀", "suicide", "吸毒", "矫正", "宗教", "religion"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_to_a_resident_names_a_category(language):
    labels = {each.labels.in_language(language) for each in all_categories()} | SENSITIVE
    for text in longest(language):
        assert not {label for label in labels if says(text.body, label)}, text.body


def test_the_words_of_the_handbook():
    def receipt(**more):
        return wording.received(Receipt(language=ZH, reference=REFERENCE, **more))

    morning = datetime(2026, 11, 25, 8, 30, tzinfo=SHANGHAI)
    december = datetime(2026, 12, 1, 18, 0, tzinfo=SHANGHAI)
    texts = [
        receipt(),
        receipt(starts_at=morning),
        wording.dispatched(ZH, REFERENCE, "建塘镇北门社区", december),
        wording.extended(ZH, REFERENCE, december),
        wording.invitation(ZH, REFERENCE),
        receipt(restricted=True),
    ]
    handbook = dict(TEMPLATE.findall(HANDBOOK.read_text("utf-8")))
    assert {text.purpose: text.body for text in texts} == handbook


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_restricted_matter_gives_nothing_away(language):
    for urgency in ("P0", "P1", "P2"):
        text = wording.received(
            Receipt(language=language, reference=REFERENCE, urgency=urgency, restricted=True)
        )
        assert "3124" not in text.body
        assert text.params == {}
    for text in (
        wording.worker_assigned(language, REFERENCE, LATE),
        wording.page_danger(language, REFERENCE),
    ):
        assert "place" not in text.params


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_comes_before_everything_else(language):
    text = wording.received(Receipt(language=language, reference=REFERENCE, urgency="P0"))
    assert text.body.index("110") < text.body.index("3124-567-890")


def test_dates_are_said_as_people_say_them():
    assert wording.minute(LATE, ZH) == "12月31日13:30"
    assert wording.day(LATE, ZH) == "12月31日"
    assert wording.minute(LATE, "en") == "31 Dec 13:30"
    assert "12" in wording.day(LATE, "bo")


def test_a_workers_own_words_are_made_fit_to_send():
    text = wording.personal(ZH, REFERENCE, "请看 http://x.example\n【急】" + "长" * 900)
    assert units(text.body) <= 500
    assert "http" not in text.body
    assert text.body.count("【") == 1


def test_an_unknown_language_is_chinese():
    assert wording.help_text("xx").body == wording.help_text(ZH).body
