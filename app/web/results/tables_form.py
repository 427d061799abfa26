"""The form of the table builder, as it was filled in: what can be chosen, and what is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise

from analysis.codebook import Codebook, Variable, words
from app.questionnaire.model import Text
from app.services.publication.results import BREAKDOWNS
from app.services.publication.table_request import (
    MOST_BANNERS,
    MOST_FILTERS,
    MOST_NETS,
    MOST_STUBS,
    Shape,
    Shows,
    TableRequest,
    breakdowns_of,
    filters_of,
    stubs_of,
)
from app.services.publication.table_sources import Source
from app.web.respond.words import Translate
from app.web.results.present import Reader
from app.web.results.tables_address import Address, waves_value
from app.web.results.tables_view import FilterField, FormView, NetField, Select, Tick
from app.web.results.tables_words import question_words, shows_words
from app.web.results.view import Option, OptionGroup

SHORT = 70


class FormMaker:
    """Makes the fields of the form; what they share is read once."""

    def __init__(
        self,
        reader: Reader,
        codebook: Codebook,
        modules: Mapping[str, Text],
        source: Source,
    ) -> None:
        self._reader, self._codebook, self._modules = reader, codebook, modules
        self._source = source
        self._ = reader.translate
        self._words: dict[str, str] = {}

    def view(self, address: Address, sources: Sequence[Source]) -> FormView:
        """Return the form for what an address asks for."""
        _, asked = self._, address.request
        return FormView(
            sources=[self._source_option(one, address.source) for one in sources],
            stubs=self._stubs(asked, address.added),
            banners=self._banners(asked, address.added),
            waves=self._waves(asked),
            filters=self._filters(asked, address.added),
            filters_open=bool(asked.filters) or address.added == "filter",
            shows=self._shows(asked),
            nets=self._nets(asked, address.added),
            nets_open=bool(asked.nets) or address.added == "net",
            options=self._options(asked),
            more=self._more(asked),
        )

    def _source_option(self, source: Source, chosen: str) -> Option:
        _, figures = self._, self._reader.figures
        if source.live:
            said = _("Answers as they are now (not for publication)")
        else:
            said = _(
                "Release %(number)s: %(waves)s, made %(day)s",
                number=source.name,
                waves=", ".join(map(str, source.waves)),
                day=figures.short_day(source.taken_at) if source.taken_at else "",
            )
        return Option(source.name, said, source.name == chosen)

    # --- questions --------------------------------------------------------------------------------

    def _stubs(self, asked: TableRequest, added: str) -> list[Select]:
        _, listed = self._, stubs_of(self._codebook)
        count = max(1, min(MOST_STUBS, len(asked.stub) + (added == "stub")))
        return [
            Select(
                f"stub-{at + 1}",
                "stub",
                _("Question") if at == 0 else _("Question %(number)s", number=at + 1),
                self._grouped(listed, _at(asked.stub, at)),
                _("Choose a question") if at == 0 else _("None"),
            )
            for at in range(count)
        ]

    def _banners(self, asked: TableRequest, added: str) -> list[Select]:
        _, listed = self._, breakdowns_of(self._codebook)
        most = {one.variable for one in BREAKDOWNS}
        count = max(1, min(MOST_BANNERS, len(asked.banner) + (added == "by")))
        selects = []
        for at in range(count):
            chosen = _at(asked.banner, at)
            groups = [
                self._group(_("Often used"), (v for v in listed if v.name in most), chosen),
                *self._grouped([v for v in listed if v.name not in most], chosen),
            ]
            label = _("Broken down by") if at == 0 else _("And by")
            name = label if at < 2 else f"{label} ({at + 1})"
            selects.append(Select(f"by-{at + 1}", "by", name, groups, _("No breakdown")))
        return selects

    def _filters(self, asked: TableRequest, added: str) -> list[FilterField]:
        _, listed = self._, filters_of(self._codebook)
        count = max(1, min(MOST_FILTERS, len(asked.filters) + (added == "filter")))
        fields = []
        for at in range(count):
            chosen = asked.filters[at] if at < len(asked.filters) else None
            name = f"if{at + 1}"
            select = Select(
                f"if-{at + 1}",
                name,
                _("Only people by") if at == 0 else _("And by"),
                self._grouped(listed, chosen.variable if chosen else ""),
                _("Everybody"),
            )
            variable = self._codebook.variables.get(chosen.variable) if chosen else None
            ticks = [
                Tick(
                    f"if-{at + 1}-{k}",
                    f"{name}c",
                    f"{variable.name}.{one.code}",
                    variable.code_label(one.code, self._reader.language),
                    chosen is not None and one.code in chosen.codes,
                )
                for k, one in enumerate(variable.codes if variable else (), start=1)
                if variable
            ]
            fields.append(FilterField(select, _("Who answered"), ticks))
        return fields

    def _grouped(self, variables: Sequence[Variable], chosen: str) -> list[OptionGroup]:
        """Questions by chapter of the questionnaire, what is derived from answers last."""
        groups: dict[str, list[Variable]] = defaultdict(list)
        for one in variables:
            groups[one.module or ""].append(one)
        derived = groups.pop("", [])
        made = [
            self._group(
                words(self._modules.get(module, {}), self._reader.language, module), found, chosen
            )
            for module, found in groups.items()
        ]
        if derived:
            made.append(self._group(self._("Derived from answers"), derived, chosen))
        return made

    def _group(self, label: str, variables: Iterable[Variable], chosen: str) -> OptionGroup:
        options = [Option(v.name, self._called(v.name), v.name == chosen) for v in variables]
        return OptionGroup(label, options)

    def _called(self, name: str) -> str:
        if name not in self._words:
            self._words[name] = question_words(
                self._codebook, name, self._reader.language, longest=SHORT
            )
        return self._words[name]

    # --- the rest ---------------------------------------------------------------------------------

    def _waves(self, asked: TableRequest) -> list[Tick]:
        _, years = self._, self._source.waves
        choices: list[tuple[tuple[int, ...], Shape, str]] = [
            ((year,), Shape.ONE, str(year)) for year in years
        ]
        sizes = range(2, len(years) + 1)
        for several in (chosen for size in sizes for chosen in combinations(years, size)):
            listed = _("%(waves)s: side by side, with the change", waves=_listed(_, several))
            choices.append((several, Shape.TREND, listed))
        for pair in pairwise(years):
            said = _(
                "From %(first)s to %(second)s: who changed answers", first=pair[0], second=pair[1]
            )
            choices.append((pair, Shape.TRANSITION, said))
        chosen = asked.waves or ((years[0],) if years else ())
        return [
            Tick(
                f"waves-{at}",
                "waves",
                waves_value(waves, shape),
                said,
                (waves, shape) == (chosen, asked.shape),
            )
            for at, (waves, shape, said) in enumerate(choices, start=1)
        ]

    def _shows(self, asked: TableRequest) -> list[Tick]:
        ticks = []
        for at, one in enumerate(Shows, start=1):
            name, says = shows_words(self._, one)
            ticks.append(Tick(f"shows-{at}", "shows", one.value, name, one is asked.shows, says))
        return ticks

    def _nets(self, asked: TableRequest, added: str) -> list[NetField]:
        first = self._codebook.variables.get(asked.stub[0]) if asked.stub else None
        if first is None or not first.codes:
            return []
        count = max(1, min(MOST_NETS, len(asked.nets) + (added == "net")))
        return [
            NetField(
                self._("Together %(number)s", number=at + 1),
                [
                    Tick(
                        f"net-{at + 1}-{k}",
                        f"net{at + 1}",
                        one.code,
                        first.code_label(one.code, self._reader.language),
                        at < len(asked.nets) and one.code in asked.nets[at],
                    )
                    for k, one in enumerate(first.codes, start=1)
                ],
            )
            for at in range(count)
        ]

    def _options(self, asked: TableRequest) -> list[Tick]:
        _ = self._
        listed = [
            ("letters", asked.letters, _("Letters: which groups differ"),
             _("A letter names a column that is lower, by a test at 5% (capital: 1%).")),
            ("holm", asked.holm, _("Fewer chance finds (Holm)"),
             _("Letters are stricter when there are many comparisons.")),
            ("ci", asked.interval, _("95% intervals"), None),
            ("se", asked.se, _("Standard errors"), None),
            ("mean", asked.mean, _("Also the mean"),
             _("Only of scales with numbered answers.")),
            ("quartiles", asked.quartiles, _("Also the quartiles"),
             _("Only of numbers: a quarter of people is at or below the first, a quarter at or "
               "above the third.")),
            ("dk", asked.count_dk, _("Count “don't know” as an answer"), None),
        ]  # fmt: skip
        return [Tick(name, name, "1", said, on, help_) for name, on, said, help_ in listed]

    def _more(self, asked: TableRequest) -> list[str]:
        room = {
            "stub": 0 < len(asked.stub) < MOST_STUBS,
            "by": 0 < len(asked.banner) < MOST_BANNERS,
            "filter": 0 < len(asked.filters) < MOST_FILTERS,
            "net": 0 < len(asked.nets) < MOST_NETS,
        }
        return [name for name, has_room in room.items() if has_room]


def _at(names: Sequence[str], at: int) -> str:
    return names[at] if at < len(names) else ""


def _listed(_: Translate, years: Sequence[int]) -> str:
    return f" {_('and')} ".join(map(str, years)) if len(years) == 2 else ", ".join(map(str, years))
