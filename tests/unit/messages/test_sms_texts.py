"""Text messages: how many parts, by the numbers of 3GPP TS 23.038 and 23.040."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.channels import Channel
from app.messages.sms_text import Encoding, shown_address, size_of, sms_body
from app.services.bootstrap import STUDY
from app.services.messaging.composing_messages import read_words

LONGEST_SITE = "https://perspectief-survey.nl"
"""24 letters and signs without the scheme: the longest that the texts leave room for."""


@pytest.mark.parametrize(
    ("body", "encoding", "units", "parts"),
    [
        ("", Encoding.GSM_7, 0, 1),
        ("a" * 160, Encoding.GSM_7, 160, 1),
        ("a" * 161, Encoding.GSM_7, 161, 2),
        ("a" * 306, Encoding.GSM_7, 306, 2),
        ("a" * 307, Encoding.GSM_7, 307, 3),
        ("€" * 80, Encoding.GSM_7, 160, 1),
        # The escape and its letter stay together: 76 of them fill 152 of 153.
        ("€" * 81, Encoding.GSM_7, 162, 2),
        ("a" * 152 + "€" * 5, Encoding.GSM_7, 162, 2),
        ("ع" * 70, Encoding.UCS_2, 70, 1),
        ("ع" * 71, Encoding.UCS_2, 71, 2),
        ("ع" * 134, Encoding.UCS_2, 134, 2),
        ("ع" * 135, Encoding.UCS_2, 135, 3),
        ("ሰ" * 71, Encoding.UCS_2, 71, 2),
        # Two units that stay together: 33 of them fill 66 of 67.
        ("😀" * 35, Encoding.UCS_2, 70, 1),
        ("😀" * 67, Encoding.UCS_2, 134, 3),
    ],
)
def test_parts_are_counted_as_a_network_counts_them(
    body: str, encoding: Encoding, units: int, parts: int
) -> None:
    size = size_of(body)

    assert (size.encoding, size.units, size.parts) == (encoding, units, parts)


def test_one_letter_outside_the_alphabet_makes_the_whole_message_dear() -> None:
    assert size_of("Uw antwoorden zijn bewaard").encoding is Encoding.GSM_7
    assert size_of("Cevaplarınız kaydedildi").encoding is Encoding.UCS_2
    # The alphabet has a capital with a tail, and no small one.
    assert size_of("ÇA").encoding is Encoding.GSM_7
    assert size_of("ça").encoding is Encoding.UCS_2


@given(st.text(max_size=400), st.text(max_size=100))
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert size_of(text + more).parts >= size_of(text).parts
    assert size_of(text).units >= len(text)


def test_every_text_of_the_study_fits_into_one_part_in_every_language() -> None:
    for language in ("nl", "en", "ar", "tr", "ti", "fa"):
        for name, step in read_words(STUDY, language).texts.steps[Channel.SMS].items():
            size = size_of(sms_body(step.paragraphs[0].text[language], LONGEST_SITE))

            assert size.parts == 1, (language, name, size)


def test_the_address_reads_as_it_does_in_the_letter() -> None:
    assert shown_address("https://survey.example") == "survey.example"
    assert shown_address("https://survey.example/") == "survey.example"
    # Without a scheme nobody's phone would find it.
    assert shown_address("http://localhost:8000") == "http://localhost:8000"


def test_nothing_but_the_address_is_filled_in() -> None:
    assert sms_body("{name} {code} {url}", "https://a.example") == "{name} {code} a.example"
