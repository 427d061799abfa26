"""The variables of a questionnaire → the list that can be searched, sorted and taken home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.questionnaire.model import (
    Instrument,
    Item,
    Kind,
    Option,
    Policy,
    Statement,
    Store,
)
from app.web.respond.words import Translate
from app.web.staff.instruments.speaking import Speaker, shortened
from app.web.staff.listing import Cell, Choice, Column
from app.web.staff.view import in_english

REGISTER = "register"
DRAWN = "drawn"
CALCULATED = "calculated"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a questionnaire: asked, or known in another way."""

    var: str
    kind: str
    """The kind of its item, or `REGISTER`, `DRAWN`, `CALCULATED`."""
    item: Item | None
    statement: Statement | None
    note: str
    values: tuple[str, ...]
    order: int

    @property
    def page(self) -> str:
        """A page of the questionnaire on which it stands; empty where nobody is asked it."""
        return self.item.var if self.item is not None else ""

    @property
    def options(self) -> Sequence[Option]:
        """Its answers."""
        return self.item.options if self.item is not None else ()

    @property
    def module(self) -> str:
        """Its chapter; empty where nobody is asked it."""
        return self.item.module if self.item is not None else ""

    @property
    def condition(self) -> str:
        """Who is asked, as an expression."""
        if self.item is None:
            return "true"
        own = self.statement.when.source if self.statement else "true"
        parts = [one for one in (self.item.when.source, own) if one != "true"]
        return " and ".join(f"({one})" for one in parts) if len(parts) > 1 else "".join(parts)

    @property
    def waves(self) -> tuple[int, ...]:
        """The waves that ask it."""
        if self.item is None:
            return ()
        return self.statement.waves if self.statement else self.item.waves

    @property
    def sensitive(self) -> bool:
        """Whether its answers ask for particular care."""
        own = self.statement is not None and self.statement.sensitive
        return own or (self.item is not None and self.item.sensitive)


def variables_of(instrument: Instrument) -> list[Variable]:
    """Return the variables in the order they come to be: known, asked, calculated."""
    found: list[Variable] = []

    def add(
        var: str,
        kind: str,
        item: Item | None = None,
        statement: Statement | None = None,
        note: str = "",
        values: tuple[str, ...] = (),
    ) -> None:
        found.append(Variable(var, kind, item, statement, note, values, len(found)))

    for framed in instrument.frame:
        add(framed.var, REGISTER, note=framed.note, values=framed.values)
    for drawn in instrument.assigned:
        add(drawn.var, DRAWN, note=drawn.note, values=drawn.values)
    for item in instrument.items:
        if item.kind is Kind.BATTERY:
            for statement in item.statements:
                add(statement.var, str(item.kind), item, statement)
        else:
            add(item.var, str(item.kind), item)
        for derived in instrument.derived_after.get(item.var, ()):
            values = tuple(dict.fromkeys(value for _, value in derived.cases))
            add(derived.var, CALCULATED, note=derived.note, values=values)
    return found


def kind_words(_: Translate) -> Mapping[str, str]:
    """Return what each kind of variable is called."""
    return {
        Kind.SINGLE: _("one answer"),
        Kind.MULTIPLE: _("several answers"),
        Kind.NUMBER: _("number"),
        Kind.YEAR: _("year"),
        Kind.MONTH: _("month"),
        Kind.DATE: _("date"),
        Kind.TEXT: _("short text"),
        Kind.OPEN: _("own words"),
        Kind.CODE_LIST: _("name from a list"),
        Kind.BATTERY: _("statement"),
        Kind.INFO: _("page to read"),
        Kind.CONSENT: _("consent"),
        REGISTER: _("from the register"),
        DRAWN: _("drawn by lot"),
        CALCULATED: _("calculated"),
    }


def policy_words(_: Translate, policy: Policy) -> str:
    """Return what an earlier answer does to a question."""
    return {
        Policy.EVERY_WAVE: _("asked in every wave"),
        Policy.ONCE: _("asked once; the answer stands"),
        Policy.UNTIL_EVENT: _("asked until something has happened"),
        Policy.CONFIRM: _("asked whether it is still true"),
    }[policy]


def codebook_columns(speaker: Speaker, path: str, key: str) -> list[Column[Variable]]:
    """Return the columns of the list."""
    _, kinds = speaker.say, kind_words(speaker.say)
    modules = speaker.instrument.module_by_id

    def about(one: Variable) -> Cell:
        module = modules[one.module].title[speaker.language] if one.module else None
        said = speaker.question(one.var, 160)
        return Cell((in_english(said) if one.note else said) or "–", small=module)

    return [
        Column(
            "var",
            _("Variable"),
            lambda one: Cell(one.var, url=f"{path}/codebook/{one.var}?edition={key}"),
            sort=lambda one: one.var,
        ),
        Column(
            "order",
            _("Question"),
            about,
            sort=lambda one: one.order,
            csv=lambda one: speaker.question(one.var, 5000),
        ),
        Column("kind", _("Kind"), lambda one: kinds[one.kind], sort=lambda one: kinds[one.kind]),
        Column(
            "options",
            _("Options"),
            lambda one: shortened(option_words(speaker, one), 120),
            csv=lambda one: option_words(speaker, one),
        ),
        Column(
            "condition",
            _("Asked of"),
            lambda one: Cell(shortened(one.condition, 80)) if one.condition else _("everybody"),
            csv=lambda one: one.condition,
        ),
        Column("waves", _("Waves"), lambda one: ", ".join(map(str, one.waves))),
        Column(
            "repeat",
            _("In a later wave"),
            lambda one: policy_words(_, one.item.repeat.policy) if one.item else "",
        ),
        Column(
            "care",
            _("Care"),
            lambda one: care_words(_, one),
            sort=lambda one: care_words(_, one) or None,
        ),
    ]


def option_words(speaker: Speaker, one: Variable) -> str:
    """Return the codes of a variable with their words."""
    if one.options:
        return "; ".join(f"{opt.code}: {opt.text[speaker.language]}" for opt in one.options)
    return "; ".join(one.values)


def care_words(_: Translate, one: Variable) -> str:
    """Return what is to be minded with the answers of a variable."""
    if one.item is not None and one.item.store is Store.CONTACT:
        return _("kept with the contacts, in no release")
    if one.item is not None and one.item.kind in (Kind.OPEN, Kind.TEXT):
        return _("own words: redacted first")
    return _("sensitive") if one.sensitive else ""


def codebook_filters(speaker: Speaker, found: Sequence[Variable]) -> list[Choice]:
    """Return the filters of the list."""
    _, kinds = speaker.say, kind_words(speaker.say)
    there = dict.fromkeys(one.kind for one in found)
    modules = speaker.instrument.modules
    return [
        Choice("kind", _("Kind"), [(str(kind), kinds[kind]) for kind in there]),
        Choice("module", _("Chapter"), [(one.id, one.title[speaker.language]) for one in modules]),
    ]


def kept_by(one: Variable, chosen: Mapping[str, str]) -> bool:
    """Tell whether a variable passes the filters."""
    return chosen["kind"] in ("", one.kind) and chosen["module"] in ("", one.module)


def text_of(speaker: Speaker, one: Variable) -> str:
    """Return what the search looks in: name, words of all languages, options, condition."""
    texts = [] if one.item is None else list(one.item.text.values())
    if one.statement is not None:
        texts += one.statement.text.values()
    return " ".join([one.var, one.note, *texts, option_words(speaker, one), one.condition])
