"""Fields are readable with a key of the ring and with nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.foundation.crypto import Keyring, Undecryptable, digits

OLD, NEW = "an-old-secret-" * 4, "a-new-secret-" * 4
TEXTS = st.text(max_size=200)
ring = Keyring.of((OLD,))
rotated = Keyring.of((NEW, OLD))


@given(TEXTS)
def test_what_is_encrypted_comes_back(text):
    kept = ring.encrypt(text)
    assert ring.decrypt(kept) == text
    assert kept != ring.encrypt(text)
    assert len(text) < 4 or text.encode() not in kept


@given(TEXTS)
def test_a_rotated_ring_reads_the_old_and_writes_the_new(text):
    assert rotated.decrypt(ring.encrypt(text)) == text
    with pytest.raises(Undecryptable):
        ring.decrypt(rotated.encrypt(text))


@given(TEXTS, st.integers(0, 10**4), st.integers(1, 255))
def test_one_changed_byte_is_noticed(text, place, change):
    kept = bytearray(ring.encrypt(text))
    kept[place % len(kept)] ^= change
    with pytest.raises(Undecryptable):
        ring.decrypt(bytes(kept))


@given(TEXTS, st.integers(1, 100))
def test_what_is_cut_off_is_noticed(text, missing):
    with pytest.raises(Undecryptable):
        ring.decrypt(ring.encrypt(text)[:-missing])


def test_the_wrong_key_opens_nothing():
    with pytest.raises(Undecryptable):
        Keyring.of((NEW,)).decrypt(ring.encrypt("x"))


@given(TEXTS)
def test_a_look_up_is_the_same_for_the_same_value_and_key(value):
    assert ring.lookup(value) == ring.lookup(value)
    assert len(ring.lookup(value)) == 43
    assert rotated.lookup(value) != ring.lookup(value)
    assert rotated.lookups(value) == [rotated.lookup(value), ring.lookup(value)]


def test_another_value_has_another_look_up():
    assert len({ring.lookup(str(number)) for number in range(500)}) == 500


@given(st.text(), st.text(), st.integers(1, 12))
def test_digits_are_so_many_and_nobodys_guess(secret, value, count):
    found = digits(secret, "pin", value, count)
    assert len(found) == count
    assert found.isdecimal()
    assert found == digits(secret, "pin", value, count)


def test_digits_of_another_purpose_are_others():
    assert digits("s", "pin", "1", 12) != digits("s", "code", "1", 12)
