"""The sampling frame: one invented person for each of the people counted by DUO.

Six cells of group and act are exact, and so is nationality under Wi2021; the rest of a person is
drawn from the assumed tables in `demography`. What a person is behind the frame (schooling, route,
work, opinions) is in `biography`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

from app.synthetic.chance import label_number, mix
from app.synthetic.demography import (
    AGES,
    BIRTHPLACE_ELSEWHERE,
    BORN_AT_HOME,
    INHABITANTS,
    INHABITANTS_ELSEWHERE,
    LANGUAGE_BY_COUNTRY,
    NATIONALITIES,
    OTHER_COUNTRIES,
    OTHER_LANGUAGE,
    PULL_OF_CITIES,
    WI2013_NATIONALITY,
    WOMEN,
    YEARS_OLDER_UNDER_WI2013,
)
from app.synthetic.margins import Row, apportion, group_by_act, nationality_by_group, read_rows
from app.synthetic.months import FRAME_MONTH, year_of

GROUP_MARGIN = "national_group_x_act_2023-10-01.csv"
NATIONALITY_MARGIN = "nationality_wi2021_2023-10-01.csv"
MUNICIPALITIES = "municipalities.csv"


class Person(NamedTuple):
    """What the register knows of one invented person on 1 October 2023."""

    id: str
    """Sixteen hexadecimal digits without meaning; no two people share one."""
    group: str
    act: str
    sex: str
    birth_year: int
    country: str
    """Country of birth, ISO 3166 alpha-2."""
    nationality: str
    """One of the eight published nationalities, or ``other``."""
    municipality: str
    language: str
    """Preferred contact language, or ``unknown``."""

    @property
    def stratum(self) -> str:
        """Group by act, such as ``asiel_wi2021``: the strata of the sample."""
        return f"{self.group}_{self.act}"

    @property
    def key(self) -> int:
        """Seed of everything else about this person."""
        return int(self.id, 16)

    def frame(self) -> dict[str, str]:
        """The frame variables of the bank, without those a sample adds (entry, panel, stratum)."""
        return {
            "fr_group": self.group,
            "fr_act": self.act,
            "fr_edition": "national",
            "fr_sex": self.sex,
            "fr_birth_year": str(self.birth_year),
            "fr_country": self.country,
            "fr_nationality": self.nationality,
            "fr_municipality": self.municipality,
            "fr_language": self.language,
        }


def read_population(study: Path, *, seed: int) -> list[Person]:
    """Build the population from the margins and code lists of a study folder."""
    return build_population(
        groups=read_rows(study / "margins" / GROUP_MARGIN),
        nationalities=read_rows(study / "margins" / NATIONALITY_MARGIN),
        municipalities=read_rows(study / "codelists" / MUNICIPALITIES),
        seed=seed,
    )


def build_population(
    *,
    groups: Iterable[Row],
    nationalities: Iterable[Row],
    municipalities: Iterable[Row],
    seed: int,
) -> list[Person]:
    """Return one person for each person in the margins, in no meaningful order.

    Parameters
    ----------
    groups, nationalities
        Lines of the margin files: six cells of group by act; Wi2021 by nationality.
    municipalities
        Lines of the code list, with ``code``, ``name`` and ``valid_to``.
    seed
        The same seed gives the same people.

    Raises
    ------
    MarginError
        If a count is missing.
    """
    random = Random(seed)
    cells = group_by_act(groups)
    towns = [row for row in municipalities if _still_there(row)]
    people: list[Person] = []
    for cell, by_nationality in nationality_counts(cells, nationality_by_group(nationalities)):
        people += _people_of(cell, by_nationality, towns, random, first=len(people), seed=seed)
    random.shuffle(people)
    return people


def by_stratum(people: Iterable[Person]) -> dict[str, list[Person]]:
    """Return the people of each stratum, strata in alphabetical order."""
    strata: dict[str, list[Person]] = {}
    for person in people:
        strata.setdefault(person.stratum, []).append(person)
    return dict(sorted(strata.items()))


def nationality_counts(
    cells: Mapping[str, int], published: Mapping[str, Mapping[str, int]]
) -> list[tuple[str, dict[str, int]]]:
    """Divide each cell by nationality; cells sum exactly, and so does the published total.

    Published counts are rounded, so they are first rescaled to the sum of their cells. Family
    migrants get the nationalities that are left when the few other migrants have got theirs.
    """
    asylum = apportion(cells["asiel_wi2021"], published["asiel"])
    both = apportion(cells["gezin_wi2021"] + cells["overig_wi2021"], published["gezin_overig"])
    other = apportion(cells["overig_wi2021"], both)
    family = {name: count - other[name] for name, count in both.items()}
    wi2021 = {"asiel_wi2021": asylum, "gezin_wi2021": family, "overig_wi2021": other}
    wi2013 = {
        f"{group}_wi2013": apportion(cells[f"{group}_wi2013"], shares)
        for group, shares in WI2013_NATIONALITY.items()
    }
    return [(cell, (wi2021 | wi2013)[cell]) for cell in cells]


def _people_of(
    cell: str,
    by_nationality: Mapping[str, int],
    towns: Sequence[Row],
    random: Random,
    *,
    first: int,
    seed: int,
) -> list[Person]:
    """Return the people of one cell, nationality by nationality."""
    group, act = cell.split("_")
    scatter = mix(label_number(f"population {seed}"))
    places = [town["code"] for town in towns]
    town_weights = list(accumulate(_pull(town, group) for town in towns))
    people: list[Person] = []
    for nationality in NATIONALITIES:
        count = by_nationality.get(nationality, 0)
        homes = _homelands(nationality, group, count, random)
        sexes = random.choices(("vrouw", "man"), (WOMEN[cell], 1 - WOMEN[cell]), k=count)
        years = _birth_years(group, act, count, random)
        municipalities = random.choices(places, cum_weights=town_weights, k=count)
        languages = [_language(home, random) for home in homes]
        countries = [_birthplace(home, random) for home in homes]
        columns = zip(sexes, years, countries, municipalities, languages, strict=True)
        start = first + len(people)
        for number, (sex, year, country, place, language) in enumerate(columns, start):
            # `mix` maps different numbers to different ones, so ids cannot collide.
            person_id = f"{mix(scatter ^ number):016x}"
            people.append(
                Person(
                    person_id, group, act, sex, year, country, nationality, place, language
                )
            )  # fmt: skip
    return people


def _still_there(town: Row) -> bool:
    """Tell whether a municipality existed on the reference date."""
    return not town.get("valid_to") or town["valid_to"] >= f"{year_of(FRAME_MONTH)}-10-01"


def _pull(town: Row, group: str) -> float:
    return float(INHABITANTS.get(town["code"], INHABITANTS_ELSEWHERE) ** PULL_OF_CITIES[group])


def _homelands(nationality: str, group: str, count: int, random: Random) -> list[str]:
    """Country codes of the nationality; for ``other`` one of the assumed countries."""
    if nationality != "other":
        return [nationality] * count
    countries = OTHER_COUNTRIES[group]
    return random.choices(list(countries), list(countries.values()), k=count)


def _birthplace(home: str, random: Random) -> str:
    elsewhere = BIRTHPLACE_ELSEWHERE.get(home)
    if elsewhere is None or random.random() < BORN_AT_HOME:
        return home
    return random.choice(elsewhere)


def _language(home: str, random: Random) -> str:
    shares = LANGUAGE_BY_COUNTRY.get(home, OTHER_LANGUAGE)
    return random.choices(tuple(shares), tuple(shares.values()))[0]


def _birth_years(group: str, act: str, count: int, random: Random) -> list[int]:
    classes = AGES[group]
    older = YEARS_OLDER_UNDER_WI2013 if act == "wi2013" else 0
    spans = random.choices(list(classes), list(classes.values()), k=count)
    this_year = year_of(FRAME_MONTH)
    return [this_year - older - random.randint(low, high) for low, high in spans]
