"""One variable of a questionnaire → its page: texts, codes, condition, uses, other waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.i18n.locales import language as language_named
from app.questionnaire.differences import Identity, identity
from app.questionnaire.explain import explained
from app.questionnaire.expression import parse
from app.questionnaire.model import Instrument, Item, Text
from app.questionnaire.uses import Part, uses_of
from app.services.content.questionnaires import Edition
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.instruments.present_codebook import (
    Variable,
    care_words,
    kind_words,
    policy_words,
)
from app.web.staff.instruments.speaking import ReasonView, Speaker
from app.web.staff.view import Row, Table, Words, in_english


@dataclass(frozen=True, slots=True)
class TextView:
    """A text in one language."""

    language: str
    lang: str
    dir: str
    words: str


@dataclass(frozen=True, slots=True)
class TextsView:
    """One text of a question in all languages."""

    words: str
    texts: Sequence[TextView]


@dataclass(frozen=True, slots=True)
class OptionsView:
    """The answers with their codes, in all languages."""

    languages: Sequence[TextView]
    rows: Sequence[tuple[str, Sequence[TextView], str]]


@dataclass(frozen=True, slots=True)
class VariableView:
    """A variable on its page."""

    question: Words
    facts: Sequence[tuple[str, Words]]
    texts: Sequence[TextsView]
    options: OptionsView | None
    condition: ReasonView | None
    uses: Table | None
    waves: Table


def variable_view(
    speaker: Speaker, figures: Figures, year: int, one: Variable, others: Mapping[int, Edition]
) -> VariableView:
    """Return the page of a variable."""
    _ = speaker.say
    condition = explained(parse(one.condition or "true"), {}, parse(one.condition or "true").reads)
    said = speaker.question(one.var, 500)
    return VariableView(
        question=in_english(said) if one.note else said,
        facts=_facts(speaker, one),
        texts=_texts(_, figures, speaker.instrument, one),
        options=_options(_, speaker.instrument, figures, one) if one.options else None,
        condition=speaker.reason(condition) if one.item is not None and one.condition else None,
        uses=_uses(speaker, one),
        waves=_waves(_, speaker.instrument, year, one, others),
    )


def _facts(speaker: Speaker, one: Variable) -> list[tuple[str, Words]]:
    _ = speaker.say
    facts: list[tuple[str, Words]] = [(_("Kind"), kind_words(_)[one.kind])]
    if one.values:
        facts.append((_("Values"), ", ".join(one.values)))
    item = one.item
    if item is None:
        return facts
    facts.append(
        (_("Chapter"), speaker.instrument.module_by_id[item.module].title[speaker.language])
    )
    facts.append((_("In a later wave"), policy_words(_, item.repeat.policy)))
    facts.append((_("Waves"), ", ".join(map(str, one.waves))))
    if (limits := _limits(_, item)) != "":
        facts.append((_("Limits"), limits))
    if (care := care_words(_, one)) != "":
        facts.append((_("Care"), care))
    of = one.statement or item
    if of.research_questions:
        facts.append((_("Research questions"), ", ".join(of.research_questions)))
    if of.place.line:  # a published version no longer knows its files
        facts.append((_("Where it is written"), str(of.place)))
    return facts


def _limits(_: Translate, item: Item) -> str:
    limits = item.limits
    said = []
    if limits.min is not None:
        said.append(_("at least %(bound)s", bound=limits.min))
    if limits.max is not None:
        said.append(_("at most %(bound)s", bound=limits.max))
    if limits.max_choices is not None:
        said.append(_("at most %(count)s answers", count=limits.max_choices))
    return ", ".join(said)


def _texts(
    _: Translate, figures: Figures, instrument: Instrument, one: Variable
) -> list[TextsView]:
    item = one.item
    if item is None:
        return []
    found: list[tuple[str, Text]] = []
    if one.statement is not None:
        found.append((_("Statement"), one.statement.text))
    found.append((_("Question"), item.text))
    if item.help is not None:
        found.append((_("Help"), item.help))
    if item.repeat.text is not None:
        found.append((_("When an earlier answer is known"), item.repeat.text))
    found += [
        (_("Other words, when %(condition)s", condition=variant.when.source), variant.text)
        for variant in item.variants
    ]
    return [
        TextsView(words, [_in_one(figures, code, text[code]) for code in instrument.languages])
        for words, text in found
    ]


def _in_one(figures: Figures, code: str, words: str) -> TextView:
    named = language_named(code)
    return TextView(figures.language(code), named.tag, named.dir, words)


def _options(_: Translate, instrument: Instrument, figures: Figures, one: Variable) -> OptionsView:
    heads = [_in_one(figures, code, "") for code in instrument.languages]
    rows = []
    for option in one.options:
        marks = [
            word
            for word, holds in (
                (_("goes with no other"), option.exclusive),
                (_("asks for own words"), option.specify),
            )
            if holds
        ]
        texts = [_in_one(figures, code, option.text[code]) for code in instrument.languages]
        rows.append((option.code, texts, ", ".join(marks)))
    return OptionsView(heads, rows)


def _uses(speaker: Speaker, one: Variable) -> Table | None:
    _ = speaker.say
    found = uses_of(speaker.instrument, one.var)
    if not found:
        return None
    words = {
        Part.CONDITION: _("whether it is asked"),
        Part.WORDS: _("in which words it is asked"),
        Part.DERIVED: _("how it is calculated"),
        Part.ENDING: _("whether the interview ends there"),
        Part.REPEAT: _("whether its earlier answer stands"),
    }
    return Table(
        id="uses",
        caption=_("Where its answers decide"),
        head=[_("Variable"), _("What they decide"), _("Expression")],
        rows=[Row(use.by, [words[use.part], use.source]) for use in found],
        numbers_from=9,
    )


def identity_words(_: Translate, one: Identity) -> str:
    """Return whether two waves may be compared, in words."""
    return {
        Identity.SAME: _("the same"),
        Identity.TEXT_CHANGED: _("asked in other words"),
        Identity.OPTIONS_CHANGED: _("other options or limits"),
        Identity.TYPE_CHANGED: _("another kind of answer: do not compare"),
        Identity.NOT_ASKED: _("not asked"),
    }[one]


def _waves(
    _: Translate,
    instrument: Instrument,
    year: int,
    one: Variable,
    others: Mapping[int, Edition],
) -> Table:
    rows = [Row(str(year), [_("this questionnaire")])]
    for other, edition in others.items():
        if one.item is None:
            known = {
                variable.var
                for several in (edition.instrument.frame, edition.instrument.assigned,
                                edition.instrument.derived)
                for variable in several
            }  # fmt: skip
            words = _("known there too") if one.var in known else _("not known")
        else:
            words = identity_words(_, identity(edition.instrument, instrument, one.var))
        rows.append(Row(str(other), [words]))
    return Table(
        id="waves",
        caption=_("The same variable in other waves"),
        head=[_("Wave"), _("Compared with this questionnaire")],
        rows=sorted(rows, key=lambda row: str(row.header)),
        numbers_from=9,
    )
