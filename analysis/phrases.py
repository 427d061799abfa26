"""From a share to the words of the plain Dutch summary, and from words back to a range.

The published summary prints every share as a fraction in words: "bijna driekwart". The rule and its
table are the study's (`phrases.yaml`), so that an editor can change them; this module applies them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from analysis.yaml_source import Document, parse_document

_ROUNDING_ERROR = 1e-9


class Modifier(StrEnum):
    """The word before a fraction; none claims that the fraction itself is meant."""

    NONE = ""
    ABOUT = "ongeveer"
    ABOVE = "ruim"
    BELOW = "bijna"


class Extreme(StrEnum):
    """Shares too near nothing or all for a fraction: the words are the editor's."""

    NEARLY_NONE = "bijna niemand"
    NEARLY_ALL = "bijna iedereen"


@dataclass(frozen=True)
class Range:
    """Shares from 0 to 1 that a phrase may stand for, bounds included."""

    low: float
    high: float

    def __contains__(self, share: float) -> bool:
        return self.low - _ROUNDING_ERROR <= share <= self.high + _ROUNDING_ERROR


@dataclass(frozen=True)
class Anchor:
    """A fraction with a name.

    Attributes
    ----------
    percent : int
    words : str
        House form: "twee derde".
    synonyms : tuple of str
        Read, never written.
    plural : bool
        Whether the verb after it is plural: "zes op de tien vinden", "de helft vindt".
    link : str
        What stands between the fraction and a group: "de helft *van de* mensen", empty after
        "x op de y".
    """

    percent: int
    words: str
    synonyms: tuple[str, ...]
    plural: bool
    link: str


@dataclass(frozen=True)
class Phrase:
    """A share in words.

    Attributes
    ----------
    words : str
        Without capital: "ruim zes op de tien".
    percent : int
        The whole percentage it was made of.
    range : Range
        What a reader may understand.
    """

    words: str
    percent: int
    range: Range
    plural: bool
    link: str
    modifier: Modifier = Modifier.NONE
    extreme: Extreme | None = None

    def of(self, group: str) -> str:
        """Give the phrase with a group, a plural noun with what follows it, or ``hen``.

        "de helft van de mensen die werken", "zes op de tien mensen die werken", "een kwart van
        hen"; near nothing or all "bijna geen mensen", "bijna alle mensen".
        """
        if group == "hen":
            return self.words if self.extreme else f"{self.words} van hen"
        if self.extreme is not None:
            every = "geen" if self.extreme is Extreme.NEARLY_NONE else "alle"
            return f"{Modifier.BELOW} {every} {group}"
        return " ".join(filter(None, (self.words, self.link, group)))

    def is_plural(self, group: str = "hen") -> bool:
        """Whether the verb after `of` is plural: "bijna alle mensen vinden"."""
        return self.plural or (self.extreme is not None and group != "hen")

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class VagueWord:
    """A word without a number of its own, and the shares it plainly contradicts.

    ``above`` and ``least``: the share must be higher than, or at least this.
    """

    words: str
    above: float | None = None
    least: float | None = None

    def contradicts(self, share: float) -> bool:
        """Whether nobody could call a share by this word."""
        too_low = self.least is not None and share < self.least
        return too_low or (self.above is not None and share <= self.above)


@dataclass(frozen=True)
class Adverb:
    """A word for a difference of at least so many points; below the first there is none."""

    points: int
    words: str


@dataclass(frozen=True)
class PhraseBook:
    """The rule of a study, as `phrases.yaml` has it.

    Attributes
    ----------
    anchors : tuple of Anchor
        By percentage, rising.
    least_percent, most_percent : int
        Outside these no fraction is written.
    about_distance : int
        Distance from the anchor, in points, up to which the modifier is "ongeveer".
    sharp_half_width : float
        Points. A modifier other than "ongeveer", and none at all, needs an interval of at most
        this half width.
    minimum_base : int
        Interviews under which no share is put into words.
    reading : mapping of Modifier to (float, float)
        Points below and above the anchor that a reader may understand.
    vague : tuple of VagueWord
    adverbs : tuple of Adverb
        By points, rising.
    """

    anchors: tuple[Anchor, ...]
    least_percent: int
    most_percent: int
    about_distance: int
    sharp_half_width: float
    minimum_base: int
    reading: Mapping[Modifier, tuple[float, float]]
    vague: tuple[VagueWord, ...]
    adverbs: tuple[Adverb, ...]

    def phrase(self, share: float, low: float | None, high: float | None) -> Phrase:
        """Put a share into words.

        Parameters
        ----------
        share : float
            0 to 1; rounded to a whole percentage here, halves up.
        low, high : float or None
            Its 95 % interval; without one nothing sharper than "ongeveer" is written.
        """
        percent = whole_percent(share)
        if percent < self.least_percent:
            return _extreme(Extreme.NEARLY_NONE, percent, Range(0, self.least_percent / 100))
        if percent > self.most_percent:
            return _extreme(Extreme.NEARLY_ALL, percent, Range(self.most_percent / 100, 1))
        anchor = self.nearest(percent)
        modifier = self._modifier(percent - anchor.percent)
        if not self.is_sharp(low, high):
            modifier = Modifier.ABOUT
        words = f"{modifier} {anchor.words}".strip()
        read = self.range_of(anchor, modifier)
        return Phrase(words, percent, read, anchor.plural, anchor.link, modifier)

    def nearest(self, percent: int) -> Anchor:
        """Give the nearest anchor; the lower one when two are as near."""
        return min(self.anchors, key=lambda one: (abs(percent - one.percent), one.percent))

    def read(self, words: str) -> Range | None:
        """Give the shares that a printed phrase stands for; None when it is no fraction."""
        text = " ".join(words.casefold().split())
        modifier = next((m for m in Modifier if m and text.startswith(f"{m} ")), Modifier.NONE)
        text = text.removeprefix(modifier).strip()
        for anchor in self.anchors:
            if text in (anchor.words, *anchor.synonyms):
                return self.range_of(anchor, modifier)
        return None

    def range_of(self, anchor: Anchor, modifier: Modifier) -> Range:
        """Give what a modified anchor may stand for, cut off halfway to the anchors beside it."""
        below, above = self.reading[modifier]
        at = self.anchors.index(anchor)
        low, high = anchor.percent - below, anchor.percent + above
        if at > 0:
            low = max(low, (self.anchors[at - 1].percent + anchor.percent) / 2)
        if at + 1 < len(self.anchors):
            high = min(high, (anchor.percent + self.anchors[at + 1].percent) / 2)
        return Range(low / 100, high / 100)

    def contradicts(self, words: str, share: float) -> bool:
        """Whether a vague word is plainly wrong for a share; unknown words never are."""
        return any(one.words == words and one.contradicts(share) for one in self.vague)

    def adverb(self, difference: float) -> str | None:
        """Give the word for a difference between shares ("iets", ""); None when it is too small."""
        points = abs(whole_percent(difference))
        fitting = [one.words for one in self.adverbs if points >= one.points]
        return fitting[-1] if fitting else None

    def _modifier(self, distance: int) -> Modifier:
        if distance == 0:
            return Modifier.NONE
        if abs(distance) <= self.about_distance:
            return Modifier.ABOUT
        return Modifier.ABOVE if distance > 0 else Modifier.BELOW

    def is_sharp(self, low: float | None, high: float | None) -> bool:
        """Whether an interval is narrow enough for more than "ongeveer"."""
        if low is None or high is None:
            return False
        return (high - low) / 2 * 100 <= self.sharp_half_width + _ROUNDING_ERROR


def whole_percent(share: float) -> int:
    """Round a share to a whole percentage, halves away from zero as on paper: 0.725 is 73."""
    percent = Decimal(repr(round(float(share), 9))).scaleb(2)
    return int(percent.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def capitalised(sentence: str) -> str:
    """Start a sentence with a capital; Dutch drops the accents of "één" there."""
    sentence = re.sub(r"^één", "eén", sentence)
    return sentence[:1].upper() + sentence[1:]


def _extreme(extreme: Extreme, percent: int, read: Range) -> Phrase:
    return Phrase(str(extreme), percent, read, False, "van de", extreme=extreme)


# --- the file -------------------------------------------------------------------------------------

_TOP = frozenset(
    {
        "fraction",
        "about_distance",
        "sharp_half_width",
        "minimum_base",
        "anchors",
        "reading",
        "vague",
        "adverbs",
    }
)
_READING = {
    "bare": Modifier.NONE,
    "ongeveer": Modifier.ABOUT,
    "ruim": Modifier.ABOVE,
    "bijna": Modifier.BELOW,
}


def read_phrases(path: Path | str) -> PhraseBook:
    """Read the rule of a study.

    Raises
    ------
    RecipeError
        Listing every problem with its line.
    """
    path = Path(path)
    document = parse_document(path.read_text(encoding="utf-8"), str(path))
    top = document.mapping_at(document.content, (), _TOP, _TOP)
    entries = document.list_at(top.get("anchors"), ("anchors",))
    anchors = tuple(_anchor(document, entry, k) for k, entry in enumerate(entries))
    percents = [anchor.percent for anchor in anchors]
    if sorted(set(percents)) != percents:
        document.problem(("anchors",), "the percentages of the anchors must rise")
    limits = document.mapping_at(top.get("fraction"), ("fraction",), frozenset({"from", "to"}))
    book = PhraseBook(
        anchors=anchors,
        least_percent=_whole(document, limits.get("from"), ("fraction", "from")),
        most_percent=_whole(document, limits.get("to"), ("fraction", "to")),
        about_distance=_whole(document, top.get("about_distance"), ("about_distance",)),
        sharp_half_width=document.number_at(top.get("sharp_half_width"), ("sharp_half_width",)),
        minimum_base=_whole(document, top.get("minimum_base"), ("minimum_base",)),
        reading=_reading(document, top.get("reading")),
        vague=tuple(_vague(document, top.get("vague"))),
        adverbs=tuple(_adverbs(document, top.get("adverbs"))),
    )
    document.done()
    return book


def _whole(document: Document, content: object, path: tuple[str | int, ...]) -> int:
    return int(document.number_at(content, path))


def _anchor(document: Document, content: object, at: int) -> Anchor:
    path = ("anchors", at)
    keys = frozenset({"percent", "words", "verb", "link", "also"})
    found = document.mapping_at(content, path, keys, frozenset({"percent", "words", "verb"}))
    verb = found.get("verb")
    if verb not in ("singular", "plural"):
        document.problem((*path, "verb"), f"{verb!r} is neither singular nor plural")
    also = document.list_at(found.get("also", []), (*path, "also"))
    return Anchor(
        percent=_whole(document, found.get("percent"), (*path, "percent")),
        words=document.text_at(found.get("words"), (*path, "words")),
        synonyms=tuple(document.text_at(one, (*path, "also")) for one in also),
        plural=verb == "plural",
        link=document.text_at(found.get("link"), (*path, "link"), default=""),
    )


def _reading(document: Document, content: object) -> dict[Modifier, tuple[float, float]]:
    found = document.mapping_at(content, ("reading",), frozenset(_READING), frozenset(_READING))
    result: dict[Modifier, tuple[float, float]] = {}
    for name, modifier in _READING.items():
        path = ("reading", name)
        bounds: Any = document.list_at(found.get(name, [0, 0]), path)
        if len(bounds) != 2:
            document.problem(path, "two numbers were expected: points below and above the anchor")
            bounds = [0, 0]
        result[modifier] = (
            document.number_at(bounds[0], path),
            document.number_at(bounds[1], path),
        )
    return result


def _vague(document: Document, content: object) -> Iterable[VagueWord]:
    for at, entry in enumerate(document.list_at(content, ("vague",))):
        path = ("vague", at)
        keys = frozenset({"words", "above", "least"})
        found = document.mapping_at(entry, path, keys, frozenset({"words"}))
        limits = {
            name: document.number_at(found[name], (*path, name)) / 100
            for name in ("above", "least")
            if name in found
        }
        yield VagueWord(document.text_at(found.get("words"), (*path, "words")), **limits)


def _adverbs(document: Document, content: object) -> Iterable[Adverb]:
    for at, entry in enumerate(document.list_at(content, ("adverbs",))):
        path = ("adverbs", at)
        keys = frozenset({"points", "words"})
        found = document.mapping_at(entry, path, keys, keys)
        points = _whole(document, found.get("points"), (*path, "points"))
        yield Adverb(points, document.text_at(found.get("words"), (*path, "words")))
