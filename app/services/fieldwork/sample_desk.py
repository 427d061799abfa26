"""The sample of a wave for its page: imports, draws, weights, who lacks a code, who is carried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.panel.states import DrawKind, Entry, WaveStatus
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import ServiceContext
from app.services.fieldwork import carrying, code_issuing, draws
from app.services.fieldwork.carrying import Carried
from app.services.fieldwork.draws import DrawError
from app.storage import cases, codes, frame, waves
from app.storage.cases import Case
from app.storage.frame import FrameImport, ImportRunningError, SampleDraw

__all__ = [
    "DrawKind", "DrawRecord", "FrameImport", "ImportRunningError", "SampleDesk",
    "StratumLine", "sample_desk", "verified",
]  # fmt: skip

_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)


@dataclass(frozen=True, slots=True)
class StratumLine:
    """One stratum of the sample of a wave."""

    stratum: str
    population: int
    """N_h: people of the stratum in the register."""
    drawn: int
    """n_h: people ever drawn from it, in any wave."""
    people: int
    """Of this wave."""
    weight: float
    """N_h / n_h, as it is stored with each of them."""


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """One draw of the wave, with all that makes it again."""

    draw: SampleDraw
    people: int
    reserves: Sequence[int]
    """People in each batch of reserves, used or not."""


@dataclass(frozen=True, slots=True)
class SampleDesk:
    """Everything the page of a sample tells."""

    people: int
    by_language: Mapping[str, int]
    open_link: int
    lacking_codes: int
    nobody: int
    """Of these, people of whom no contact details are known: they can be given none."""
    strata: Sequence[StratumLine]
    imports: Sequence[FrameImport]
    draws: Sequence[DrawRecord]
    carried: Carried | None
    """Who of earlier waves would get a case now; ``None`` where nobody can be carried."""
    why_not_carried: str | None
    over: bool


def sample_desk(ctx: ServiceContext, year: int) -> SampleDesk:
    """Return the sample of a wave, changing nothing; the wave has to be there."""
    with ctx.databases.research.snapshot() as connection:
        wave = waves.load_wave(connection, year)
        listed = cases.list_cases(connection, year)
        lacking = codes.cases_without_code(connection, year)
        imports = frame.list_imports(connection)
        all_draws = frame.list_draws(connection)
        counts = frame.batch_counts(connection)
    drawn = [one for one in listed if one.entry is Entry.PERSONAL]
    over = wave is None or wave.status in _OVER
    carried, why_not = (None, None) if over else _carried(ctx, year)
    return SampleDesk(
        people=len(drawn),
        by_language=dict(sorted(Counter(one.language for one in drawn).items())),
        open_link=len(listed) - len(drawn),
        lacking_codes=len(lacking),
        nobody=code_issuing.unreachable(ctx, lacking),
        strata=_strata(drawn),
        imports=imports,
        draws=[
            DrawRecord(one, batches[0], batches[1:])
            for one in all_draws
            if one.wave == year and (batches := counts.get(one.id, [0]))
        ],
        carried=carried,
        why_not_carried=why_not,
        over=over,
    )


def verified(ctx: ServiceContext, year: int) -> dict[int, bool]:
    """Make every draw of a wave again and tell of each whether the same people came out."""
    with ctx.databases.research.snapshot() as connection:
        listed = [one for one in frame.list_draws(connection) if one.wave == year]
    return {one.number: draws.verify(ctx, one) for one in listed}


def _carried(ctx: ServiceContext, year: int) -> tuple[Carried | None, str | None]:
    try:
        plan = read_wave_plan(ctx.study, year)
        return carrying.carry(ctx, plan, by="", dry_run=True), None
    except (WavePlanError, OSError):
        return None, None
    except DrawError as error:
        return None, str(error)


def _strata(drawn: Sequence[Case]) -> list[StratumLine]:
    """The strata of the people of a wave; whose numbers differ are separate lines."""
    alike: Counter[tuple[str, int, int, float]] = Counter()
    for one in drawn:
        sizes = (one.stratum_population or 0, one.stratum_sample or 0, one.base_weight or 0.0)
        alike[one.stratum or "", *sizes] += 1
    return [
        StratumLine(stratum, population, sample, people, weight)
        for (stratum, population, sample, weight), people in sorted(alike.items())
    ]
