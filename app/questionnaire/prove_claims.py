"""What ought to be possible in a wave, and what ought not: each claim as a term and as a test.

The term is for the solver, over all respondents; the test is for one respondent and the route that
`routing.route` gave. A claim is believed to be possible only when its test says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import z3

from app.questionnaire.expression import is_known
from app.questionnaire.model import Item, Kind, Place, Policy, Statement, Termination
from app.questionnaire.prove_parts import Context, parts
from app.questionnaire.prove_route import Asked, Passed, Taken, WaveTerms
from app.questionnaire.prove_symbols import ALWAYS, NEVER, Term
from app.questionnaire.prove_texts import Words, texts_of
from app.questionnaire.prove_witness import Walked, page_terms

Key = tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """Something that should be possible (or, as a hazard, impossible) for some respondent."""

    key: Key
    """The same in every wave."""
    place: Place
    says: str
    """What is wrong when it does not hold."""
    term: Term
    seen: Callable[[Walked], bool]
    each_wave: bool = False
    """Wrong in one wave is wrong; otherwise only when no wave makes it possible."""
    hazard: bool = False
    note: bool = False
    """Worth knowing, no fault."""
    needs: Key = ()
    """Not worth saying when this claim does not hold."""
    source: str = "true"
    """The condition it is about, if any."""
    names: tuple[str, ...] = ()
    """The variables whose values an example should tell."""


def claims_of(terms: WaveTerms) -> Iterator[Claim]:
    """Yield every claim about a wave, those that others need first."""
    pages = page_terms(terms)
    for passed in terms.passed.values():
        yield from _pages(terms, passed, pages)
        yield from _conditions(terms, passed)
        yield from _repeats(terms, passed)
        yield from _texts(terms, passed)
    for taken in terms.derived.values():
        yield from _derived(terms, taken)
    for at, (termination, reach, ends) in enumerate(terms.ended):
        yield from _ends(terms, at, termination, reach, ends)


def page_key(item: Item) -> Key:
    """Return the key of the claim that an item is asked."""
    return ("page", item.var)


# --- pages and statements -----------------------------------------------------------------------


def _pages(terms: WaveTerms, passed: Passed, pages: dict[str, Term]) -> Iterator[Claim]:
    item = passed.item
    yield Claim(
        page_key(item),
        item.place,
        f"{item.var} is never asked",
        passed.whole.asked,
        lambda walked: item.var in walked.questions,
        each_wave=True,
        source=item.when.source,
    )
    if terms.earlier:
        yield Claim(
            ("first time", item.var),
            item.place,
            f"only people who took part before can be asked {item.var}",
            z3.And(passed.whole.asked, terms.first_time()),
            lambda walked: (
                item.var in walked.questions and not walked.respondent.known.preload.answers
            ),
            each_wave=True,
            note=True,
            needs=page_key(item),
        )
    if item.repeat.policy is Policy.CONFIRM and item.var in terms.earlier:
        yield Claim(
            ("confirm", item.var),
            item.place,
            f"the confirm page of {item.var} is never shown",
            passed.confirm,
            _shows(f"{item.var}-confirm"),
            each_wave=True,
            needs=page_key(item),
        )
    for statement in item.statements:
        yield _statement(item, statement, passed.statements[statement.var])
    for name in pages:
        if item.kind is Kind.BATTERY and name.startswith(f"{item.var}-"):
            yield Claim(
                ("screen", name),
                item.place,
                f"screen {name} is never shown: so many statements are never asked together",
                pages[name],
                _shows(name),
                note=True,
                needs=page_key(item),
            )


def _shows(page_id: str) -> Callable[[Walked], bool]:
    return lambda walked: page_id in walked.route.page_by_id


def _statement(item: Item, statement: Statement, asked: Asked) -> Claim:
    var = statement.var
    return Claim(
        ("statement", var),
        statement.place,
        f"statement {var} of {item.var} is never shown",
        asked.asked,
        lambda walked: var in walked.asked,
        each_wave=True,
        needs=page_key(item),
        source=statement.when.source,
    )


def _conditions(terms: WaveTerms, passed: Passed) -> Iterator[Claim]:
    item = passed.item
    reached = Context(passed.reach, lambda walked: item.var in walked.reached)
    yield from _parts(terms, f"the condition of {item.var}", item.place, item.when.source, reached,
                      needs=page_key(item))  # fmt: skip
    met = Context(passed.when, lambda walked: walked.meets(item))
    for statement in item.statements:
        owner = f"the condition of {statement.var}"
        yield from _parts(terms, owner, statement.place, statement.when.source, met,
                          needs=("statement", statement.var))  # fmt: skip


def _parts(
    terms: WaveTerms, owner: str, place: Place, source: str, context: Context, *, needs: Key
) -> Iterator[Claim]:
    for at, part in enumerate(parts(terms.terms, source, context)):
        says = f"{part.words}, in {owner}, can never be true"
        if part.always:
            says = f'{owner} is always true: "{source}"'
        yield Claim(
            ("part", owner, str(place), str(at)),
            place,
            says,
            part.term,
            part.seen,
            note=part.always,
            needs=needs,
            source="true" if part.always else part.words,
        )


# --- repeats ------------------------------------------------------------------------------------


def _repeats(terms: WaveTerms, passed: Passed) -> Iterator[Claim]:
    item, repeat = passed.item, passed.item.repeat
    names = [one.var for one in item.statements] or [item.var]
    if repeat.reset_on is not None:
        yield Claim(
            ("reset", item.var),
            item.place,
            f'{item.var}: reset_on "{repeat.reset_on}" can never make it be asked again',
            passed.whole.reset,
            lambda walked: any(
                name in walked.asked and name in walked.respondent.known.preload.answers
                for name in names
            ),
            needs=page_key(item),
        )
    if repeat.policy is Policy.CONFIRM:
        yield Claim(
            ("repeat", item.var),
            item.place,
            f"{item.var}: there is never an earlier answer to confirm",
            passed.confirm,
            _shows(f"{item.var}-confirm"),
            needs=page_key(item),
        )
    if repeat.independent is not None and (before := terms.earlier.get(item.var)) is not None:
        yield Claim(
            ("independent", item.var),
            item.place,
            f'{item.var}: nobody with an earlier answer is "{repeat.independent.source}"',
            z3.And(passed.when, before.known, terms.condition(repeat.independent)),
            lambda walked: (
                item.var in walked.questions
                and item.var in walked.respondent.known.preload.answers
                and f"{item.var}-confirm" not in walked.route.page_by_id
            ),
            needs=page_key(item),
        )
    for code in repeat.until:
        told = [terms.earlier[name].is_value(code) for name in names if name in terms.earlier]
        yield Claim(
            ("until", item.var, code),
            item.place,
            f'{item.var}: until "{code}" can never end the asking',
            z3.And(passed.when, z3.Or(*told)),
            lambda walked, code=code: any(  # type: ignore[misc]
                walked.route.carried.get(name) == code for name in names
            ),
            needs=page_key(item),
        )


# --- texts --------------------------------------------------------------------------------------


def _texts(terms: WaveTerms, passed: Passed) -> Iterator[Claim]:
    item = passed.item
    for words, context, context_of in _shown(terms, passed):
        if words.variant:
            source = item.variants[words.variant - 1].when.source
            owner = f"{words.what} of {item.var}"
            key = ("variant", item.var, str(words.variant))
            yield Claim(key, item.place, f'{owner} is never read (when "{source}")', context.term,
                        context.seen, needs=page_key(item), source=source)  # fmt: skip
            yield from _parts(terms, owner, item.place, source, context_of, needs=key)
        elif words.of_repeat and item.repeat.policy is not Policy.CONFIRM:
            says = f"{words.what} of {item.var} is never read: an earlier answer is not asked again"
            yield Claim(("repeat text", item.var), item.place, says, context.term, context.seen,
                        needs=page_key(item))  # fmt: skip
        for name in sorted(words.inserts):
            symbol = terms.values.get(name)
            missing = z3.Not(symbol.known) if symbol is not None else ALWAYS
            yield Claim(
                ("insertion", item.var, words.what, name),
                item.place,
                f'{words.what} of {item.var} inserts "{{{name}}}", which may have no value there',
                z3.And(context.term, missing),
                lambda walked, name=name, context=context: (  # type: ignore[misc]
                    context.seen(walked) and not is_known(walked.values.get(name))
                ),
                each_wave=True,
                hazard=True,
                needs=page_key(item),
                names=(*sorted(item.when.reads), name),
            )


def _shown(terms: WaveTerms, passed: Passed) -> Iterator[tuple[Words, Context, Context]]:
    """Yield each text with who reads it, and who reads it unless its own condition says no."""
    item = passed.item
    before = terms.earlier.get(item.var)
    known = before.known if before is not None else NEVER
    replaced = known if item.repeat.text and item.repeat.policy is not Policy.CONFIRM else NEVER

    def plain(walked: Walked) -> bool:
        earlier = walked.respondent.known.preload.answers.get(item.var)
        of_repeat = item.repeat.text and item.repeat.policy is not Policy.CONFIRM
        return item.var in walked.questions and not (of_repeat and earlier is not None)

    def again(walked: Walked) -> bool:
        return item.var in walked.questions and not plain(walked)

    left = Context(z3.And(passed.whole.asked, z3.Not(replaced)), plain)
    for words in texts_of(item):
        if words.of_repeat:
            confirms = item.repeat.policy is Policy.CONFIRM
            of_repeat = Context(
                passed.confirm if confirms else z3.And(passed.whole.asked, replaced),
                _shows(f"{item.var}-confirm") if confirms else again,
            )
            yield words, of_repeat, of_repeat
        elif words.variant:
            when = item.variants[words.variant - 1].when
            holds = terms.condition(when)
            yield words, left.and_(holds, when.test), left
            left = left.and_(z3.Not(holds), lambda values, when=when: not when(values))  # type: ignore[misc]
        else:
            yield words, left, left


# --- derived variables and terminations ---------------------------------------------------------


def _derived(terms: WaveTerms, taken: Taken) -> Iterator[Claim]:
    variable = taken.variable
    key = ("derived", variable.var)
    yield Claim(
        key,
        variable.place,
        f"{variable.var} never has a value",
        taken.value.known,
        lambda walked: is_known(walked.values.get(variable.var)),
        each_wave=True,
    )
    left = Context(taken.reach, lambda walked: variable.after in walked.reached)
    for at, (condition, code) in enumerate(variable.cases):
        case = ("case", variable.var, str(at))
        here = left.and_(terms.condition(condition), condition.test)
        owner = f"case {at + 1} of {variable.var}"
        yield Claim(case, variable.place, f'{owner} ("{code}") is never taken', here.term,
                    here.seen, needs=key, source=condition.source)  # fmt: skip
        yield from _parts(terms, owner, variable.place, condition.source, left, needs=case)
        left = left.and_(
            z3.Not(terms.condition(condition)),
            lambda values, condition=condition: not condition(values),  # type: ignore[misc]
        )


def _ends(
    terms: WaveTerms, at: int, termination: Termination, reach: Term, ends: Term
) -> Iterator[Claim]:
    after = termination.after
    key = ("end", str(at), after)
    shown = f'the end after {after} (when "{termination.when.source}")'
    yield Claim(key, termination.place, f"{shown} never comes", ends,
                lambda walked: walked.route.termination == termination,
                source=termination.when.source)  # fmt: skip
    yield Claim(
        ("past", str(at), after),
        termination.place,
        f"{shown} comes for everybody: nothing after it is ever asked",
        z3.And(reach, z3.Not(ends)),
        lambda walked: after in walked.reached and walked.route.termination != termination,
        each_wave=True,
    )
    context = Context(reach, lambda walked: after in walked.reached)
    yield from _parts(terms, f"the end after {after}", termination.place,
                      termination.when.source, context, needs=key)  # fmt: skip
