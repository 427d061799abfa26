"""The variables of the study as analysts look them up: words per wave, base, identity, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from analysis.codebook import Code, Codebook, Variable, codebook_of
from analysis.errors import RecipeError
from analysis.export.identity import Identity, identities
from analysis.plan_source import read_plan
from app.questionnaire.codebook import codebook
from app.questionnaire.model import Instrument, Text
from app.services.content.instruments import load_study
from app.services.context import ServiceContext
from app.services.response.monitoring import is_fielded
from app.storage import waves

HIDDEN_KINDS = frozenset({"paradata"})
"""How somebody answered is no question of the study."""


@dataclass(frozen=True)
class StudyBooks:
    """What each published wave asks, in all languages."""

    by_wave: Mapping[int, Codebook] = field(repr=False)
    fielded: tuple[int, ...]
    modules: Mapping[str, Text] = field(repr=False)
    """Titles of the chapters of the questionnaire, by id."""

    @property
    def variables(self) -> dict[str, Variable]:
        """All variables by name, as the last wave that has them words them."""
        found: dict[str, Variable] = {}
        for _, book in sorted(self.by_wave.items()):
            found.update(book.variables)
        return {name: one for name, one in found.items() if one.kind not in HIDDEN_KINDS}

    def waves_of(self, name: str) -> list[int]:
        """Return the waves that ask a variable, the first first."""
        return [wave for wave, book in sorted(self.by_wave.items()) if name in book]

    def identity(self, name: str) -> dict[int, Identity]:
        """Return how a variable in each wave stands to the wave before."""
        return identities(name, self.by_wave)


@dataclass(frozen=True, slots=True)
class OptionChange:
    """What happened to the answers of a variable between two waves, as codes."""

    came: tuple[Code, ...]
    went: tuple[Code, ...]
    reworded: tuple[tuple[Code, Code], ...]
    """Before and now."""


def study_books(ctx: ServiceContext) -> StudyBooks:
    """Return the codebooks of all published waves."""
    with ctx.databases.research.read() as connection:
        listed = waves.list_waves(connection)
        instruments = [
            ctx.instruments.get(connection, one.version_id) for one in listed if one.version_id
        ]
    fielded = tuple(one.year for one in listed if is_fielded(one) and one.version_id)
    versions = tuple(one.version_id for one in listed if one.version_id)
    by_wave, modules = _books(ctx.study, versions, _Held(instruments))
    return StudyBooks(by_wave, fielded, modules)


def study_codebook(ctx: ServiceContext) -> Codebook:
    """Return the codebook of all published waves together, as a release of them has it."""
    with ctx.databases.research.read() as connection:
        listed = [one for one in waves.list_waves(connection) if one.version_id]
        instruments = [ctx.instruments.get(connection, str(one.version_id)) for one in listed]
    return _book(ctx.study, tuple(str(one.version_id) for one in listed), _Held(instruments))


@lru_cache(maxsize=4)
def _book(study: Path, versions: tuple[str, ...], held: _Held) -> Codebook:
    return codebook_of(codebook(load_study(study), held.instruments), "study")


def module_titles(ctx: ServiceContext) -> dict[str, Text]:
    """Return the titles of the chapters of the questionnaire, by id; the last wave words them."""
    with ctx.databases.research.read() as connection:
        listed = waves.list_waves(connection)
        instruments = [
            ctx.instruments.get(connection, one.version_id) for one in listed if one.version_id
        ]
    return {module.id: module.title for one in instruments for module in one.modules}


class _Held:
    """Instruments that a cache need not look at: their versions are its key."""

    def __init__(self, instruments: list[Instrument]) -> None:
        self.instruments = instruments

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=4)
def _books(
    study: Path, versions: tuple[str, ...], held: _Held
) -> tuple[dict[int, Codebook], dict[str, Text]]:
    bank = load_study(study)
    books = {
        one.wave: codebook_of(codebook(bank, [one]), f"wave {one.wave}") for one in held.instruments
    }
    titles = {module.id: module.title for one in held.instruments for module in one.modules}
    return books, titles


def option_change(before: Variable, now: Variable) -> OptionChange:
    """Return which answers came, went, or were worded anew."""
    earlier = {one.code: one for one in before.codes}
    later = {one.code: one for one in now.codes}
    return OptionChange(
        came=tuple(one for code, one in later.items() if code not in earlier),
        went=tuple(one for code, one in earlier.items() if code not in later),
        reworded=tuple(
            (earlier[code], one)
            for code, one in later.items()
            if code in earlier and earlier[code].label != one.label
        ),
    )


def planned_tables(ctx: ServiceContext, name: str) -> list[tuple[str, str, str]]:
    """Return the tables of the study's plans that use a variable: plan, table, and as what.

    What it is used as is ``stub`` or ``banner``. A plan that cannot be read has none.
    """
    return [
        (plan, table, use)
        for plan, tables in _planned(ctx.study).items()
        for table, uses in tables.items()
        for variable, use in uses
        if variable == name
    ]


def _planned(study: Path) -> Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]]:
    files = sorted((study / "tables").glob("*.yaml"))
    return _read_plans(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=2)
def _read_plans(
    files: tuple[tuple[Path, int], ...],
) -> dict[str, dict[str, tuple[tuple[str, str], ...]]]:
    found = {}
    for file, _ in files:
        try:
            plan = read_plan(file)
        except (RecipeError, UnicodeDecodeError):
            continue
        found[file.stem] = {
            table.id: (
                *((name, "stub") for name in table.stub),
                *((one.variable, "banner") for one in table.banner),
            )
            for table in plan.tables
        }
    return found
