"""The ledger of the panel as files: CSV for programs, a page with chart and tables for people.

They hold small numbers, and are for staff: nothing in them was checked for publication.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal
from lxml import etree

from analysis.report.html import STYLE
from analysis.report.markup import Element, element
from app.panel.attrition_ledger import Ledger, flows, place_order
from app.panel.places import FATES, Fate, Placed
from app.services.context import STUDY_ZONE
from app.services.response import attrition_chart
from app.services.response.attrition_rows import flow_csv, ledger_csv
from app.services.response.attrition_words import Say, fate_words, place_words, speaker, why_words


def write_files(ledger: Ledger, out: Path, *, language: str, synthetic: bool) -> list[Path]:
    """Write ``ledger.csv``, ``flow.csv``, ``flow.svg`` and ``ledger.html``; return them.

    A ledger that does not balance gets its rows only: what is added up from them would be wrong.
    """
    _ = speaker(language)
    out.mkdir(parents=True, exist_ok=True)
    contents = {"ledger.csv": ledger_csv(ledger.lines, groups=True).encode()}
    if not ledger.problems:
        title = _title(ledger, language, _)
        if synthetic:
            title = f"{title} {_('All of it is invented.')}"
        chart = attrition_chart.flow_svg(ledger, language, _, title=title, style=True)
        page = _Page(ledger, language, _, synthetic=synthetic).whole()
        text = etree.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode", method="html")
        contents |= {
            "flow.csv": flow_csv(flows(ledger.waves, ledger.lines)).encode(),
            "flow.svg": attrition_chart.as_file(chart),
            "ledger.html": f"{text}\n".encode(),
        }
    for name, content in contents.items():
        (out / name).write_bytes(content)
    return [out / name for name in contents]


def balance(ledger: Ledger, _: Say, language: str) -> str:
    """Say that a ledger balances."""
    return _(
        "It balances: each of %(people)s people is in exactly one place in every wave.",
        people=format_decimal(ledger.people, locale=language),
    )


def _title(ledger: Ledger, language: str, _: Say) -> str:
    return _(
        "The panel through its waves, as known on %(day)s.",
        day=format_date(ledger.at.astimezone(STUDY_ZONE), "long", locale=language),
    )


_STYLE = """
figure.wide{max-inline-size:none}
.sum th,.sum td{font-weight:600}
td.word,th.word{text-align:start}
figure .scroll{border:0;background:#fff}
"""


class _Page:
    """The page of a ledger, with its words."""

    def __init__(self, ledger: Ledger, language: str, say: Say, *, synthetic: bool) -> None:
        self._ledger = ledger
        self._language = language
        self._say = say
        self._synthetic = synthetic
        self._places, self._reasons, self._fates = place_words(say), why_words(say), fate_words(say)

    def whole(self) -> Element:
        _ = self._say
        head = element(
            "head",
            None,
            element("meta", {"charset": "utf-8"}),
            element("meta", {"name": "viewport", "content": "width=device-width"}),
            element("title", None, _("Ledger of the panel")),
            element("style", None, STYLE + attrition_chart.STYLE + _STYLE),
        )
        body = element("body", None, self._header(), self._main())
        return element("html", {"lang": self._language}, head, body)

    def _header(self) -> Element:
        _ = self._say
        invented = _("All of it is invented.") if self._synthetic else None
        return element(
            "header",
            None,
            element("h1", None, _("Ledger of the panel")),
            element("p", {"class": "study"}, _title(self._ledger, self._language, _)),
            element("p", None, balance(self._ledger, _, self._language)),
            element("p", {"class": "synthetic"}, invented) if invented else None,
        )

    def _main(self) -> Element:
        _ = self._say
        waves = self._ledger.waves
        return element(
            "main",
            {"id": "main"},
            element(
                "p",
                None,
                _(
                    "For staff: numbers are small, and nothing here was checked for publication."
                    " Who died, moved abroad or finished is not lost to the panel: they left the"
                    " population."
                ),
            ),
            element("h2", None, _("From wave to wave")),
            self._figure(),
            element("h2", None, _("Where everybody is")),
            self._scrolled(self._where()),
            *([element("h2", None, _("By group")), self._by_group()] if self._ledger.by else []),
            *(self._moves(before, after) for before, after in pairwise(waves)),
        )

    def _figure(self) -> Element:
        _ = self._say
        title = _title(self._ledger, self._language, _)
        chart = attrition_chart.flow_svg(self._ledger, self._language, _, title=title)
        reading = _(
            "Heights are in proportion to people; shares are of everybody ever drawn. The tables"
            " below have the same numbers."
        )
        scroll = {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": title}
        return element(
            "figure",
            {"class": "wide"},
            element("figcaption", None, title, element("small", None, reading)),
            element("div", scroll, chart),
        )

    def _where(self) -> Element:
        _ = self._say
        waves = self._ledger.waves
        counts = {wave: self._ledger.counts(wave) for wave in waves}
        found = {placed for of in counts.values() for placed in of}
        rows: list[Element] = []
        for fate, words in self._fates.items():
            inside = sorted((one for one in found if one.fate is fate), key=place_order)
            if not inside:
                continue
            totals = [sum(counts[wave][one] for one in inside) for wave in waves]
            rows.append(self._row(words, totals, strong=True))
            rows += [self._row(self._named(one), [counts[w][one] for w in waves]) for one in inside]
        rows.append(
            self._row(
                _("Everybody ever drawn"), [sum(counts[w].values()) for w in waves], strong=True
            )
        )
        return self._table(_("People by place and wave"), [str(wave) for wave in waves], rows)

    def _by_group(self) -> Element:
        _ = self._say
        groups = sorted({one.group for one in self._ledger.lines})
        tables = []
        for wave in self._ledger.waves:
            counts: Counter[tuple[Fate, str]] = Counter(
                (FATES[one.placed.place], one.group)
                for one in self._ledger.lines
                if one.wave == wave
            )
            rows = [
                self._row(words, [counts[fate, group] for group in groups])
                for fate, words in self._fates.items()
                if any(counts[fate, group] for group in groups)
            ]
            title = _("%(wave)s by %(variable)s", wave=wave, variable=self._ledger.by)
            names = [group or _("not known") for group in groups]
            tables.append(self._scrolled(self._table(title, names, rows)))
        return element("div", None, *tables)

    def _moves(self, before: int, after: int) -> Element:
        _ = self._say
        moved: Counter[tuple[Placed, Placed]] = Counter()
        for one in flows((before, after), self._ledger.lines):
            # Why somebody was where they were stands in the file; here it would make a long table.
            start = Placed(one.from_place)
            moved[start, Placed(one.to_place, one.to_why)] += one.people
        rows = [
            element(
                "tr",
                None,
                element("th", {"scope": "row"}, self._named(start)),
                element("td", {"class": "word"}, self._named(end)),
                element("td", None, self._number(people)),
            )
            for (start, end), people in sorted(
                moved.items(), key=lambda one: (place_order(one[0][0]), place_order(one[0][1]))
            )
        ]
        title = _("From %(before)s to %(after)s", before=before, after=after)
        head = [_("In %(wave)s", wave=after), _("People")]
        return element(
            "section",
            None,
            element("h2", None, title),
            self._scrolled(self._table(title, head, rows, first=_("In %(wave)s", wave=before))),
        )

    def _named(self, placed: Placed) -> str:
        name = self._places[placed.place]
        return f"{name}: {self._reasons[placed.why]}" if placed.why else name

    def _table(
        self, caption: str, columns: Sequence[str], rows: Sequence[Element], *, first: str = ""
    ) -> Element:
        word = {"scope": "col", "class": "word"}
        corner = element("th", word, first) if first else element("td")
        heads = [element("th", {"scope": "col"}, name) for name in columns]
        if first:
            heads[0] = element("th", word, columns[0])
        return element(
            "table",
            None,
            element("caption", None, caption),
            element("thead", None, element("tr", None, corner, *heads)),
            element("tbody", None, *rows),
        )

    def _row(self, name: str, numbers: Sequence[int], *, strong: bool = False) -> Element:
        cells = [element("td", None, self._number(one)) for one in numbers]
        row = {"class": "sum"} if strong else None
        return element("tr", row, element("th", {"scope": "row"}, name), *cells)

    def _number(self, count: int) -> str:
        return format_decimal(count, locale=self._language)

    @staticmethod
    def _scrolled(table: Element) -> Element:
        # The keyboard has to get to what stands out to the right on a phone.
        name = table.findtext("caption") or ""
        scroll = {"class": "scroll", "tabindex": "0", "role": "group", "aria-label": name}
        return element("div", scroll, table)
