"""What a person is searched for by, in the shapes that files hold it in."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.panel.privacy import shown_hash
from app.panel.tokens import contact_tokens, distinctive, forms_of


@pytest.mark.parametrize(
    ("value", "found_as"),
    [
        ("06-1234 5678", ["0612345678", "+31612345678", "0031612345678", "06-1234 5678"]),
        ("+31 6 12345678", ["0612345678", "31612345678"]),
        ("12345678901234", ["1234 56789 01234", "12345678901234"]),
        ("Zoë & Söhne", ["zoë & söhne", "zoë &amp; söhne", "zo%c3%ab%20%26%20s%c3%b6hne"]),
        ("كلمات من بيتي", ["كلمات من بيتي", "\\u0643\\u0644\\u0645\\u0627\\u062a"]),
        ('said "no"\nand left', ['said \\"no\\"\\nand left']),
    ],
)
def test_a_value_is_looked_for_in_every_shape_it_is_written_in(
    value: str, found_as: list[str]
) -> None:
    forms = forms_of(value)

    for shape in found_as:
        assert any(shape.encode() in form for form in forms), shape


def test_an_id_is_looked_for_with_and_without_dashes() -> None:
    one = UUID("39f00c48-1514-4980-aab2-7229228c7991")

    assert {one.hex.encode(), str(one).encode()} <= forms_of(one.hex)


@given(st.text(min_size=5, max_size=60).filter(lambda text: text.strip() == text))
def test_what_json_made_of_a_value_is_found(value: str) -> None:
    """Databases keep JSON both with letters as themselves and with escapes."""
    forms = forms_of(value)

    for ascii_only in (True, False):
        try:
            stored = json.dumps({"x": value}, ensure_ascii=ascii_only).encode().lower()
        except UnicodeEncodeError:
            continue
        assert any(form in stored for form in forms)


def test_what_many_people_have_finds_nobody() -> None:
    assert not distinctive("117")
    assert not distinctive("2024-03")
    assert distinctive("0612345678")
    told = dict(
        contact_tokens(
            {"name": "Sara Berhane", "street": "Plein", "house_number": "7", "city": "Rotterdam"}
        )
    )
    assert told == {"name": "Sara Berhane", "street and number": "Plein 7"}


def test_words_shown_are_told_apart_by_where_one_text_ends() -> None:
    """SHA-256 of ``["a","b"]``, by sha256sum."""
    assert shown_hash(["a", "b"]) != shown_hash(["ab"])
    assert shown_hash(["a", "b"]) == (
        "0473ef2dc0d324ab659d3580c1134e9d812035905c4781fdd6d529b0c6860e13"
    )
