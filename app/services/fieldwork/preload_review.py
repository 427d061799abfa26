"""What is frozen for a wave, for somebody to look at before anybody is asked on its ground.

Figures by question, and a sample of people with the words they will read. Names, addresses and
answers that are kept with the contacts are not in it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from uuid import UUID

from app.questionnaire.expression import is_known
from app.questionnaire.model import (
    Derivation,
    Instrument,
    Item,
    Kind,
    Policy,
    Statement,
    Store,
    Value,
)
from app.questionnaire.routing import Preload
from app.questionnaire.wording import in_words
from app.services.context import ServiceContext
from app.services.fieldwork.freezing import PreloadError
from app.services.fieldwork.preload_words import Told, told_to
from app.services.fieldwork.preloads import preload_from_json
from app.storage import audit
from app.storage import preloads as rows
from app.storage.preloads import FrozenCase, PreloadCorrection, PreloadVersion
from app.storage.waves import Wave, load_wave

LEAST = 10
"""People behind a figure, at least: the minimum cell of the study's disclosure control (design
4.5); figures are rounded to as many."""
_WORDLESS = (Kind.TEXT, Kind.OPEN)
"""Kinds whose answers are people's own words: not counted by what they say."""
_BY_YEAR = (Kind.YEAR, Kind.MONTH, Kind.DATE)


class Use(StrEnum):
    """What a wave does with an earlier answer."""

    CONFIRM = "shown, to be confirmed"
    STANDS = "stands, not asked again"
    UNTIL = "stands once it has happened"
    NAMED = "named in the question"
    COMPARED = "compared with the new answer"
    ADDED = "added to the new answer"


@dataclass(frozen=True, slots=True)
class CodeFigure:
    """How many people gave an answer, about: ``"<10"`` or rounded to tens."""

    code: str
    label: str
    people: str


@dataclass(frozen=True, slots=True)
class VariableFigures:
    """What is frozen of one variable that the wave makes use of."""

    variable: str
    use: Use
    question: str
    people: int
    missing: float
    """Share of the people with a preload of whom this answer is not known, 0 to 1."""
    months: tuple[int, float, int] | None
    """Least, median and most months between the answer and the opening of the wave, by calendar
    month; ``None`` where no month is known."""
    sensitive: bool
    independent: str
    """Who is asked as if it were not known; empty without an experiment."""
    codes: Sequence[CodeFigure] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What one person of the sample will read, under the pseudonym of releases."""

    person_id: UUID
    told: Told


@dataclass(frozen=True, slots=True)
class Review:
    """One version of a preload, to be looked at."""

    version: PreloadVersion
    figures: Sequence[VariableFigures]
    unused: int
    """Variables that go along for later waves and that this one shows to nobody."""
    sample: Sequence[Shown]
    corrections: Sequence[tuple[PreloadCorrection, UUID | None]]


@dataclass
class _Tally:
    """What is counted of one variable."""

    people: int = 0
    months: list[int] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)


def review_preload(
    ctx: ServiceContext,
    year: int,
    *,
    by: str,
    staff_id: UUID | None = None,
    language: str = "nl",
    sample: int = 20,
    seed: int = 1,
) -> list[Review]:
    """Return what is frozen of a wave and waits for approval, else its last version, to look at.

    That it was looked at, and by whom, is on record: approval needs it.

    Parameters
    ----------
    language
        In which the words of the sample are given.
    sample, seed
        How many people, and where the lot begins: the same seed gives the same people.

    Raises
    ------
    PreloadError
        If nothing is frozen, no questionnaire is published, or it does not speak the language.
    """
    now = ctx.clock.now()
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, year)
        if wave is None or wave.version_id is None:
            raise PreloadError(f"wave {year} has no published questionnaire")
        instrument = ctx.instruments.get(connection, wave.version_id)
        if language not in instrument.languages:
            known = ", ".join(instrument.languages)
            raise PreloadError(f"wave {year} is not asked in {language}, but in {known}")
        versions = rows.unreviewed(connection, year) or rows.list_versions(connection, year)[-1:]
        if not versions:
            raise PreloadError(f"no preload of wave {year} is frozen")
        corrections = rows.corrections_up_to(connection, year)
        reviews = []
        for version in versions:
            cases = list(rows.frozen_cases(connection, version.id))
            reviews.append(
                Review(
                    version,
                    _figures(instrument, wave, cases, language),
                    len(version.counts.keys() - uses_of(instrument).keys()),
                    [
                        Shown(one.person_id, told)
                        for one in _drawn(cases, sample, seed)
                        for told in told_to(instrument, one, language)
                    ],
                    corrections,
                )
            )
    with ctx.databases.research.write() as connection:
        for version in versions:
            rows.mark_shown(connection, version.id, at=now)
            audit.append_audit(
                connection,
                at=now,
                staff_id=staff_id,
                action="preload.looked_at",
                subject=f"wave {year}",
                detail={
                    "by": by,
                    "number": version.number,
                    "hash": version.hash,
                    "people_shown": min(sample, version.cases),
                },
            )
    return reviews


def uses_of(instrument: Instrument) -> dict[str, Use]:
    """Return what a wave does with earlier answers, by the variables it looks back at."""
    compared = {item.repeat.reset_on for item in instrument.items}
    found: dict[str, Use] = {}
    for item, var, _ in _asked(instrument):
        match item.repeat.policy:
            case Policy.CONFIRM:
                found[var] = Use.CONFIRM
            case Policy.ONCE:
                found[var] = Use.STANDS
            case Policy.UNTIL_EVENT:
                found[var] = Use.UNTIL
            case _ if item.repeat.text is not None:
                found[var] = Use.NAMED
            case _ if var in compared:
                found[var] = Use.COMPARED
    for derived in instrument.derived:
        if derived.kind is Derivation.UNION_OVER_WAVES:
            found[derived.var] = Use.ADDED
    return found


def _asked(instrument: Instrument) -> Iterator[tuple[Item, str, Statement | None]]:
    for item in instrument.items:
        if item.kind is not Kind.INFO:
            for statement in item.statements:
                yield item, statement.var, statement
            if not item.statements:
                yield item, item.var, None


def _drawn(cases: Sequence[FrozenCase], sample: int, seed: int) -> list[FrozenCase]:
    # By id, so that the lot falls on the same people whatever the order of the rows.
    return random.Random(seed).sample(cases, min(sample, len(cases)))


# --- figures ------------------------------------------------------------------------------------


def _figures(
    instrument: Instrument, wave: Wave, cases: Sequence[FrozenCase], language: str
) -> list[VariableFigures]:
    uses = uses_of(instrument)
    tallies = {var: _Tally() for var in uses}
    contact = 0
    for case in cases:
        contact += case.contact
        _count(instrument, wave, preload_from_json(instrument, case.earlier), tallies)
    questions = {var: (item, one) for item, var, one in _asked(instrument)}
    found = []
    for var, use in uses.items():
        item, statement = questions.get(var, (None, None))
        tally = tallies[var]
        with_contacts = item is not None and item.store is Store.CONTACT
        people = contact if with_contacts else tally.people
        text = statement.text if statement else item.text if item else {}
        independent = item.repeat.independent if item else None
        found.append(
            VariableFigures(
                var,
                use,
                text.get(language, var),
                people,
                1 - people / len(cases) if cases else 0.0,
                (min(tally.months), median(tally.months), max(tally.months))
                if tally.months
                else None,
                (statement.sensitive if statement else item.sensitive) if item else False,
                independent.source if independent else "",
                _codes(instrument, var, tally.codes, language),
            )
        )
    return found


def _count(
    instrument: Instrument, wave: Wave, preload: Preload, tallies: Mapping[str, _Tally]
) -> None:
    opens = wave.opens_on.year * 12 + wave.opens_on.month
    for var, earlier in preload.answers.items():
        tally = tallies.get(var)
        if tally is None or not is_known(earlier.value):
            continue
        tally.people += 1
        if (month := preload.months.get(earlier.wave)) is not None:
            tally.months.append(opens - int(month[:4]) * 12 - int(month[5:7]))
        tally.codes.update(_counted(instrument.item_of.get(var), earlier.value))


def _counted(item: Item | None, value: Value) -> Iterable[str]:
    if isinstance(value, tuple):
        return value
    if item is None or item.kind in _WORDLESS or item.store is Store.CONTACT:
        return ()
    return (str(value)[:4] if item.kind in _BY_YEAR else str(value),)


def _codes(
    instrument: Instrument, var: str, counts: Counter[str], language: str
) -> list[CodeFigure]:
    """The answers that enough people gave; the others are counted together."""
    item = instrument.item_of.get(var) or _source_of(instrument, var)
    many = sorted((-number, code) for code, number in counts.items() if number >= LEAST)
    found = [
        CodeFigure(code, _label(instrument, item, var, code, language), about(-number))
        for number, code in many
    ]
    few = len(counts) - len(many)
    if few:
        words = "1 other answer" if few == 1 else f"{few} other answers"
        found.append(CodeFigure("", words, about(0) + " each"))
    return found


def about(people: int) -> str:
    """Return a count that betrays nobody: ``"<10"``, or rounded to tens."""
    if people < LEAST:
        return f"<{LEAST}"
    return str(round(people / LEAST) * LEAST)


def _label(instrument: Instrument, item: Item | None, var: str, code: str, language: str) -> str:
    if item is None or item.kind in _BY_YEAR:
        return code
    name = var if item.kind is Kind.BATTERY else item.var
    return in_words(instrument, item, name, code, language)


def _source_of(instrument: Instrument, var: str) -> Item | None:
    sources = [one.sources[0] for one in instrument.derived if one.var == var and one.sources]
    return instrument.item_by_var.get(sources[0]) if sources else None
