"""The port to whoever carries texts; one file per provider is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

TIMEOUT_S = 8
"""No call to a provider takes longer; leases are longer than this."""


@dataclass(frozen=True)
class Letter:
    """A text on its way: `id` is ours, `phone` E.164, `at` when it was first handed over."""

    id: int
    phone: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Arrived:
    """A text as a provider hands it to us; `phone` is E.164 where it is a real number."""

    provider: str
    external_id: str
    phone: str
    body: str


@dataclass(frozen=True)
class Sent:
    """The provider has it, under its own id."""

    provider_id: str
    delivered: bool = False


class ProviderError(Exception):
    """The provider did not take it.

    `permanent`: it never will. `unsure`: it may have it all the same (a line that dropped, a
    time-out), so it must be asked before anything is sent again.
    """

    def __init__(self, code: str, *, permanent: bool = False, unsure: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.unsure = unsure


class Provider(Protocol):
    """What messaging asks of a provider. No method is called with a transaction open."""

    @property
    def name(self) -> str: ...

    def send(self, letter: Letter) -> Sent:
        """Hands the text over. Raises ProviderError."""

    def arrived(self, since: datetime) -> Sequence[Arrived]:
        """Texts that residents sent since then, oldest first. Raises ProviderError."""

    def find(self, letter: Letter) -> Sequence[Sent]:
        """What the provider took since `letter.at` that may be this text, oldest first.

        Raises ProviderError when it cannot say.
        """
