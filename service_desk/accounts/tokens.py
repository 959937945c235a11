"""Tokens of sessions and marks of known devices.

A device mark (OWASP, device cookies) lets somebody in who has signed in from this browser
before, however many strangers are guessing at their name meanwhile.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeSerializer

TOKEN_BYTES = 32
_SALT = "known-device"


def new_token() -> str:
    """43 characters that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest()


def device_mark(secret: str, username: str) -> str:
    """A cookie's value that says: this browser has signed in as this person."""
    return str(URLSafeSerializer(secret, _SALT).dumps([username, new_token()]))


def known_device(secret: str, mark: str, username: str) -> str | None:
    """The device's own id if the mark is ours and for this person."""
    try:
        owner, device = URLSafeSerializer(secret, _SALT).loads(mark)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if owner == username else None
