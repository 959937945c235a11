"""Who sends an invented request in: their number, name and wishes; many write more than once."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from stdnum.iso7064 import mod_11_10

from service_desk.operations.demo_chance import Arrival, Weighted
from service_desk.operations.demo_words import Words
from service_desk.service_requests.lifecycle import Channel
from service_desk.service_requests.models import ContactPreference

BODIES, STEP, FIRST_BODY = 900_000_000, 387_420_493, 271_828_183
"""STEP has no factor in common with BODIES: each number gives another reference."""
COUNTER = frozenset({Channel.PHONE, Channel.WALK_IN, Channel.PAPER})
TEXTABLE = frozenset({ContactPreference.SMS, ContactPreference.PHONE})
ANONYMOUS, NAMED, ADDRESSED = 0.06, 0.8, 0.5
WISHES = Weighted(
    {ContactPreference.SMS: 60, ContactPreference.PHONE: 37, ContactPreference.VISIT: 3}.items()
)


@dataclass(frozen=True, slots=True)
class Person:
    """`columns` are what the record keeps of them."""

    contact: ContactPreference
    at_the_counter: bool
    columns: dict[str, Any]


def reference_of(number: int) -> str:
    """A reference for each number, scattered over all that there are."""
    body = str((number * STEP + FIRST_BODY) % BODIES + 100_000_000)
    return body + mod_11_10.calc_check_digit(body)


class Persons:
    """Draws who writes. `among` is how many different residents there are."""

    def __init__(self, dice: Random, words: Words, among: int) -> None:
        self._dice, self._words, self._among = dice, words, among

    def draw(self, arrival: Arrival, number: int) -> Person:
        dice, on_paper = self._dice, arrival.channel in COUNTER
        hidden = arrival.channel is Channel.WEB and dice.random() < ANONYMOUS
        contact = ContactPreference.NONE if hidden else self._wish(arrival)
        known = None if hidden else self._words.resident(dice, self._among)
        named = not hidden and arrival.channel is not Channel.SMS and dice.random() < NAMED
        columns = self._key(arrival, number) | {
            "address": self._one("addresses") if dice.random() < ADDRESSED else None,
            "name": self._name(arrival) if named else None,
            "phone": known.phone if known else None,
            "phone_hash": known.phone_hash if known else None,
            "contact_preference": contact.value,
            "anonymous": hidden,
        }
        return Person(contact, on_paper, columns)

    def _wish(self, arrival: Arrival) -> ContactPreference:
        if arrival.channel is Channel.SMS:
            return ContactPreference.SMS
        return WISHES.draw(self._dice, 1)[0]

    def _one(self, pool: str) -> bytes:
        texts = self._words.shared[pool]
        return texts[int(self._dice.random() * len(texts))]

    def _name(self, arrival: Arrival) -> bytes:
        names = self._words.names[arrival.area_code[:6]]
        return names[int(self._dice.random() * len(names))]

    def _key(self, arrival: Arrival, number: int) -> dict[str, Any]:
        """Reference and PIN, as every request has them."""
        reference, external_id = reference_of(number), f"demo:{number}"
        return {
            "reference": reference,
            "external_id": external_id,
            "pin_hash": self._words.pin_hash(reference, f"{arrival.channel}:{external_id}"),
        }
