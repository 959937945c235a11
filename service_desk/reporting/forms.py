"""What a reader may ask of a report, read from the address."""

from __future__ import annotations

import re

from service_desk.accounts.reach import Reach
from service_desk.directory.areas import PREFECTURE, is_code
from service_desk.foundation.faults import NotFound
from service_desk.reporting.months import Month


def asked_month(text: str) -> Month:
    """Raises NotFound for what is no month."""
    month = Month.parse(text)
    if month is None:
        raise NotFound
    return month


def asked_area(text: str | None, reach: Reach) -> str:
    """The area asked for, else the largest one this reader may read. Raises NotFound."""
    code = text or largest(reach)
    if not is_code(code) or not reach.reads_figures_of(code):
        raise NotFound
    return code


def asked_page(text: str | None) -> int | None:
    """The id after which a page begins; None, the first page, for what is no id."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None


def largest(reach: Reach) -> str:
    """The widest range of a reader's reports begins with the code of its area."""
    ranges = sorted(reach.reports, key=lambda each: (each[0], each[1]))
    return ranges[0][0] if ranges else PREFECTURE
