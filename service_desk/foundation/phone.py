"""Telephone numbers: to E.164 and back to how people say them."""

from __future__ import annotations

import unicodedata

import phonenumbers

REGION, CHINA = "CN", "+86"


def to_e164(text: str) -> str | None:
    """`138 0000 0000` to `+8613800000000`; None when it is no possible number."""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(e164: str) -> str:
    """`+8613800000000` to `13800000000`, as residents read it; others stay E.164."""
    return e164.removeprefix(CHINA) if e164.startswith(CHINA) else e164


def can_text(e164: str) -> bool:
    """Whether a text can arrive: a landline or a short code never gets one."""
    kind = phonenumbers.number_type(_number(e164))
    mobile = phonenumbers.PhoneNumberType
    return kind in (mobile.MOBILE, mobile.FIXED_LINE_OR_MOBILE)


def _number(e164: str) -> phonenumbers.PhoneNumber:
    """A Chinese one is read off: to parse what was parsed before takes as long as a query."""
    if e164.startswith(CHINA) and e164[len(CHINA) :].isdecimal():
        return phonenumbers.PhoneNumber(86, int(e164[len(CHINA) :]))
    return phonenumbers.parse(e164, REGION)
