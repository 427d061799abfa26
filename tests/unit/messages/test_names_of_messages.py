"""Names of messages that go out and come back: return paths and links to opt out."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.messages.references import (
    Purpose,
    name_of,
    reference_of,
    references_key,
    return_path,
    returned_references,
)

KEY = references_key(b"a secret")
ONE = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")


@given(st.uuids(), st.sampled_from(Purpose))
def test_a_name_leads_back_to_its_message(reference: UUID, purpose: Purpose) -> None:
    name = name_of(reference, purpose, KEY)

    assert reference_of(name, purpose, KEY) == reference
    assert reference_of(name.upper(), purpose, KEY) == reference
    assert len(name) == 42


def test_a_name_for_one_purpose_is_worth_nothing_for_another() -> None:
    assert reference_of(name_of(ONE, Purpose.RETURN, KEY), Purpose.OPT_OUT, KEY) is None


def test_a_name_of_another_installation_is_worth_nothing() -> None:
    name = name_of(ONE, Purpose.RETURN, references_key(b"another secret"))

    assert reference_of(name, Purpose.RETURN, KEY) is None


@given(st.integers(0, 40), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_name_with_one_letter_changed_is_worth_nothing(place: int, letter: str) -> None:
    name = name_of(ONE, Purpose.RETURN, KEY)
    changed = name[:place] + letter + name[place + 1 :]

    assert reference_of(changed, Purpose.RETURN, KEY) == (ONE if changed == name else None)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_no_name(typed: str) -> None:
    assert reference_of(typed, Purpose.OPT_OUT, KEY) is None


def test_a_return_path_fits_where_addresses_stand() -> None:
    path = return_path(ONE, "bounces@perspectief.example", KEY)

    local, _, domain = path.partition("@")
    assert local.startswith("bounces+")
    assert domain == "perspectief.example"
    # RFC 5321, 4.5.3.1.1.
    assert len(local) <= 64


def test_return_paths_are_found_in_words_each_once() -> None:
    one, other = (return_path(uuid, "b@x.example", KEY) for uuid in (ONE, OTHER))
    forged = f"b+{'a' * 42}@x.example"

    assert returned_references(f"<{one}> {other.upper()}, {one} {forged}", KEY) == [ONE, OTHER]
