"""A small release folder made by hand, with every feature the readers have to cope with."""

from __future__ import annotations

import csv
import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

SURVEY = Path("surveys/perspectief")
POPULATION = {
    ("asiel", "wi2021"): 34400,
    ("gezin", "wi2021"): 16100,
    ("overig", "wi2021"): 1100,
    ("asiel", "wi2013"): 28920,
    ("gezin", "wi2013"): 13450,
    ("overig", "wi2013"): 1570,
}
SAMPLED = {"asiel": 160, "gezin": 120, "overig": 40}
NATIONALITIES = ("SY", "TR", "YE", "AF", "ER", "MA", "IR", "IQ", "other")
Row = dict[str, str]

CODES: dict[str, tuple[str, Sequence[str]]] = {
    "r_grp": ("derived", ("asiel", "gezin", "overig", "onbekend")),
    "r_regime": ("derived", ("wi2021", "wi2013", "onbekend")),
    "groep": ("derived", tuple(f"{g}_{a}" for g, a in POPULATION)),
    "sekse": ("derived", ("man", "vrouw")),
    "r_route": ("single", ("b1", "onderwijs", "z")),
    "e_meedoen": ("single", ("1", "2", "3", "4", "5")),
    "d_nu": ("multiple", ("betaald", "vrijwillig", "geen")),
    "fr_act": ("frame", ("wi2021", "wi2013", "unknown")),
    "x_split": ("derived", ("a", "b", "c", "d")),
    "q_tempo": ("single", ("snel", "goed", "langzaam")),
    "r_educ": ("single", ("geen", "basis", "middelbaar", "hoger")),
    **{f"g_{k}": ("single", ("1", "2", "3", "4", "5")) for k in "abcd"},
}


def variable(name: str, kind: str, codes: Sequence[str], **more: Any) -> dict[str, Any]:
    columns = [f"{name}__{code}" for code in codes] if kind == "multiple" else [name]
    return {
        "name": name,
        "kind": kind,
        "waves": [2024, 2025],
        "label": {"nl": name, "en": name},
        "question": {"nl": f"{name}?", "en": f"{name}?"},
        "codes": [{"code": c, "label": {"nl": f"nl {c}", "en": f"en {c}"}} for c in codes],
        "columns": columns,
        "base": "true",
        **more,
    }


def write_release(
    folder: Path,
    *,
    waves: Sequence[int] = (2024,),
    seed: int = 1,
    synthetic: bool = True,
    frame: Callable[[list[Row]], None] = lambda rows: None,
    responses: Callable[[list[Row]], None] = lambda rows: None,
    margins: Callable[[list[Row]], None] = lambda rows: None,
    manifest: Mapping[str, Any] | None = None,
) -> Path:
    """Write a release; the callables change its rows before they are written and hashed."""
    folder.mkdir(parents=True, exist_ok=True)
    people = _people(random.Random(seed))
    frame_rows, response_rows = [], []
    for k, wave in enumerate(waves):
        rng = random.Random(1000 * seed + wave)
        for person in people:
            wave_frame, answers = _wave(person, wave, rng, first=k == 0)
            frame_rows.append(wave_frame)
            response_rows += answers
        stayed = {row["person_id"] for row in frame_rows if row["disposition"] == "1.1"}
        people = [person for person in people if person["person_id"] in stayed]
    margin_rows = _margin_rows()
    frame(frame_rows)
    responses(response_rows)
    margins(margin_rows)
    write_csv(folder / "frame.csv", frame_rows)
    write_csv(folder / "responses.csv", response_rows)
    write_csv(folder / "margins.csv", margin_rows)
    codebook = {
        "study": "perspectief",
        "languages": ["nl", "en"],
        "missing": {"dk": {"nl": "Weet ik niet", "en": "I do not know"}},
        "variables": [
            variable(name, kind, codes, **({"block": "b"} if name == "q_tempo" else {}))
            for name, (kind, codes) in CODES.items()
        ]
        + [variable("leeftijd", "derived", ()), variable("r_brief", "month", ())],
    }
    (folder / "codebook.json").write_text(json.dumps(codebook), encoding="utf-8")
    write_manifest(folder, waves, synthetic, manifest or {})
    return folder


def _people(rng: random.Random) -> list[Row]:
    people = []
    for (group, act), size in POPULATION.items():
        for _ in range(SAMPLED[group]):
            people.append(
                {
                    "person_id": f"P{len(people):05d}",
                    "stratum": f"{group}_{act}",
                    "N_h": str(size),
                    "n_h": str(SAMPLED[group]),
                    "base_weight": repr(size / SAMPLED[group]),
                    "fr_group": group,
                    "fr_act": act,
                    "fr_nationality": rng.choices(NATIONALITIES, (33, 10, 5, 5, 4, 4, 3, 2, 34))[0],
                    "fr_sex": rng.choice(("man", "vrouw")),
                    "x_split": rng.choice("abcd"),
                }
            )
    return people


def _wave(person: Row, wave: int, rng: random.Random, *, first: bool) -> tuple[Row, list[Row]]:
    chance = 0.65 if person["fr_group"] == "asiel" else 0.5
    draw = rng.random()
    if draw < chance:
        disposition, status = "1.1", "complete"
    elif draw < chance + 0.08:
        disposition, status = "1.2", "partial"
    elif draw > 0.98:
        disposition, status = "4.10", ""
    else:
        disposition, status = "2.11" if draw < 0.9 else "3.19", ""
    eligible = {"4": "no", "3": "unknown"}.get(disposition[0], "yes")
    frame = {k: v for k, v in person.items() if k != "x_split"}
    frame |= {"case_id": f"C{wave}{person['person_id']}", "wave": str(wave)}
    frame |= {"eligible": eligible, "disposition": disposition}
    if not status:
        return frame, []
    return frame, [_answers(person, frame, status, rng)]


def _answers(person: Row, frame: Row, status: str, rng: random.Random) -> Row:
    partial = status == "partial"
    last = "break_off" if partial else None
    works = rng.random() < 0.5
    chosen = ["betaald"] if works else ["geen"]
    if works and rng.random() < 0.2:
        chosen.append("vrijwillig")
    wi2021 = person["fr_act"] == "wi2021"
    row = {
        "person_id": person["person_id"],
        "case_id": frame["case_id"],
        "wave": frame["wave"],
        "case_status": status,
        "fr_group": person["fr_group"],
        "fr_act": person["fr_act"],
        "r_grp": person["fr_group"],
        "r_regime": person["fr_act"],
        "groep": f"{person['fr_group']}_{person['fr_act']}",
        "sekse": person["fr_sex"],
        "x_split": person["x_split"],
        "leeftijd": str(rng.randint(18, 64)),
        "r_brief": rng.choice(("2021-11", "2022", "2022-05", "2023-01")),
        "r_route": rng.choice(("b1", "onderwijs", "z", "dk")) if wi2021 else "na_route",
        "e_meedoen": last or rng.choices(("1", "2", "3", "4", "5", "dk"), (30, 41, 10, 8, 6, 5))[0],
        "q_tempo": rng.choice(("snel", "goed", "langzaam"))
        if person["x_split"] == "b"
        else "na_route",
    }
    row["r_educ"] = rng.choice(CODES["r_educ"][1])
    row |= {f"g_{k}": last or rng.choice("12345") for k in "abcd"}
    for code in CODES["d_nu"][1]:
        row[f"d_nu__{code}"] = last or ("1" if code in chosen else "0")
    return row


def _margin_rows() -> list[Row]:
    rows: list[Row] = []
    for path in sorted((SURVEY / "margins").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows += list(csv.DictReader(lines))
    return rows


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_manifest(
    folder: Path, waves: Sequence[int], synthetic: bool, changes: Mapping[str, Any]
) -> None:
    names = ("codebook.json", "frame.csv", "margins.csv", "responses.csv")
    files = {n: {"sha256": hashlib.sha256((folder / n).read_bytes()).hexdigest()} for n in names}
    manifest = {
        "study": "perspectief",
        "waves": list(waves),
        "synthetic": synthetic,
        "code_version": "test",
        "files": files,
        **changes,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
