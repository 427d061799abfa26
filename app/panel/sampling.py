"""Stratified random samples with base weights, reserve batches, and refreshment in later waves.

A frame here is nothing but unit ids by stratum. Ids are sorted before they are drawn from, so a
sample depends on who is in the frame and on the seed, not on the order of a file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

_NEARLY = 1e-6
"""A share this close below a whole number is that number."""

Frame = Mapping[str, Collection[str]]
"""Unit ids by stratum; a unit is in one stratum only."""


class FrameError(ValueError):
    """A unit stands in the frame twice, which would give it two chances."""


class AllocationError(ValueError):
    """The number of units to draw does not fit the strata of the frame."""


@dataclass(frozen=True, slots=True)
class SampledUnit:
    """One sampled unit with what its weight is made of."""

    id: str
    stratum: str
    stratum_size: int
    """N_h: units of the stratum in the frame."""
    stratum_sample: int
    """n_h: units of the stratum in the whole sample so far."""

    @property
    def base_weight(self) -> float:
        """N_h / n_h: how many units of the frame this one stands for."""
        return self.stratum_size / self.stratum_sample


@dataclass(frozen=True, slots=True)
class Sample:
    """A stratified simple random sample without replacement.

    ``reserves`` are batches drawn in the same way but not approached. They carry no weight until
    `release` adds them to the sample.
    """

    units: tuple[SampledUnit, ...]
    sizes: Mapping[str, int]
    """N_h by stratum, also of strata nothing was drawn from."""
    reserves: tuple[Mapping[str, tuple[str, ...]], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """n_h by stratum, strata without a sampled unit left out."""
        return {unit.stratum: unit.stratum_sample for unit in self.units}


def stratum_sizes(frame: Frame) -> dict[str, int]:
    """Return N_h by stratum.

    Raises
    ------
    FrameError
        If a unit is in the frame more than once.
    """
    count = sum(len(ids) for ids in frame.values())
    if len({unit for ids in frame.values() for unit in ids}) < count:
        raise FrameError("a unit is in the frame more than once")
    return {stratum: len(ids) for stratum, ids in frame.items()}


def allocate(sizes: Mapping[str, int], total: int, *, minimum: int = 0) -> dict[str, int]:
    """Divide a sample over the strata in proportion to their size, with a minimum in each.

    Ask for a minimum of at least two: a variance needs two units in each stratum. A stratum
    smaller than the minimum is taken whole. Rounding is by largest remainder, so the
    result sums to ``total`` exactly; ties go to the stratum that comes first.

    Raises
    ------
    AllocationError
        If ``total`` is more than the frame holds, or less than the minimums together.
    """
    floors = {stratum: min(minimum, size) for stratum, size in sizes.items()}
    if not sum(floors.values()) <= total <= sum(sizes.values()):
        raise AllocationError(
            f"sample of {total}: expected between {sum(floors.values())} (minimum {minimum} in "
            f"each stratum) and {sum(sizes.values())} (all units)"
        )
    raised: set[str] = set()
    while True:
        rest = total - sum(floors[stratum] for stratum in raised)
        open_sizes = {name: size for name, size in sizes.items() if name not in raised}
        shares = _apportion(rest, open_sizes)
        short = {name for name, share in shares.items() if share < floors[name]}
        if not short:
            return {name: floors[name] if name in raised else shares[name] for name in sizes}
        # Strata raised to their minimum leave less for the others, which may fall short in turn.
        raised |= short


def allocate_optimally(
    sizes: Mapping[str, int], deviations: Mapping[str, float], total: int, *, minimum: int = 0
) -> dict[str, int]:
    """Divide a sample in proportion to N_h S_h (Neyman), within the minimum and the stratum.

    Parameters
    ----------
    deviations
        S_h: the standard deviation expected in each stratum of what matters most. Of a share p it
        is the root of p (1 - p).

    Raises
    ------
    AllocationError
        If a stratum has no deviation, a negative one, or the total does not fit.
    """
    lacking = sorted(name for name in sizes if not deviations.get(name, -1) >= 0)
    if lacking:
        raise AllocationError(f"no deviation of 0 or more for {', '.join(lacking)}")
    floors = {name: min(minimum, size) for name, size in sizes.items()}
    largest = max(deviations.values(), default=0.0) or 1.0
    # Next to the largest, one of a millionth is none; it would only cost precision.
    relative = {name: deviations[name] / largest for name in sizes}
    pull = {n: size * relative[n] if relative[n] > _NEARLY else 0.0 for n, size in sizes.items()}
    most = sum(size if pull[name] else floors[name] for name, size in sizes.items())
    if not sum(floors.values()) <= total <= most:
        raise AllocationError(
            f"sample of {total}: expected between {sum(floors.values())} (minimum {minimum} in "
            f"each stratum) and {most} (all units of strata with a deviation)"
        )

    def shares(level: float) -> dict[str, float]:
        return {n: min(max(level * pull[n], floors[n]), size) for n, size in sizes.items()}

    low, high = 0.0, max((size / pull[n] for n, size in sizes.items() if pull[n]), default=0.0)
    for _ in range(200):
        middle = (low + high) / 2
        if sum(shares(middle).values()) < total:
            low = middle
        else:
            high = middle
    found = shares(high)
    counts = {name: int(share + _NEARLY) for name, share in found.items()}
    open_ = [name for name in sizes if counts[name] < sizes[name]]
    by_remainder = sorted(open_, key=lambda name: counts[name] - found[name])
    for name in by_remainder[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def draw(frame: Frame, allocation: Mapping[str, int], *, seed: int, reserves: int = 0) -> Sample:
    """Draw a stratified sample, and as many reserve batches of the same size as asked.

    A reserve batch is as large as the sample, or what the stratum has left.

    Raises
    ------
    AllocationError
        If the allocation names an unknown stratum or more units than it has.
    FrameError
        If a unit is in the frame more than once.
    """
    sizes = stratum_sizes(frame)
    _check(allocation, sizes)
    order = {stratum: _shuffled(frame[stratum], f"{seed} {stratum}") for stratum in allocation}
    sampled = {stratum: order[stratum][:count] for stratum, count in allocation.items()}
    batches = tuple(
        {
            stratum: tuple(order[stratum][count * number : count * (number + 1)])
            for stratum, count in allocation.items()
        }
        for number in range(1, reserves + 1)
    )
    return _weighted(sampled, sizes, batches)


def release(sample: Sample, batches: int = 1) -> Sample:
    """Add the first reserve batches to a sample; weights become N_h over the new n_h.

    The released units and the sample are together the first units of one random order, so the
    larger sample is as good as one drawn at once.

    Raises
    ------
    AllocationError
        If there are fewer reserve batches.
    """
    if not 0 <= batches <= len(sample.reserves):
        raise AllocationError(f"{batches} reserve batches: the sample has {len(sample.reserves)}")
    sampled = _ids_by_stratum(sample.units)
    for batch in sample.reserves[:batches]:
        for stratum, ids in batch.items():
            sampled.setdefault(stratum, []).extend(ids)
    return _weighted(sampled, sample.sizes, sample.reserves[batches:])


def refresh(
    frame: Frame, earlier: Sample, allocation: Mapping[str, int], *, seed: int
) -> tuple[Sample, tuple[SampledUnit, ...]]:
    """Draw units that were not sampled before; return the sample of both, and the new units.

    The union of a simple random sample of n1 out of N and a simple random sample of n2 out of the
    N - n1 others is a simple random sample of n1 + n2 out of N. For one set of n1 + n2 units can
    come about in (n1 + n2 over n1) ways, each with probability
    1 / [(N over n1) (N - n1 over n2)], and the product is 1 / (N over n1 + n2): the same for every
    set. So the base weight of every unit in a later wave, old and new, is N_h / (n1_h + n2_h). That
    holds while both draws are from the same people. Where the frame has grown, newcomers have had
    one chance instead of two and need a stratum of their own.

    Parameters
    ----------
    frame
        The same units as the earlier draw, including those sampled then.
    allocation
        How many new units to draw per stratum.

    Raises
    ------
    AllocationError
        If a stratum has fewer units left, or is not of the size it had at the earlier draw.
    """
    sizes = stratum_sizes(frame)
    changed = [name for name, size in sizes.items() if earlier.sizes.get(name, size) != size]
    if changed:
        raise AllocationError(
            f"the frame changed in {', '.join(changed)}: give new units a stratum of their own"
        )
    taken = _ids_by_stratum(earlier.units)
    left = {name: set(ids) - set(taken.get(name, ())) for name, ids in frame.items()}
    _check(allocation, {name: len(ids) for name, ids in left.items()})
    new = {
        # Another order than that of the first draw, also when the seed is the same.
        name: _shuffled(left[name], f"{seed} {name} after {len(taken.get(name, ()))}")[:count]
        for name, count in allocation.items()
    }
    both = {name: taken.get(name, []) + new.get(name, []) for name in frame}
    sample = _weighted(both, sizes, ())
    new_ids = {unit for ids in new.values() for unit in ids}
    return sample, tuple(unit for unit in sample.units if unit.id in new_ids)


def _ids_by_stratum(units: Iterable[SampledUnit]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for unit in units:
        ids.setdefault(unit.stratum, []).append(unit.id)
    return ids


def _weighted(
    sampled: Mapping[str, Sequence[str]],
    sizes: Mapping[str, int],
    reserves: tuple[Mapping[str, tuple[str, ...]], ...],
) -> Sample:
    units = tuple(
        SampledUnit(unit, stratum, sizes[stratum], len(ids))
        for stratum, ids in sorted(sampled.items())
        for unit in ids
    )
    return Sample(units, dict(sizes), reserves)


def _apportion(total: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers in proportion to sizes that sum to ``total``; largest remainders get the rest.

    No number is larger than its size as long as ``total`` is at most the sum of the sizes.
    """
    whole = sum(sizes.values())
    if whole == 0:
        return dict.fromkeys(sizes, 0)
    counts = {name: total * size // whole for name, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: -(total * sizes[name] % whole))
    for name in by_remainder[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def _check(allocation: Mapping[str, int], sizes: Mapping[str, int]) -> None:
    faults = [
        f"{stratum}: {count} to draw from {sizes.get(stratum, 0)}"
        for stratum, count in allocation.items()
        if not 0 <= count <= sizes.get(stratum, 0)
    ]
    if faults:
        raise AllocationError("; ".join(faults))


def _shuffled(ids: Iterable[str], label: str) -> list[str]:
    """All units in a random order that depends on the units and the label only."""
    order = sorted(ids)
    Random(label).shuffle(order)
    return order
