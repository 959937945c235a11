"""References and PINs: sayable by phone, typed on a keypad, not guessable in a row."""

from __future__ import annotations

import secrets
import unicodedata

from stdnum.iso7064 import mod_11_10

from service_desk.foundation.crypto import digits

PIN_DIGITS = 6


def new_reference() -> str:
    """Nine random digits, the first not 0, and their ISO/IEC 7064 MOD 11,10 check digit."""
    body = str(secrets.randbelow(900_000_000) + 100_000_000)
    return body + mod_11_10.calc_check_digit(body)


def parse_reference(text: str) -> str | None:
    """Ten digits from what a person typed: hyphens, spaces and full-width digits are fine.

    None when it cannot be a reference; the check digit finds one wrong digit.
    """
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(str(int(char)) for char in plain if char.isdecimal())
    noise = [char for char in plain if not (char.isdecimal() or char.isspace() or char in "-‐–—−")]
    well_formed = not noise and len(kept) == 10 and kept[0] != "0"
    return kept if well_formed and mod_11_10.is_valid(kept) else None


def show_reference(reference: str) -> str:
    """`3124567890` as `3124-567-890`."""
    return f"{reference[:4]}-{reference[4:7]}-{reference[7:]}"


def pin_for(secret: str, external_id: str) -> str:
    """Six digits, the same whenever the same form is sent again; no row is needed."""
    return digits(secret, "pin", external_id, PIN_DIGITS)
