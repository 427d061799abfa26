"""A register of invented people, a wave of the real study to draw them into, on each engine."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.clock import FixedClock
from app.panel.sample_file_columns import SampleMapping
from app.panel.sample_limits import Limits
from app.panel.states import WaveStatus
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import draws, frame
from app.services.fieldwork.draws import Allocation, Drawn
from app.storage import cases
from app.storage.contacts import models as contact_models
from app.storage.contacts.people import load_fields
from tests.builders import context, field_wave, real_bank
from tests.conftest import copy_template

LANGUAGES = ("nl", "en", "ar")
FAMILIES = ("Tesfay", "Al Hassan", "Yıldız", "Haile", "Rahimi", "Kovalenko", "Demir")


def register(
    folder: Path, people: int, *, first: int = 0, name: str = "register.csv", **cells: str
) -> Path:
    """Write a register file; the same number is the same person."""
    file = folder / name
    header = [
        *("sleutel", "voornamen", "geslachtsnaam", "straatnaam", "huisnummer", "postcode"),
        *("woonplaats", "emailadres", "groep", "wet", "geslacht", "geboortejaar", "taal"),
    ]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, header, delimiter=";")
        writer.writeheader()
        for number in range(first, first + people):
            drawn = random.Random(number)
            row = {
                "sleutel": f"D{number:06d}",
                "voornamen": f"Selam {chr(65 + number % 26)}",
                "geslachtsnaam": FAMILIES[number % len(FAMILIES)],
                "straatnaam": "Kerkplein",
                "huisnummer": str(number + 1),
                "postcode": "3512 AB",
                "woonplaats": "Utrecht",
                "emailadres": f"p{number}@example.org",
                # Seven of ten are asylum migrants, half of all are under either act.
                "groep": "gezin" if number % 10 < 3 else "asiel",
                "wet": "wi2021" if number // 10 % 2 else "wi2013",
                "geslacht": drawn.choice("MV"),
                "geboortejaar": str(drawn.randint(1960, 2004)),
                "taal": drawn.choice(["ar", "tr", "unknown"]),
            }
            writer.writerow({**row, **cells})
    return file


def plan_of(year: int) -> WavePlan:
    return WavePlan(year, LANGUAGES, date(year, 1, 15), date(year, 3, 15), ())


@dataclass
class SampleDesk:
    """Whoever takes files in and draws."""

    ctx: ServiceContext
    folder: Path

    def stage(self, file: Path, mapping: SampleMapping | None = None, **more: Any) -> frame.Staged:
        return frame.stage(
            self.ctx, real_bank(), file, mapping or SampleMapping(), limits=Limits(), **more
        )

    def take_in(self, people: int, name: str = "DUO", *, first: int = 0, **more: Any) -> None:
        file = register(self.folder, people, first=first, name=f"{name}.csv")
        frame.take_in(self.ctx, self.stage(file, **more), name=name, by="r@example.org")

    def draw(self, year: int = 2024, **more: Any) -> Drawn:
        given: dict[str, Any] = {
            "names": ["DUO"],
            "allocation": Allocation(size=40),
            "seed": 1,
            "by": "r@example.org",
        }
        return draws.draw_sample(self.ctx, real_bank(), plan_of(year), **(given | more))

    def refresh(self, year: int = 2025, **more: Any) -> Drawn:
        given: dict[str, Any] = {
            "names": [],
            "allocation": Allocation(size=20, minimum=0),
            "seed": 2,
            "by": "r@example.org",
        }
        return draws.refresh_sample(self.ctx, real_bank(), plan_of(year), **(given | more))

    def field(self, year: int, status: WaveStatus = WaveStatus.OPEN) -> str:
        return field_wave(self.ctx, real_bank(), year, status)

    def cases(self, year: int = 2024) -> list[cases.Case]:
        with self.ctx.databases.research.read() as connection:
            return cases.list_cases(connection, year)

    def contacts(self) -> int:
        """How many people the contact database holds, of whatever import."""
        with self.ctx.databases.contacts.read() as connection:
            return connection.execute(
                select(func.count()).select_from(contact_models.Contact)
            ).scalar_one()

    def fields(self, person_id: Any) -> Mapping[str, str]:
        with self.ctx.databases.contacts.read() as connection:
            return load_fields(connection, frame.contact_keys(self.ctx), person_id)


@pytest.fixture
def desk(database_urls: tuple[str, str], tmp_path: Path, clock: FixedClock) -> Iterator[SampleDesk]:
    """On each engine in turn."""
    yield from open_desk(database_urls, tmp_path, clock)


@pytest.fixture
def small_desk(sqlite_template: Path, tmp_path: Path, clock: FixedClock) -> Iterator[SampleDesk]:
    """On SQLite, for what does not depend on the engine."""
    yield from open_desk(copy_template(sqlite_template, tmp_path / "databases"), tmp_path, clock)


def open_desk(urls: Sequence[str], folder: Path, clock: FixedClock) -> Iterator[SampleDesk]:
    opened = SampleDesk(context((urls[0], urls[1]), clock), folder)
    yield opened
    opened.ctx.databases.close()
