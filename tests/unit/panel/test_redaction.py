"""What may be personal is proposed, whatever the script; plain words are left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.panel.citizen_numbers import passes_eleven_test
from app.panel.redaction import (
    Personal,
    passes_mod_97,
    proposals,
    redacted,
)

PLACES = ("Utrecht", "'s-Gravenhage", "Den Haag", "Best")


def proposed(text: str) -> str:
    return redacted(text, proposals(text, places=PLACES), "nl")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail mij: jan.de-vries+x@voorbeeld.nl.", "Mail mij: [e-mail]."),
        ("mijn mail is amina (at) voorbeeld.org", "mijn mail is [e-mail]"),
        ("Bel 06-12345678 na zes uur", "Bel [telefoon] na zes uur"),
        ("Bel 06 1234 5678", "Bel [telefoon]"),
        ("Bel +31 (0)6 12 34 56 78!", "Bel [telefoon]!"),
        ("whatsapp 00963 944 567 890", "whatsapp [telefoon]"),
        ("رقمي ٠٦١٢٣٤٥٦٧٨ شكرا", "رقمي [telefoon] شكرا"),
        ("شماره ۰۶۱۲۳۴۵۶۷۸", "شماره [telefoon]"),
        ("Mijn bsn is 111222333", "Mijn bsn is [bsn]"),
        ("bsn 1112.22.333", "bsn [bsn]"),
        ("NL91 ABNA 0417 1643 00 is mijn rekening", "[rekening] is mijn rekening"),
        ("DE89370400440532013000", "[rekening]"),
        ("Ik woon op 3512 JE nummer 4", "Ik woon op [postcode] nummer 4"),
        ("3512je", "[postcode]"),
        ("geboren op 01-02-1988 in Homs", "geboren op [datum] in Homs"),
        ("born 1988-02-01", "born [datum]"),
        ("op 3 maart 1990 kwam ik", "op [datum] kwam ik"),
        ("mijn v-nummer is 2801234567", "mijn v-nummer is [nummer]"),
        ("zie https://voorbeeld.nl/p?x=1 daar", "zie [website] daar"),
        ("kijk op voorbeeld.nl/mijn", "kijk op [website]"),
        ("Mevrouw Van den Berg hielp mij", "Mevrouw [naam] hielp mij"),
        ("meneer Ömer was goed", "meneer [naam] was goed"),
        ("ik heet Fatima al Hassan en", "ik heet [naam] en"),
        ("In Utrecht en Den Haag ook", "In [plaats] en [plaats] ook"),
    ],
)
def test_personal_details_are_proposed(text: str, expected: str) -> None:
    assert proposed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Mijn docent legde alles goed uit.",
        "In 2019 en 2023 wachtte ik 18 maanden.",
        "Ik heb 3 kinderen, 7 dagen per week druk.",
        "de cursus kostte 10.000 euro",
        "12/40 antwoorden waren goed",
        "best moeilijk, maar leuk",
        "نعم، ساعدني المعلم كثيرا",
        "ብዙሕ ሓገዝ ረኺበ",
        "teacher was good",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert proposed(text) == text


def test_service_numbers_have_eight_or_nine_digits_and_pass_the_test() -> None:
    assert passes_eleven_test("111222333")
    assert passes_eleven_test("10000008")  # eight digits stand for nine with a zero before them
    assert not passes_eleven_test("111222334")
    assert not passes_eleven_test("000000000")


def test_account_numbers_have_their_check_digits() -> None:
    assert passes_mod_97("GB82WEST12345698765432")
    assert not passes_mod_97("GB83WEST12345698765432")


def test_a_dutch_account_number_with_a_typing_error_is_still_proposed() -> None:
    assert proposed("NL92ABNA0417164300") == "[rekening]"


def test_words_between_brackets_follow_the_working_language() -> None:
    text = "call 06-12345678"
    assert redacted(text, proposals(text), "en") == "call [phone]"


@given(st.text(alphabet=st.sampled_from("ab @.0123456789٠١+-()NL/wJé\n"), max_size=80))
def test_spans_are_in_order_and_never_overlap(text: str) -> None:
    spans = proposals(text, places=PLACES)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(span.start < span.end <= len(text) for span in spans)


@given(st.text(max_size=60))
def test_what_is_not_proposed_stays_as_it_was(text: str) -> None:
    spans = proposals(text)
    assert redacted(text, (), "nl") == text
    if not spans:
        assert redacted(text, spans, "nl") == text


@pytest.mark.parametrize("unit", ["a.", "1 ", "a", "9", "NL91", "www.", "a@", "+1-", "meneer A "])
def test_the_longest_answer_is_read_at_once_whatever_is_in_it(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    started = time.perf_counter()
    proposals(text, places=PLACES)
    assert time.perf_counter() - started < 2


def test_every_kind_has_a_word_between_the_brackets() -> None:
    from app.panel.redaction import WORDS

    assert all(set(words) == set(Personal) for words in WORDS.values())
