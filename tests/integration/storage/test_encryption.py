"""A ciphertext is worth something in its own cell only, and only with its key."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.encryption import Cell, DecryptionError, KeyRing

HERE = Cell("contact_field", "value_encrypted", "1/name")
OLD, NEW = b"o" * 32, b"n" * 32


@given(st.binary(max_size=200))
def test_cell_comes_back_as_it_went_in_and_never_reads_the_same_twice(plain: bytes) -> None:
    ring = KeyRing({"k1": OLD})

    first, second = ring.encrypt(plain, HERE), ring.encrypt(plain, HERE)

    assert ring.decrypt(first, HERE) == ring.decrypt(second, HERE) == plain
    assert first != second


@pytest.mark.parametrize(
    "elsewhere",
    [
        Cell("contact_field", "value_encrypted", "2/name"),
        Cell("contact_field", "value_encrypted", "1/street"),
        Cell("contact_field", "other_column", "1/name"),
        Cell("contact_answer", "value_encrypted", "1/name"),
        # The parts may not run into each other.
        Cell("contact_field", "value_encrypted1", "/name"),
    ],
)
def test_ciphertext_moved_to_another_cell_does_not_decrypt(elsewhere: Cell) -> None:
    ring = KeyRing({"k1": OLD})
    with pytest.raises(DecryptionError, match="not of this cell"):
        ring.decrypt(ring.encrypt(b"Samira", HERE), elsewhere)


def test_ring_encrypts_with_the_newest_key_and_decrypts_with_any() -> None:
    before, after = KeyRing({"k1": OLD}), KeyRing({"k2": NEW, "k1": OLD})
    old = before.encrypt(b"Samira", HERE)

    new = after.encrypt(b"Samira", HERE)

    assert old.startswith("v1:k1:")
    assert new.startswith("v1:k2:")
    assert (after.decrypt(old, HERE), after.decrypt(new, HERE)) == (b"Samira", b"Samira")
    assert (after.is_newest(old), after.is_newest(new)) == (False, True)
    with pytest.raises(DecryptionError, match="no key k2"):
        before.decrypt(new, HERE)


def test_ciphertext_relabelled_to_another_key_of_the_ring_does_not_decrypt() -> None:
    ring = KeyRing({"k2": NEW, "k1": NEW})  # even when both ids name the same bytes
    sealed = ring.encrypt(b"Samira", HERE)
    with pytest.raises(DecryptionError):
        ring.decrypt(sealed.replace("v1:k2:", "v1:k1:"), HERE)


@pytest.mark.parametrize("text", ["", "v1", "v1:k1:", "v1:k1:****", "v2:k1:AAAA", "Samira"])
def test_what_is_no_ciphertext_is_refused_without_giving_it_away(text: str) -> None:
    with pytest.raises(DecryptionError) as refused:
        KeyRing({"k1": OLD}).decrypt(text, HERE)
    assert "Samira" not in str(refused.value)


def test_every_changed_byte_of_a_ciphertext_is_noticed() -> None:
    ring = KeyRing({"k1": OLD})
    label, _, body = ring.encrypt(b"Samira", HERE).rpartition(":")
    sealed = base64.urlsafe_b64decode(body)
    for place in range(len(sealed)):
        changed = bytes([*sealed[:place], sealed[place] ^ 1, *sealed[place + 1 :]])
        with pytest.raises(DecryptionError):
            ring.decrypt(f"{label}:{base64.urlsafe_b64encode(changed).decode()}", HERE)
