"""From a release to what is printed of findings: estimates, masking, agreement."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure.linked import link
from analysis.disclosure.masking import mask_tables
from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_tables
from analysis.expression import parse
from analysis.findings import (
    Agreement,
    PublishedFinding,
    Standing,
    Statistic,
    estimate_findings,
    published_findings,
)
from analysis.findings.registry import Expected
from analysis.phrases import read_phrases
from analysis.plan import Breakdown, Plan, TablePlan
from analysis.quantiles import weighted_quantile
from analysis.responses import Release, read_release
from analysis.shares import share
from analysis.shelf import WeightShelf
from analysis.tables import make_tables
from analysis.wording import Wording
from tests.unit.analysis.findings.registries import contrast, finding
from tests.unit.analysis.releases import SURVEY, write_release

PHRASES = read_phrases(SURVEY / "phrases.yaml")
ENGLISH = Wording("en")
SEXES = ("man", "vrouw")


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Release:
    return read_release(write_release(tmp_path_factory.mktemp("release") / "r"))


@pytest.fixture(scope="module")
def shelf(release) -> WeightShelf:
    return WeightShelf(release, SURVEY / "weights")


@pytest.fixture(scope="module")
def responses(shelf):
    return shelf.for_table((2024,), [])


def printed(shelf, *findings, policy: Policy | None = None) -> dict[str, PublishedFinding]:
    """Compute, mask, round and publish."""
    computed = estimate_findings(shelf, findings, 2024)
    masked = mask_tables(computed.rows, computed.tables, computed.codebook, policy)
    rows = round_tables(masked, policy)
    return {one.id: one for one in published_findings(rows, computed, PHRASES, ENGLISH)}


# --- estimates ------------------------------------------------------------------------------------


def test_share_counts_those_in_the_base_with_a_substantive_answer(shelf, responses):
    one = finding("A", "e_meedoen in ('1', '2')", base="r_regime == 'wi2021'")

    main = printed(shelf, one)["A"].main

    weights = responses.design.weights
    answer = responses.column("e_meedoen")
    base = (responses.column("r_regime") == "wi2021") & answer.isin(list("12345"))
    expected = weights[base & answer.isin(["1", "2"])].sum() / weights[base].sum()
    assert (answer == "dk").any(), "they are left out of the denominator"
    assert main.estimate == pytest.approx(expected, abs=0.0005)
    assert main.n == math.floor(base.sum() / 10 + 0.5) * 10
    assert main.low < main.estimate < main.high


def test_each_numerator_is_a_number_of_its_own(shelf, responses):
    one = finding(
        "A", "'betaald' in d_nu ; 'betaald' in d_nu or 'vrijwillig' in d_nu", statistic="share_each"
    )

    first, second = printed(shelf, one)["A"].numbers

    values = share(responses, "d_nu").rows.set_index("stub_code")["value"]
    assert first.estimate == pytest.approx(values["betaald"], abs=0.0005)
    assert second.estimate >= first.estimate
    assert (first.label, second.label) == ("en betaald", "en betaald, en vrijwillig")


def test_item_of_a_random_block_takes_the_weight_of_its_block(shelf):
    one = finding("A", "q_tempo == 'snel'")

    main = printed(shelf, one)["A"].main

    block = shelf.for_table((2024,), ["q_tempo"])
    rows = share(block, "q_tempo").rows
    assert main.estimate == pytest.approx(rows["value"].iloc[0], abs=0.0005)
    people = rows["weighted_n"].iloc[0]
    # Ten interviews of the block stand for about as many people as it is rounded to.
    assert main.weighted_n == pytest.approx(people, abs=10 * people / rows["n"].iloc[0])


def test_count_is_rounded_to_tens(shelf, responses):
    one = finding("A", "sekse in ('man', 'vrouw')", statistic=Statistic.COUNT)

    (number,) = printed(shelf, one)["A"].numbers

    assert number.estimate == number.n
    assert number.n % 10 == 0
    assert abs(number.n - len(responses)) <= 5


def test_median_is_that_of_the_population(shelf, responses):
    one = finding(
        "A", statistic=Statistic.QUANTILE, measure="leeftijd", base="r_regime == 'wi2021'"
    )

    p90, median = printed(shelf, one)["A"].numbers

    base = parse("r_regime == 'wi2021'")(responses)
    ages = responses.column("leeftijd").astype(float).to_numpy()[base]
    weights = responses.design.weights[base]
    assert median.estimate == weighted_quantile(ages, weights, 0.5)
    assert p90.estimate == weighted_quantile(ages, weights, 0.9)
    assert median.low <= median.estimate <= median.high


def test_percentile_needs_ten_interviews_on_each_side(shelf, responses):
    few = "groep == 'overig_wi2013' or groep == 'overig_wi2021'"
    n = int(parse(few)(responses).sum())
    assert 30 <= n < 90, "a tenth of them is fewer than ten"
    one = finding("A", statistic=Statistic.QUANTILE, measure="leeftijd", base=few)

    p90, median = printed(shelf, one)["A"].numbers

    assert p90.estimate is None
    assert p90.flag == "suppressed"
    assert median.estimate is not None


# --- differences ----------------------------------------------------------------------------------


def test_difference_has_both_shares_and_the_level_of_the_letters(tmp_path):
    def men_agree(rows):
        for row in rows:
            if row["sekse"] == "man" and row["e_meedoen"] in {"4", "5"}:
                row["e_meedoen"] = "1"

    release = read_release(write_release(tmp_path / "r", responses=men_agree))
    shelf = WeightShelf(release, SURVEY / "weights")
    one = contrast("A", "e_meedoen in ('1', '2')", ("sekse == 'vrouw'", "sekse == 'man'"))

    found = printed(shelf, one)["A"]

    (difference,) = found.contrasts
    rows = share(
        shelf.for_table((2024,), []), "e_meedoen", by="sekse", letters=True, nets={"n": ("1", "2")}
    ).rows
    net = rows[(rows["stub_code"] == "n")].set_index(["statistic", "banner_code"])
    assert difference.a.estimate == pytest.approx(net.loc[("net", "vrouw"), "value"], abs=0.0005)
    assert difference.b.estimate == pytest.approx(net.loc[("net", "man"), "value"], abs=0.0005)
    assert (difference.label_a, difference.label_b) == ("en vrouw", "en man")
    assert difference.difference == pytest.approx(
        difference.a.estimate - difference.b.estimate, abs=1e-9
    )
    letter = net.loc[("letters", "man"), "flag"]
    assert difference.level == {"B": "1 %", "b": "5 %", "": "none"}[letter]
    assert found.agreement is Agreement.CONFIRMED
    reverse = contrast("A", "e_meedoen in ('1', '2')", ("sekse == 'man'", "sekse == 'vrouw'"))
    other = printed(shelf, reverse)["A"]
    assert other.agreement is Agreement.NOT_CONFIRMED
    assert other.is_contradicted
    assert "other direction" in other.note


def test_difference_that_no_test_finds_is_not_confirmed_nor_contradicted(shelf):
    one = contrast("A", "x_split == 'a'", ("sekse == 'vrouw'", "sekse == 'man'"))

    found = printed(shelf, one)["A"]

    assert found.contrasts[0].level == "none"
    assert found.agreement is Agreement.NOT_CONFIRMED
    assert not found.is_contradicted


def test_difference_is_printed_only_with_both_groups(shelf, responses):
    small = "groep == 'overig_wi2013'"
    assert parse(small)(responses).sum() < 30
    one = contrast("A", "e_meedoen in ('1', '2')", ("groep == 'asiel_wi2013'", small))

    found = printed(shelf, one)["A"]

    (difference,) = found.contrasts
    assert difference.a.estimate is not None
    assert (difference.b.estimate, difference.difference, difference.level) == (None, None, "")
    assert found.standing is Standing.SUPPRESSED
    assert found.agreement is Agreement.NOT_TESTED


# --- what gives people away -----------------------------------------------------------------------


def with_rare_answer(folder, count: int):
    """A release in which so many, or all but so many, interviewees gave the first answer."""

    def answer(rows):
        complete = [row for row in rows if row["case_status"] == "complete"]
        for at, row in enumerate(complete):
            row["g_a"] = "1" if at < count % len(complete) else "5"

    release = read_release(write_release(folder, responses=answer))
    return WeightShelf(release, SURVEY / "weights")


@pytest.mark.parametrize("count", [1, 9, -1, -9])
def test_fewer_than_ten_that_gave_an_answer_or_did_not_are_not_printed(tmp_path, count):
    found = printed(with_rare_answer(tmp_path / "r", count), finding("A", "g_a == '1'"))["A"]

    assert found.standing is Standing.SUPPRESSED
    main = found.main
    numbers = (main.estimate, main.se, main.low, main.high, main.n, main.weighted_n, main.phrase)
    assert numbers == (None,) * 7
    assert found.flag == "suppressed"


@pytest.mark.parametrize("count", [10, -10])
def test_ten_that_did_are_printed(tmp_path, count):
    found = printed(with_rare_answer(tmp_path / "r", count), finding("A", "g_a == '1'"))["A"]

    assert found.standing is Standing.PRINTED
    assert found.phrase in {"bijna niemand", "bijna iedereen"}


@pytest.mark.parametrize(("limit", "standing"), [(30, Standing.PRINTED), (600, "suppressed")])
def test_nothing_is_claimed_under_the_minimum_base(shelf, limit, standing):
    policy = Policy(suppress_base=limit, bracket_below=600, flag_below=600)

    found = printed(shelf, finding("A", "e_meedoen in ('1', '2')"), policy=policy)["A"]

    assert found.standing == standing
    assert (found.phrase == "") is (standing == "suppressed")


def test_no_phrase_under_the_minimum_base_of_the_phrases(shelf):
    one = finding("A", "e_meedoen in ('1', '2')")
    computed = estimate_findings(shelf, [one], 2024)
    rows = round_tables(mask_tables(computed.rows, computed.tables, computed.codebook))
    rows["n"] = 20

    (found,) = published_findings(rows, computed, PHRASES, ENGLISH)

    assert found.phrase == ""


def test_masked_rows_leave_nothing_of_what_was_computed(shelf):
    findings = [
        finding("A", "e_meedoen in ('1', '2')", published_low=0.6, published_high=0.7),
        contrast("B", "g_b == '1'", ("sekse == 'vrouw'", "sekse == 'man'")),
    ]
    computed = estimate_findings(shelf, findings, 2024)
    rows = round_tables(mask_tables(computed.rows, computed.tables, computed.codebook))
    rows[["value", "se", "low", "high", "n", "weighted_n", "n_eff"]] = np.nan
    rows["flag"] = "suppressed"

    for found in published_findings(rows, computed, PHRASES, ENGLISH):
        numbers = [*found.numbers, *(n for pair in found.contrasts for n in (pair.a, pair.b))]
        assert all(number.estimate is None and number.n is None for number in numbers)
        assert all(pair.difference is None and not pair.level for pair in found.contrasts)
        assert found.agreement is Agreement.NOT_TESTED
        assert found.standing is Standing.SUPPRESSED


# --- beside the published words -------------------------------------------------------------------


@pytest.fixture(scope="module")
def published_at(shelf) -> Callable[..., PublishedFinding]:
    """Print a finding as if its share were this, on a large base."""
    computed = estimate_findings(shelf, [finding("A", "e_meedoen == '1'")], 2024)
    rows = computed.rows.drop(columns=["count", "structural"]).assign(n=1000, flag="")

    def publish(estimate: float, low: float, high: float, **changes) -> PublishedFinding:
        one = replace(computed, findings=(finding("A", "e_meedoen == '1'", **changes),))
        told = rows.assign(value=estimate, low=low, high=high, se=0.01)
        return published_findings(told, one, PHRASES, ENGLISH)[0]

    return publish


@pytest.mark.parametrize(
    ("estimate", "low", "high", "agreement"),
    [
        (0.60, 0.58, 0.62, Agreement.INSIDE),
        (0.575, 0.55, 0.60, Agreement.INSIDE),
        (0.65, 0.62, 0.68, Agreement.OVERLAPS),
        (0.66, 0.64, 0.68, Agreement.OUTSIDE),
        (0.50, 0.48, 0.52, Agreement.OUTSIDE),
    ],
)
def test_share_is_set_beside_the_range_of_the_published_words(
    published_at, estimate, low, high, agreement
):
    found = published_at(estimate, low, high, published_low=0.575, published_high=0.625)

    assert found.agreement is agreement
    assert found.is_contradicted is (agreement is Agreement.OUTSIDE)


@pytest.mark.parametrize(
    ("words", "estimate", "agreement"),
    [
        ("Veel", 0.2, Agreement.OUTSIDE),
        ("Veel van hen", 0.24, Agreement.OUTSIDE),
        ("Veel", 0.3, Agreement.NOT_TESTED),
        ("de meeste", 0.5, Agreement.OUTSIDE),
        ("soms", 0.9, Agreement.NOT_TESTED),
    ],
)
def test_vague_words_are_only_contradicted(published_at, words, estimate, agreement):
    found = published_at(estimate, estimate - 0.01, estimate + 0.01, published=words)

    assert found.agreement is agreement
    assert found.is_contradicted is (agreement is Agreement.OUTSIDE)


@pytest.mark.parametrize(
    ("estimate", "agreement"),
    [(0.51, Agreement.INSIDE), (0.5, Agreement.OVERLAPS), (0.4, Agreement.OUTSIDE)],
)
def test_more_than_half_means_more_than_half(published_at, estimate, agreement):
    found = published_at(estimate, estimate - 0.02, estimate + 0.02, expected=Expected(low=0.5))

    assert found.agreement is agreement


def test_findings_without_a_number_stay_in_the_list(shelf):
    rule = finding("A", statistic=Statistic.NONE, base="")
    absent = finding("B", "no_such_question == '1'")

    found = printed(shelf, finding("C", "g_b == '1'"), rule, absent)

    assert found["A"].standing is Standing.NOT_COMPUTED
    assert found["B"].standing is Standing.NOT_ASKED
    assert "not asked in this wave" in found["B"].note
    assert (found["B"].estimate, found["B"].phrase) == (None, "")


def test_rows_are_tidy_and_count_interviews(shelf):
    """Disclosure control links them with the tables: every answer of a single choice is there."""
    one = finding("A", "e_meedoen in ('1', '2')", base="sekse == 'man'")

    computed = estimate_findings(shelf, [one], 2024)

    (table,) = computed.tables
    assert (table.stub, table.base, table.waves) == (("e_meedoen",), "sekse == 'man'", (2024,))
    shares = computed.rows[computed.rows["statistic"] == "share"]
    net = computed.rows[computed.rows["statistic"] == "net"].iloc[0]
    assert list(shares["stub_code"]) == list("12345")
    assert shares["count"].sum() == shares["n"].iloc[0]
    assert net["count"] == shares["count"].iloc[:2].sum()
    assert isinstance(computed.rows, pd.DataFrame)


def test_finding_is_the_same_cell_as_in_the_tables_of_the_release(release, shelf):
    """So neither gives the other back: a net of the men in a table by sex, a finding about men."""
    by_sex = TablePlan(
        "t", ("e_meedoen",), (Breakdown("sekse"),), (2024,), nets={"top": ("1", "2")}
    )
    made = make_tables(release, Plan((by_sex,), SURVEY / "weights"))
    one = finding("A", "e_meedoen in ('2', '1')", base="sekse == 'man'")
    computed = estimate_findings(shelf, [one], 2024)
    rows = pd.concat([made.rows, computed.rows], ignore_index=True)

    linked = link(rows, [by_sex, *computed.tables], computed.codebook)

    def cell(**where: str) -> int:
        chosen = np.logical_and.reduce([rows[name] == value for name, value in where.items()])
        (at,) = np.flatnonzero(chosen)
        return int(linked.cell_of_row[at])

    in_table = cell(table="t", banner_code="man", statistic="net")
    assert in_table == cell(table="finding_A.1", statistic="net")
    assert cell(table="t", banner_code="man", stub_code="3") == cell(
        table="finding_A.1", stub_code="3"
    )


def test_distribution_is_all_answers_within_each_answer_to_the_second_question(shelf, responses):
    one = finding("A", statistic=Statistic.DISTRIBUTION, variables=("sekse", "r_regime"))

    numbers = {number.code: number for number in printed(shelf, one)["A"].numbers}

    assert set(numbers) == {f"{act}.{sex}" for act in ("wi2021", "wi2013") for sex in SEXES}
    rows = share(responses, "sekse", by="r_regime").rows
    table = rows.set_index(["banner_code", "stub_code"])["value"]
    for act, sex in (code.split(".") for code in numbers):
        number = numbers[f"{act}.{sex}"]
        assert number.estimate == pytest.approx(table[act, sex], abs=0.0005)
        assert number.label == f"en {act}, en {sex}"
        assert number.phrase is None, "no sentence is made of one answer among others"
