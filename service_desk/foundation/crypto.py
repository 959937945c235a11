"""Field encryption and keyed hashes.

AES-256-GCM of the `cryptography` package; the first key encrypts, every key decrypts,
so keys are rotated by putting a new one in front (NIST SP 800-38D, 96-bit random nonce).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
ID_BYTES = 4


class Undecryptable(Exception):
    """None of the keys opens this value."""


@dataclass(frozen=True)
class Key:
    """One key derived from a secret of any length of 32 characters or more."""

    secret: str

    @cached_property
    def _master(self) -> bytes:
        return hashlib.sha256(self.secret.encode()).digest()

    def derive(self, purpose: str) -> bytes:
        return hmac.digest(self._master, purpose.encode(), "sha256")

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self.derive("field"))

    @cached_property
    def lookup(self) -> bytes:
        return self.derive("lookup")

    @cached_property
    def id(self) -> bytes:
        return self.derive("id")[:ID_BYTES]


@dataclass(frozen=True)
class Keyring:
    """The keys in force, newest first."""

    keys: tuple[Key, ...]

    @classmethod
    def of(cls, secrets: tuple[str, ...]) -> Keyring:
        return cls(tuple(Key(secret) for secret in secrets))

    def encrypt(self, text: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        key = self.keys[0]
        return key.id + nonce + key.cipher.encrypt(nonce, text.encode(), key.id)

    def decrypt(self, value: bytes) -> str:
        key = next((key for key in self.keys if key.id == value[:ID_BYTES]), None)
        if key is None:
            raise Undecryptable
        nonce, body = value[ID_BYTES : ID_BYTES + NONCE_BYTES], value[ID_BYTES + NONCE_BYTES :]
        try:
            return key.cipher.decrypt(nonce, body, key.id).decode()
        except (InvalidTag, ValueError) as error:
            raise Undecryptable from error

    def lookup(self, value: str) -> str:
        """The keyed hash under which a value is stored (43 characters)."""
        return _hash(self.keys[0], value)

    def lookups(self, value: str) -> list[str]:
        """Every hash under which it may have been stored before a key was rotated."""
        return [_hash(key, value) for key in self.keys]


def _hash(key: Key, value: str) -> str:
    digest = hmac.digest(key.lookup, value.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def digits(secret: str, purpose: str, value: str, count: int) -> str:
    """`count` decimal digits that only the holder of the secret can compute."""
    digest = hmac.digest(secret.encode(), f"{purpose}:{value}".encode(), "sha256")
    return f"{int.from_bytes(digest) % 10**count:0{count}d}"
