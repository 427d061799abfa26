"""The frame meets the published counts to the last person, and shows nothing it should not."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.synthetic.assumptions import ASSUMPTIONS
from app.synthetic.margins import MarginError, apportion
from app.synthetic.population import build_population, nationality_counts

PROJECT = Path(__file__).parents[3]
MARGINS = PROJECT / "surveys" / "perspectief" / "margins"

# DUO, 1 October 2023, as published in the first report of the study (tables 2.2 and 2.4).
PUBLISHED_CELLS = {
    "asiel_wi2021": 34_400,
    "gezin_wi2021": 16_100,
    "overig_wi2021": 1_100,
    "asiel_wi2013": 28_920,
    "gezin_wi2013": 13_450,
    "overig_wi2013": 1_570,
}
# The same report, table 2.3: asylum migrants; family and other migrants.
PUBLISHED_NATIONALITIES = {
    "SY": (16_700, 500),
    "TR": (3_400, 1_500),
    "YE": (2_800, 0),
    "AF": (2_000, 400),
    "ER": (2_000, 200),
    "MA": (100, 1_800),
    "IR": (1_100, 300),
    "IQ": (900, 300),
}


def rows(name):
    with (MARGINS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def towns():
    return [
        {"code": "GM0363", "name": "Amsterdam", "valid_to": ""},
        {"code": "GM0000", "name": "Merged long ago", "valid_to": "2022-12-31"},
    ]


def build(groups=None, *, seed=1):
    return build_population(
        groups=groups or rows("national_group_x_act_2023-10-01.csv"),
        nationalities=rows("nationality_wi2021_2023-10-01.csv"),
        municipalities=towns(),
        seed=seed,
    )


def test_population_has_every_published_cell_exactly(people):
    assert len(people) == 95_540
    assert Counter(person.stratum for person in people) == PUBLISHED_CELLS


def test_population_under_wi2021_has_the_published_nationalities(people):
    found = Counter(
        (person.nationality, person.group == "asiel") for person in people if person.act == "wi2021"
    )

    for nationality, (asylum, others) in PUBLISHED_NATIONALITIES.items():
        assert found[nationality, True] == asylum
        assert found[nationality, False] == others


def test_rounded_nationalities_are_rescaled_when_cells_are_smaller():
    cells = {**PUBLISHED_CELLS, "asiel_wi2021": 1_000, "gezin_wi2021": 90, "overig_wi2021": 11}
    published = {
        "asiel": {"SY": 600, "other": 401},
        "gezin_overig": {"SY": 30, "TR": 41, "other": 30},
    }

    counts = dict(nationality_counts(cells, published))

    assert {cell: sum(found.values()) for cell, found in counts.items()} == cells
    both = {
        name: counts["gezin_wi2021"][name] + counts["overig_wi2021"][name]
        for name in ("SY", "TR", "other")
    }
    assert both == {"SY": 30, "TR": 41, "other": 30}


@given(
    st.integers(0, 5_000),
    st.dictionaries(st.text(min_size=1, max_size=2), st.integers(1, 900), min_size=1),
)
def test_apportioned_people_are_whole_and_add_up(total, weights):
    counts = apportion(total, weights)

    assert sum(counts.values()) == total
    for name, count in counts.items():
        assert abs(count - total * weights[name] / sum(weights.values())) < 1


def test_missing_margin_is_named():
    with pytest.raises(MarginError, match="group_x_act"):
        build(groups=rows("nationality_wi2021_2023-10-01.csv"))


def test_frame_values_are_those_the_bank_allows(bank, people):
    allowed = {variable.var: set(variable.values) for variable in bank.frame if variable.values}
    towns_of_study = {entry.code for entry in bank.code_lists["municipality"]}
    countries = {entry.code for entry in bank.code_lists["country"]}

    for person in people[:5_000]:
        frame = person.frame()
        assert all(frame[var] in allowed[var] for var in allowed.keys() & frame.keys())
        assert frame["fr_municipality"] in towns_of_study
        assert frame["fr_country"] in countries
        assert 16 <= 2023 - int(frame["fr_birth_year"]) <= 68


def test_ids_are_opaque_and_unique(people):
    assert len({person.id for person in people}) == len(people)
    assert all(re.fullmatch("[0-9a-f]{16}", person.id) for person in people[:1_000])
    # Neither the order of ids nor that of people tells the group.
    for order in (people, sorted(people)):
        first = Counter(person.stratum for person in order[:10_000])
        assert first["asiel_wi2021"] / 10_000 == pytest.approx(34_400 / 95_540, abs=0.02)


def test_same_seed_gives_the_same_people_and_another_seed_others(people):
    assert build(seed=4) == build(seed=4)
    assert not {p.id for p in build(seed=4)} & {person.id for person in people}


def test_nobody_lives_in_a_municipality_that_was_gone_before_the_reference_date():
    assert {person.municipality for person in build()} == {"GM0363"}


def test_readme_names_every_assumption():
    readme = (PROJECT / "app" / "synthetic" / "README.md").read_text(encoding="utf-8")

    assert all(f"| {one.about} | {one.sentence} |" in readme for one in ASSUMPTIONS)
