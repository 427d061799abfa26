"""What a translation may not do, whatever its words mean."""

from __future__ import annotations

from datetime import date

import pytest

from app.i18n.remarks import (
    RemarkError,
    Remarks,
    Review,
    Standing,
    as_comments,
    read_remarks,
    read_state,
    source_hash,
    standing_of,
)
from app.i18n.translation_checks import plural_faults, translation_faults

FSI, PDI = "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("source", "translation", "code"),
    [
        ("U woont in {prev}.", "تعيشون في {prev}.", "ar"),
        ("Ongeveer 20 minuten", f"حوالي {FSI}20{PDI} دقيقة", "ar"),
        ("Code 7345-9128", f"کد {FSI}7345-9128{PDI}", "fa"),
        ("Inburgeren", f"ادغام ({FSI}inburgering{PDI})", "fa"),
        ("Inburgeren", "topluma uyum (inburgering)", "tr"),
        ("Nog 2 dagen", "يومان", "ar"),
        ("Voor 3 jaar", "ን3 ዓመት", "ti"),
        ("Bij %(name)s", "عند %(name)s", "ar"),
        ("Meer dan 50 %", "%50'den fazla", "tr"),
    ],
    ids=range(9),
)
def test_good_translation_has_no_fault(source: str, translation: str, code: str) -> None:
    assert translation_faults(source, translation, code) == []


@pytest.mark.parametrize(
    ("source", "translation", "code", "fault"),
    [
        ("In {prev}.", "في.", "ar", 'placeholder "{prev}" is missing'),
        ("In {prev}.", "في {prev} {prev}.", "ar", 'placeholder "{prev}" is not in the source'),
        ("In {prev}.", "في {prev.", "ar", 'placeholder "{prev}" is missing'),
        ("Klaar", "تم {", "ar", "a brace stands alone"),
        ("Bij %(name)s", "عند %(nome)s", "ar", 'placeholder "%(name)s" is missing'),
        ("20 minuten", f"{FSI}30{PDI} دقيقة", "ar", "number 20 is missing"),
        ("20 minuten", f"{FSI}30{PDI} دقيقة", "ar", "number 30 is not in the source"),
        ("20 minuten", "۲۰ دقیقه", "fa", "digits: found ۲۰, expected 20 in the digits 0 to 9"),
        ("20 minuten", "حوالي 20 دقيقة", "ar", "not between isolates: 20"),
        ("Inburgeren", "ادغام (inburgering)", "fa", "not between isolates: inburgering"),
        (
            "Inburgeren",
            f"ادغام ({FSI}inburgering)",
            "fa",
            "isolates are not in pairs (U+2068 opens, U+2069 closes)",
        ),
        (
            "Klaar",
            f"Bitti{PDI} {FSI}",
            "tr",
            "isolates are not in pairs (U+2068 opens, U+2069 closes)",
        ),
        (
            "Klaar",
            "\u202bتم\u202c",
            "ar",
            "holds an embedding or override (U+202A to U+202E); use isolates",
        ),
        ("Klaar", "<b>Bitti</b>", "tr", "holds < or >: markup is not for texts"),
        ("Klaar", " Bitti", "tr", "begins or ends with a space"),
        ("Klaar", "Bit\u0000ti", "tr", "holds U+0000, which is no letter"),
        (
            "Klaar",
            "Bitmis\u0327",
            "tr",
            "is not in normal form C: letters and their marks are apart",
        ),
    ],
    ids=range(17),
)
def test_fault_is_named(source: str, translation: str, code: str, fault: str) -> None:
    assert fault in translation_faults(source, translation, code)


def test_length_counts_characters() -> None:
    assert translation_faults("Ja", "እ" * 300, "ti", max_length=300) == []
    assert translation_faults("Ja", "እ" * 301, "ti", max_length=300) == [
        "is 301 characters, at most 300"
    ]


@pytest.mark.parametrize(
    ("translations", "faults"),
    [
        (("a", "b", "c", "d", "e", "f"), []),
        (("", "", "", "", "", ""), []),
        (("a", "b"), ["has 2 plural forms, expected 6"]),
        (("a", "", "c", "d", "", "f"), ["lacks plural form 1, 4"]),
    ],
    ids=["all", "not translated", "too few", "some empty"],
)
def test_plural_has_every_form_of_its_language(
    translations: tuple[str, ...], faults: list[str]
) -> None:
    assert plural_faults(("One answer", "%(n)s answers"), translations, 6) == faults


REVIEW = Review("Mina Ahmadi", date(2026, 11, 20))


@pytest.mark.parametrize(
    ("translated", "remarks", "standing"),
    [
        (False, Remarks(), Standing.MISSING),
        (True, Remarks(), Standing.DRAFT),
        (True, Remarks(source=source_hash("Werkt u?")), Standing.DRAFT),
        (True, Remarks(REVIEW, source=source_hash("Werkt u?")), Standing.REVIEWED),
        (True, Remarks(REVIEW, source=source_hash("Werkt u nu?")), Standing.STALE),
    ],
    ids=["missing", "no remark", "draft", "reviewed", "stale"],
)
def test_standing_follows_from_words_review_and_source(
    translated: bool, remarks: Remarks, standing: Standing
) -> None:
    assert standing_of(translated, remarks, "Werkt u?") is standing


def test_hash_tells_singular_and_plural_from_their_words_joined() -> None:
    assert source_hash("een", "twee") != source_hash("eentwee")
    assert len(source_hash("een")) == 8


def test_remarks_come_back_as_they_were_written() -> None:
    remarks = Remarks(
        REVIEW, "01234567", "Werkt u nu?", ("Is B1-route known? " * 9 + "Yes.", "And this?"), ("x",)
    )

    assert read_remarks(as_comments(remarks, translated=True)) == remarks


def test_note_without_a_key_is_kept() -> None:
    assert read_remarks(["Ask Mina.", "state: draft"]).notes == ("Ask Mina.",)


@pytest.mark.parametrize(
    "state",
    ["reviewed", "reviewed by on 2026-11-20", "reviewed by Mina on 2026-02-30", "final"],
)
def test_state_that_names_no_person_or_day_is_refused(state: str) -> None:
    with pytest.raises(RemarkError, match="reviewed by NAME on YYYY-MM-DD"):
        read_state(state)


@pytest.mark.parametrize(
    ("source", "translation", "code", "fault"),
    [
        ("Waar woont u?", "\u200b\u200b", "tr", "holds U+200B, which is no letter"),
        ("Waar woont u?", "\u200e", "ar", "holds U+200E, which is no letter"),
        ("Waar woont u?", "Nerede?\u200f", "tr", "holds U+200F, which is no letter"),
        ("Waar woont u?", "\u061cأين؟", "ar", "holds U+061C, which is no letter"),
        ("Waar woont u?", "Nerede?\U000e0041", "tr", "holds U+E0041, which is no letter"),
        ("Waar woont u?", "\u3164", "tr", "holds U+3164, which is no letter"),
        ("Waar woont u?", ".", "tr", "holds no words"),
        ("Ja", "\u2068\u2069", "ar", "holds no words"),
        ("Waar woont u?", "12", "tr", "holds no words"),
        (
            "Waar woont u nu?",
            "waar  woont u nu?",
            "tr",
            "is not translated: it says the source text itself",
        ),
        (
            "Mee eens",
            f"{FSI}Mee eens{PDI}",
            "ar",
            "is not translated: it says the source text itself",
        ),
        (
            "Waar woont u?",
            f"{FSI}Where?{PDI}",
            "fa",
            "holds no letter of the script of fa",
        ),
        ("Waar woont u?", "Nerede oturuyorsunuz?", "ti", "holds no letter of the script of ti"),
        (
            "Waar woont u nu?",
            f"نعم {FSI}Waar woont u nu?{PDI}",
            "ar",
            'holds "Waar woont u nu?" as the source says it',
        ),
    ],
)
def test_text_that_says_nothing_or_was_left_in_dutch_is_named(
    source: str, translation: str, code: str, fault: str
) -> None:
    assert fault in translation_faults(source, translation, code)


@pytest.mark.parametrize(
    ("source", "translation", "code"),
    [
        ("Blik op Werk", "Blik op Werk", "tr"),
        ("Blik op Werk", f"{FSI}Blik op Werk{PDI}", "ar"),
        ("Internet", "Internet", "tr"),
        ("%(variable)s: %(answer)s", "%(variable)s: %(answer)s", "tr"),
        ("Meer dan ik wil", "بیش\u200cتر", "fa"),
        ("100", f"{FSI}100{PDI}", "ar"),
    ],
    ids=range(6),
)
def test_names_numbers_and_joiners_may_stay(source: str, translation: str, code: str) -> None:
    assert translation_faults(source, translation, code) == []


def test_english_that_stands_beside_the_source_is_no_translation() -> None:
    faults = translation_faults(
        "Waar woont u?", "Where do you live?", "tr", beside=["Where do you live?"]
    )

    assert faults == ["is not translated: it says the source text itself"]


def test_review_of_a_day_to_come_is_told_from_one_of_today() -> None:
    assert REVIEW.can_be_on(date(2026, 11, 20))
    assert not Review("Mina Ahmadi", date(2099, 1, 1)).can_be_on(date(2026, 11, 20))
