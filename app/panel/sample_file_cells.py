"""One cell of a register file: cleaned, checked, brought into the form that is stored.

Every check returns the value or raises `CellError`; what was found is never part of the error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

import phonenumbers

from app.panel.citizen_numbers import holds_citizen_number
from app.panel.sample_file_xlsx import FORMULA, NO_VALUE
from app.panel.sample_limits import LONGEST_CELL, TOO_LONG

LONGEST = 200

_SPACES = re.compile(r"\s{2,}|[\u00a0\u2000-\u200a\u202f\u3000]")
_JOINERS = "\u200c\u200d"
_MOJIBAKE = re.compile("[\u00c2-\u00c5][\u0080-\u00bf\u201a-\u2122\u0152-\u017e]|\u00e2\u20ac")
"""UTF-8 read as Windows-1252 and saved so: "JosÃ©"."""
_LETTER_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u135d-\u135f"
_NAME = re.compile(rf"['’‘`.(-]?[^\W\d_](?:[^\W\d_]|[ .'’‘`´,/&()\-{_LETTER_MARKS}{_JOINERS}])*")
_PLACE = re.compile(rf"['’‘`(\"]?\w(?:\w|[ .'’‘`´,/&()\-\"+:°;{_LETTER_MARKS}{_JOINERS}])*")
_KEY = re.compile(r"[!-~]{1,64}")
_CODE = re.compile(r"[\w][\w .,'’/()-]{0,59}")
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])"
)
_MOBILE = re.compile(r"(?:\+31|0031|0)?(6[1-58][0-9]{7})")
"""What the plan of Dutch numbers says of mobile ones; four of five numbers, and a hundred times
faster than the library."""
_PHONE_FILLERS = str.maketrans("", "", " -().\u2010\u2011\u2013/")
_YEAR = re.compile(r"(1[89]|20)[0-9]{2}")
_DATE_FIRST = re.compile(r"((?:1[89]|20)[0-9]{2})-?([0-9]{2})-?([0-9]{2})")
_DATE_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]((?:1[89]|20)[0-9]{2})")

_NO_SECRET = frozenset({"", "0", "nee", "n", "no", "false", "onwaar"})
_SEXES = {"m": "man", "v": "vrouw", "man": "man", "vrouw": "vrouw", "f": "vrouw"}


class CellError(ValueError):
    """A cell that cannot be used."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.found = found
        """In words: never the cell itself."""
        self.expected = expected


def clean(cell: str) -> str:
    """Return a cell in the normal form of Unicode, with single spaces and no invisible marks."""
    if cell.isascii() and cell.isprintable():
        text = cell.strip()
        if len(text) > LONGEST:
            raise CellError(f"{len(text)} characters", f"at most {LONGEST}")
        return _SPACES.sub(" ", text) if "  " in text else text
    _no_mark(cell)
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", cell.strip()))
    kept = []
    for one in text:
        category = unicodedata.category(one)
        if category in ("Cc", "Cs", "Cn", "Co") or one == "\ufffd":
            raise CellError(
                "a letter that was lost before" if one == "\ufffd" else "a line end or control",
                "letters, digits and punctuation on one line",
            )
        if category != "Cf" or one in _JOINERS:
            kept.append(one)
    text = "".join(kept)
    if len(text) > LONGEST:
        raise CellError(f"{len(text)} characters", f"at most {LONGEST}")
    if _MOJIBAKE.search(text):
        raise CellError("letters of a wrong encoding", "the file saved anew from its source")
    return text


def _no_mark(cell: str) -> None:
    """Refuse what the reader of the file put in the place of a cell."""
    if cell.startswith(FORMULA):
        raise CellError("a formula", "its value: nothing is calculated here")
    if cell == NO_VALUE:
        raise CellError("an error of the spreadsheet", "a value")
    if cell == TOO_LONG:
        raise CellError(
            f"more than {LONGEST_CELL:,} characters",
            f"at most {LONGEST}; perhaps a quotation mark was not closed",
        )


@lru_cache(maxsize=4_096)
def _is_latin(letter: str) -> bool:
    # Modifier letters stand in transliterations: Qur’ān with a ʾ.
    if unicodedata.category(letter) not in ("Lu", "Ll", "Lt", "Lo"):
        return True
    return any(one in unicodedata.name(letter, "") for one in ("LATIN", "ORDINAL INDICATOR"))


def post_can_read(text: str) -> bool:
    """Tell whether all letters of a text are Latin: sorting machines and postmen read no others."""
    return text.isascii() or all(map(_is_latin, text))


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet would calculate a text: it is kept as text, and said."""
    return text[:1] in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def a_name(text: str) -> str:
    """Check (part of) a name of a person; ``.`` and ``-`` are how registers say none."""
    if text in (".", "-") or _NAME.fullmatch(text):
        return text
    raise CellError("characters that no name has", "letters, spaces, hyphens, apostrophes")


def a_place(text: str) -> str:
    """Check a street, town or description of a place."""
    _no_citizen_number(text)
    if _PLACE.fullmatch(text):
        return text
    raise CellError("characters that no address has", "letters, digits, spaces, hyphens")


def a_key(text: str) -> str:
    """Check the number or name by which the register knows a person."""
    _not_scientific(text)
    if _KEY.fullmatch(text):
        return text
    raise CellError("no key", "1 to 64 ASCII characters without spaces")


def an_email(text: str) -> str:
    """Check an e-mail address; its domain is written small."""
    local, _, domain = text.rpartition("@")
    _no_citizen_number(local)
    if len(text) <= 254 and len(local) <= 64 and _EMAIL.fullmatch(text):
        return f"{local}@{domain.lower()}"
    raise CellError("no e-mail address", "an address such as name@example.org")


def a_phone(text: str) -> str:
    """Return a telephone number as E.164; one without a country is Dutch."""
    _not_scientific(text)
    bare = text.translate(_PHONE_FILLERS)
    if mobile := _MOBILE.fullmatch(bare):
        return f"+31{mobile[1]}"
    if len(bare) <= 20 and bare.removeprefix("+").isdigit():
        try:
            number = phonenumbers.parse(f"+{bare[2:]}" if bare.startswith("00") else bare, "NL")
        except phonenumbers.NumberParseException:
            number = None
        if number is not None and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise CellError("no telephone number", "a number such as 06 12345678 or +49 30 901820")


def a_secret(text: str) -> bool:
    """Tell whether 70.10 says that the address may be given to nobody."""
    folded = text.lower()
    if folded in _NO_SECRET:
        return False
    if folded in ("1", "2", "3", "4", "5", "6", "7", "ja", "j", "yes", "true", "waar"):
        return True
    raise CellError("no indication of secrecy", "0 to 7, or ja or nee")


def a_birth_year(last: int) -> Callable[[str], str]:
    """Return a check of the year of a birth up to a year; of a date only the year is kept."""

    def check(text: str) -> str:
        dated = _DATE_FIRST.fullmatch(text)
        late = _DATE_LAST.fullmatch(text)
        year = text if _YEAR.fullmatch(text) else dated[1] if dated else late[3] if late else ""
        if year and 1900 <= int(year) <= last:
            return year
        raise CellError("no year of birth", f"a year from 1900 to {last}, or a date with it")

    return check


def a_sex(text: str) -> str:
    """Return 04.10 as the study calls it; the register's O (unknown) is empty."""
    folded = text.lower()
    if folded in ("o", "onbekend", "x"):
        return ""
    if folded in _SEXES:
        return _SEXES[folded]
    raise CellError("another word", "M, V or O")


def one_of(values: Mapping[str, str], expected: str) -> Callable[[str], str]:
    """Return a check of a word in a list, given as ``{word in small letters: value}``."""

    def check(text: str) -> str:
        found = values.get(text.lower())
        if found is None:
            raise CellError("another word", expected)
        return found

    return check


def a_code(text: str) -> str:
    """Check a free code of a frame variable."""
    if _CODE.fullmatch(text):
        return text
    raise CellError("no code", "at most 60 letters and digits")


def _no_citizen_number(text: str) -> None:
    if holds_citizen_number(text):
        raise CellError("nine digits that may be a BSN", "what belongs here, without it")


def _not_scientific(text: str) -> None:
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(
            "a rounded number: a spreadsheet took it for one", "the column saved as text"
        )
