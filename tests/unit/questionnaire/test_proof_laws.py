"""What is proven is what is run: random questionnaires, walked and solved."""

from __future__ import annotations

import random

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questionnaire.expression import parse
from app.questionnaire.model import (
    AssignedVariable,
    Bank,
    Condition,
    Derivation,
    DerivedVariable,
    FrameVariable,
    Item,
    Kind,
    Limits,
    Offer,
    Option,
    Place,
    Policy,
    Repeat,
    Scale,
    Statement,
    Store,
    Termination,
    Variant,
)
from app.questionnaire.prove_claims import claims_of
from app.questionnaire.prove_persons import Respondent
from app.questionnaire.prove_route import WaveTerms
from app.questionnaire.prove_search import Verdict, settle, terms_of
from app.questionnaire.prove_symbols import Coded
from app.questionnaire.prove_witness import Walked, page_terms, pinned, read
from tests.unit.questionnaire.visits import FEATURES, bank_of

HERE = Place("random.yaml", 1)
WORDS = {"en": "?"}
NAMES = ("q0", "q1", "q2", "q3", "q4", "q5")
CODES = ("yes", "no", "7", "2022")
FRAME = FrameVariable("fr_group", "single", ("yes", "no"), "", HERE)
ARM = AssignedVariable("x_di", "q0", ("shown", "unshown"), None, "", HERE)
BY_LOT = parse("x_di == 'unshown'")
BIRTH = FrameVariable("fr_birth", "year", (), "", HERE)

literals = st.sampled_from(
    ("'yes'", "'no'", "'7'", "'2022'", "'2022-03'", "'dk'", "'skip'", "'zzz'", "7", "2022", "3")
)
signs = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))


@st.composite
def conditions(draw, names: tuple[str, ...]) -> Condition:
    """A condition over some variables; true where there are none."""
    if not names or draw(st.integers(0, 3)) == 0:
        return parse("true")
    return parse(draw(sources(names, depth=2)))


@st.composite
def sources(draw, names: tuple[str, ...], depth: int) -> str:
    name, other = draw(st.sampled_from(names)), draw(st.sampled_from(names))
    kind = draw(st.integers(0, 4 + 3 * (depth > 0)))
    if kind == 0:
        return f"known({name})"
    if kind == 1:
        return f"{name} in ({draw(literals)}, {draw(literals)})"
    if kind == 2:
        return f"{draw(literals)} in {name}"
    if kind == 3:
        return f"{name} {draw(signs)} {draw(literals)}"
    if kind == 4:
        return f"{name} {draw(signs)} {other}"
    if kind == 5:
        return f"not ({draw(sources(names, depth - 1))})"
    word = "and" if kind == 6 else "or"
    return f"({draw(sources(names, depth - 1))} {word} {draw(sources(names, depth - 1))})"


@st.composite
def items(draw, var: str, before: tuple[str, ...], own: tuple[str, ...]) -> Item:
    """A question, battery or page to read; ``own`` are earlier questions, fit for a reset."""
    kind = draw(st.sampled_from([kind for kind in Kind if kind is not Kind.CODE_LIST]))
    policy = draw(st.sampled_from(Policy))
    if kind in (Kind.INFO, Kind.BATTERY) and policy is Policy.CONFIRM:
        policy = Policy.EVERY_WAVE
    chosen = kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.BATTERY, Kind.CONSENT)
    if policy is Policy.UNTIL_EVENT and (not chosen or kind is Kind.MULTIPLE):
        policy = Policy.ONCE
    codes = CODES if chosen else ()
    reset = draw(st.none() | st.sampled_from(own)) if own and policy is Policy.ONCE else None
    statements = tuple(
        Statement(f"{var}_{at}", WORDS, draw(conditions(before)), (2024, 2025), (), (), False,
                  "", (), HERE)
        for at in range(draw(st.integers(1, 3)) if kind is Kind.BATTERY else 0)
    )  # fmt: skip
    return Item(
        var=var, module="m", block="core", kind=kind, text=WORDS, help=None,
        options=tuple(
            Option(code, WORDS, exclusive=kind is Kind.MULTIPLE and code == "no")
            for code in codes
        ),
        scale=None, statements=statements, per_screen=2, code_list=None,
        limits=draw(limits(kind)),
        dk=draw(st.sampled_from(Offer)), refuse=draw(st.sampled_from(Offer)),
        when=draw(conditions(before)), waves=(2024, 2025),
        repeat=Repeat(policy, ("yes",) if policy is Policy.UNTIL_EVENT else (), reset,
                      WORDS if policy is Policy.CONFIRM else None,
                      draw(st.sampled_from((None, BY_LOT))) if policy is Policy.CONFIRM else None),
        variants=(Variant(draw(conditions(before)), WORDS),),
        research_questions=(), indicators=(), sensitive=False, concept="", sources=(),
        store=Store.ANSWERS, required=False, place=HERE,
    )  # fmt: skip


@st.composite
def limits(draw, kind: Kind) -> Limits:
    match kind:
        case Kind.NUMBER:
            return draw(st.sampled_from((Limits(min=0, max=10), Limits(min=5, max=2023))))
        case Kind.YEAR:
            return draw(
                st.sampled_from((Limits(min=2015, max=2024), Limits(max="interview_month")))
            )
        case Kind.MONTH:
            open_ = Limits(min="2021-05", max="interview_month", year_only=True)
            return draw(st.sampled_from((open_, Limits(min="2022-02", max="2022-11"))))
        case Kind.DATE:
            return Limits(min="2022-01-15", max="2022-04")
        case Kind.MULTIPLE:
            return draw(st.sampled_from((Limits(), Limits(max_choices=2))))
        case _:
            return Limits()


@st.composite
def banks(draw) -> Bank:
    """Up to six items in two waves, with derived variables and an early end."""
    asked, readable, own = [], ["fr_group", "fr_birth", "interview_month", "wave"], []
    derived: list[DerivedVariable] = []
    for name in NAMES[: draw(st.integers(2, len(NAMES)))]:
        item = draw(items(name, tuple(readable), tuple(own)))
        asked.append(item)
        if item.kind is not Kind.INFO:
            names = [one.var for one in item.statements] or [item.var]
            readable += names
            own += names
        if draw(st.booleans()):
            derived.append(draw(derivations(f"d_{name}", item, tuple(readable))))
            readable.append(derived[-1].var)
    after = draw(st.sampled_from(asked)).var
    ends = (Termination(after, draw(conditions(("fr_group", *own[:2]))), "refused", WORDS, HERE),)
    some_end = draw(st.booleans()) and ends[0].when.source != "true"
    at = next(at for at, item in enumerate(asked) if item.var == after)
    known_there = {name for item in asked[: at + 1] for name in _names(item)} | {"fr_group"}
    return Bank(
        study="random", title=WORDS, waves=(2024, 2025), languages=("en",), missing={},
        research_questions={}, indicators={}, concepts={}, frame=(FRAME, BIRTH), paradata=(),
        assigned=(ARM,), derived=tuple(derived),
        terminations=ends if some_end and ends[0].when.reads <= known_there else (),
        scales={"confirm3": Scale("confirm3", "nominal", tuple(
            Option(code, WORDS) for code in ("still_true", "changed", "never_true")))},
        modules=(), items=tuple(asked), code_lists={},
    )  # fmt: skip


def _names(item: Item) -> list[str]:
    return [one.var for one in item.statements] or [item.var]


@st.composite
def derivations(draw, var: str, item: Item, before: tuple[str, ...]) -> DerivedVariable:
    kind = draw(st.sampled_from(Derivation))
    if kind is Derivation.UNION_OVER_WAVES and item.kind is not Kind.MULTIPLE:
        kind = Derivation.CASES
    names = st.sampled_from(before)
    sources = {
        Derivation.CASES: (),
        Derivation.UNION_OVER_WAVES: (item.var,),
        Derivation.YEARS_BETWEEN: (draw(names), draw(names)),
        Derivation.MONTHS_BETWEEN: (draw(names),),
    }[kind]
    censored = kind is Derivation.MONTHS_BETWEEN and draw(st.booleans())
    cases = kind is Derivation.CASES
    return DerivedVariable(
        var, kind, item.var,
        tuple((draw(conditions(before)), code) for code in ("yes", "7") if cases),
        draw(st.sampled_from((None, "no"))) if cases else None,
        sources, None if cases else draw(names),
        draw(conditions(before)) if censored else None,
        draw(names) if censored else None, "", HERE,
    )  # fmt: skip


def agree(terms: WaveTerms, respondent: Respondent) -> None:
    """The solver, told everything about a respondent, finds the route that they walk."""
    walked = Walked.of(terms, respondent)
    solver = z3.Solver()
    solver.add(*(rule for _, rule in terms.rules), *pinned(terms, respondent))
    assert solver.check() == z3.sat
    model = solver.model()

    pages = {name for name, term in page_terms(terms).items() if true(model, term)}
    assert pages == {page.id for page in walked.route.pages}
    ended = [one for one, _, ends in terms.ended if true(model, ends)]
    assert ended == [one for one in (walked.route.termination,) if one is not None]
    for name, symbol in terms.values.items():
        value = walked.values.get(name)
        if name == "wave":
            continue
        assert read(symbol, model) == (symbol.kept(value) if isinstance(symbol, Coded) else value)
    for claim in claims_of(terms):
        assert true(model, claim.term) == claim.seen(walked), claim.key


def true(model: z3.ModelRef, term: z3.BoolRef) -> bool:
    return z3.is_true(model.eval(term, model_completion=True))


@settings(max_examples=120)
@given(bank=banks(), seed=st.integers(0, 10_000), wave=st.sampled_from((2024, 2025, 2025)))
def test_solver_and_route_agree_on_every_respondent(bank, seed, wave):
    terms = terms_of(bank, wave)
    rng = random.Random(seed)
    for number in range(5):
        respondent = terms.persons.draw(rng, panel=number > 0 and wave == 2025)
        if not terms.loose:
            agree(terms, respondent)


@settings(max_examples=20)
@given(bank=banks(), seed=st.integers(0, 10_000))
def test_nobody_shows_what_is_proven_impossible(bank, seed):
    settled = settle(bank, 2025)
    impossible = [
        settled.claims[key]
        for key, verdict in settled.verdicts.items()
        if verdict is Verdict.IMPOSSIBLE
    ]
    rng = random.Random(seed)

    assert Verdict.UNDECIDED not in settled.verdicts.values() or settled.terms.loose
    for number in range(50):
        person = settled.terms.persons.draw(rng, panel=number % 2 == 0)
        walked = Walked.of(settled.terms, person)
        assert [one.key for one in impossible if one.seen(walked)] == []


@pytest.mark.parametrize("feature", FEATURES)
def test_solver_and_route_agree_on_the_studies_of_features(feature):
    bank = bank_of(feature)
    for wave in bank.waves:
        terms = terms_of(bank, wave)
        rng = random.Random(wave)
        for number in range(16):
            agree(terms, terms.persons.draw(rng, panel=number % 2 == 1))
