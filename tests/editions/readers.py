"""Reading an edition back, file by file, with nothing of the program that wrote it."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lxml import html
from openpyxl import load_workbook

Row = dict[str, str]
MASKED = "suppressed"
LETTERS = "letters"
COUNTS = ("n", "weighted_n", "n_eff")


@dataclass(frozen=True)
class TableOfRows:
    """The rows of `tables.csv` that make one table on paper."""

    rows: list[Row]

    @property
    def is_one_wave(self) -> bool:
        return len({row["wave"] for row in self.rows}) == 1

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Banner and code, as they first appear."""
        return list(dict.fromkeys((row["banner"], row["banner_code"]) for row in self.rows))

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Statistic and code, as they first appear."""
        return list(
            dict.fromkeys(
                (row["statistic"], row["stub_code"])
                for row in self.rows
                if not row["statistic"].startswith(LETTERS)
            )
        )

    def at(self, line: tuple[str, str], column: tuple[str, str]) -> Row | None:
        for row in self.rows:
            if (row["statistic"], row["stub_code"], row["banner"], row["banner_code"]) == (
                *line,
                *column,
            ):
                return row
        return None


def tables_csv(path: Path) -> list[TableOfRows]:
    """The tables in the order of the file."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["table"], row["stub"]), []).append(row)
    return [TableOfRows(part) for part in found.values()]


def dutch_tokens(row: Row) -> list[str]:
    """What a Dutch reader sees of a row: the value and its interval."""
    statistic = row["statistic"]
    if not row["value"]:
        return []
    whole = statistic in {"mean", "median", "change:mean"}
    value, low, high = (
        Decimal(row[name]) if row[name] else None for name in ("value", "low", "high")
    )
    assert value is not None
    signed = "change" in statistic
    tokens = [_dutch(value, whole, bare=signed, signed=signed)]
    if low is not None and high is not None:
        tokens += [_dutch(bound, whole, bare=True, signed=signed) for bound in (low, high)]
    return tokens


def _dutch(number: Decimal, whole: bool, *, bare: bool = False, signed: bool = False) -> str:
    text = f"{number:.2f}" if whole else f"{number * 100:.1f}"
    text = text.replace(".", ",").replace("-", "\N{MINUS SIGN}")
    if signed and number > 0:
        text = f"+{text}"
    return text if bare or whole else f"{text}%"


def dutch_count(text: str) -> str:
    """A whole number with points between thousands."""
    return f"{int(float(text)):,}".replace(",", ".")


def html_tables(path: Path) -> list[list[list[str]]]:
    """Rows of cell texts of every table of results, headings left out."""
    page = html.parse(str(path)).getroot()
    found = []
    for table in page.iter("table"):
        if not any((body.get("class") or "").startswith("base") for body in table.findall("tbody")):
            continue
        for words in table.xpath(".//*[@class='unseen']"):
            words.getparent().remove(words)
        rows = [row for body in table.findall("tbody") for row in body.findall("tr")]
        cells = [[_cell_text(cell) for cell in row.findall("td")] for row in rows]
        found.append([row for row in cells if row])
    return found


def _cell_text(cell: html.HtmlElement) -> str:
    return " ".join(" ".join(cell.itertext()).split())


def pdf_text(path: Path) -> str:
    """All text of a PDF, as poppler reads it."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


def workbook_numbers(path: Path) -> Iterator[tuple[str, list[list[object]]]]:
    """The cells of every sheet, by name."""
    book = load_workbook(path)
    for sheet in book:
        yield sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)]


def workbook_xml(path: Path) -> dict[str, str]:
    """The XML of a workbook, by name of the part."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def numbers_in(text: str) -> set[str]:
    """Every number in a Dutch text, with its sign and per cent."""
    return set(re.findall(r"[+\N{MINUS SIGN}]?\d[\d.]*(?:,\d+)?%?", text))
