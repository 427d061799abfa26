"""What the columns of a register file mean: by their headers, or as somebody says on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.panel.sample_file_columns import KNOWN, TARGETS, is_refused, target_of
from app.panel.sample_file_rows import harmless
from app.web.respond.words import Translate

LEAVE_OUT = "-"
MOST_COLUMNS = 200
_LONGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of the file, with what it may be said to mean."""

    header: str
    """As it stands in the file; the form carries it."""
    shown: str
    chosen: str
    """A meaning, ``-`` to leave it out, or empty: as its header says by itself."""
    by_itself: str | None
    """What its header says, in words."""
    lacks: bool
    """Whether neither the header nor somebody has given it a meaning."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file that was looked at."""

    choices: Sequence[ColumnChoice]
    refused: Sequence[str]
    """Headers of columns that this study may never hold: they have no choice."""
    meanings: Sequence[tuple[str, str]]

    @property
    def lacking(self) -> bool:
        """Whether somebody has to say what a column means."""
        return any(one.lacks for one in self.choices)


def posted_meanings(headers: Sequence[str], meanings: Sequence[str]) -> dict[str, str]:
    """Return what was chosen, by header: a meaning that there is, or ``-``; the rest is dropped."""
    pairs = zip(headers[:MOST_COLUMNS], meanings[:MOST_COLUMNS], strict=False)
    return {
        header: meaning
        for header, meaning in pairs
        if len(header) <= _LONGEST_HEADER and (meaning in TARGETS or meaning == LEAVE_OUT)
    }


def columns_of(_: Translate, header: Sequence[str], chosen: Mapping[str, str]) -> Columns:
    """Return the columns of a file with what was chosen for each; those without header have none.

    A header that stands twice is shown once: what is said of it is said of both.
    """
    named = [one for one in dict.fromkeys(header[:MOST_COLUMNS]) if one][:MOST_COLUMNS]
    words = meaning_words(_)
    choices = []
    for one in named:
        if is_refused(one) or len(one) > _LONGEST_HEADER:
            continue
        own = target_of(one)
        said = chosen.get(one, "")
        choices.append(
            ColumnChoice(
                one, harmless(one), said, words[own] if own else None, own is None and not said
            )
        )
    return Columns(
        choices,
        [harmless(one) for one in named if is_refused(one)],
        [(target, words[target]) for target in KNOWN],
    )


def meaning_words(_: Translate) -> dict[str, str]:
    """Return every meaning of a column in words."""
    return {
        "register_key": _("Key of the register, by which a person is found again"),
        "name": _("Whole name, as on a letter"),
        "given": _("First names"),
        "initials": _("Initials"),
        "prefix": _("Prefix of the surname"),
        "surname": _("Surname"),
        "name_use": _("Which surname is used (code of the BRP)"),
        "partner_prefix": _("Prefix of the partner's surname"),
        "partner_surname": _("Surname of the partner"),
        "street": _("Street"),
        "public_space": _("Name of the public space (street of the BAG)"),
        "street_and_number": _("Street and number together"),
        "house_number": _("House number"),
        "house_letter": _("House letter"),
        "house_addition": _("Addition to the house number"),
        "house_indication": _("To or opposite the house number"),
        "postcode": _("Postcode"),
        "city": _("Town"),
        "location": _("Description of the place, without an address"),
        "country": _("Country of the address"),
        "secret": _("Secrecy: the person may not be found"),
        "email": _("E-mail address"),
        "phone": _("Telephone number"),
        "second_name": _("Name of the second contact"),
        "second_phone": _("Telephone of the second contact"),
        "birth_date": _("Date of birth (only the year is kept)"),
        "fr_group": _("Group: asylum, family or other"),
        "fr_act": _("Act: Wi2013 or Wi2021"),
        "fr_edition": _("Edition: national, or a municipality's own"),
        "fr_sex": _("Sex"),
        "fr_birth_year": _("Year of birth"),
        "fr_country": _("Country of birth"),
        "fr_nationality": _("Nationality"),
        "fr_municipality": _("Municipality"),
        "fr_language": _("Language of letters"),
    }
