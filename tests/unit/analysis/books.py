"""A small book written by hand: made-up numbers that stand for every kind of cell there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis.book import Book, Chapter, Heading, Line, PublishedTable
from analysis.plan import Kind
from analysis.tables import COLUMNS

SYNTHETIC = {
    "nl": "SYNTHETISCH: verzonnen mensen en antwoorden, geen uitkomsten over wie dan ook.",
    "en": "SYNTHETIC: made-up people and answers, no findings about anybody.",
}
TOTAL = {"nl": "Totaal", "en": "Total"}
SCALE = {
    "nl": ("Helemaal mee eens", "Mee eens", "Niet eens, niet oneens", "Mee oneens"),
    "en": ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree"),
}
ROUTES = ("B1-route", "Onderwijsroute", "Z-route")
HARD_LABELS = ("=1+1", "+31 6 12345678", "@SUM(A1)", "العربية", "ትግርኛ", "<b>&amp;</b>")


def example_book(language: str = "nl") -> Book:
    """Give a book with shares, a trend, a transition, and labels that are hard to write.

    In the first table the column Z-route is masked, and one answer of women with another that
    would give it back; the Onderwijsroute has a small base and gezin a bracketed one.
    """
    nl = language == "nl"
    return Book(
        language=language,
        title="Onderzoek Perspectief Inburgeraars" if nl else "Study Perspectief",
        subtitle="Rondes 2024 en 2025" if nl else "Waves 2024 and 2025",
        waves=(2024, 2025),
        synthetic=True,
        version={"Instrument 2024": "2024.1 (sha256 0123456789ab)", "w1_cs": "2 (raking)"},
        chapters=(
            Chapter(
                "RQ1",
                "Doet men door de wet sneller en volwaardig mee?"
                if nl
                else "Does the act help people take part?",
                (_shares(language), _trend(language), _transition(language)),
            ),
            Chapter(
                "RQ8",
                "Dienstverlening" if nl else "Service",
                (_hard_labels(language),),
            ),
        ),
        standing=(SYNTHETIC[language],),
    )


def _columns(language: str) -> tuple[Heading, ...]:
    sex = ("vrouw", "man") if language == "nl" else ("women", "men")
    groups = ("asiel", "gezin") if language == "nl" else ("asylum", "family")
    sex_label, group_label = ("Geslacht", "Groep") if language == "nl" else ("Sex", "Group")
    return (
        Heading("total", "total", "", TOTAL[language]),
        Heading("sekse", "vrouw", sex_label, sex[0], "a"),
        Heading("sekse", "man", sex_label, sex[1], "b"),
        Heading("r_grp", "asiel", group_label, groups[0], "a"),
        Heading("r_grp", "gezin", group_label, groups[1], "b"),
        *(
            Heading("r_route", code, "Route", label, letter)
            for code, label, letter in zip(("b1", "ond", "z"), ROUTES, "abc", strict=True)
        ),
    )


def _lines(language: str) -> tuple[Line, ...]:
    net = "Mee eens (netto)" if language == "nl" else "Agree (net)"
    return (
        *(Line("share", str(k), label) for k, label in enumerate(SCALE[language], start=1)),
        Line("net", "eens", net),
        Line("mean", "mean", "Gemiddelde" if language == "nl" else "Mean"),
    )


BASES = {"total": 1240, "vrouw": 590, "man": 650, "asiel": 1200, "gezin": 40, "b1": 700, "ond": 90}
SHARES = (0.213, 0.402, 0.251, 0.134)


def _shares(language: str) -> PublishedTable:
    columns, lines = _columns(language), _lines(language)
    rows = list(_share_rows("rq1_meedoen", "e_meedoen", "2024", columns))
    rows.append(_letters("rq1_meedoen", "e_meedoen", "eens", "letters:net", "vrouw", "B"))
    return _table(
        "rq1_meedoen",
        "e_meedoen",
        "Meedoen door inburgering" if language == "nl" else "Taking part",
        Kind.SHARES,
        ("2024",),
        columns,
        lines,
        rows,
        language,
    )


def _share_rows(
    table: str, stub: str, wave: str, columns: Sequence[Heading], shift: float = 0.0
) -> Iterator[dict[str, object]]:
    for at, column in enumerate(columns):
        n = BASES.get(column.code)
        for k, share in enumerate(SHARES, start=1):
            value = round(share + shift + (0.01 * at if k == 1 else -0.01 * at / 3), 3)
            masked = n is None or (column.code in {"vrouw", "man"} and k in {3, 4})
            where = {"table": table, "wave": wave, "stub": stub, "stub_code": str(k)}
            yield _row(where, column, "share", None if masked else value, n)
        net = round(SHARES[0] + SHARES[1] + 2 * shift + 0.007 * at, 3)
        where = {"table": table, "wave": wave, "stub": stub}
        complete = n is not None and column.code not in {"vrouw", "man"}
        yield _row({**where, "stub_code": "eens"}, column, "net", net if n else None, n)
        mean = round(2.31 + 0.05 * at, 2) if complete else None
        yield _row({**where, "stub_code": "mean"}, column, "mean", mean, n)


def _row(
    where: dict[str, str], column: Heading, statistic: str, value: float | None, n: int | None
) -> dict[str, object]:
    spread = 0.04 if statistic == "mean" else 0.021
    decimals = 2 if statistic == "mean" else 3
    shown = value is not None and n is not None
    base = n or 0
    flag = "suppressed" if not shown else "bracketed" if base < 50 else "small" * (base < 100)
    numbers = {
        "value": value,
        "se": round(spread / 2, decimals) if shown else None,
        "low": round(value - spread, decimals) if shown and value is not None else None,
        "high": round(value + spread, decimals) if shown and value is not None else None,
        "n": n if shown else None,
        "weighted_n": base * 55.0 if shown else None,
        "n_eff": round(base * 0.9, -1) if shown else None,
    }
    banner = {"banner": column.banner, "banner_code": column.code}
    return {**where, **banner, "statistic": statistic, **numbers, "flag": flag}


def _letters(
    table: str, stub: str, code: str, statistic: str, column: str, letters: str, wave: str = "2024"
) -> dict[str, object]:
    return {
        "table": table,
        "wave": wave,
        "stub": stub,
        "stub_code": code,
        "banner": "sekse" if column in {"vrouw", "man"} else "total",
        "banner_code": column,
        "statistic": statistic,
        "flag": letters,
    }


def _trend(language: str) -> PublishedTable:
    columns, lines = _columns(language)[:3], _lines(language)[:5]
    rows: list[dict[str, object]] = []
    for wave, shift in (("2024", 0.0), ("2025", 0.015)):
        rows += [
            row
            for row in _share_rows("rq1_trend", "e_meedoen", wave, columns, shift)
            if row["statistic"] != "mean"
        ]
    for column in columns:
        for line in lines:
            kind = "change" if line.statistic == "share" else "change:net"
            where = {"table": "rq1_trend", "wave": "2024-2025", "stub": "e_meedoen"}
            masked = column.code in {"vrouw", "man"} and line.code in {"3", "4"}
            value = None if masked else 0.03 if line.code == "eens" else 0.015
            row = _row({**where, "stub_code": line.code}, column, kind, value, BASES[column.code])
            rows.append(row)
    rows.append(
        _letters("rq1_trend", "e_meedoen", "eens", "letters:net", "total", "**", "2024-2025")
    )
    return _table(
        "rq1_trend",
        "e_meedoen",
        "Meedoen, 2024 en 2025" if language == "nl" else "Taking part, 2024 and 2025",
        Kind.TREND,
        ("2024", "2025", "2024-2025"),
        columns,
        lines,
        rows,
        language,
    )


def _transition(language: str) -> PublishedTable:
    total = Heading("total", "total", "", TOTAL[language])
    labels = ("Werkt", "Werkt niet") if language == "nl" else ("Works", "Does not work")
    origin = "Antwoord in 2024" if language == "nl" else "Answer in 2024"
    columns = (
        total,
        Heading("d_nu@2024", "1", origin, labels[0], "a"),
        Heading("d_nu@2024", "2", origin, labels[1], "b"),
    )
    lines = (Line("share", "1", labels[0]), Line("share", "2", labels[1]))
    share = {"total": 0.41, "1": 0.8, "2": 0.21}
    bases = {"total": 900, "1": 320, "2": 580}
    rows = []
    for column in columns:
        for line in lines:
            value = share[column.code] if line.code == "1" else 1 - share[column.code]
            where = {"table": "rq1_work", "wave": "2025", "stub": "d_nu", "stub_code": line.code}
            rows.append(_row(where, column, "share", round(value, 3), bases[column.code]))
    title = "Werk: van 2024 naar 2025" if language == "nl" else "Work: from 2024 to 2025"
    return _table(
        "rq1_work", "d_nu", title, Kind.TRANSITION, ("2025",), columns, lines, rows, language
    )


def _hard_labels(language: str) -> PublishedTable:
    column = Heading("total", "total", "", TOTAL[language])
    lines = tuple(Line("share", f"c{k}", label) for k, label in enumerate(HARD_LABELS))
    where = {"table": "rq8_hard", "wave": "2025", "stub": "g_hard"}
    rows = [
        _row({**where, "stub_code": line.code}, column, "share", round(0.1 + 0.05 * k, 3), 800)
        for k, line in enumerate(lines)
    ]
    return _table(
        "rq8_hard",
        "g_hard",
        "Welke =hulp kreeg u?",
        Kind.SHARES,
        ("2025",),
        (column,),
        lines,
        rows,
        language,
    )


def _table(
    table: str,
    stub: str,
    title: str,
    kind: Kind,
    waves: tuple[str, ...],
    columns: tuple[Heading, ...],
    lines: tuple[Line, ...],
    rows: Sequence[dict[str, object]],
    language: str,
) -> PublishedTable:
    question = {
        "nl": "In hoeverre bent u het eens met de volgende uitspraak?",
        "en": "How far do you agree with the following statement?",
    }[language]
    notes = (
        {"nl": "Weging: w1_cs, versie 2.", "en": "Weight: w1_cs, version 2."}[language],
        {"nl": "Basis: iedereen met een antwoord.", "en": "Base: all who answered."}[language],
    )
    frame = pd.DataFrame(list(rows)).reindex(columns=list(COLUMNS))
    frame["n"] = frame["n"].astype("Int64")
    return PublishedTable(
        f"{table}/{stub}",
        title,
        question,
        "RQ1",
        kind,
        waves,
        columns,
        lines,
        ("interval",),
        notes,
        frame,
    )
