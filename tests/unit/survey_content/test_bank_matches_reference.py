"""The study as the platform compiles it says what the item bank says, entry by entry."""

from pathlib import Path

import pytest

from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Instrument, Item, Kind, Statement
from app.questionnaire.source import load_bank
from tests.reference.itembank.semantics import BANK, SCALES, options_of

FOLDER = Path("surveys/perspectief")
LANGUAGES = ("nl", "en")
TYPES = {"municipality": "code_list", "country": "code_list"}


@pytest.fixture(scope="module")
def bank():
    found, problems = load_bank(FOLDER)
    assert problems == []
    assert found is not None
    return found


@pytest.fixture(scope="module", params=BANK["instrument"]["waves"])
def instrument(bank, request) -> Instrument:
    return compile_wave(bank, request.param)


def reference_items(wave: int) -> list[dict]:
    return [item for item in BANK["items"] if wave in item["waves"]]


def reference_statements(item: dict, wave: int) -> list[dict]:
    return [one for one in item["statements"] or () if wave in one["waves"]]


def words(text: dict | None) -> dict | None:
    return text and {language: text[language] for language in LANGUAGES}


def described_options(options: list[dict]) -> list[tuple]:
    return [(one["code"], words(one), one["exclusive"]) for one in options]


def compiled_options(options) -> list[tuple]:
    return [(one.code, dict(one.text), one.exclusive) for one in options]


def test_wave_asks_the_same_entries_in_the_same_order(instrument):
    asked = [
        (item.var, item.module, item.block, item.kind.value, [one.var for one in item.statements])
        for item in instrument.items
    ]

    assert asked == [
        (
            item["var"],
            item["module"],
            item["block"],
            TYPES.get(item["type"], item["type"]),
            [one["var"] for one in reference_statements(item, instrument.wave)],
        )
        for item in reference_items(instrument.wave)
    ]


def test_entries_have_the_same_words(instrument):
    for expected in reference_items(instrument.wave):
        item = instrument.item_by_var[expected["var"]]

        assert dict(item.text) == words(expected["text"]), item.var
        assert (item.help and dict(item.help)) == words(expected["help"]), item.var
        assert [dict(one.text) for one in item.statements] == [
            words(one["text"]) for one in reference_statements(expected, instrument.wave)
        ], item.var


def test_entries_have_the_same_codes_and_scales(instrument):
    for expected in reference_items(instrument.wave):
        item = instrument.item_by_var[expected["var"]]

        assert compiled_options(item.options) == described_options(options_of(expected)), item.var
        assert item.scale == expected["scale"], item.var
        assert not any(option.specify for option in item.options), item.var


def test_entries_ask_on_the_same_conditions(instrument):
    for expected in reference_items(instrument.wave):
        item = instrument.item_by_var[expected["var"]]

        assert item.when.source == expected["base"], item.var
        assert list(item.waves) == expected["waves"], item.var
        assert item.required == (item.var == "c_meedoen"), item.var
        assert (item.dk.value, item.refuse.value) == (
            expected["missing"]["dk"],
            expected["missing"]["refuse"],
        ), item.var
        if item.kind is Kind.BATTERY:
            assert item.per_screen == expected["per_screen"], item.var


def test_entries_repeat_over_waves_in_the_same_way(instrument):
    for expected in reference_items(instrument.wave):
        item, repeat = instrument.item_by_var[expected["var"]], expected["repeat"]

        assert item.repeat.policy.value == repeat["policy"], item.var
        assert list(item.repeat.until) == (repeat["until"] or []), item.var
        assert item.repeat.reset_on == repeat["reset_on"], item.var
        assert (item.repeat.text and dict(item.repeat.text)) == words(repeat["text"]), item.var


def test_entries_have_the_same_limits(instrument):
    none = {"min": None, "max": None, "max_choices": None, "year_only": False}
    for expected in reference_items(instrument.wave):
        limits = instrument.item_by_var[expected["var"]].limits

        assert {
            "min": limits.min,
            "max": limits.max,
            "max_choices": limits.max_choices,
            "year_only": limits.year_only,
        } == (expected["constraints"] or none), expected["var"]


def test_entries_bear_the_same_research_questions_and_sensitivity(instrument):
    for expected in reference_items(instrument.wave):
        item = instrument.item_by_var[expected["var"]]

        assert meaning(item) == described_meaning(expected)
        assert item.store.value == expected["store"], item.var
        assert {one.var: (one.when.source, *meaning(one)) for one in item.statements} == {
            one["var"]: (one["base"], *described_meaning(one))
            for one in reference_statements(expected, instrument.wave)
        }


def meaning(entry: Item | Statement) -> tuple:
    lists = (entry.research_questions, entry.indicators, entry.sources)
    return (entry.var, entry.concept, entry.sensitive, *map(list, lists))


def described_meaning(entry: dict) -> tuple:
    lists = (entry["rq"], entry["indicators"], entry["sources"])
    return (entry["var"], entry["concept"], entry["sensitive"], *lists)


def test_code_lists_are_those_of_the_questions(instrument):
    kinds = {item["var"]: item["type"] for item in BANK["items"] if item["type"] in TYPES}

    assert {
        item.var: item.code_list for item in instrument.items if item.kind is Kind.CODE_LIST
    } == kinds
    assert len(instrument.code_lists["municipality"]) == 342
    assert {"SY", "ER", "TR", "YE", "NL"} <= {one.code for one in instrument.code_lists["country"]}


def test_derived_variables_are_calculated_by_the_same_rules(bank):
    assert [
        {
            "var": one.var,
            "kind": one.kind.value,
            "available_after": one.after,
            "cases": [{"when": when.source, "value": value} for when, value in one.cases] or None,
            "default": one.default,
            "from": list(one.sources) or None,
            "to": one.to,
            "censor_when": one.censor_when.source if one.censor_when else None,
            "censor_at": one.censor_at,
            "note": one.note,
        }
        for one in bank.derived
    ] == BANK["derived_vars"]


def test_frame_paradata_and_assigned_variables_are_the_same(bank):
    assert [(one.var, one.kind, list(one.values), one.note) for one in bank.frame] == [
        (one["var"], one["type"], [str(value) for value in one["values"] or ()], one["note"])
        for one in BANK["frame_vars"]
    ]
    assert [(one.var, list(one.values), one.note) for one in bank.paradata] == [
        (one["var"], one["values"] or [], one["note"]) for one in BANK["paradata_vars"]
    ]
    assert [(one.var, one.after, list(one.values), one.override) for one in bank.assigned] == [
        (one["var"], one["after"], one["values"], one["override"]) for one in BANK["assigned_vars"]
    ]


def test_interviews_end_early_in_the_same_places(bank):
    assert [
        {"after": one.after, "when": one.when.source, "status": one.status, "text": dict(one.text)}
        for one in bank.terminations
    ] == BANK["terminations"]


def test_study_names_the_same_missing_codes_modules_indicators_and_concepts(bank):
    assert [{"code": code, **text} for code, text in bank.missing.items()] == BANK["missing_codes"]
    assert [
        {
            "id": one.id,
            "order": one.order,
            "title": dict(one.title),
            "lead": one.lead and dict(one.lead),
        }
        for one in bank.modules
    ] == BANK["modules"]
    assert list(bank.research_questions) == BANK["research_questions"]
    assert {code: dict(text) for code, text in bank.indicators.items()} == {
        one["code"]: words(one) for one in BANK["indicators"]
    }
    assert {code: dict(text) for code, text in bank.concepts.items()} == {
        one["id"]: words(one) for one in BANK["concepts"]
    }


def test_scales_are_the_same(bank):
    assert {one.id: (one.kind, compiled_options(one.options)) for one in bank.scales.values()} == {
        one["id"]: (one["kind"], described_options(one["options"])) for one in BANK["scales"]
    }
    assert compiled_options(compile_wave(bank, 2025).confirm) == described_options(
        SCALES["confirm3"]
    )


def test_study_has_the_same_waves_languages_and_title(bank):
    about = BANK["instrument"]

    assert list(bank.waves) == about["waves"]
    assert list(bank.languages) == about["languages_authored"]
    assert dict(bank.title) == about["title"]
