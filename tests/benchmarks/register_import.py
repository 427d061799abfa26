"""``python -m tests.benchmarks.register_import``: seconds and memory of taking register files in.

Every case runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import csv
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

from app.clock import SystemClock
from app.panel.sample_file_columns import SampleMapping
from app.panel.sample_limits import Limits, SampleFileError
from app.services.fieldwork import frame
from app.storage.migrate import upgrade
from tests.builders import context, real_bank

ROWS = 100_000
FAULTY = 10_000
HEADER = [
    *("sleutel", "voornamen", "voorvoegsel", "geslachtsnaam", "naamgebruik"),
    *("straatnaam", "huisnummer", "huisletter", "postcode", "woonplaats", "geheim"),
    *("telefoonnummer", "emailadres", "groep", "wet", "geslacht", "geboortejaar"),
    *("geboorteland", "gemeente", "taal"),
]
FAMILIES = ("Tesfay", "Al Hassan", "Yılmaz", "Öztürk", "Vries", "Haile", "Rahimi", "Demir")
GIVEN = ("Mohammed Ali", "Fatima", "Abebe", "Selam", "Ayşe", "Jan", "Nour", "Reza")
STREETS = ("Dorpsstraat", "Laan van Meerdervoort", "'s-Gravenweg", "Prins Hendrikkade")
TOWNS = ("Utrecht", "Den Haag", "Rotterdam", "'s-Hertogenbosch")


def rows(count: int, faulty: int = 0) -> list[list[str]]:
    """People of a register; the first ``faulty`` of them have six faults each."""
    drawn = random.Random(1)
    made = []
    for number in range(count):
        mobile = f"06{drawn.choice('123458')}{drawn.randrange(10**7):07d}"
        row = [
            *(f"D{number:08d}", drawn.choice(GIVEN), "", drawn.choice(FAMILIES), "E"),
            *(drawn.choice(STREETS), str(drawn.randint(1, 999)), ""),
            *(f"{drawn.randint(1000, 9999)} {drawn.choice('ABCEG')}{drawn.choice('ABCEG')}",),
            *(drawn.choice(TOWNS), "0", mobile if drawn.random() < 0.7 else ""),
            *(f"p{number}@example.org" if drawn.random() < 0.5 else "",),
            *(
                drawn.choice(("asiel", "asiel", "gezin", "overig")),
                drawn.choice(("wi2021", "wi2013")),
            ),
            *(drawn.choice("MV"), str(drawn.randint(1950, 2004)), drawn.choice(("SY", "ER", "TR"))),
            *("0344", drawn.choice(("ar", "ti", "tr", "fa"))),
        ]
        if number < faulty:
            evil = "=HYPERLINK(1)"
            row[6], row[8], row[11], row[12], row[13], row[16] = evil, "x", "12", evil, "<b>", "90"
        made.append(row)
    return made


def write_csv(file: Path, count: int, faulty: int = 0) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows([HEADER, *rows(count, faulty)])


def write_xlsx(file: Path, count: int, *, inline: bool = False) -> None:
    """A workbook as spreadsheets save it, or ``inline``: with every word in its own cell."""
    book = xlsxwriter.Workbook(file, {"constant_memory": inline, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for at, row in enumerate([HEADER, *rows(count)]):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()


def write_large(file: Path, _: int) -> None:
    with file.open("wb") as out:
        line = b"D0;" * 30 + b"\n"
        for _ in range(200_000_000 // (len(line) * 10_000)):
            out.write(line * 10_000)


def write_bomb(file: Path, _: int) -> None:
    """Two gigabytes of nothing in two megabytes."""
    sheet = io.BytesIO(b"0" * 1_000_000)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out:
            for _ in range(2_000):
                out.write(sheet.getvalue())


CASES: dict[str, Callable[[Path], None]] = {
    "good csv": lambda file: write_csv(file, ROWS),
    "good xlsx": lambda file: write_xlsx(file, ROWS),
    "good xlsx, words in cells": lambda file: write_xlsx(file, ROWS, inline=True),
    "faulty": lambda file: write_csv(file, FAULTY, FAULTY),
    "all rows faulty": lambda file: write_csv(file, ROWS, ROWS),
    "200 MB": lambda file: write_large(file, 0),
    "200 MB allowed": lambda file: write_large(file, 0),
    "zip bomb": lambda file: write_bomb(file, 0),
}


def measure_one(name: str, file: Path) -> dict[str, Any]:
    """Take a file in and return seconds, processor seconds, peak memory and what came of it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        urls = (f"sqlite:///{folder}/r.sqlite3", f"sqlite:///{folder}/c.sqlite3")
        upgrade(*urls)
        ctx = context(urls, SystemClock())
        bank = real_bank()
        before = _peak()
        limit = 250_000_000 if name == "200 MB allowed" else 20_000_000
        started, worked = time.perf_counter(), time.process_time()
        staged_after = 0.0
        try:
            staged = frame.stage(ctx, bank, file, SampleMapping(), limits=Limits(bytes=limit))
            staged_after = time.perf_counter() - started
            checked = staged.checked
            if checked.good:
                made = frame.take_in(ctx, staged, name="DUO", by="bench")
                came = f"{made.rows} people"
            else:
                came = f"{len(checked.faults) + checked.unlisted} faults in {checked.faulty_rows}"
        except SampleFileError as error:
            came = f"refused: {error}"
        told = {
            "seconds": round(time.perf_counter() - started, 1),
            "of which checking": round(staged_after, 1),
            "processor seconds": round(time.process_time() - worked, 1),
            "peak MB": round(_peak()),
            "MB before": round(before),
            "came of it": came,
        }
        ctx.databases.close()
    return told


def measure(names: list[str] | None = None) -> dict[str, Any]:
    """Measure every case, each in its own process."""
    told = {}
    with tempfile.TemporaryDirectory() as place:
        for name in names or CASES:
            file = Path(place) / ("register.xlsx" if "xlsx" in name or "zip" in name else "r.csv")
            CASES[name](file)
            command = [sys.executable, "-m", "tests.benchmarks.register_import", name, str(file)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            told[name] = json.loads(done.stdout)
            file.unlink()
    return told


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure_one(sys.argv[1], Path(sys.argv[2]))))
    else:
        print(json.dumps(measure(), indent=1))
