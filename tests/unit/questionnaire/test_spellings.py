"""Names are compared as people write them: one name, many spellings, in five scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questionnaire.code_lists import match_typed, offered_names
from app.questionnaire.model import CodeEntry
from app.questionnaire.spellings import fits_page, fold_name, fold_without_article

SIX = ("nl", "en", "ar", "tr", "ti", "fa")
_BLOCKS = ((0x41, 0x250), (0x600, 0x700), (0x1200, 0x1380), (0x2100, 0x2180), (0xFB50, 0xFE00))
_LETTERS = [chr(code) for block in _BLOCKS for code in range(*block)]
_SCRIPTS = st.sampled_from([*_LETTERS, "\u200c", "\u200d", " ", "-"])
NAMES = st.text(_SCRIPTS, max_size=12) | st.text(max_size=12)


def entry(code: str, name: str, *also: str) -> CodeEntry:
    return CodeEntry(code, dict.fromkeys(SIX, name), also)


@given(NAMES)
def test_folding_twice_is_folding_once(name):
    assert fold_name(fold_name(name)) == fold_name(name)


@given(NAMES)
def test_what_is_folded_holds_letters_and_digits_only(name):
    assert all(letter.isalnum() for letter in fold_name(name))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أمستردام", "امستردام"),
        ("آمستردام", "إمستردام"),
        ("\u0671مستردام", "أمستردام"),
        ("لاهاي", "لاهای"),
        ("لاهاي", "لاهاى"),
        ("إنسخيده", "إنسخيدة"),
        ("بیک", "بيك"),
        ("روتـــردام", "روتردام"),
        ("رُوتِرْدام", "روتردام"),
        ("دن\u200cهاخ", "دن هاخ"),
        ("گرونینگن", "خرونينغن"),
        ("پورمرند", "بورمرند"),
        ("ኣምስተርዳም", "አምስተርዳም"),
        ("ዓምስተርዳም", "ዐምስተርዳም"),
        ("ሐርለም", "ሃርለም"),
        ("ኀርለም", "ሀርለም"),
        ("ሠ", "ሰ"),
        ("ፀ", "ጸ"),
        ("ደን፡ሃግ", "ደንሃግ"),
        ("Diyarbakır", "DİYARBAKIR"),
        ("alphen aan den rijn", "Alphen-aan-den-Rijn"),
    ],
)
def test_spellings_of_one_name_are_one(one, other):
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("سوريا", "صوريا"), ("ሰ", "ሸ"), ("Ede", "Epe")])
def test_letters_of_another_sound_stay_apart(one, other):
    assert fold_name(one) != fold_name(other)


def test_article_counts_neither_when_typed_nor_when_left_out():
    iraq, sudan = entry("IQ", "العراق"), entry("SD", "السودان")

    assert match_typed([iraq, sudan], "ar", "عراق").exact == iraq
    assert match_typed([iraq, sudan], "ar", "السودان").exact == sudan
    assert match_typed([entry("X", "لاهاي")], "ar", "اللاهاي").exact is not None


def test_name_that_begins_as_an_article_does_is_whole():
    assert fold_without_article("ألميرا") == fold_name("ألميرا")
    assert fold_without_article("الي") == fold_name("الي")


def test_spelling_that_two_places_share_is_asked_and_never_guessed():
    one, other = entry("1", "Aa", "برخن"), entry("2", "Bb", "بَرخن")

    found = match_typed([one, other], "fa", "برخن")

    assert found.exact is None
    assert found.candidates == (one, other)


TOWNS = (
    entry("1", "Rotterdam", "روتردام", "ሮተርዳም"),
    entry("2", "'s-Gravenhage", "Den Haag", "لاهاي", "لاهه", "ደን ሃግ"),
    entry("3", "Tilburg", "تيلبورغ", "تیلبورگ"),
)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("nl", ["'s-Gravenhage", "Den Haag", "Rotterdam", "Tilburg"]),
        ("tr", ["'s-Gravenhage", "Den Haag", "Rotterdam", "Tilburg"]),
        ("ar", ["Den Haag", "تيلبورغ – Tilburg", "روتردام – Rotterdam", "لاهاي – 's-Gravenhage"]),
        ("fa", ["Den Haag", "تیلبورگ – Tilburg", "روتردام – Rotterdam", "لاهه – 's-Gravenhage"]),
        ("ti", ["Den Haag", "Tilburg", "ሮተርዳም – Rotterdam", "ደን ሃግ – 's-Gravenhage"]),
    ],
)
def test_names_are_offered_in_the_script_of_the_page(language, names):
    assert offered_names(TOWNS, language) == sorted(names)


def test_halves_of_two_names_are_no_name():
    assert match_typed(TOWNS, "ar", "روتردام – Rotterdam").exact == TOWNS[0]
    assert match_typed(TOWNS, "ar", "روتردام – Tilburg").exact is None


@pytest.mark.parametrize(
    ("name", "pages"),
    [("Den Haag", "nl tr"), ("روتردام", "ar fa"), ("گودا", "fa"), ("أوس", "ar"), ("ደን ሃግ", "ti")],
)
def test_name_fits_the_pages_whose_readers_know_its_letters(name, pages):
    assert [one for one in ("nl", "tr", "ar", "fa", "ti") if fits_page(name, one)] == pages.split()
