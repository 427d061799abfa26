"""Letters as somebody is to get them: shown beforehand, or looked at in a rehearsal.

What goes to the printer is in `printing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.delivery.letters.fonts import FontsMissingError, load_fonts
from app.delivery.letters.render import LettersError, fitting, render
from app.delivery.letters.sheet import Letter, Sheet, with_fitted_address
from app.messages.address_block import address_block
from app.panel.access_code import is_well_formed
from app.services.context import ServiceContext
from app.services.lettering.letter_words import DeskRequest, LetterDesk, open_desk, today
from app.services.members import contacting
from app.storage.waves import Wave

LONGEST_NAME = "Burgemeester-Van Nispen van Sevenaer tot Rijnwaardenburg"
"""The greeting must fit with a name as long as this."""
REFERENCE_DIGITS = 10
EXAMPLE = {
    "name": "S. de Vries-Voorbeeld",
    "street": "Voorbeeldstraat",
    "house_number": "12",
    "postcode": "1234 AB",
    "city": "Voorbeeldstad",
}
EXAMPLE_CODE = "00000000000000"
"""Well formed, and never issued on purpose: it opens nothing."""
NO_ADDRESS, NO_CODE, NO_WORDS = "no_address", "no_code", "no_words"
NO_GLYPH = "no_glyph"
"""A name or an address has a letter that our fonts lack."""
TOO_LONG = "too_long"
"""An address that does not fit the window."""


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """A letter that somebody is to get."""

    id: UUID
    """Of the message, or any other that names the letter while there is no message yet."""
    person_id: UUID
    text: str
    """Name of its words in ``letters/letter.yaml``."""
    language: str


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A letter as PDF, or why there is none."""

    order: LetterOrder
    pdf: bytes | None = field(default=None, repr=False)
    problem: str | None = None
    """A code such as ``no_address``; nothing about the person."""


@dataclass(frozen=True, slots=True)
class Written:
    """Letters with all that is on them, by text and language, and what cannot be written."""

    letters: Mapping[tuple[str, str], list[Letter]] = field(repr=False)
    cannot: Mapping[UUID, str]
    """Why not, by the id of the order."""

    def counts(self) -> dict[str, int]:
        """Return how many letters cannot be written, by reason."""
        return dict(sorted(Counter(self.cannot.values()).items()))


def reference_of(order: UUID) -> str:
    """Return what names a letter on paper: the first ten digits of the id of its message."""
    return order.hex[:REFERENCE_DIGITS]


def write(ctx: ServiceContext, desk: LetterDesk, orders: Sequence[LetterOrder]) -> Written:
    """Return letters with name, address and code; reads contacts, changes nothing."""
    known = contacting.addressees_of(ctx, [one.person_id for one in orders], desk.year)
    letters: dict[tuple[str, str], list[Letter]] = {}
    cannot: dict[UUID, str] = {}
    for order in orders:
        fields = known.get(order.person_id, {})
        code = fields.get(f"{contacting.CODE}{desk.year}", "")
        if not is_well_formed(code):
            cannot[order.id] = NO_CODE
            continue
        found = addressed(ctx, desk, fields, order.language, reference_of(order.id), code)
        if isinstance(found, str):
            cannot[order.id] = found
        else:
            letters.setdefault((order.text, order.language), []).append(found)
    return Written(letters, cannot)


def addressed(
    ctx: ServiceContext,
    desk: LetterDesk,
    fields: Mapping[str, str],
    language: str,
    reference: str,
    code: str,
) -> Letter | str:
    """Return a letter to somebody, or a code that says why it cannot be written."""
    fonts = load_fonts(ctx.settings.fonts_dir)
    if language not in desk.languages:
        return NO_WORDS
    block = address_block(fields)
    if block is None:
        return NO_ADDRESS
    if fonts.missing(block):
        return NO_GLYPH
    letter = Letter(
        language=language,
        reference=f"Ref. {reference}",
        greeting=desk.greeting(" ".join(fields["name"].split()), language),
        address=block,
        code=code,
    )
    return with_fitted_address(letter, desk.envelope.address, fonts) or TOO_LONG


def fitted_sheet(
    ctx: ServiceContext, desk: LetterDesk, text: str, language: str, *, on: date
) -> Sheet:
    """Return the sheet of a text in a language, its words as large as two pages allow.

    Raises
    ------
    LettersError
        If they do not fit, or a character of the words has no glyph.
    """
    sheet = desk.sheet(text, on=on)
    fonts = load_fonts(ctx.settings.fonts_dir)
    if lacking := fonts.missing(sheet.texts()):
        shown = ", ".join(f"U+{ord(one):04X}" for one in lacking[:10])
        raise LettersError(f"the fonts lack {shown}, which the letter {text} needs")
    probe = Letter(
        language=language,
        reference="Ref. 0000000000",
        greeting=desk.greeting(LONGEST_NAME, language),
        address=("",),
        code=EXAMPLE_CODE,
    )
    return fitting(sheet, probe, ctx.settings.fonts_dir, at=ctx.clock.now())


def render_letters(
    ctx: ServiceContext, wave: Wave, orders: Sequence[LetterOrder], *, envelope: str | None = None
) -> list[RenderedLetter]:
    """Return letters as they would be printed today, each as a PDF of its own, in their order.

    Raises
    ------
    LetterWordsError
        If the words, the sender or the envelope cannot be used.
    """
    desk = open_desk(ctx, DeskRequest(wave, envelope))
    sheets: dict[tuple[str, str], Sheet] = {}
    found: list[RenderedLetter] = []
    for order in orders:
        try:
            written = write(ctx, desk, [order])
            if order.id in written.cannot:
                found.append(RenderedLetter(order, problem=written.cannot[order.id]))
                continue
            key = order.text, order.language
            if key not in sheets:
                sheets[key] = fitted_sheet(ctx, desk, *key, on=today(ctx))
            (letter,) = written.letters[key]
            found.append(RenderedLetter(order, _one(ctx, sheets[key], letter)))
        except (LettersError, FontsMissingError) as error:
            found.append(RenderedLetter(order, problem=str(error)))
    return found


def preview(
    ctx: ServiceContext, wave: Wave, text: str, language: str, *, envelope: str | None = None
) -> bytes:
    """Return a letter to nobody, with a code that opens nothing.

    Raises
    ------
    LetterWordsError, LettersError, FontsMissingError
        If it cannot be made.
    """
    desk = open_desk(ctx, DeskRequest(wave, envelope))
    if language not in desk.languages:
        expected = ", ".join(desk.languages)
        raise LettersError(f"found language {language!r}, expected one of {expected}")
    letter = addressed(ctx, desk, EXAMPLE, language, "0000000000", EXAMPLE_CODE)
    if isinstance(letter, str):
        raise LettersError(f"there is no letter in {language}: {letter}")
    return _one(ctx, fitted_sheet(ctx, desk, text, language, on=today(ctx)), letter)


def letter_problems(
    ctx: ServiceContext, wave: Wave, texts: Iterable[str], *, envelope: str | None = None
) -> list[str]:
    """Return what stands in the way of printing texts in all languages of a wave, person or no.

    Among it: an envelope in whose window nobody has looked yet.

    Raises
    ------
    LetterWordsError
        If the words, the sender or the envelope cannot be used.
    """
    desk = open_desk(ctx, DeskRequest(wave, envelope))
    found = []
    if desk.envelope.tested_on is None:
        found.append(
            f"nobody has tested the window of envelope {desk.envelope.name};"
            " see letters/envelopes.yaml"
        )
    for text in texts:
        for language in desk.languages:
            try:
                fitted_sheet(ctx, desk, text, language, on=today(ctx))
            except FontsMissingError as error:
                return [*found, str(error)]
            except LettersError as error:
                found.append(f"letter {text} in {language}: {error}")
    return found


def _one(ctx: ServiceContext, sheet: Sheet, letter: Letter) -> bytes:
    return render(sheet, [letter], ctx.settings.fonts_dir, at=ctx.clock.now())
