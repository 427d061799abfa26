"""A release of any size, made from a small synthetic one by drawing its people many times.

What a larger release costs depends on its rows, not on who they are. So the rows are copied whole,
under fresh ids: answers keep their routing, and a person of two waves stays one. How often somebody
is drawn varies widely, most people rarely and a few very often; with equal copies every cell would
hold a multiple of them, and disclosure control would find nothing small to mask. Population figures
grow with the sample, so weights stay what they were. Nothing can be learned from such a release.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SPREAD = 0.5
"""Shape of the gamma distribution behind the number of copies: below 1 is very uneven."""
_PEOPLE = "persons"
_UTF8 = "utf-8"


@dataclass(frozen=True)
class Copies:
    """How often each person is drawn, and the ids of the copies."""

    times: dict[str, int]
    first: dict[str, int]
    factor: float

    def ids(self, person: str) -> Iterator[str]:
        """Give the ids of a person's copies, the same in every file and wave."""
        start = self.first[person]
        return (f"{number:032x}" for number in range(start, start + self.times[person]))


def enlarge(source: Path, target: Path, *, respondents: int, seed: int = 2021) -> Path:
    """Write a release with about so many respondents a wave; tells so in its manifest."""
    target.mkdir(parents=True)
    copies = _drawn(source, respondents, seed)
    _copy_responses(source / "responses.csv", target / "responses.csv", copies)
    _copy_frame(source / "frame.csv", target / "frame.csv", copies)
    _grow_margins(source / "margins.csv", target / "margins.csv", copies.factor)
    (target / "codebook.json").write_bytes((source / "codebook.json").read_bytes())
    manifest = json.loads((source / "manifest.json").read_text(encoding=_UTF8))
    manifest["resampled_from"] = {"respondents": respondents, "seed": seed}
    manifest["files"] = {
        path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in sorted(target.iterdir())
    }
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding=_UTF8)
    return target


def _drawn(source: Path, respondents: int, seed: int) -> Copies:
    people = sorted({row["person_id"] for row in _rows(source / "frame.csv")})
    answered = Counter(row["wave"] for row in _rows(source / "responses.csv"))
    factor = respondents / (sum(answered.values()) / len(answered))
    rng = np.random.default_rng(seed)
    times = rng.poisson(rng.gamma(SPREAD, factor / SPREAD, size=len(people)))
    starts = np.cumsum(times) - times
    return Copies(
        dict(zip(people, times.tolist(), strict=True)),
        dict(zip(people, starts.tolist(), strict=True)),
        factor,
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding=_UTF8, newline="") as lines:
        yield from csv.DictReader(lines)


def _copy_responses(source: Path, target: Path, copies: Copies) -> None:
    """Copy lines as they are behind the two ids: answers are codes, so no line is quoted."""
    with source.open(encoding=_UTF8) as lines, target.open("w", encoding=_UTF8, newline="") as out:
        header = next(lines)
        if not header.startswith("person_id,case_id,wave,"):
            raise ValueError(f"{source}: other columns than expected: {header[:40]}")
        out.write(header)
        for line in lines:
            person, _, rest = line.split(",", 2)
            wave = rest[:4]
            out.writelines(f"{one},{wave}{one[4:]},{rest}" for one in copies.ids(person))


def _copy_frame(source: Path, target: Path, copies: Copies) -> None:
    """Copy the sampled units; strata count their copies, of a population that grew alike."""
    drawn: Counter[tuple[str, str]] = Counter()
    for row in _rows(source):
        drawn[row["wave"], row["stratum"]] += copies.times[row["person_id"]]
    with target.open("w", encoding=_UTF8, newline="") as out:
        writer: csv.DictWriter[str] | None = None
        for row in _rows(source):
            if writer is None:
                writer = csv.DictWriter(out, list(row), lineterminator="\n")
                writer.writeheader()
            if row["stratum"]:
                population = float(row["N_h"]) * copies.factor
                sampled = drawn[row["wave"], row["stratum"]]
                row |= {"N_h": repr(population), "n_h": str(sampled)}
                row["base_weight"] = repr(population / max(sampled, 1))
            writer.writerows(
                row | {"person_id": one, "case_id": row["wave"] + one[4:]}
                for one in copies.ids(row["person_id"])
            )


def _grow_margins(source: Path, target: Path, factor: float) -> None:
    with target.open("w", encoding=_UTF8, newline="") as out:
        writer: csv.DictWriter[str] | None = None
        for row in _rows(source):
            if writer is None:
                writer = csv.DictWriter(out, list(row), lineterminator="\n")
                writer.writeheader()
            if row["unit"] == _PEOPLE and row["value"]:
                row["value"] = repr(float(row["value"]) * factor)
            writer.writerow(row)
