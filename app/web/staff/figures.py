"""Numbers, shares and moments as a reader of one language writes them."""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from app.messages.costs import PER_EURO
from app.services.context import STUDY_ZONE

NONE = "–"
"""Stands where there is no number; never a zero."""


_AS_IN = {"en": "en_GB"}
"""English as it is written in Europe: the day before the month."""


class Figures:
    """Writes figures in one language, by CLDR."""

    def __init__(self, language: str) -> None:
        self._locale = Locale.parse(_AS_IN.get(language, language))

    @property
    def locale(self) -> Locale:
        """The locale that it writes in."""
        return self._locale

    def count(self, number: float | None) -> str:
        """Return a whole number."""
        return NONE if number is None else format_decimal(round(number), locale=self._locale)

    def decimal(self, number: float | None, decimals: int = 2) -> str:
        """Return a number with so many decimals, trailing zeros too."""
        if number is None:
            return NONE
        places = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        return str(format_decimal(number, format=places, locale=self._locale))

    def percent(self, share: float | None, decimals: int = 0) -> str:
        """Return a share 0 to 1 as a percentage."""
        if share is None:
            return NONE
        whole = self._locale.percent_formats[None].pattern
        pattern = whole.replace("0", f"0.{'0' * decimals}") if decimals else whole
        return str(format_percent(share, format=pattern, locale=self._locale))

    def euros(self, cost: int) -> str:
        """Return a cost in hundredths of a cent as euros and cents, rounded up to a cent.

        An estimate must not look too low; as `app.messages.costs.euros`.
        """
        cents = -(-cost // (PER_EURO // 100))
        return str(format_currency(cents / 100, "EUR", locale=self._locale))

    def interval(self, low: float | None, high: float | None, decimals: int = 0) -> str:
        """Return an interval of shares, in per cent without the sign."""
        if low is None or high is None:
            return NONE
        return f"{self._points(low, decimals)}–{self._points(high, decimals)}"

    def day(self, day: date) -> str:
        """Return a date in full."""
        return format_date(day, "long", locale=self._locale)

    def short_day(self, day: date) -> str:
        """Return a date as short as it can be read."""
        return format_date(day, "medium", locale=self._locale)

    def month(self, day: date) -> str:
        """Return the month of a date, with its year."""
        return format_date(day, "MMMM y", locale=self._locale)

    def moment(self, at: datetime | None) -> str:
        """Return a moment by the clock of the study."""
        if at is None:
            return NONE
        there = at.astimezone(STUDY_ZONE)
        return f"{self.day(there)}, {format_time(there, 'short', locale=self._locale)}"

    def right_to_left(self, code: str) -> bool:
        """Tell whether a language is written from right to left."""
        return Locale.parse(code).text_direction == "rtl"

    def clock(self, at: datetime) -> str:
        """Return the time of day of a moment, by the clock of the study."""
        return str(format_time(at.astimezone(STUDY_ZONE), "short", locale=self._locale))

    def language(self, code: str) -> str:
        """Return what a language is called; its code where CLDR does not know it."""
        return str(self._locale.languages.get(code, code))

    def _points(self, share: float, decimals: int) -> str:
        places = f"0.{'0' * decimals}" if decimals else "0"
        return str(format_decimal(100 * share, format=places, locale=self._locale))
