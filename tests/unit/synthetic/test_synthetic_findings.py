"""The twelve published shares come out of the synthetic population, and nonresponse bends others.

Shares: the summary in plain Dutch of the second report (2024), its words read as percentages in the
registry of findings (for example "ongeveer zeven op de tien" as 71).
"""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from app.questionnaire.expression import parse
from app.synthetic.respondent import SyntheticRespondent
from app.synthetic.response import outcome_of

SAMPLE = {
    "asiel_wi2021": 7_000,
    "gezin_wi2021": 6_000,
    "overig_wi2021": 800,
    "asiel_wi2013": 3_500,
    "gezin_wi2013": 2_500,
    "overig_wi2013": 700,
}
ASKED = (
    "r_educ", "t_started", "t_reden", "i_had", "i_pip", "r_route", "i_geluisterd", "g_uitleg",
    "z_moeilijk", "z_info", "d_sinds", "d_nu", "d_combi", "f_ontz", "f_ontz_tevreden", "e_meedoen",
    "e_nl", "e_samenleving",
)  # fmt: skip

ASYLUM = "r_grp == 'asiel' and r_regime == 'wi2021'"
FAMILY = "r_grp == 'gezin' and r_regime == 'wi2021'"
FINDINGS = {
    "F02a": (71, "known(e_meedoen)", "e_meedoen in ('1', '2')"),
    "F02b": (71, "known(e_nl)", "e_nl in ('1', '2')"),
    "F02c": (71, "known(e_samenleving)", "e_samenleving in ('1', '2')"),
    "F11": (
        50,
        f"{ASYLUM} and t_started == 'nee' and known(t_reden)",
        "'geen_aanbod' in t_reden",
    ),
    "F18": (73, "i_had == 'ja' and known(i_geluisterd)", "i_geluisterd in ('1', '2')"),
    "F24": (
        48,
        f"{ASYLUM} and known(d_sinds)",
        "'betaald' in d_sinds or 'vrijwillig' in d_sinds",
    ),
    "F25": (
        66.7,
        f"{FAMILY} and known(d_sinds)",
        "'betaald' in d_sinds or 'vrijwillig' in d_sinds",
    ),
    "F26": (61, "'betaald' in d_nu and known(d_combi)", "d_combi in ('1', '2')"),
    "F40": (
        62,
        f"{ASYLUM} and known(g_uitleg) and g_uitleg != 'geen'",
        "g_uitleg in ('1', '2')",
    ),
    "F45": (76, f"{ASYLUM} and known(f_ontz_tevreden)", "f_ontz_tevreden in ('1', '2')"),
    "F52": (
        34,
        f"{FAMILY} and known(z_moeilijk) and z_moeilijk != 'nvt'",
        "z_moeilijk in ('4', '5')",
    ),
    "F55": (40, f"{FAMILY} and known(z_info)", "'betaalbaar' in z_info"),
}


@dataclass
class Answered:
    """One sampled person with the answers they would give, and whether they do."""

    stratum: str
    weight: float
    values: dict
    complete: bool
    route: str | None
    low_schooling: bool
    weight_of_completes: float = field(default=0.0)


def ask(respondent, person, items):
    values = {"r_grp": person.group, "r_regime": person.act, "koopt_zelf": "nee", "r_wonen": "huis"}
    if person.group != "asiel" or person.act == "wi2013":
        values["koopt_zelf"] = "ja"
    for var in ASKED:
        item, statement = items[var]
        if item.when(values):
            answer = respondent.answer(item, statement, values)
            if answer is not None:
                values[var] = answer
    return values


@pytest.fixture(scope="module")
def answered(bank, strata):
    items = {item.var: (item, None) for item in bank.items}
    items |= {one.var: (item, one) for item in bank.items for one in item.statements}
    found = []
    for stratum, people in strata.items():
        for person in people[: SAMPLE[stratum]]:
            respondent = SyntheticRespondent(person, 2024, seed=1)
            life = respondent.life_at(2024)
            found.append(
                Answered(
                    stratum,
                    len(people) / SAMPLE[stratum],
                    ask(respondent, person, items),
                    outcome_of(person, 2024, seed=1).status == "complete",
                    life.past.route,
                    life.low_schooling,
                )
            )
    completes = Counter(one.stratum for one in found if one.complete)
    for one in found:
        if one.complete:
            one.weight_of_completes = len(strata[one.stratum]) / completes[one.stratum]
    return found


def share(answered, base, numerator, weight):
    """Weighted per cent, and the number of people it rests on."""
    base, numerator = parse(base), parse(numerator)
    rows = [one for one in answered if weight(one) and base(one.values)]
    hits = sum(weight(one) for one in rows if numerator(one.values))
    return 100 * hits / sum(weight(one) for one in rows), len(rows)


@pytest.mark.parametrize("finding", FINDINGS)
def test_population_share_is_the_published_one(answered, finding):
    published, base, numerator = FINDINGS[finding]

    found, n = share(answered, base, numerator, lambda one: one.weight)

    assert n > 2_000
    assert found == pytest.approx(published, abs=1.5)


@pytest.mark.parametrize("finding", FINDINGS)
def test_share_of_completes_weighted_to_group_and_act_is_near_the_published_one(answered, finding):
    published, base, numerator = FINDINGS[finding]

    found, n = share(answered, base, numerator, lambda one: one.weight_of_completes)

    # Standard errors are 0.5 to 1.5 points; what is left of nonresponse bias comes on top.
    assert n > 800
    assert found == pytest.approx(published, abs=4)


@pytest.mark.parametrize("trait", ["low_schooling", "route_z"])
def test_less_schooled_people_and_the_z_route_are_clearly_fewer_among_completes(answered, trait):
    def has(one):
        return one.low_schooling if trait == "low_schooling" else one.route == "z"

    population = sum(one.weight for one in answered if has(one)) / sum(
        one.weight for one in answered
    )
    completes = [one for one in answered if one.complete]
    among = sum(one.weight for one in completes if has(one)) / sum(one.weight for one in completes)

    assert among < 0.7 * population


def test_answers_inside_a_battery_hang_together(answered):
    rows = [one.values for one in answered if {"e_meedoen", "e_nl"} <= one.values.keys()]
    positive = [row for row in rows if row["e_nl"] in {"1", "2"}]
    other = [row for row in rows if row["e_nl"] in {"4", "5"}]

    def agrees(some):
        return sum(row["e_meedoen"] in {"1", "2"} for row in some) / len(some)

    assert agrees(positive) > agrees(other) + 0.25


@pytest.mark.parametrize("var", ["e_meedoen", "e_nl", "e_samenleving"])
def test_family_migrants_are_slightly_less_positive_than_asylum_migrants(answered, var):
    positive = f"{var} in ('1', '2')"
    family, _ = share(answered, "r_grp == 'gezin'", positive, lambda one: one.weight)
    asylum, _ = share(answered, "r_grp == 'asiel'", positive, lambda one: one.weight)

    assert 3 <= asylum - family <= 9


def test_little_is_left_unanswered(answered):
    missing = sum(
        1 - share(answered, "true", f"known({var})", lambda one: one.weight)[0] / 100
        for var in ("r_educ", "t_started", "g_uitleg", "e_meedoen", "e_nl")
    )

    assert 0.003 < missing / 5 < 0.03
