"""Passwords: what is accepted, and argon2 (OWASP's smallest memory: 19 MiB, 2 passes)."""

from __future__ import annotations

import secrets
from enum import StrEnum
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 12, 200
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19456, parallelism=1),))
_FEWEST_DIFFERENT = 5
_COMMON = frozenset(
    """
    password passwort passw0rd p@ssword p@ssw0rd administrator admin adminadmin welcome iloveyou
    letmein qwerty qwertyuiop qwertyuiopasdf asdfghjkl zxcvbnm 1qaz2wsx 1qaz2wsx3edc qazwsxedc
    qazwsxedcrfv 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5y6 abcd abcdef abcdefgh
    abcdefghijkl abc changeme changemenow secret trustno1 dragon sunshine princess football
    monkey shadow master superman baseball starwars whatever computer internet service servicedesk
    woaini woaini1314 woaiwojia wojiushiwo woaizhongguo zhongguo nihao mima mimamima caonima
    diqing diqingzhou shangrila xianggelila zhongdian yunnan minzheng jiesujiban hotline 5201314
    1234 12345 123456 1234567 12345678 123456789 1234567890 0123456789 9876543210 987654321
    123123 123123123 123123123123 123321 112233 112233445566 147258369 159357 789456123 888888
    """.split()  # noqa: SIM905 - eighty words are easier to read in lines
)


class Weakness(StrEnum):
    """Why a new password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    LIKE_NAME = "like_name"


def weakness(password: str, username: str) -> Weakness | None:
    """What is wrong with a new password; null when it is good. Any characters are welcome."""
    if len(password) < SHORTEST:
        return Weakness.TOO_SHORT
    if len(password) > LONGEST:
        return Weakness.TOO_LONG
    plain, name = password.casefold(), username.casefold()
    if len(set(plain)) < _FEWEST_DIFFERENT or _is_common(plain):
        return Weakness.COMMON
    return Weakness.LIKE_NAME if _is_like(plain, name) else None


def _is_like(plain: str, name: str) -> bool:
    """Only the name, once or more, with digits and signs around it."""
    return name in plain and _core(plain.replace(name, "")) == ""


def _core(text: str) -> str:
    """Without the digits and signs that people put around a word."""
    return text.strip("0123456789!@#$%^&*()_-+=.,?~ ")


def _is_common(plain: str) -> bool:
    half = plain[: len(plain) // 2]
    return bool(_COMMON & {plain, _core(plain)}) or (half * 2 == plain and half in _COMMON)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@cache
def _of_nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe())


def is_password(password: str, password_hash: str | None) -> bool:
    """Takes as long for somebody who cannot sign in as for somebody who can."""
    matches = _hasher.verify(password[: LONGEST + 1], password_hash or _of_nobody())
    return matches and password_hash is not None


def one_time_password() -> str:
    """One to read out over the phone: four groups of four, no look-alikes."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
