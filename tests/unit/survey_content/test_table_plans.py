"""The book of the study tabulates every closed question that answers a research question."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.codebook import Codebook, Variable
from analysis.expression import parse
from analysis.plan import Kind, Plan, TablePlan
from analysis.plan_source import read_plan
from app.cli import main
from app.questionnaire.model import Bank, Policy
from app.questionnaire.source import load_bank
from app.services.content.table_plans import codebook_of_study

FOLDER = Path("surveys/perspectief")
BOOK = FOLDER / "tables" / "book.yaml"
QUESTIONS = {"H1", "H2", *(f"RQ{number}" for number in range(1, 11))}
WHO_ANSWERED = "M"
TOO_MANY_CODES = "places and countries: too many codes, and they tell who somebody is"
A_DATE = "a date; t_wacht_mnd has the months between two of them"
KNOWN_BEFORE = "asked only where the frame does not know it; the derived variable is tabulated"
WITHOUT_A_TABLE = {
    "r_brief": A_DATE,
    "r_eind": A_DATE,
    "r_vergunning": A_DATE,
    "t_gem_datum": A_DATE,
    "t_cursus_datum": A_DATE,
    "i_pip_maand": A_DATE,
    "r_gemeente": TOO_MANY_CODES,
    "r_land": TOO_MANY_CODES,
    "a_azc_gem": TOO_MANY_CODES,
    "r_voor2022": KNOWN_BEFORE,
    "r_plan": KNOWN_BEFORE,
    "r_sex": KNOWN_BEFORE,
    "r_geboortejaar": KNOWN_BEFORE,
}
WITHOUT_A_CHANGE = {
    "d_sinds": "asked for the time since the permit first, since the last interview after",
    "f_ontz": "asked once",
}
NOT_A_QUESTION = {"open", "text", "confirm", "frame", "paradata", "assigned", "consent"}
AGE = {"leeftijd_klasse", "leeftijd3"}
BLOCKS = {"a", "b", "c", "d"}
JUDGED_IF_RECEIVED = {"good5n": "geen", "sat5n": "geen", "ease5n": "nvt"}


@pytest.fixture(scope="module")
def bank() -> Bank:
    found, problems = load_bank(FOLDER)
    assert problems == []
    assert found is not None
    return found


@pytest.fixture(scope="module")
def codebook(bank) -> Codebook:
    return codebook_of_study(bank)


@pytest.fixture(scope="module")
def book() -> Plan:
    return read_plan(BOOK)


def questions_tabulated(book: Plan, kind: Kind | None = None) -> Iterator[tuple[TablePlan, str]]:
    for table in book.tables:
        if kind is None or table.kind is kind:
            for stub in table.stub:
                yield table, stub


def asked_in(codebook: Codebook, wave: int) -> list[Variable]:
    return [
        one
        for one in codebook.variables.values()
        if wave in one.waves
        and set(one.research_questions)
        and one.kind not in NOT_A_QUESTION
        and one.name not in WITHOUT_A_TABLE
    ]


# --- every question has its table -----------------------------------------------------------------


@pytest.mark.parametrize("wave", [2024, 2025])
def test_every_closed_question_of_a_wave_has_a_table_of_that_wave(book, codebook, wave):
    tabulated = [stub for t, stub in questions_tabulated(book, Kind.SHARES) if t.waves == (wave,)]

    assert {one.name for one in asked_in(codebook, wave)} - set(tabulated) == set()
    # One table of a wave: a second base of the same answers could give away what the first masks.
    assert len(set(tabulated)) == len(tabulated)


def test_table_stands_under_a_research_question_of_its_item(book, codebook):
    misplaced = [
        (table.id, stub)
        for table, stub in questions_tabulated(book)
        if table.chapter is not None
        and (tags := codebook[stub].research_questions)
        and table.chapter not in {*tags, *([WHO_ANSWERED] if "RQ11" in tags else [])}
    ]

    assert misplaced == []


def test_each_research_question_has_a_chapter_with_both_waves_and_a_change(book, codebook):
    chapters: dict[str, set[tuple[int, ...]]] = {}
    for table, stub in questions_tabulated(book):
        tags = codebook[stub].research_questions
        chapter = table.chapter or (tags[0] if tags else WHO_ANSWERED)
        chapters.setdefault(chapter, set()).add(table.waves)

    assert chapters.keys() == {*QUESTIONS, WHO_ANSWERED}
    assert all(waves == {(2024,), (2025,), (2024, 2025)} for waves in chapters.values())


def test_reasons_for_having_no_table_are_about_questions_that_have_none(book, codebook):
    tabulated = {stub for _, stub in questions_tabulated(book)}

    assert tabulated & WITHOUT_A_TABLE.keys() == set()
    assert all(name in codebook for name in WITHOUT_A_TABLE)


# --- change -----------------------------------------------------------------------------------


def test_change_is_shown_of_all_core_questions_that_can_change_and_of_no_others(
    book, codebook, bank
):
    policy = {item.var: item.repeat for item in bank.items}
    policy |= {one.var: item.repeat for item in bank.items for one in item.statements}
    can_change = {
        one.name
        for one in asked_in(codebook, 2024)
        if 2025 in one.waves
        and one.block == "core"
        and (policy[one.name].policy is not Policy.ONCE or one.name == "t_wacht_oordeel")
    }

    changes = {stub for _, stub in questions_tabulated(book, Kind.TREND)}

    derived = {name for name in changes if codebook[name].kind == "derived" or name == "d_ooit"}
    assert policy["t_wacht_oordeel"].reset_on == "t_started"
    assert changes - derived == can_change - backgrounds(codebook) - WITHOUT_A_CHANGE.keys()
    assert derived == {"d_ooit", "t_wacht_open"}


def backgrounds(codebook: Codebook) -> set[str]:
    """Questions that only say who somebody is."""
    return {o.name for o in codebook.variables.values() if o.research_questions == ("RQ11",)}


def test_who_moved_is_shown_of_work_language_route_status_and_taking_part(book):
    assert {stub for _, stub in questions_tabulated(book, Kind.TRANSITION)} == {
        "werkt", "meedoet", "e_meedoen", "l_spreken", "r_route", "r_status", "t_started",
    }  # fmt: skip


def test_questions_of_a_random_block_are_tabulated_one_wave_at_a_time(book, codebook):
    of_block = {stub for _, stub in questions_tabulated(book) if codebook[stub].block in BLOCKS}
    kinds = {table.kind for table, stub in questions_tabulated(book) if stub in of_block}

    assert len(of_block) > 80
    assert kinds == {Kind.SHARES}


def test_table_crosses_no_two_blocks(book, codebook):
    for table in book.tables:
        names = [*table.stub, *(breakdown.variable for breakdown in table.banner)]

        assert len({codebook[name].block for name in names} & BLOCKS) <= 1, table.id


# --- breakdowns -------------------------------------------------------------------------------


def test_every_table_has_the_five_breakdowns_of_rq11_that_its_base_leaves_open(
    book, codebook, bank
):
    """A base within one act, one group or one route has no columns to compare there."""
    for table, stub in questions_tabulated(book):
        if table.kind is Kind.TRANSITION or chapter_of(table, codebook[stub]) == WHO_ANSWERED:
            continue
        banner = {breakdown.variable for breakdown in table.banner}
        reads = decided_by(stub, table, codebook, bank)

        assert "sekse" in banner, table.id
        assert len(banner & AGE) == 1, table.id
        assert "r_regime" in banner or {"r_regime", "fr_act"} & reads, table.id
        assert "asiel_gezin" in banner or {"r_grp", "asiel_gezin"} & reads, table.id
        assert "r_route" in banner or stub == "r_route" or {"r_route", "r_regime"} & reads, table.id


def chapter_of(table: TablePlan, variable: Variable) -> str:
    return table.chapter or variable.research_questions[0]


def decided_by(stub: str, table: TablePlan, codebook: Codebook, bank: Bank) -> set[str]:
    """Variables that the base of a table rests on, through questions that gate questions."""
    cases = {one.var: [when.source for when, _ in one.cases] for one in bank.derived}
    open_, found = list(reads_of([table.base or "true", codebook[stub].base])), set[str]()
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            # Which group or act somebody belongs to is where the search ends; who buys the own
            # course rests on both and leaves both open.
            if name not in {"r_grp", "r_regime", "asiel_gezin", "koopt_zelf"}:
                open_ += reads_of([codebook[name].base, *cases.get(name, [])])
    return found


def reads_of(conditions: list[str]) -> Iterator[str]:
    for condition in conditions:
        yield from parse(condition).reads


def test_route_is_compared_within_wi2021_only(book, codebook):
    for table, stub in questions_tabulated(book):
        filtered = [b.where for b in table.banner if b.variable == "r_route"]
        everybody = any(b.variable == "r_regime" for b in table.banner)

        assert filtered in ([], ["r_regime == 'wi2021'"] if everybody else [None]), (table.id, stub)


def test_age_is_in_broad_classes_where_a_quarter_was_asked(book, codebook):
    for table, stub in questions_tabulated(book):
        ages = {b.variable for b in table.banner} & AGE
        quarter = codebook[stub].block in BLOCKS or stub == "d_vorm"

        assert ages <= ({"leeftijd3"} if quarter else {"leeftijd_klasse"}), (table.id, stub)


# --- nets, bases, words -----------------------------------------------------------------------


def test_both_ends_of_a_five_point_scale_are_taken_together(book, codebook):
    for table, stub in questions_tabulated(book):
        codes = {option.code for option in codebook[stub].codes}
        if {"1", "2", "3", "4", "5"} <= codes and table.kind is not Kind.TRANSITION:
            assert set((table.nets or {}).values()) == {("1", "2"), ("4", "5")}, (table.id, stub)


def test_net_never_joins_an_answer_that_excludes_the_others(book, codebook):
    for table, stub in questions_tabulated(book):
        alone = {option.code for option in codebook[stub].codes if option.exclusive}
        for name, codes in (table.nets or {}).items():
            assert alone & set(codes) == set(), (table.id, name)


def test_what_somebody_did_not_get_is_not_judged(book, bank):
    scale = {item.var: item.scale for item in bank.items}
    scale |= {one.var: item.scale for item in bank.items for one in item.statements}
    for table, stub in questions_tabulated(book):
        if (code := JUDGED_IF_RECEIVED.get(scale.get(stub) or "")) is not None:
            assert table.base == f"{stub} != '{code}'", table.id


def test_tables_and_nets_have_titles_in_both_languages(book):
    for table in book.tables:
        assert {"nl", "en"} == table.title.keys(), table.id
        assert max(map(len, table.title.values())) <= 80, table.id
        for net in table.nets or {}:
            assert {"nl", "en"} == table.net_labels[net].keys(), (table.id, net)


def test_titles_call_nobody_what_the_study_does_not_call_them(book):
    words = " ".join(table.title["nl"].lower() for table in book.tables)

    assert "inburgeraar" not in words
    assert "inburgeringsplichtig" not in words


# --- the other plan, and the check ------------------------------------------------------------


def test_key_figures_are_tables_of_the_book_and_hold_the_published_findings(book):
    tables = {table.id: table for table in book.tables}
    few = read_plan(FOLDER / "tables" / "key_figures.yaml").tables

    assert all(table == tables[table.id] for table in few)
    assert {stub for table in few for stub in table.stub} >= {
        "e_meedoen", "e_nl", "e_samenleving", "t_reden", "i_geluisterd", "d_ooit", "d_combi",
        "g_uitleg", "f_ontz_tevreden", "z_moeilijk", "z_info",
    }  # fmt: skip


def test_check_of_the_study_finds_its_plans_in_order():
    checked = CliRunner().invoke(main, ["check", str(FOLDER)])

    assert (checked.exit_code, checked.stdout) == (0, "")


def test_check_names_the_line_of_a_plan_that_asks_for_what_is_not_there(tmp_path):
    copied = tmp_path / "surveys" / "perspectief"
    shutil.copytree(FOLDER, copied)
    (copied / "tables" / "other.yaml").write_text(
        "tables:\n"
        "  - {id: a, stub: e_medoen, waves: [2024]}\n"
        "  - {id: b, stub: o_goed, waves: [2024]}\n"
        "  - {id: c, stub: e_meedoen, waves: [2024], nets: {eens: ['1', '9']}}\n",
        encoding="utf-8",
    )
    (copied / "tables" / "torn.yaml").write_text("tables: [\n", encoding="utf-8")

    checked = CliRunner().invoke(main, ["check", str(copied)])

    assert checked.exit_code == 1
    first, second, third, fourth = checked.stdout.splitlines()
    assert first.startswith("surveys/perspectief/tables/other.yaml:2: variable 'e_medoen' is not")
    assert second.startswith("surveys/perspectief/tables/other.yaml:3: 'o_goed' (open) cannot")
    assert third.startswith("surveys/perspectief/tables/other.yaml:4: net 'eens': 'e_meedoen' has")
    assert fourth.startswith("surveys/perspectief/tables/torn.yaml:")
