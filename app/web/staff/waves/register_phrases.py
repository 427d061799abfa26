"""What is found in a register file and what was expected there, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence

from app.web.respond.words import Translate
from app.web.staff.phrasebook import Phrasebook


def _cells(_: Translate) -> Sequence[str]:
    """Of one cell: `app.panel.sample_file_cells` and `sample_file_checks`."""
    count, most, last, one_of = "{count}", "{most}", "{last}", "{words}"
    return (
        _("nothing"),
        _("%(count)s characters", count=count),
        _("more than %(count)s characters", count=count),
        _("at most %(most)s; perhaps a quotation mark was not closed", most=most),
        _("at most 60 letters and digits"),
        _("at most %(most)s", most=most),
        _("letters of a wrong encoding"),
        _("the file saved anew from its source"),
        _("a letter that was lost before"),
        _("a line end or control"),
        _("letters, digits and punctuation on one line"),
        _("a formula"),
        _("its value: nothing is calculated here"),
        _("an error of the spreadsheet"),
        _("a value"),
        _("characters that no name has"),
        _("letters, spaces, hyphens, apostrophes"),
        _("characters that no address has"),
        _("letters, digits, spaces, hyphens"),
        _("no key"),
        _("1 to 64 ASCII characters without spaces"),
        _("no e-mail address"),
        _("an address such as name@example.org"),
        _("no telephone number"),
        _("a number such as 06 12345678 or +49 30 901820"),
        _("no indication of secrecy"),
        _("0 to 7, or ja or nee"),
        _("no year of birth"),
        _("a year from 1900 to %(last)s, or a date with it", last=last),
        _("another word"),
        _("M, V or O"),
        _("E, P, V or N"),
        _("one of %(words)s", words=one_of),
        _("other characters"),
        _("one letter"),
        _("1 to 4 letters and digits"),
        _("a country, by name or ISO 3166 code"),
        _("a municipality, by name or code"),
        _("no indication"),
        _("to (opposite) or by (near)"),
        _("no code"),
        _("nine digits that may be a BSN"),
        _("what belongs here, without it"),
        _("a rounded number: a spreadsheet took it for one"),
        _("the column saved as text"),
    )


def _columns(_: Translate) -> Sequence[str]:
    """Of the header: `app.panel.sample_file_columns`."""
    column = "{column}"
    return (
        _("no such column"),
        _("a header of the file"),
        _("no name"),
        _("surname, given names or the name on letters"),
        _("no address"),
        _("a postal address, e-mail address or telephone"),
        _("a citizen service number (BSN) or A-number, which this study never holds"),
        _("a file without that column"),
        _("a column for it: strata are made of it"),
        _("a column without a meaning"),
        _("what it means, or that it is left out"),
        _("a frame variable of the study"),
        _("a second column for %(column)s", column=column),
        _("one of the two"),
        _("a hidden column"),
        _("one that shows; it is taken in"),
        _("a row that is hidden or filtered out"),
    )


def _rows(_: Translate) -> Sequence[str]:
    """Of a row, or of all together: `app.panel.sample_file_rows` and `frame`."""
    row, count = "{row}", "{count}"
    return (
        _("numbers that pass the test of citizen service numbers (BSN)"),
        _("a file without that column: nothing of it was stored"),
        _("numbers that may be BSNs"),
        _("none: look at them"),
        _("no rows"),
        _("a row for each person"),
        _("%(count)s cells", count=count),
        _("%(count)s, as in the header", count=count),
        _("a surname or a given name"),
        _("neither e-mail address nor telephone"),
        _("one of them"),
        _("no postcode"),
        _("a postcode"),
        _("four digits and two letters, such as 1234 AB"),
        _("a town"),
        _("a street, or the description of a place"),
        _("no house number"),
        _("a number from 1 to 99999"),
        _("the key of row %(row)s again", row=row),
        _("one row a person"),
        _("the key of the register"),
        _("name, address and birth year of row %(row)s", row=row),
        _("two people"),
        _("a value: strata are made of it"),
        _("letters of another script"),
        _("Latin letters: Dutch post reads no others"),
        _("begins like a formula"),
        _("kept as text"),
        _("somebody of an earlier import"),
        _("new people only"),
        _("name, address and birth year of an earlier import"),
        _("secret address"),
        _("known from an earlier import"),
    )


def _files(_: Translate) -> Sequence[str]:
    """Of a file that cannot be read at all: `app.panel.sample_file` and `sample_file_xlsx`."""
    size, most, count, row, name = "{size}", "{most}", "{count}", "{row}", "{name}"
    return (
        _("the file is empty"),
        _("the file holds no header"),
        _("the file grew while it was read"),
        _("the file is neither text nor XLSX"),
        _("the file is a zip but no XLSX"),
        _("the file is UTF-32; save it as UTF-8"),
        _("the header has %(count)s columns, expected 1 to %(most)s", count=count, most=most),
        _("the header has a cell of more than %(count)s characters", count=count),
        _("the first line has more than %(count)s characters", count=count),
        _("the file has more than %(count)s rows", count=count),
        _("the file is not %(name)s", name=name),
        _("row %(row)s is no CSV: a quotation mark stands inside a cell or is not closed", row=row),
        _("row %(row)s of the sheet cannot be read", row=row),
        _("no sheet shows"),
        _("the workbook has no such sheet"),
        _("the workbook cannot be read; save it again as XLSX"),
        _("the sheet cannot be read; save it again as XLSX"),
        _("the workbook is damaged or has a password"),
        _("the workbook has more than 1,000 parts"),
        _("the workbook has two parts of one name"),
        _("the workbook holds macros; save it as XLSX without them"),
        _("the workbook declares entities; save it again as XLSX"),
        _(
            "a part of the workbook beside its sheets is %(size)s, at most %(most)s is read;"
            " save it as CSV",
            size=size,
            most=most,
        ),
        _(
            "the workbook unpacks to %(size)s or more, more than %(count)s times its size or more"
            " than %(most)s: it is not read",
            size=size,
            count=count,
            most=most,
        ),
        _(
            "the file is %(size)s, at most %(most)s is read; leave out columns, or allow more with"
            " --max-mb",
            size=size,
            most=most,
        ),
        _(
            "line %(row)s is not UTF-8, while %(count)s letters before it are: the file mixes"
            " encodings; save it as UTF-8 again, or name one with --encoding",
            row=row,
            count=count,
        ),
        _(
            "row %(row)s or one soon after it is not %(name)s; name another with --encoding",
            row=row,
            name=name,
        ),
        # Whatever begins like it comes before.
        _("no %(name)s", name=name),
    )


REGISTER = Phrasebook(lambda _: (*_cells(_), *_columns(_), *_rows(_), *_files(_)))
"""Words of faults and warnings, and of refusals."""
