"""Every text of a bank that a respondent may read, each under a name that stays.

One walk over the bank serves all: listing the texts for translators, adding their translations,
and keeping the languages of one wave. So no text can be listed and then not be translated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.questionnaire.checks_texts import MAX_QUESTION
from app.questionnaire.model import (
    Bank,
    CodeEntry,
    Item,
    Kind,
    Module,
    Option,
    Scale,
    Statement,
    Termination,
    Text,
)

STUDY_FILE = "study.yaml"
SCALES_FILE = "scales.yaml"
_KINDS = {
    Kind.INFO: "page to read",
    Kind.CONSENT: "question of consent",
    Kind.BATTERY: "question above statements",
}
"""What a translator should know of an item's text, where it is no plain question."""


@dataclass(frozen=True, slots=True)
class BankText:
    """One text, in the languages it has."""

    context: str
    """Its name: ``r_route``, ``r_route|option b1``, ``scale agree5|1``; unique in a study."""
    kind: str
    """What a translator should know it is: ``question``, ``answer``, ``statement`` …"""
    text: Text
    file: str
    """Relative to the study's folder."""
    max_length: int = MAX_QUESTION
    """Characters."""


Write = Callable[[BankText], Text]
"""Returns the text that takes the place of the one it is given."""


def texts_of(bank: Bank) -> list[BankText]:
    """Return the texts in the order a translator meets them: general words, scales, questions."""
    found: list[BankText] = []

    def note(one: BankText) -> Text:
        found.append(one)
        return one.text

    rewritten(bank, note)
    return found


def rewritten(bank: Bank, write: Write) -> Bank:
    """Return the bank with every text a respondent may read replaced by what ``write`` returns.

    Code lists and words for analysts (research questions, concepts, labels) stay as they are.
    """
    title = write(BankText("study|title", "title of the study", bank.title, STUDY_FILE))
    missing = {
        code: write(BankText(f"missing|{code}", "why there is no answer", text, STUDY_FILE))
        for code, text in bank.missing.items()
    }
    scales = {name: _scale(scale, write) for name, scale in bank.scales.items()}
    modules: list[Module] = []
    items: list[Item] = []
    for module in bank.modules:
        own = [item for item in bank.items if item.module == module.id]
        modules.append(_module(module, _file(own[0]) if own else STUDY_FILE, write))
        items += [_item(item, scales, write) for item in own]
    return replace(
        bank,
        title=title,
        missing=missing,
        scales=scales,
        modules=tuple(modules),
        items=tuple(items),
        terminations=tuple(_termination(one, write) for one in bank.terminations),
    )


def in_languages(bank: Bank, languages: Sequence[str]) -> Bank:
    """Return the bank with its texts and code lists in these languages and no others.

    Raises
    ------
    ValueError
        If a text lacks one of them; the message names the first and counts the rest.
    """
    lacking: list[str] = []

    def keep(one: BankText) -> Text:
        lacking.extend(f"{one.context} ({code})" for code in languages if code not in one.text)
        return _kept(one.text, languages)

    kept = replace(rewritten(bank, keep), code_lists=_code_lists(bank.code_lists, languages))
    if lacking:
        raise ValueError(f"{len(lacking)} texts are missing, the first is {lacking[0]}")
    return kept


def _kept(text: Text, languages: Sequence[str]) -> Text:
    return {code: text[code] for code in languages if code in text}


def _code_lists(
    lists: Mapping[str, tuple[CodeEntry, ...]], languages: Sequence[str]
) -> dict[str, tuple[CodeEntry, ...]]:
    return {
        name: tuple(replace(entry, text=_kept(entry.text, languages)) for entry in entries)
        for name, entries in lists.items()
    }


def _scale(scale: Scale, write: Write) -> Scale:
    return replace(
        scale,
        options=tuple(
            _option(option, f"scale {scale.id}|{option.code}", SCALES_FILE, write)
            for option in scale.options
        ),
    )


def _option(option: Option, context: str, file: str, write: Write) -> Option:
    kind = "answer, opens a box for one's own words" if option.specify else "answer"
    text, picture = write(BankText(context, kind, option.text, file)), option.picture
    if picture is not None:
        shown = BankText(f"{context}|picture", "what a picture shows", picture.alt, file)
        picture = replace(picture, alt=write(shown))
    return replace(option, text=text, picture=picture)


def _module(module: Module, file: str, write: Write) -> Module:
    context = f"module {module.id}"
    title = write(BankText(f"{context}|title", "title of a chapter", module.title, file))
    if module.lead is None:
        return replace(module, title=title)
    lead = write(BankText(f"{context}|lead", "stands above its first question", module.lead, file))
    return replace(module, title=title, lead=lead)


def _item(item: Item, scales: Mapping[str, Scale], write: Write) -> Item:
    var, file = item.var, _file(item)
    text = write(BankText(var, _kind_of(item), item.text, file))
    help_ = item.help and write(BankText(f"{var}|help", "help below a question", item.help, file))
    variants = tuple(
        replace(
            one,
            # By its condition, not by its number: a variant put before it takes no words from it.
            text=write(
                BankText(f"{var}|when {one.when.source}", "question, other words", one.text, file)
            ),
        )
        for one in item.variants
    )
    repeat, limits = item.repeat, item.limits
    if repeat.text is not None:
        kind = "question about an earlier answer"
        repeat = replace(repeat, text=write(BankText(f"{var}|repeat", kind, repeat.text, file)))
    if limits.unit is not None:
        unit = write(BankText(f"{var}|unit", "unit after a number", limits.unit, file))
        limits = replace(limits, unit=unit)
    return replace(
        item,
        text=text,
        help=help_,
        variants=variants,
        repeat=repeat,
        limits=limits,
        statements=tuple(_statement(one, file, write) for one in item.statements),
        options=_options(item, scales, file, write),
    )


def _options(
    item: Item, scales: Mapping[str, Scale], file: str, write: Write
) -> tuple[Option, ...]:
    """A scale's words are translated once, for all questions that share it."""
    if item.scale is not None:
        return scales[item.scale].options if item.scale in scales else item.options
    return tuple(
        _option(option, f"{item.var}|option {option.code}", file, write) for option in item.options
    )


def _statement(statement: Statement, file: str, write: Write) -> Statement:
    text = write(BankText(statement.var, "statement", statement.text, file))
    return replace(statement, text=text)


def _termination(one: Termination, write: Write) -> Termination:
    context = f"{one.after}|ending when {one.when.source}"
    kind = "last words, when the interview ends here"
    return replace(one, text=write(BankText(context, kind, one.text, STUDY_FILE)))


def _kind_of(item: Item) -> str:
    return _KINDS.get(item.kind, "question")


def _file(item: Item) -> str:
    return "/".join(item.place.file.split("/")[-2:])
