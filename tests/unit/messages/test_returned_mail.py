"""Mail that came back: a corpus in the forms that servers use, and in those that attackers would.

The samples in ``returned/`` are our own, after RFC 3464, 3834, 5965, 6533, 8098 and the habits of
common servers; all of them are about one message, under a key of the tests.
"""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.bounces import Bounce, BounceKind, passes, read_bounce

KEY = b"k" * 32
ABOUT = UUID("11111111-1111-4111-8111-111111111111")
SAMPLES = Path(__file__).parent / "returned"
EXPECTED = list(csv.DictReader((SAMPLES / "expected.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("sample", EXPECTED, ids=lambda one: one["file"].removesuffix(".eml"))
def test_every_sample_is_read_as_what_it_says(sample: dict[str, str]) -> None:
    read = read_bounce((SAMPLES / sample["file"]).read_bytes(), KEY)

    known = ABOUT if sample["message_known"] == "yes" else None
    assert read == Bounce(BounceKind(sample["kind"]), known, sample["status"] or None)


def test_the_corpus_has_thirty_samples_and_lists_every_one_of_them() -> None:
    assert {one["file"] for one in EXPECTED} == {file.name for file in SAMPLES.glob("*.eml")}
    assert len(EXPECTED) >= 30
    assert sum(one["file"].startswith("hostile") for one in EXPECTED) >= 10


def test_line_ends_of_other_systems_change_nothing() -> None:
    for sample in EXPECTED:
        mail = (SAMPLES / sample["file"]).read_bytes()
        if b"\x00" not in mail:
            assert read_bounce(mail.replace(b"\n", b"\r\n"), KEY) == read_bounce(mail, KEY)


def test_under_another_key_no_message_is_known() -> None:
    for sample in EXPECTED:
        read = read_bounce((SAMPLES / sample["file"]).read_bytes(), b"x" * 32)

        assert read.reference is None, sample["file"]


@given(st.binary(max_size=2_000))
def test_whatever_arrives_is_read_without_falling_over(mail: bytes) -> None:
    assert read_bounce(mail, KEY).reference is None


@given(st.integers(0, len(EXPECTED) - 1), st.integers(0, 4_000))
def test_a_sample_cut_anywhere_names_no_message_but_its_own(number: int, length: int) -> None:
    mail = (SAMPLES / EXPECTED[number]["file"]).read_bytes()[:length]

    assert read_bounce(mail, KEY).reference in (ABOUT, None) or "two" in EXPECTED[number]["file"]


@pytest.mark.parametrize("status", ["5.1.1", "5.1.10", "5.4.4", "5.2.1", "5.5.0", "5.0.0"])
def test_an_address_that_is_gone_stays_gone(status: str) -> None:
    assert not passes(status)
