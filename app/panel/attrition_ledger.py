"""The ledger of the panel: everybody in one place in each wave, added up, and whether it balances.

A ledger is a list of lines. Its balance is not looked up in how the lines were made: it is counted
anew, against who was drawn and which cases there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from app.panel.places import Fate, Place, Placed, Why

WITHOUT_CASE = frozenset({Place.NOT_YET, Place.RESERVE, Place.TO_COME})
"""Places of people who cannot have a case in the wave."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person in one wave."""

    person_id: UUID
    wave: int
    placed: Placed
    entered: str
    """The draw that put the person in the sample, such as ``2024/1 sample``; or, of who was
    enrolled without a draw, the first wave."""
    group: str = ""
    """Value of what the ledger is broken down by; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Flow:
    """How many people of a group went from one place in a wave to another in the next one."""

    from_wave: int
    from_place: Place
    from_why: Why | None
    to_wave: int
    to_place: Place
    to_why: Why | None
    group: str
    people: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everybody who was ever drawn, in every wave, as known at a moment."""

    at: datetime
    waves: tuple[int, ...]
    lines: tuple[Line, ...]
    """By wave and person."""
    by: str = ""
    """What the groups are: a frame variable; empty for no groups."""
    problems: tuple[str, ...] = ()
    """Why it does not balance; empty when it does."""

    def counts(self, wave: int) -> Counter[Placed]:
        """Return how many people are in each place of a wave, by place and reason."""
        return Counter(
            Placed(one.placed.place, one.placed.why) for one in self.lines if one.wave == wave
        )

    def fates(self, wave: int) -> Counter[Fate]:
        """Return how many people of a wave answered, were lost, left, and so on."""
        return Counter(one.placed.fate for one in self.lines if one.wave == wave)

    @property
    def people(self) -> int:
        """How many people there are in it."""
        return len({one.person_id for one in self.lines})


def flows(waves: Sequence[int], lines: Iterable[Line]) -> list[Flow]:
    """Count who went from where to where, between each wave and the next one.

    Every person is in one flow of each pair of waves, so the flows of a pair sum to all people, and
    those out of a place, or into one, to who is there.
    """
    of: dict[UUID, dict[int, Line]] = {}
    for line in lines:
        of.setdefault(line.person_id, {})[line.wave] = line
    counted: Counter[tuple[Line, Line]] = Counter()
    for places in of.values():
        for before, after in pairwise(waves):
            counted[_kind(places[before]), _kind(places[after])] += 1
    found = [
        Flow(
            one.wave, one.placed.place, one.placed.why,
            two.wave, two.placed.place, two.placed.why,
            two.group, people,
        )
        for (one, two), people in counted.items()
    ]  # fmt: skip
    return sorted(found, key=_order)


_PLACES = {place: number for number, place in enumerate(Place)}
_REASONS: Mapping[Why | None, int] = {
    None: -1,
    **{why: number for number, why in enumerate(Why)},
}
_NOBODY = UUID(int=0)


def _kind(line: Line) -> Line:
    """A line without the person in it: what is equal for all who are counted together."""
    return Line(_NOBODY, line.wave, Placed(line.placed.place, line.placed.why), "", line.group)


def _order(flow: Flow) -> tuple[object, ...]:
    return (
        flow.from_wave, flow.group, _PLACES[flow.from_place], _REASONS[flow.from_why],
        _PLACES[flow.to_place], _REASONS[flow.to_why],
    )  # fmt: skip


def place_order(placed: Placed) -> tuple[int, int]:
    """Return where a place stands in tables."""
    return _PLACES[placed.place], _REASONS[placed.why]


@dataclass(frozen=True, slots=True)
class Books:
    """What a ledger has to agree with, counted from the draws and cases themselves."""

    people: Collection[UUID]
    """Everybody who was drawn, reserves too."""
    sampled: Mapping[UUID, int]
    """The first wave that a person was sampled for; reserves that were not needed are not in it."""
    cases: Mapping[int, int]
    """How many people of the sample have a case, by wave."""
    completes: Mapping[int, int]
    """How many interviews of the sample were finished, by wave."""


def problems_of(waves: Sequence[int], lines: Sequence[Line], books: Books) -> list[str]:
    """Return why a ledger does not balance, in words without persons; empty when it does."""
    found: list[str] = []
    everybody = set(books.people)
    for wave in waves:
        here = [one for one in lines if one.wave == wave]
        times = Counter(one.person_id for one in here)
        found += _missing(wave, times, everybody)
        outside = {Place.NOT_YET, Place.RESERVE}
        sampled = {person for person, first in books.sampled.items() if first <= wave}
        placed = {one.person_id for one in here if one.placed.place not in outside}
        if placed != sampled:
            found.append(
                f"wave {wave}: {len(placed)} people in places of the sample, {len(sampled)} sampled"
            )
        lost = sum(one.placed.why is Why.NO_CASE for one in here)
        if lost:
            found.append(f"wave {wave}: {lost} people are in a draw and have no case")
        complete = sum(one.placed.place is Place.COMPLETE for one in here)
        if complete != books.completes.get(wave, 0):
            found.append(
                f"wave {wave}: {complete} people in place complete,"
                f" {books.completes.get(wave, 0)} interviews were finished"
            )
        impossible = sum(one.placed.place in WITHOUT_CASE for one in here)
        if len(here) - impossible < books.cases.get(wave, 0):
            found.append(
                f"wave {wave}: {books.cases[wave]} cases, {len(here) - impossible} people asked,"
                " not asked any more or gone"
            )
    if not found:
        found += _flows_differ(waves, lines, len(everybody))
    return found


def _missing(wave: int, times: Counter[UUID], everybody: set[UUID]) -> list[str]:
    found = []
    if nowhere := len(everybody - times.keys()):
        found.append(f"wave {wave}: {nowhere} people are in no place")
    if strangers := len(times.keys() - everybody):
        found.append(f"wave {wave}: {strangers} people were never drawn")
    if twice := sum(number > 1 for number in times.values()):
        found.append(f"wave {wave}: {twice} people are in more than one place")
    return found


def _flows_differ(waves: Sequence[int], lines: Sequence[Line], people: int) -> list[str]:
    """Flows between two waves are all people, and fill the places of both."""
    found = []
    out: Counter[tuple[int, Place, Why | None]] = Counter()
    into: Counter[tuple[int, Place, Why | None]] = Counter()
    moved: Counter[int] = Counter()
    for one in flows(waves, lines):
        out[one.from_wave, one.from_place, one.from_why] += one.people
        into[one.to_wave, one.to_place, one.to_why] += one.people
        moved[one.from_wave] += one.people
    there = Counter((one.wave, one.placed.place, one.placed.why) for one in lines)
    for before, after in pairwise(waves):
        if moved[before] != people:
            found.append(f"{moved[before]} people go from wave {before} to {after}, of {people}")
        for flow, wave in ((out, before), (into, after)):
            if any(flow[key] != count for key, count in there.items() if key[0] == wave):
                found.append(f"the flows from wave {before} to {after} do not fill wave {wave}")
    return found
