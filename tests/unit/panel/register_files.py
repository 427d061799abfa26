"""Register files of a few invented people, as tests need them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from app.panel.sample_file import open_table
from app.panel.sample_file_checks import FrameRules
from app.panel.sample_file_columns import SampleMapping
from app.panel.sample_file_rows import Checked, check_rows
from app.panel.sample_limits import Limits

RULES = FrameRules(
    values={
        "fr_group": ("asiel", "gezin", "overig", "unknown"),
        "fr_act": ("wi2021", "wi2013", "unknown"),
        "fr_sex": ("man", "vrouw"),
        "fr_birth_year": (),
        "fr_country": (),
        "fr_nationality": (),
        "fr_municipality": (),
        "fr_language": ("nl", "en", "ar", "tr", "ti", "fa", "unknown"),
    },
    towns={"gm0344": "GM0344", "0344": "GM0344", "utrecht": "GM0344"},
    countries={"sy": "SY", "syrië": "SY", "de": "DE", "duitsland": "DE", "nl": "NL"},
    country_names={"SY": "Syrië", "DE": "Duitsland", "NL": "Nederland"},
    last_birth_year=2024,
)

GOOD = {
    "sleutel": "D0001",
    "voornamen": "Selam",
    "geslachtsnaam": "Tesfay",
    "straatnaam": "Kerkplein",
    "huisnummer": "12",
    "postcode": "3512 AB",
    "woonplaats": "Utrecht",
    "groep": "asiel",
    "wet": "wi2021",
}


def person(number: int = 1, **cells: str) -> dict[str, str]:
    return {**GOOD, "sleutel": f"D{number:04d}", "voornamen": f"Selam {_word(number)}", **cells}


def csv_of(people: Sequence[Mapping[str, str]], separator: str = ";", line_end: str = "\n") -> str:
    out = io.StringIO()
    header = list(dict.fromkeys(name for one in people for name in one))
    writer = csv.DictWriter(out, header, delimiter=separator, lineterminator=line_end, restval="")
    writer.writeheader()
    writer.writerows(people)
    return out.getvalue()


def check(
    data: str | bytes | Sequence[Mapping[str, str]],
    mapping: SampleMapping | None = None,
    limits: Limits | None = None,
) -> Checked:
    """Check a file as the import does."""
    if not isinstance(data, str | bytes):
        data = csv_of(data)
    if isinstance(data, str):
        data = data.encode()
    mapping = mapping or SampleMapping()
    table = open_table(data, limits or Limits(), encoding=mapping.encoding)
    return check_rows(table.header, table.rows, mapping, RULES, table.hidden)


def _word(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))
