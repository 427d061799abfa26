"""Two releases of the same wave side by side: whatever one masks, the other must not give back."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from analysis.disclosure.audit import certify, recoveries
from analysis.disclosure.masking import MaskedTables
from analysis.disclosure.policy import Policy
from analysis.disclosure.problem import Requirement
from analysis.disclosure.system import CellSystem, DisclosureError, SystemBuilder


class DifferencingError(DisclosureError):
    """Two releases together say more than each may; ``leaks`` says where."""

    def __init__(self, earlier: str, later: str, leaks: Sequence[Leak]) -> None:
        self.pair = (earlier, later)
        self.leaks = tuple(leaks)
        listed = "\n".join(f"  {leak.cell}: {leak.what}" for leak in leaks)
        super().__init__(f"releases {earlier} and {later} may not both be published:\n{listed}")


@dataclass(frozen=True)
class Leak:
    """One cell that two releases give away together."""

    cell: str
    what: str


@dataclass(frozen=True, eq=False)
class ReleaseCells:
    """The cells of a release with their true counts, for the archive and never for readers.

    Attributes
    ----------
    name : str
    counts : mapping of str to float
        Interviews by the name of the cell, which says wave and people (`groups.Group`).
    masked : frozenset of str
    required : mapping of str to float
        Protection width of the primary cells.
    relations : tuple of mapping
        Signs by the name of the cell.
    """

    name: str
    counts: Mapping[str, float] = field(repr=False)
    masked: frozenset[str] = field(repr=False)
    required: Mapping[str, float] = field(repr=False)
    relations: tuple[Mapping[str, float], ...] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON-ready mappings and lists."""
        return {
            "name": self.name,
            "counts": dict(sorted(self.counts.items())),
            "masked": sorted(self.masked),
            "required": dict(sorted(self.required.items())),
            "relations": [dict(relation) for relation in self.relations],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ReleaseCells:
        """Read what `to_json` gave."""
        return cls(
            str(document["name"]),
            document["counts"],
            frozenset(document["masked"]),
            document["required"],
            tuple(document["relations"]),
        )


def release_cells(name: str, tables: MaskedTables) -> ReleaseCells:
    """Give the cells of masked tables, to be compared with releases to come."""
    system = tables.cells.system
    relations = system.relations
    spans = zip(
        np.split(relations.indices, relations.indptr[1:-1]),
        np.split(relations.data, relations.indptr[1:-1]),
        strict=True,
    )
    required = {
        system.names[need.cell]: need.width
        for need in tables.primary.problem.requirements
        if need.measure == SystemBuilder.COUNT
    }
    return ReleaseCells(
        name,
        dict(zip(system.names, system.counts.tolist(), strict=True)),
        frozenset(system.names[k] for k in np.flatnonzero(tables.masked)),
        required,
        tuple(
            {system.names[cell]: float(sign) for cell, sign in zip(cells, signs, strict=True)}
            for cells, signs in spans
        ),
    )


def refuse_differencing(
    earlier: ReleaseCells, later: ReleaseCells, policy: Policy | None = None
) -> None:
    """Refuse a release that gives people away together with an earlier one.

    Raises
    ------
    DifferencingError
        Naming both releases and every cell at fault.
    """
    leaks = differences(earlier, later, policy or Policy())
    if leaks:
        raise DifferencingError(earlier.name, later.name, leaks)


def differences(earlier: ReleaseCells, later: ReleaseCells, policy: Policy) -> list[Leak]:
    """Give the cells that two releases give away together.

    Three ways are tried: a cell printed in both, whose counts differ by fewer than the minimum (the
    few people are the difference); a cell masked in one and printed in the other with a count as
    near; and, for cells that did not change, all that both print taken together, by the audit of
    `certify`. Cells of different waves have different names and are never compared.
    """
    leaks = list(_near(earlier, later, policy))
    if leaks:
        return leaks
    both = _together(earlier, later)
    return [Leak(name, "can be worked out from both together") for name in both]


def _near(earlier: ReleaseCells, later: ReleaseCells, policy: Policy) -> Iterator[Leak]:
    for name in sorted(set(earlier.counts) & set(later.counts)):
        apart = abs(later.counts[name] - earlier.counts[name])
        in_earlier, in_later = name in earlier.masked, name in later.masked
        if apart >= policy.minimum_cell or (in_earlier and in_later):
            continue
        if not in_earlier and not in_later:
            if apart:
                yield Leak(name, f"the counts differ by {apart:g}")
        else:
            hidden, shown = (earlier, later) if in_earlier else (later, earlier)
            # A complementary cell that did not change is left to the audit of both together.
            if apart or name in hidden.required:
                yield Leak(name, f"masked in {hidden.name}, printed in {shown.name}")


def _together(earlier: ReleaseCells, later: ReleaseCells) -> list[str]:
    """Give the primary cells worked out from both releases as one system.

    Linked cells that both treat alike were proven when each was made; only what one of them prints
    or relates otherwise is worked out again.
    """
    same = {
        name for name in earlier.counts if earlier.counts[name] == later.counts.get(name, np.nan)
    }
    joint = _Joint()
    for release in (earlier, later):
        joint.add(release, same)
    system = _system(list(joint.place), joint.counts, list(joint.rows.values()))
    differing = np.array(joint.differing())
    needs = [
        Requirement(cell, SystemBuilder.COUNT, width=joint.required[cell])
        for part in system.components()
        if differing[part].any()
        for cell in part.tolist()
        if cell in joint.required and not joint.shown[cell]
    ]
    audited = certify(system, ~np.array(joint.shown, dtype=bool), needs)
    return [recovery.name for recovery in recoveries(system, needs, audited)]


class _Joint:
    """Two releases as one system; a cell that did not change is one cell."""

    def __init__(self) -> None:
        self.place: dict[str, int] = {}
        self.counts: list[float] = []
        self.shown: list[bool] = []
        self.required: dict[int, float] = {}
        self.rows: dict[frozenset[tuple[int, float]], dict[int, float]] = {}
        self._seen: list[list[bool]] = []
        self._relations: list[set[frozenset[tuple[int, float]]]] = []

    def add(self, release: ReleaseCells, same: Container[str]) -> None:
        """Add a release; ``same`` are the cells that count the same in both."""
        own = {}
        for name, count in release.counts.items():
            joint = name if name in same else f"{release.name}: {name}"
            at = own[name] = self.place.setdefault(joint, len(self.place))
            if at == len(self.counts):
                self.counts.append(count)
                self.shown.append(False)
                self._seen.append([])
            self._seen[at].append(name not in release.masked)
            self.shown[at] = self.shown[at] or name not in release.masked
        relations = set()
        for row in release.relations:
            placed = {own[name]: sign for name, sign in row.items()}
            key = frozenset(placed.items())
            relations.add(key)
            self.rows[key] = placed
        self._relations.append(relations)
        for name, width in release.required.items():
            self.required[own[name]] = max(width, self.required.get(own[name], 0.0))

    def differing(self) -> list[bool]:
        """Tell which cells one release has, prints or relates and the other does not."""
        found = [seen != [seen[0]] * 2 for seen in self._seen]
        for relation in self._relations[0] ^ self._relations[1]:
            for cell, _ in relation:
                found[cell] = True
        return found


def _system(names: list[str], counts: list[float], rows: list[dict[int, float]]) -> CellSystem:
    data = [sign for row in rows for sign in row.values()]
    cells = [cell for row in rows for cell in row]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    relations = sparse.csr_array((data, cells, starts), shape=(len(rows), len(names)))
    return CellSystem(tuple(names), relations, {SystemBuilder.COUNT: np.array(counts)})
