"""A posted page → answers, or what is wrong with it. What was typed is never lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.questionnaire.answers import SEEN, clean_text, is_visible, other_variable
from app.questionnaire.code_lists import match_typed
from app.questionnaire.model import CodeEntry, Instrument, Kind, Limits, Missing, Offer, Value
from app.questionnaire.routing import Page, PageKind, wants_words

NONE_OF_THESE = "none_of_these"
"""Posted by the radio under code list candidates when none of them is meant."""
YEAR = ".year"
MONTH = ".month"
DAY = ".day"

_ZEROS = ("\u0660", "\u06f0", "\uff10")
"""The zeros of the Arabic-Indic, Persian and full-width digits; nine more follow each."""
_DIGITS = {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}

Form = Mapping[str, Sequence[str]]
"""Raw posted values by input name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake on a page: the input it belongs to, the rule, and numbers for the message."""

    variable: str
    rule: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Answers by variable, ready to be saved; unanswered ones are `Missing.SKIP`."""

    answers: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Something was left empty for the first time: ask once, kindly, then let it be."""

    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A code list answer that is not exact: at most ten candidates to choose from, maybe none."""

    variable: str
    candidates: tuple[CodeEntry, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """The page cannot be saved as it is."""

    faults: tuple[Fault, ...]


Outcome = Accepted | Unanswered | Ambiguous | Rejected


def digits(text: str) -> str:
    """Return the text with Arabic-Indic, Persian and full-width digits written as 0-9."""
    return text.translate(_DIGITS)


def accept(
    instrument: Instrument,
    page: Page,
    form: Form,
    *,
    language: str,
    interview_month: str,
    prompted: bool,
) -> Outcome:
    """Return what the posted page means.

    Parameters
    ----------
    form
        All values by name; unknown names are ignored.
    interview_month
        ``YYYY-MM``, the upper bound of months that end at the interview.
    prompted
        True when the person has already been asked once to answer this page: an empty answer is
        then a skip.
    """
    reader = _Reader(instrument, page, form, language, interview_month)
    for variable in page.variables:
        reader.read(variable)
    if reader.faults:
        return Rejected(tuple(reader.faults))
    if reader.ambiguous is not None:
        return reader.ambiguous
    empty = tuple(name for name in page.variables if name not in reader.answers)
    if empty and page.item.required:
        return Rejected((Fault(empty[0], "required", {}),))
    if empty and not prompted:
        return Unanswered(empty)
    return Accepted({**reader.answers, **dict.fromkeys(empty, Missing.SKIP)})


class _Reader:
    """Reads the variables of one posted page."""

    def __init__(
        self, instrument: Instrument, page: Page, form: Form, language: str, interview_month: str
    ) -> None:
        self.instrument = instrument
        self.page = page
        self.item = page.item
        self.form = form
        self.language = language
        self.interview_month = interview_month
        self.answers: dict[str, Value] = {}
        self.faults: list[Fault] = []
        self.ambiguous: Ambiguous | None = None

    def posted(self, name: str) -> list[str]:
        return [value for value in self.form.get(name, ()) if value.strip()]

    def fault(self, variable: str, rule: str, **values: str | int) -> None:
        self.faults.append(Fault(variable, rule, values))

    def read(self, variable: str) -> None:
        if self.item.kind is Kind.INFO:
            self.answers[variable] = SEEN
            return
        posted = self.posted(variable)
        codes = self.missing_codes()
        chosen = [value for value in posted if value not in codes]
        missing = [value for value in posted if value in codes]
        parts = [name for name in (DAY, MONTH, YEAR) if self.posted(variable + name)]
        if missing:
            self.missing(variable, missing, answered=bool(chosen or parts))
        elif self.page.kind is PageKind.CONFIRM:
            self.one(variable, chosen, [option.code for option in self.instrument.confirm])
        else:
            self.substantive(variable, chosen)

    def missing_codes(self) -> set[str]:
        """What may be said instead of an answer; elsewhere "dk" is a word like any other."""
        if self.page.kind is PageKind.CONFIRM:
            return set()
        offers = ((Missing.DK, self.item.dk), (Missing.REF, self.item.refuse))
        return {code for code, offer in offers if offer is not Offer.NONE}

    def missing(self, variable: str, codes: list[str], *, answered: bool) -> None:
        if answered or len(set(codes)) > 1:
            self.fault(variable, "exclusive")
        else:
            self.answers[variable] = Missing(codes[0])

    def substantive(self, variable: str, posted: list[str]) -> None:
        match self.item.kind:
            case Kind.SINGLE | Kind.CONSENT | Kind.BATTERY:
                self.one(variable, posted, [option.code for option in self.item.options])
                self.other(variable)
            case Kind.MULTIPLE:
                self.several(variable, posted)
                self.other(variable)
            case Kind.NUMBER | Kind.YEAR:
                self.number(variable, posted)
            case Kind.MONTH | Kind.DATE:
                self.partial_date(variable)
            case Kind.CODE_LIST:
                self.code(variable, posted)
            case Kind.TEXT | Kind.OPEN:
                self.words(variable, posted, self.item.limits.max_length)
            case Kind.INFO:  # read() has taken it
                pass

    def one(self, variable: str, posted: list[str], codes: list[str]) -> None:
        if len(set(posted)) > 1:
            self.fault(variable, "one_only")
        elif posted and posted[0] not in codes:
            self.fault(variable, "option")
        elif posted:
            self.answers[variable] = posted[0]

    def several(self, variable: str, posted: list[str]) -> None:
        codes = [option.code for option in self.item.options]
        exclusive = {option.code for option in self.item.options if option.exclusive}
        chosen = set(posted)
        most = self.item.limits.max_choices
        if not chosen <= set(codes):
            self.fault(variable, "option")
        elif len(chosen) > 1 and chosen & exclusive:
            self.fault(variable, "exclusive")
        elif most is not None and len(chosen) > most:
            self.fault(variable, "too_many", most=most)
        elif chosen:
            self.answers[variable] = tuple(code for code in codes if code in chosen)

    def other(self, variable: str) -> None:
        """Keep the words of "other, namely" when that option was chosen; they may stay empty."""
        if wants_words(self.item, self.answers.get(variable)):
            name = other_variable(variable)
            self.words(name, self.posted(name), self.item.limits.max_length)
            # Wiped words are gone: without this the ones saved before would stand.
            self.answers.setdefault(name, Missing.SKIP)

    def words(self, variable: str, posted: list[str], most: int) -> None:
        text = clean_text(posted[0]) if posted else ""
        if len(text) > most:
            self.fault(variable, "too_long", most=most, found=len(text))
        elif is_visible(text):
            self.answers[variable] = text

    def number(self, variable: str, posted: list[str]) -> None:
        if not posted:
            return
        value = _whole(posted[0])
        if value is None:
            self.fault(variable, "year" if self.item.kind is Kind.YEAR else "not_a_number")
        elif self.within(variable, value, self.item.limits):
            # Without bounds of its own a year still has four digits.
            if self.item.kind is Kind.YEAR and not 1000 <= value <= 9999:
                self.fault(variable, "year")
            else:
                self.answers[variable] = str(value)

    def within(self, variable: str, value: int, limits: Limits) -> bool:
        low, high = limits.min, limits.max
        if high == "interview_month":
            high = int(self.interview_month[:4])
        if (low is not None and value < int(low)) or (high is not None and value > int(high)):
            self.fault(variable, "range", **_shown(low, high))
            return False
        return True

    def partial_date(self, variable: str) -> None:
        day = self.posted(variable + DAY) if self.item.kind is Kind.DATE else []
        month, year = self.posted(variable + MONTH), self.posted(variable + YEAR)
        if not (day or month or year):
            return
        if not year:
            self.fault(variable, "year_needed")
            return
        full_year = _whole(year[0])
        if full_year is None or not 1000 <= full_year <= 9999:
            self.fault(variable, "year")
            return
        text = self.date_text(variable, full_year, month, day)
        if text is not None and self.within_months(variable, text):
            self.answers[variable] = text

    def date_text(self, variable: str, year: int, month: list[str], day: list[str]) -> str | None:
        if not month:
            if not self.item.limits.year_only:
                self.fault(variable, "month_needed")
                return None
            return f"{year:04d}"
        number = _whole(month[0])
        if number is None or not 1 <= number <= 12:
            self.fault(variable, "month")
            return None
        if self.item.kind is Kind.MONTH:
            return f"{year:04d}-{number:02d}"
        try:
            return date(year, number, _whole(day[0]) or 0 if day else 0).isoformat()
        except ValueError:
            self.fault(variable, "date")
            return None

    def within_months(self, variable: str, text: str) -> bool:
        low, high = self.item.limits.min, self.item.limits.max
        if high == "interview_month":
            high = self.interview_month
        # A year alone is compared with the year of the bound: any month of it may be meant.
        below = low is not None and text < str(low)[: len(text)]
        above = high is not None and text[: len(str(high))] > str(high)[: len(text)]
        if below or above:
            self.fault(variable, "range", **_shown(low, high))
        return not (below or above)

    def code(self, variable: str, posted: list[str]) -> None:
        entries = self.instrument.code_lists[self.item.code_list or ""]
        codes = {entry.code for entry in entries}
        picked = [value for value in posted if value in codes]
        # A radio under the text box wins from what still stands in the box.
        if picked:
            self.answers[variable] = picked[-1]
            return
        if NONE_OF_THESE in posted or not posted:
            return
        match = match_typed(entries, self.language, clean_text(posted[0])[:100])
        if match.exact is not None:
            self.answers[variable] = match.exact.code
        else:
            self.ambiguous = Ambiguous(variable, match.candidates)


def _shown(low: str | int | None, high: str | int | None) -> dict[str, str | int]:
    return {name: bound for name, bound in (("low", low), ("high", high)) if bound is not None}


def _whole(text: str) -> int | None:
    """The whole number a person typed, in any of three digit scripts; ``None`` otherwise."""
    plain = "".join(digits(text).split())
    if not plain.isascii() or not plain.isdecimal() or len(plain) > 9:
        return None
    return int(plain)
