"""The item bank and one wave compiled from it, as frozen values.

The bank is written once in ``surveys/<study>/``; an :class:`Instrument` holds what one wave asks of
it. Nothing here behaves: routing, acceptance and wording are functions in their own modules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from app.questionnaire.purpose import Allows

Text = Mapping[str, str]
"""Words by language code, for example ``{"nl": "Ja", "en": "Yes"}``."""

LATER = "later"
"""Marks a field that came after versions were published: where it has its default, the canonical
JSON leaves it out, so that those versions are still what they were."""


class Kind(StrEnum):
    """What a person does on a page."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMBER = "number"
    YEAR = "year"
    MONTH = "month"
    DATE = "date"
    TEXT = "text"
    OPEN = "open"
    CODE_LIST = "code_list"
    BATTERY = "battery"
    INFO = "info"
    CONSENT = "consent"


class Missing(StrEnum):
    """Why there is no substantive answer; stored as these codes, never used as option codes."""

    DK = "dk"
    REF = "ref"
    SKIP = "skip"
    NA_ROUTE = "na_route"
    BREAK_OFF = "break_off"


Value = str | int | tuple[str, ...]
"""One answer: a code or text, a whole number (derived), codes in bank order, or a `Missing`."""


class Offer(StrEnum):
    """When "I do not know" or "prefer not to say" is offered."""

    VISIBLE = "visible"
    ON_SKIP = "on_skip"
    NONE = "none"


class Policy(StrEnum):
    """What happens to an item when the person answered it in an earlier wave."""

    EVERY_WAVE = "every_wave"
    ONCE = "once"
    UNTIL_EVENT = "until_event"
    CONFIRM = "confirm"


class Store(StrEnum):
    """Which of the two databases keeps the answer."""

    ANSWERS = "answers"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the survey files something stands; ``line`` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed expression: its source, what it reads, and a compiled test over known values."""

    source: str
    reads: frozenset[str]
    test: Callable[[Mapping[str, Value]], bool] = field(compare=False, repr=False)

    def __call__(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the condition holds."""
        return self.test(values)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing beside the words of an option, never instead of them."""

    svg: str
    """The drawing itself: a version shows what was checked, whatever became of the file."""
    alt: Text
    """What it shows, for who does not see it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer a person may choose."""

    code: str
    text: Text
    exclusive: bool = False
    specify: bool = False
    """Opens a text box, "other, namely"; the words are kept as ``<variable>_other``."""
    picture: Picture | None = field(default=None, metadata={LATER: True})


@dataclass(frozen=True, slots=True)
class Scale:
    """Options shared by items, with the kind of scale: nominal, ordinal, bipolar, two_sided."""

    id: str
    kind: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of an answer; ``None`` is no bound.

    ``min`` and ``max`` are whole numbers, years or ``YYYY-MM``; ``max`` may also be the name
    ``interview_month``, the month of the person's first answer in this wave.
    """

    min: str | int | None = None
    max: str | int | None = None
    max_choices: int | None = None
    year_only: bool = False
    """A month may be given as its year alone."""
    unit: Text | None = None
    max_length: int = 4000


@dataclass(frozen=True, slots=True)
class Repeat:
    """What an earlier answer of the same person does to this item."""

    policy: Policy = Policy.EVERY_WAVE
    until: tuple[str, ...] = ()
    reset_on: str | None = None
    text: Text | None = None
    independent: Condition | None = field(default=None, metadata={LATER: True})
    """Who is asked as if nothing were known: one arm of an experiment, drawn at random."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Other words for the same question when its condition holds (group, mode)."""

    when: Condition
    text: Text


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of a battery; an answer variable of its own."""

    var: str
    text: Text
    when: Condition
    waves: tuple[int, ...]
    research_questions: tuple[str, ...]
    indicators: tuple[str, ...]
    sensitive: bool
    concept: str
    sources: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the bank: a question, a battery, or a page that asks nothing."""

    var: str
    module: str
    block: str
    kind: Kind
    text: Text
    help: Text | None
    options: tuple[Option, ...]
    scale: str | None
    statements: tuple[Statement, ...]
    per_screen: int
    code_list: str | None
    limits: Limits
    dk: Offer
    refuse: Offer
    when: Condition
    waves: tuple[int, ...]
    repeat: Repeat
    variants: tuple[Variant, ...]
    research_questions: tuple[str, ...]
    indicators: tuple[str, ...]
    sensitive: bool
    concept: str
    sources: tuple[str, ...]
    store: Store
    required: bool
    """True for the consent to take part only: everything else may be left unanswered."""
    place: Place
    allows: Allows | None = field(default=None, metadata={LATER: True})
    """Of a question that asks leave: for what; each such answer is put on record."""
    reaches: bool = field(default=False, metadata={LATER: True})
    """The answer is an e-mail address or phone number by which the person wants to be reached."""


@dataclass(frozen=True, slots=True)
class Module:
    """A chapter of the questionnaire; its lead stands above its first question, not on a page."""

    id: str
    order: int
    title: Text
    lead: Text | None


@dataclass(frozen=True, slots=True)
class FrameVariable:
    """Known before the interview, from the sampling frame."""

    var: str
    kind: str
    values: tuple[str, ...]
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class AssignedVariable:
    """Drawn for a person, here and never again (``persist: person``)."""

    var: str
    after: str
    values: tuple[str, ...]
    override: str | None
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class VariableLabels:
    """Words for a variable that nobody is asked, and for its codes; for tables and files."""

    label: Text
    codes: Mapping[str, Text]


class Derivation(StrEnum):
    """How a derived variable is calculated."""

    CASES = "cases"
    YEARS_BETWEEN = "years_between"
    MONTHS_BETWEEN = "months_between"
    UNION_OVER_WAVES = "union_over_waves"


@dataclass(frozen=True, slots=True)
class DerivedVariable:
    """Calculated as soon as the item ``after`` has been passed."""

    var: str
    kind: Derivation
    after: str
    cases: tuple[tuple[Condition, str], ...]
    default: str | None
    sources: tuple[str, ...]
    """``from`` in the file: the variables it starts at, the first known one counts."""
    to: str | None
    censor_when: Condition | None
    censor_at: str | None
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class Termination:
    """Ends the interview after an item; ``status`` is refused or screened_out."""

    after: str
    when: Condition
    status: str
    text: Text
    place: Place


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One line of a code list (a municipality, a country)."""

    code: str
    text: Text
    also: tuple[str, ...] = ()
    """Other names people use and are understood by: "Den Haag" for "'s-Gravenhage"."""


@dataclass(frozen=True)
class Bank:
    """All items of a study, for all waves, in the order they are asked."""

    study: str
    title: Text
    waves: tuple[int, ...]
    languages: tuple[str, ...]
    """The languages in which the bank itself is written; the first is the source language."""
    missing: Mapping[str, Text]
    research_questions: Mapping[str, Text]
    indicators: Mapping[str, Text]
    concepts: Mapping[str, Text]
    frame: tuple[FrameVariable, ...]
    paradata: tuple[FrameVariable, ...]
    assigned: tuple[AssignedVariable, ...]
    derived: tuple[DerivedVariable, ...]
    terminations: tuple[Termination, ...]
    scales: Mapping[str, Scale]
    modules: tuple[Module, ...]
    items: tuple[Item, ...]
    code_lists: Mapping[str, tuple[CodeEntry, ...]]
    labels: Mapping[str, VariableLabels] = field(default_factory=dict)
    wave_languages: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """In which languages a wave is asked; a wave that is not here, in those of the bank."""


@dataclass(frozen=True)
class Instrument:
    """What one wave asks: the bank's items and statements of that wave, in order."""

    study: str
    title: Text
    wave: int
    languages: tuple[str, ...]
    missing: Mapping[str, Text]
    frame: tuple[FrameVariable, ...]
    assigned: tuple[AssignedVariable, ...]
    derived: tuple[DerivedVariable, ...]
    terminations: tuple[Termination, ...]
    confirm: tuple[Option, ...]
    """The options still_true, changed, never_true."""
    modules: tuple[Module, ...]
    items: tuple[Item, ...]
    code_lists: Mapping[str, tuple[CodeEntry, ...]]

    @cached_property
    def item_by_var(self) -> dict[str, Item]:
        """Items by their own name; a battery stands under the battery's name."""
        return {item.var: item for item in self.items}

    @cached_property
    def item_of(self) -> dict[str, Item]:
        """The item that asks a variable: itself, or the battery a statement belongs to."""
        found = dict(self.item_by_var)
        for item in self.items:
            found.update({statement.var: item for statement in item.statements})
        return found

    @cached_property
    def module_by_id(self) -> dict[str, Module]:
        """Modules by id."""
        return {module.id: module for module in self.modules}

    @cached_property
    def derived_after(self) -> dict[str, tuple[DerivedVariable, ...]]:
        """Derived variables by the item they wait for."""
        found: dict[str, tuple[DerivedVariable, ...]] = {}
        for variable in self.derived:
            found[variable.after] = (*found.get(variable.after, ()), variable)
        return found

    @cached_property
    def terminations_after(self) -> dict[str, tuple[Termination, ...]]:
        """Terminations by the item they follow."""
        found: dict[str, tuple[Termination, ...]] = {}
        for termination in self.terminations:
            found[termination.after] = (*found.get(termination.after, ()), termination)
        return found
