"""Longitudinal weights when people are lost, and when they left the population: two things.

The population of the simulation is made here and known whole, so its totals are counted, not
estimated. Seeds are fixed.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.design import survey_design
from analysis.means import total
from analysis.responses import Release, read_release
from analysis.weighting.recipe import parse_recipe, read_recipe
from analysis.weighting.result import Weighting
from analysis.weighting.run import weigh
from tests.unit.analysis.releases import variable, write_csv, write_manifest

RECIPE = """
weight: w12
waves: [2024, 2025]
lonely: adjust
steps:
  - base
  - nonresponse: {method: classes, cells: [fr_group], max_factor: 9}
  - attrition: {wave: 2025, predictors: [PREDICTORS], method: inverse}
"""


def weighed(release: Release, predictors: str = "fr_group, e_meedoen") -> Weighting:
    return weigh(release, parse_recipe(RECIPE.replace("PREDICTORS", predictors)))


def write(
    folder: Path, frame: list[dict], responses: list[dict], ledger: list[dict] | None
) -> Release:
    """A release of two waves with one question: does the person take part in society (1) or not."""
    folder.mkdir(parents=True)
    book = {
        "study": "perspectief",
        "languages": ["nl", "en"],
        "missing": {"dk": {"nl": "Weet ik niet", "en": "I do not know"}},
        "variables": [
            variable("fr_group", "frame", ("asiel", "gezin")),
            variable("e_meedoen", "single", ("1", "2")),
        ],
    }
    (folder / "codebook.json").write_text(json.dumps(book), encoding="utf-8")
    write_csv(folder / "frame.csv", frame)
    write_csv(folder / "responses.csv", responses)
    margin = {"margin": "none", "category": "all=all", "value": "1", "reference_date": "2023-10-01"}
    write_csv(folder / "margins.csv", [margin])
    if ledger is not None:
        write_csv(folder / "ledger.csv", ledger)
    write_manifest(folder, (2024, 2025), True, {})
    return read_release(folder)


def frame_row(person: str, wave: int, group: str, size: int, drawn: int, code: str) -> dict:
    return {
        "person_id": person,
        "case_id": f"C{wave}{person}",
        "wave": str(wave),
        "stratum": group,
        "N_h": str(size),
        "n_h": str(drawn),
        "base_weight": repr(size / drawn),
        "fr_group": group,
        "eligible": {"1": "yes", "4": "no"}.get(code[0], "unknown"),
        "disposition": code,
    }


def response_row(person: str, wave: int, group: str, answer: str) -> dict:
    return {
        "person_id": person,
        "case_id": f"C{wave}{person}",
        "wave": str(wave),
        "case_status": "complete",
        "fr_group": group,
        "e_meedoen": answer,
    }


def ledger_row(person: str, place: str, reason: str, eligible: str) -> dict:
    return {
        "person_id": person, "wave": "2025", "place": place, "reason": reason, "eligible": eligible
    }  # fmt: skip


# --- worked by hand -------------------------------------------------------------------------------

FATES = {
    "asiel": (
        [("complete", "", "yes")] * 30
        + [("out_of_population", "deceased", "no")] * 10
        + [("not_asked", "no_recontact_consent", "unknown")] * 10
        + [("not_reached", "no_answer", "unknown")] * 10
    ),
    "gezin": (
        [("complete", "", "yes")] * 20
        + [("not_asked", "refused_hard", "unknown")] * 10
        + [("out_of_population", "moved_abroad", "no")] * 10
    ),
}
"""60 of 600 and 40 of 400 people, drawn with weight 10, who all took part in 2024."""


def by_hand(folder: Path, *, ledger: bool = True) -> Release:
    frame, responses, lines = [], [], []
    for group, fates in FATES.items():
        for number, (place, reason, eligible) in enumerate(fates):
            person = f"{group}{number:03d}"
            size = 10 * len(fates)
            frame.append(frame_row(person, 2024, group, size, len(fates), "1.1"))
            responses.append(response_row(person, 2024, group, "1"))
            lines.append(ledger_row(person, place, reason, eligible))
            if place in ("complete", "not_reached"):
                code = "1.1" if place == "complete" else "3.19"
                frame.append(frame_row(person, 2025, group, size, len(fates), code))
            if place == "complete":
                responses.append(response_row(person, 2025, group, "1"))
    return write(folder, frame, responses, lines if ledger else None)


def test_who_stayed_stand_for_the_lost_and_nobody_for_the_dead(tmp_path: Path) -> None:
    weighting = weighed(by_hand(tmp_path / "r"), "fr_group")

    weights = weighting.people.assign(w=weighting.weights).groupby("fr_group")["w"]
    # Asiel: 10 x (30 + 10 + 10) / 30; gezin: 10 x (20 + 10) / 20.
    assert weights.max().to_dict() == pytest.approx({"asiel": 50 / 3, "gezin": 15.0}, rel=1e-6)
    assert weights.sum().to_dict() == pytest.approx({"asiel": 500.0, "gezin": 300.0}, rel=1e-6)
    step = weighting.diagnostics["steps"][-1]
    assert (step["exits"], step["exits_weighted"]) == (20, 200.0)
    assert step["exits_by_reason"] == {"deceased": 10, "moved_abroad": 10}
    assert step["not_asked"] == {
        "deceased": 10, "moved_abroad": 10, "no_recontact_consent": 10, "refused_hard": 10
    }  # fmt: skip


def test_without_a_ledger_the_dead_count_as_lost_and_the_diagnostics_say_so(
    tmp_path: Path,
) -> None:
    weighting = weighed(by_hand(tmp_path / "r", ledger=False), "fr_group")

    assert weighting.weights.sum() == pytest.approx(1000.0, rel=1e-6)
    warning = next(one for one in weighting.diagnostics["warnings"] if "ledger.csv" in one)
    assert warning.startswith("attrition: 40 people have no row in wave 2025")


def test_person_twice_in_the_ledger_of_a_wave_is_refused(tmp_path: Path) -> None:
    release = by_hand(tmp_path / "r")
    lines = (release.folder / "ledger.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (release.folder / "ledger.csv").write_text("".join([*lines, lines[1]]), encoding="utf-8")

    with pytest.raises(Exception, match=r"ledger\.csv: asiel000 occurs twice in wave 2025"):
        read_release(release.folder)


CALIBRATED = """
weight: NAME
waves: [2024, 2025, 2027]
lonely: adjust
steps:
  - base: START
  - attrition: {wave: WAVE, predictors: [fr_group], method: inverse}
  - calibrate:
      total: 1000
      less_exits: true
      margins: [{name: group, levels: "{fr_group}", from: {margin: group, key: groep}}]
"""


def test_who_left_before_an_earlier_wave_stays_off_the_population_of_all_three(
    tmp_path: Path,
) -> None:
    """In 2027 five of thirty asiel have died, ten and five are lost: 20 and 10 people stay."""
    first = by_hand(tmp_path / "r")
    frame = first.frame.astype(str).to_dict("records")
    responses = first.responses.astype(str).to_dict("records")
    ledger = first.ledger.to_dict("records") if first.ledger is not None else []
    for group, fates in {
        "asiel": "s" * 20 + "d" * 5 + "l" * 5,
        "gezin": "s" * 10 + "l" * 10,
    }.items():
        for number, fate in enumerate(fates):
            person, size = f"{group}{number:03d}", 10 * len(FATES[group])
            if fate == "s":
                frame.append(frame_row(person, 2027, group, size, size // 10, "1.1"))
                responses.append(response_row(person, 2027, group, "1"))
            died = ("out_of_population", "deceased", "no")
            lost = ("not_asked", "refused_hard", "unknown")
            line = ledger_row(person, *(died if fate == "d" else lost))
            ledger += [line | {"wave": "2027"}] if fate != "s" else []
    release = write(tmp_path / "three", frame, responses, ledger)
    margins = [
        {
            "margin": "group", "category": f"groep={group}", "value": value,
            "reference_date": "2023-10-01",
        }
        for group, value in (("asiel", "600"), ("gezin", "400"))
    ]  # fmt: skip
    write_csv(release.folder / "margins.csv", margins)
    for name, start, wave in (("w12", "{}", "2025"), ("w123", "{from: w12}", "2027")):
        text = CALIBRATED.replace("NAME", name).replace("START", start).replace("WAVE", wave)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    release = read_release(release.folder, verify=False)
    weighting = weigh(release, read_recipe(tmp_path / "w123.yaml"))

    weights = weighting.people.assign(w=weighting.weights).groupby("fr_group")["w"]
    # Asiel: 600 - 10 dead x 10 - 5 dead x 50 / 3, over 20; gezin: 400 - 10 gone x 10, over 10.
    assert weights.sum().to_dict() == pytest.approx({"asiel": 1250 / 3, "gezin": 300.0})
    assert weights.max().to_dict() == pytest.approx({"asiel": 1250 / 60, "gezin": 30.0})


# --- a population that is known whole -------------------------------------------------------------

SIZES = {"asiel": 18_000, "gezin": 12_000}
DRAWN = {"asiel": 900, "gezin": 600}


def population() -> pd.DataFrame:
    """Everybody: group, answer in 2024, whether they left, answer in 2025.

    Who takes part in 2024 does so more often in 2025; who does not, leaves more often.
    """
    rng = np.random.default_rng(20240101)
    group = np.repeat(list(SIZES), list(SIZES.values()))
    first = rng.random(len(group)) < np.where(group == "asiel", 0.35, 0.6)
    left = rng.random(len(group)) < np.where(first, 0.04, 0.14)
    second = rng.random(len(group)) < np.where(first, 0.8, 0.25)
    return pd.DataFrame({"group": group, "first": first, "left": left, "second": second})


EVERYBODY = population()
TRUTH = int((EVERYBODY["second"] & ~EVERYBODY["left"]).sum())
"""People who in 2025 are still in the population and take part."""


def fielded(folder: Path, seed: int) -> Release:
    """Draw, ask in 2024 and again in 2025.

    Taking part depends on the group in 2024; staying depends on the group and on the answer of
    2024. A third of the lost refused to be asked again, and half of those who left were known to
    have left before the wave, so neither has a row in its frame.
    """
    rng = np.random.default_rng(seed)
    frame, responses, lines = [], [], []
    for group, size in SIZES.items():
        members = EVERYBODY.index[EVERYBODY["group"] == group].to_numpy()
        for number in rng.choice(members, DRAWN[group], replace=False):
            one, person = EVERYBODY.loc[number], f"P{number:06d}"
            answers = rng.random() < (0.7 if group == "asiel" else 0.5)
            code = "1.1" if answers else "3.19"
            frame.append(frame_row(person, 2024, group, size, DRAWN[group], code))
            if answers:
                responses.append(response_row(person, 2024, group, "1" if one["first"] else "2"))
            place, reason, eligible, code = _second(rng, group, one, answered=answers)
            lines.append(ledger_row(person, place, reason, eligible))
            if code:
                frame.append(frame_row(person, 2025, group, size, DRAWN[group], code))
            if code == "1.1":
                responses.append(response_row(person, 2025, group, "1" if one["second"] else "2"))
    return write(folder, frame, responses, lines)


def _second(
    rng: np.random.Generator, group: str, one: pd.Series, *, answered: bool
) -> tuple[str, str, str, str]:
    if one["left"]:
        return "out_of_population", "deceased", "no", "" if rng.random() < 0.5 else "4.90"
    logit = 0.3 + (0.9 if group == "asiel" else 0.0) + (1.1 if one["first"] else -0.6)
    if rng.random() < 1 / (1 + np.exp(-logit)):
        return "complete", "", "yes", "1.1"
    if answered and rng.random() < 1 / 3:
        return "not_asked", "no_recontact_consent", "unknown", ""
    return "not_reached", "no_answer", "unknown", "3.19"


def estimate(release: Release, weighting: Weighting) -> tuple[float, float, float]:
    """The number who take part in 2025, with its 95 % interval."""
    second = release.responses[release.responses["wave"] == "2025"]
    answer = second.set_index("person_id")["e_meedoen"].astype(str)
    people = weighting.people.assign(
        works=(weighting.people["person_id"].map(answer) == "1").astype(float)
    )
    design = survey_design(
        people, weights=weighting.weights, units=["person_id"], strata=["stratum"]
    )
    found = total(design, "works")
    return float(found.value[0]), float(found.low[0]), float(found.high[0])


def test_longitudinal_weight_recovers_the_total_of_those_still_there(tmp_path: Path) -> None:
    found = []
    for seed in range(25):
        release = fielded(tmp_path / str(seed), seed)
        found.append(estimate(release, weighed(release)))

    covered = sum(low <= TRUTH <= high for _, low, high in found)
    # Of 25 intervals of 95 %, fewer than 21 hold the truth less than once in 100 times.
    assert covered >= 21
    values = np.array([value for value, _, _ in found])
    se_of_mean = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - TRUTH) < 3 * se_of_mean


def test_estimate_misses_the_total_when_the_dead_are_made_up_for_or_the_answer_is_ignored(
    tmp_path: Path,
) -> None:
    without, ignored, right = [], [], []
    for seed in range(8):
        release = fielded(tmp_path / str(seed), seed)
        right.append(estimate(release, weighed(release))[0])
        ignored.append(estimate(release, weighed(release, "fr_group"))[0])
        (release.folder / "ledger.csv").unlink()
        blind = read_release(release.folder)
        without.append(estimate(blind, weighed(blind))[0])

    # More people than there are, and among them too many who take part.
    assert np.mean(without) > 1.015 * np.mean(right)
    assert np.mean(ignored) > 1.05 * TRUTH
