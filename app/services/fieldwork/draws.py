"""Drawing people from the frame into a wave: samples, reserves, refreshment; all on record.

A draw is made again from its record: the imports, the seed and the allocation give the same units
in the same order, whose SHA-256 is its fingerprint.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

from app.panel import sampling
from app.panel.sampling import AllocationError, Sample, SampledUnit
from app.panel.states import DrawKind, WaveStatus
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import enrolment
from app.services.fieldwork.enrolment import SampledPerson
from app.services.fieldwork.frame import imports_named
from app.storage import audit, codes, frame, waves
from app.storage.types import new_id

FALLBACK_LANGUAGE = "nl"
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)


class DrawError(Exception):
    """Nothing was drawn; the message says what is in the way."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """How many to draw: given by stratum, or a size to be divided over the strata."""

    given: Mapping[str, int] | None = None
    size: int | None = None
    minimum: int = 2
    """In each stratum; a variance needs two."""
    deviations: Mapping[str, float] | None = None
    """For an optimal allocation: the standard deviation expected in each stratum."""

    def over(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """Return the units to draw by stratum, out of so many; raise `AllocationError`."""
        if self.given is not None:
            return {name: count for name, count in sorted(self.given.items()) if count}
        ordered = dict(sorted(sizes.items()))
        if self.size is None:
            raise AllocationError("give a size, or an allocation by stratum")
        if self.deviations is not None:
            return sampling.allocate_optimally(
                ordered, self.deviations, self.size, minimum=self.minimum
            )
        return sampling.allocate(ordered, self.size, minimum=self.minimum)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw that was made, or would be."""

    draw: frame.SampleDraw
    batches: tuple[tuple[str, ...], ...] = field(repr=False)
    """Unit ids: those in the sample, then each batch of reserves."""
    sample: Sample = field(repr=False)
    """With all that was drawn before from the same frame."""


def draw_sample(
    ctx: ServiceContext,
    bank: Bank,
    plan: WavePlan,
    *,
    names: Sequence[str],
    allocation: Allocation,
    seed: int,
    reserves: int = 0,
    by: str,
    dry_run: bool = False,
) -> Drawn:
    """Draw a stratified sample from some imports and give everybody in it a case in the wave.

    Raises
    ------
    AllocationError, DrawError, FrameImportError
        With what is in the way; nothing was drawn.
    """
    with frame.one_at_a_time(ctx.databases.research):
        with ctx.databases.research.snapshot() as connection:
            _check_wave(connection, plan.year)
            imports = imports_named(frame.list_imports(connection), names)
            strata = frame.strata_of(connection, [one.id for one in imports])
            before = frame.sampled_ids(connection)
            used = {name for one in frame.list_draws(connection) for name in one.sizes}
            number = _next_number(connection, plan.year)
            lacking = codes.cases_without_code(connection, plan.year)
        if any(UUID(unit) in before for ids in strata.values() for unit in ids):
            more = f"; {len(lacking)} lack a code: sample codes" if lacking else ""
            raise DrawError(f"these people are in the sample already{more}; else use refresh")
        if again := sorted(used & strata.keys()):
            raise DrawError(
                f"an earlier draw has strata {', '.join(again)}: import newcomers with --cohort"
            )
        sizes = sampling.stratum_sizes(strata)
        sample = sampling.draw(strata, allocation.over(sizes), seed=seed, reserves=reserves)
        batches = _batches_of(sample)
        made = _record(ctx, plan.year, number, DrawKind.SAMPLE, names, seed, sample, batches, by)
        if not dry_run:
            _keep(ctx, bank, plan, Drawn(made, batches, sample), sample.units)
    return Drawn(made, batches, sample)


def refresh_sample(
    ctx: ServiceContext,
    bank: Bank,
    plan: WavePlan,
    *,
    names: Sequence[str],
    allocation: Allocation,
    seed: int,
    by: str,
    dry_run: bool = False,
) -> Drawn:
    """Draw people who were not drawn before, from the frame of earlier draws and new imports.

    Newcomers, imported as a cohort, have strata of their own. Weights of the wave follow: N_h over
    all that were ever drawn from the stratum.

    Raises
    ------
    AllocationError, DrawError, FrameImportError
        With what is in the way; nothing was drawn.
    """
    with frame.one_at_a_time(ctx.databases.research):
        with ctx.databases.research.snapshot() as connection:
            _check_wave(connection, plan.year)
            draws = frame.list_draws(connection)
            listed = frame.list_imports(connection)
            all_names = _all_names(draws, names)
            imports = imports_named(listed, all_names)
            strata = frame.strata_of(connection, [one.id for one in imports])
            earlier = _sample_so_far(connection, draws)
            number = _next_number(connection, plan.year)
        taken = Counter(unit.stratum for unit in earlier.units)
        left = {name: len(ids) - taken[name] for name, ids in strata.items()}
        wanted = allocation.over(left)
        sample, new = sampling.refresh(strata, earlier, wanted, seed=seed)
        batches = (tuple(unit.id for unit in new),)
        made = _record(
            ctx, plan.year, number, DrawKind.REFRESHMENT, all_names, seed, sample, batches, by
        )
        drawn = Drawn(made, batches, sample)
        if not dry_run:
            _keep(ctx, bank, plan, drawn, new)
    return drawn


def release_reserves(
    ctx: ServiceContext,
    bank: Bank,
    plan: WavePlan,
    *,
    number: int,
    batches: int,
    by: str,
    dry_run: bool = False,
) -> Drawn:
    """Add the next batches of reserves of a draw to the sample; all weights of the wave follow.

    Raises
    ------
    DrawError
        If there are fewer batches left, or people were drawn from the frame since.
    """
    with frame.one_at_a_time(ctx.databases.research):
        with ctx.databases.research.snapshot() as connection:
            _check_wave(connection, plan.year)
            draws = frame.list_draws(connection)
            original = next(
                (one for one in draws if (one.wave, one.number) == (plan.year, number)), None
            )
            if original is None or original.kind is not DrawKind.SAMPLE:
                raise DrawError(f"wave {plan.year} has no draw {number} with reserves")
            since = draws[draws.index(original) + 1 :]
            if any(
                one.kind is DrawKind.REFRESHMENT and set(one.imports) & set(original.imports)
                for one in since
            ):
                raise DrawError("the frame was refreshed since: its reserves were drawn from too")
            kept = frame.drawn_units(connection, original.id)
            before = frame.sampled_ids(connection)
            waiting = [batch for batch in kept[1:] if batch and batch[0] not in before]
            if not 1 <= batches <= len(waiting):
                raise DrawError(f"{batches} batches asked, {len(waiting)} are left")
            new_ids = [unit for batch in waiting[:batches] for unit in batch]
            units = frame.units_by_id(connection, new_ids)
            earlier = _sample_so_far(connection, draws)
            next_number = _next_number(connection, plan.year)
        counts = Counter(earlier.counts) + Counter(one.stratum for one in units.values())
        new = [
            SampledUnit(
                unit.hex,
                units[unit].stratum,
                earlier.sizes[units[unit].stratum],
                counts[units[unit].stratum],
            )
            for unit in new_ids
        ]
        sample = _with(earlier, new, counts)
        made = _record(
            ctx,
            plan.year,
            next_number,
            DrawKind.RESERVE,
            original.imports,
            original.seed,
            sample,
            (tuple(unit.hex for unit in new_ids),),
            by,
        )
        drawn = Drawn(made, (tuple(unit.hex for unit in new_ids),), sample)
        if not dry_run:
            _keep(ctx, bank, plan, drawn, new)
    return drawn


def verify(ctx: ServiceContext, draw: frame.SampleDraw) -> bool:
    """Make a draw again from its record and tell whether the same units come out."""
    with ctx.databases.research.snapshot() as connection:
        draws = frame.list_draws(connection)
        kept = frame.drawn_units(connection, draw.id)
        if draw.kind is DrawKind.RESERVE:
            return fingerprint([[unit.hex for unit in batch] for batch in kept]) == draw.fingerprint
        imports = imports_named(frame.list_imports(connection), draw.imports)
        strata = frame.strata_of(connection, [one.id for one in imports])
        earlier = _sample_so_far(connection, draws[: [one.id for one in draws].index(draw.id)])
    if draw.kind is DrawKind.SAMPLE:
        again = sampling.draw(strata, draw.allocation, seed=draw.seed, reserves=len(kept) - 1)
        batches = _batches_of(again)
    else:
        _, new = sampling.refresh(strata, earlier, draw.allocation, seed=draw.seed)
        batches = (tuple(unit.id for unit in new),)
    same = [{unit.hex for unit in batch} for batch in kept] == [set(one) for one in batches]
    return same and fingerprint(batches) == draw.fingerprint


def fingerprint(batches: Sequence[Sequence[str]]) -> str:
    """Return the SHA-256 of drawn ids in order, batch after batch."""
    text = "\n\n".join("\n".join(batch) for batch in batches)
    return hashlib.sha256(text.encode()).hexdigest()


def language_for(wanted: str, plan: WavePlan) -> str:
    """Return the language a person is written in: the wanted one, where the wave offers it."""
    return wanted if wanted in plan.languages else FALLBACK_LANGUAGE


def sampled_counts(connection: Connection) -> dict[str, int]:
    """Return how many were ever drawn into the sample, by stratum."""
    return dict(Counter(frame.sampled_ids(connection).values()))


def _check_wave(connection: Connection, year: int) -> None:
    wave = waves.load_wave(connection, year)
    if wave is None:
        raise DrawError(f"there is no wave {year}: publish it first")
    if wave.status in _OVER:
        raise DrawError(f"wave {year} is {wave.status}")


def _next_number(connection: Connection, year: int) -> int:
    return 1 + max(
        (one.number for one in frame.list_draws(connection) if one.wave == year), default=0
    )


def _all_names(draws: Sequence[frame.SampleDraw], names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*(name for one in draws for name in one.imports), *names]))


def _batches_of(sample: Sample) -> tuple[tuple[str, ...], ...]:
    first = tuple(unit.id for unit in sample.units)
    later = (
        tuple(unit for _, ids in sorted(batch.items()) for unit in ids) for batch in sample.reserves
    )
    return (first, *(batch for batch in later if batch))


def _sample_so_far(connection: Connection, draws: Sequence[frame.SampleDraw]) -> Sample:
    """All that these draws put in the sample, with the sizes of their strata at the time."""
    sizes = {name: size for one in draws for name, size in one.sizes.items()}
    drawn = [unit for one in draws for unit in (frame.drawn_units(connection, one.id) or [[]])[0]]
    units = frame.units_by_id(connection, drawn)
    counts = Counter(units[unit].stratum for unit in drawn)
    return Sample(
        tuple(
            SampledUnit(
                unit.hex,
                units[unit].stratum,
                sizes[units[unit].stratum],
                counts[units[unit].stratum],
            )
            for unit in drawn
        ),
        sizes,
    )


def _with(earlier: Sample, new: Sequence[SampledUnit], counts: Mapping[str, int]) -> Sample:
    old = (SampledUnit(u.id, u.stratum, u.stratum_size, counts[u.stratum]) for u in earlier.units)
    return Sample((*old, *new), earlier.sizes)


def _record(
    ctx: ServiceContext,
    year: int,
    number: int,
    kind: DrawKind,
    names: Sequence[str],
    seed: int,
    sample: Sample,
    batches: Sequence[Sequence[str]],
    by: str,
) -> frame.SampleDraw:
    stratum_of = {unit.id: unit.stratum for unit in sample.units}
    return frame.SampleDraw(
        id=new_id(),
        wave=year,
        number=number,
        kind=kind,
        imports=list(names),
        seed=seed,
        allocation=dict(sorted(Counter(stratum_of[unit] for unit in batches[0]).items())),
        sizes=dict(sorted(sample.sizes.items())),
        fingerprint=fingerprint(batches),
        at=ctx.clock.now(),
        by=by,
    )


def _keep(
    ctx: ServiceContext, bank: Bank, plan: WavePlan, drawn: Drawn, new: Sequence[SampledUnit]
) -> None:
    """Record a draw and enrol its people, in one unit."""
    made = drawn.draw
    # Hashing nothing, rendering nothing: 12,000 people take two seconds.
    with ctx.databases.research.write() as connection:
        ids = [[UUID(unit) for unit in batch] for batch in drawn.batches]
        units = frame.units_by_id(connection, [unit for batch in ids for unit in batch])
        if any(one.discarded_at for one in units.values()):
            raise DrawError(
                "contact details of drawn people were destroyed by discard: import a new file"
            )
        frame.add_draw(connection, made, ids)
        enrolment.enrol_in(
            connection,
            ctx,
            plan.year,
            [_person(units[UUID(one.id)], one, plan) for one in new],
            assigned=compile_wave(bank, plan.year).assigned,
            rng=random.Random(f"{made.seed} assigned {made.wave} {made.number}"),
        )
        frame.reweigh_cases(connection, plan.year, drawn.sample.counts)
        audit.append_audit(
            connection,
            at=made.at,
            staff_id=None,
            action=f"sample.{made.kind}",
            subject=f"wave {made.wave}",
            detail={
                "by": made.by,
                "number": made.number,
                "people": len(ids[0]),
                "seed": made.seed,
                "fingerprint": made.fingerprint,
            },
        )


def _person(unit: frame.FrameUnit, drawn: SampledUnit, plan: WavePlan) -> SampledPerson:
    return SampledPerson(
        unit_id=unit.id,
        stratum=drawn.stratum,
        stratum_population=drawn.stratum_size,
        stratum_sample=drawn.stratum_sample,
        frame={
            **unit.frame,
            "fr_entry": "personal",
            "fr_panel": "no",
            "fr_stratum": drawn.stratum,
        },
        language=language_for(unit.language, plan),
    )
