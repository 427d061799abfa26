"""From weighted results to what their page says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from babel import Locale

from analysis.codebook import Variable, words
from app.services.publication.results import (
    BREAKDOWNS,
    Breakdown,
    FindingResult,
    WaveResults,
)
from app.web.respond.words import Translate
from app.web.results.base_words import Wording, base_in_words
from app.web.results.view import (
    FindingView,
    Option,
    OptionGroup,
    Plot,
    ResultsView,
)
from app.web.staff.figures import NONE, Figures
from app.web.staff.view import Row, Table

PAGE = "/staff/results"
SHORT_HASH = 12
LONGEST_OPTION = 90
"""Characters of a question in the list to choose from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked to show."""

    year: int
    variable: str | None
    by: Breakdown | None


@dataclass(frozen=True)
class Reader:
    """Who reads: the language, and figures and words in it."""

    language: str
    translate: Translate
    figures: Figures


def results_view(
    reader: Reader,
    results: WaveResults,
    asked: Asked,
    years: Sequence[int],
    findings: Sequence[FindingResult],
    *,
    missing: str | None = None,
) -> ResultsView:
    """Return the page of results."""
    _ = reader.translate
    wording = Wording(_, results.codebook, reader.language)
    return ResultsView(
        year=results.year,
        waves=[Option(str(year), str(year), year == results.year) for year in years],
        facts=_facts(reader, results),
        findings=[_finding(reader, wording, one) for one in findings],
        findings_csv_url=_url(".csv", wave=results.year),
        findings_xlsx_url=_url(".xlsx", wave=results.year),
        questions=_questions(reader, results, asked),
        breakdowns=[Option("", _("No breakdown"), asked.by is None)]
        + [
            Option(one.variable, wording.variable(one.variable), one == asked.by)
            for one in BREAKDOWNS
        ],
        missing=missing,
        margins=_margins(reader, wording, results),
        warnings=results.weighting.diagnostics["warnings"],
    )


def _url(kind: str, **query: object) -> str:
    return f"{PAGE}{kind}?{urlencode({k: v for k, v in query.items() if v})}"


def _facts(reader: Reader, results: WaveResults) -> list[tuple[str, str]]:
    _, figures = reader.translate, reader.figures
    summary = results.weighting.diagnostics["summary"]
    recipe = results.weighting.recipe
    versions = ", ".join(one[:SHORT_HASH] for one in results.versions)
    return [
        (_("Answers saved until"), figures.moment(results.saved_until)),
        (_("Interviews"), figures.count(summary["n"])),
        (_("Effective number"), figures.count(summary["n_eff"])),
        (_("Weight"), f"{results.weight}: {words(recipe.title, reader.language)}"),
        (_("Questionnaire"), f"SHA-256 {versions}"),
    ]


# --- findings -------------------------------------------------------------------------------------


def _finding(reader: Reader, wording: Wording, one: FindingResult) -> FindingView:
    _, figures = reader.translate, reader.figures
    published = figures.interval(one.published_low, one.published_high, 1)
    estimate = _flagged(figures.percent(one.estimate.value, 1), one.flag)
    interval = figures.interval(one.estimate.low, one.estimate.high, 1)
    return FindingView(
        id=one.id,
        statement=one.statement,
        base=base_in_words(one.base, wording),
        note=one.note,
        published=one.published,
        published_range=f"{published}%",
        estimate=estimate,
        interval=interval,
        n=figures.count(one.n),
        verdict={
            "inside": _("In the range"),
            "overlaps": _("Interval reaches the range"),
            "outside": _("Outside the range"),
        }.get(one.agreement, _("Too few interviews")),
        verdict_kind=one.agreement or "none",
        plot=_plot(_, one, published, figures),
    )


def _plot(_: Translate, one: FindingResult, published: str, figures: Figures) -> Plot:
    low, high = 100 * one.published_low, 100 * one.published_high
    estimate = one.estimate
    if estimate.value is None or estimate.low is None or estimate.high is None:
        alternative = _(
            "Published %(range)s%%; no estimate, the base is too small", range=published
        )
        return Plot((low, high), None, None, alternative)
    alternative = _(
        "Published %(range)s%%; estimate %(estimate)s, 95%% interval %(interval)s",
        range=published,
        estimate=figures.percent(estimate.value, 1),
        interval=figures.interval(estimate.low, estimate.high, 1),
    )
    return Plot(
        (low, high), (100 * estimate.low, 100 * estimate.high), 100 * estimate.value, alternative
    )


# --- one question ---------------------------------------------------------------------------------


def _questions(reader: Reader, results: WaveResults, asked: Asked) -> list[OptionGroup]:
    groups: dict[str | None, list[Option]] = defaultdict(list)
    for variable in results.variables:
        option = Option(
            variable.name, _option_words(reader, variable), variable.name == asked.variable
        )
        groups[variable.module].append(option)
    derived = groups.pop(None, [])
    titles = {
        module: words(results.modules.get(module or "", {}), reader.language, module or "")
        for module in groups
    }
    listed = [OptionGroup(titles[module], options) for module, options in groups.items()]
    if derived:
        listed.append(OptionGroup(reader.translate("Derived from answers"), derived))
    return listed


def _option_words(reader: Reader, variable: Variable) -> str:
    label = words(variable.label, reader.language) if variable.question else ""
    if len(label) > LONGEST_OPTION:
        label = f"{label[:LONGEST_OPTION].rstrip()} …"
    return f"{label} ({variable.name})" if label else variable.name


def _flagged(words_: str, flag: str) -> str:
    match flag:
        case "suppressed":
            return NONE
        case "bracketed":
            return f"({words_})"
        case "small":
            return f"{words_} *"
        case _:
            return words_


# --- the weight -----------------------------------------------------------------------------------


def _margins(reader: Reader, wording: Wording, results: WaveResults) -> Table:
    _, figures = reader.translate, reader.figures
    return Table(
        id="margins",
        caption=_("Population figures, and the weighted interviews"),
        head=[_("Group"), _("Population"), _("Weighted"), _("Interviews")],
        rows=[
            Row(
                _level(reader, wording, str(row["level"])),
                [
                    figures.count(row["target"]),
                    figures.count(row["reached"]),
                    figures.count(row["respondents"]),
                ],
            )
            for row in results.margins
        ],
    )


def _level(reader: Reader, wording: Wording, level: str) -> str:
    """Margins are by group and act, and under Wi2021 by nationality."""
    country = Locale.parse(reader.language).territories.get(level)
    if level == "other":
        country = reader.translate("Other nationalities")
    if country is not None:
        return reader.translate("Wi2021: %(nationality)s", nationality=country)
    return wording.code("groep" if "_" in level else "r_regime", level)
