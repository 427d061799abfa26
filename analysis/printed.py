"""The one place where a published number becomes text.

Numbers arrive rounded (`disclosure.rounding`) and are never rounded here: the text holds every
decimal of the value, and zeros up to the decimals of the release. So all formats print the same
number, and reading the text gives the value back. Separators, digits and the place of the percent
sign are CLDR's: ``41,4%`` in Dutch as in English ``41.4%``, which is also what a spreadsheet shows
in either language.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern

from analysis.book import Base, Cell, PublishedTable
from analysis.disclosure.policy import Policy
from analysis.wording import Wording

SHARE_DECIMALS = 3
"""Of a share from 0 to 1; a percentage then has one."""
MEAN_DECIMALS = 2
TOTAL_SHARE, PEOPLE = "total", "people"
"""Statistics of lines whose cells are parts of the whole table: shares of it, and people of the
population in whole numbers."""
SUPPRESSED = "×"
"""Not an x, which could be the letter of a column."""
NOT_ASKED = "–"
SMALL = "†"
"""Behind an estimate on a small base."""
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Printed:
    """What stands in a cell.

    Attributes
    ----------
    text : str
        As on paper, with brackets and marks.
    spoken : str
        The same for somebody who hears it: words where ``text`` has a mark.
    """

    text: str
    spoken: str

    @property
    def needs_words(self) -> bool:
        """Whether the text alone would be lost on somebody who hears it."""
        return self.text != self.spoken


# --- single numbers -------------------------------------------------------------------------------


def share_text(share: float, language: str) -> str:
    """Give a share from 0 to 1 as a percentage with its sign: ``41,4%``."""
    return _number(share, _percent(language), decimals_of(share, SHARE_DECIMALS) - 2, language)


def points_text(points: float, language: str, *, signed: bool = False) -> str:
    """Give a share, standard error or change from -1 to 1 in per cent without the sign: ``2,1``.

    ``signed`` puts a plus before what is above zero, as belongs to a change: ``+2,1``.
    """
    shifted = _exact(points).scaleb(2)
    text = _number(shifted, _plain(language), decimals_of(shifted, SHARE_DECIMALS - 2), language)
    return f"+{text}" if signed and points > 0 else text


def mean_text(mean: float, language: str, *, signed: bool = False) -> str:
    """Give a mean, a quantile, its error or its change, in its own unit: ``3,25``."""
    text = _number(mean, _plain(language), decimals_of(mean, MEAN_DECIMALS), language)
    return f"+{text}" if signed and mean > 0 else text


def count_text(count: float, language: str) -> str:
    """Give a number of interviews or people with thousands separators: ``1.230``."""
    return _number(count, _plain(language), decimals_of(count, 0), language)


def interval_text(low: str, high: str, language: str) -> str:
    """Join two bounds: ``39,1–43,7``, and with signs in words, ``−1,2 tot +3,4``."""
    if any(bound.startswith((_MINUS, "+")) for bound in (low, high)):
        return Wording(language).gettext("%(low)s to %(high)s", low=low, high=high)
    return f"{low}–{high}"


# --- cells of a table -----------------------------------------------------------------------------


def is_change(wave: str) -> bool:
    """Whether a wave of a table is the change between two: ``2024-2025``."""
    return "-" in wave


def wave_text(wave: str, language: str) -> str:
    """Give the head of a wave: ``2024``, or ``Verandering 2024–2025``."""
    if not is_change(wave):
        return wave
    earlier, _, later = wave.partition("-")
    return Wording(language).gettext("Change %(waves)s", waves=f"{earlier}–{later}")


def value_text(cell: Cell | None, statistic: str, wave: str, language: str) -> Printed:
    """Give the estimate of a cell, with brackets or mark.

    ``statistic`` is that of the line: ``share``, ``net``, ``mean``, ``q25``, ``median``, ``q75``,
    ``total`` or ``people``.
    """
    if cell is None or cell.value is None:
        return _nothing(cell, language)
    if is_change(wave):
        text = _in_unit(cell.value, statistic, language, signed=True)
    elif _is_share(statistic):
        text = share_text(cell.value, language)
    else:
        text = _in_unit(cell.value, statistic, language)
    return _marked(text, cell.flag, language)


def error_text(cell: Cell | None, statistic: str, language: str) -> Printed:
    """Give the standard error of a cell, of a share in percentage points."""
    if cell is None or cell.se is None:
        return _nothing(cell, language)
    text = _in_unit(cell.se, statistic, language)
    return Printed(text, text)


def bounds_text(cell: Cell | None, statistic: str, wave: str, language: str) -> Printed:
    """Give the 95 % interval of a cell, of a share in per cent without the sign."""
    if cell is None or cell.low is None or cell.high is None:
        return _nothing(cell, language)
    low, high = (
        _in_unit(bound, statistic, language, signed=is_change(wave))
        for bound in (cell.low, cell.high)
    )
    spoken = Wording(language).gettext("%(low)s to %(high)s", low=low, high=high)
    return Printed(interval_text(low, high, language), spoken)


def letters_text(cell: Cell | None, language: str) -> Printed:
    """Give the letters of a cell, or the mark where disclosure control took them."""
    letters = "" if cell is None else cell.letters
    if letters == "suppressed":
        return Printed(SUPPRESSED, Wording(language).gettext("suppressed"))
    return Printed(letters, letters)


def base_text(base: Base | None, number: str, language: str) -> Printed:
    """Give a row of the base: ``number`` is ``n``, ``weighted_n`` or ``n_eff``."""
    value = None if base is None else getattr(base, number)
    if value is None:
        return _nothing(base, language)
    text = count_text(value, language)
    return Printed(text, text)


def base_label(number: str, language: str) -> str:
    """Name a row of the base: ``n``, ``weighted_n`` or ``n_eff``."""
    say = Wording(language)
    return {
        "n": say.gettext("Interviews (n)"),
        "weighted_n": say.gettext("Weighted n, people"),
        "n_eff": say.gettext("Effective n"),
    }[number]


def legend(language: str, policy: Policy | None = None) -> dict[str, str]:
    """Give what each mark means, by flag, with the limits of the policy."""
    say, policy = Wording(language), policy or Policy()
    return {
        "suppressed": say.gettext("%(mark)s suppressed: too few people", mark=SUPPRESSED),
        "bracketed": say.gettext(
            "( ) in brackets: a weak base, %(low)s to %(high)s people",
            low=policy.suppress_base,
            high=policy.bracket_below - 1,
        ),
        "small": say.gettext(
            "%(mark)s small base, %(low)s to %(high)s people",
            mark=SMALL,
            low=policy.bracket_below,
            high=policy.flag_below - 1,
        ),
    }


def marks_used(table: PublishedTable, language: str) -> tuple[str, ...]:
    """Give the legend of the marks that stand in a table, one sentence each."""
    flags = set(table.rows["flag"].fillna(""))
    return tuple(sentence for flag, sentence in legend(language).items() if flag in flags)


def _is_share(statistic: str) -> bool:
    return statistic in {"share", "net", TOTAL_SHARE}


def _in_unit(value: float, statistic: str, language: str, *, signed: bool = False) -> str:
    if statistic == PEOPLE:
        return count_text(value, language)
    printed = points_text if _is_share(statistic) else mean_text
    return printed(value, language, signed=signed)


def _marked(text: str, flag: str, language: str) -> Printed:
    say = Wording(language)
    if flag == "bracketed":
        return Printed(f"({text})", say.gettext("%(value)s, weak base", value=text))
    if flag == "small":
        return Printed(f"{text}{SMALL}", say.gettext("%(value)s, small base", value=text))
    return Printed(text, text)


def _nothing(of: Cell | Base | None, language: str) -> Printed:
    say = Wording(language)
    if of is not None and of.flag == "suppressed":
        return Printed(SUPPRESSED, say.gettext("suppressed"))
    return Printed(NOT_ASKED, say.gettext("nobody was asked"))


# --- digits ---------------------------------------------------------------------------------------


def _exact(value: float | Decimal) -> Decimal:
    """The shortest decimal number that is this float, so 0.414 and not 0.41399999."""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def decimals_of(value: float | Decimal, least: int) -> int:
    """Give how many decimals a number needs to be printed whole, at least ``least``."""
    exponent = _exact(value).normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"{value} is no number to print")
    return max(least, -exponent)


def _number(value: float | Decimal, pattern: NumberPattern, decimals: int, language: str) -> str:
    fixed = copy(pattern)
    fixed.frac_prec = (max(decimals, 0), max(decimals, 0))
    # A change of -0.0 is no change, and the hyphen of most locales would let a line break after it.
    exact = _exact(value) or Decimal(0)
    text: str = fixed.apply(exact, _locale(language))
    return text.replace("-", _MINUS)


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _percent(language: str) -> NumberPattern:
    pattern: NumberPattern = _locale(language).percent_formats[None]
    return pattern


def _plain(language: str) -> NumberPattern:
    pattern: NumberPattern = _locale(language).decimal_formats[None]
    return pattern
