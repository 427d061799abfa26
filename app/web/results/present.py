"""From weighted results to what their page says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from babel import Locale
from markupsafe import Markup

from analysis.codebook import Variable, words
from app.services.results import (
    BREAKDOWNS,
    Breakdown,
    Column,
    Crosstab,
    Estimate,
    FindingResult,
    WaveResults,
)
from app.web.respond.words import Translate
from app.web.results.base_words import Wording, base_in_words
from app.web.results.view import (
    CrosstabView,
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
SUPPRESSED, BRACKETED, SMALL = "suppressed", "bracketed", "small"


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
    crosstab: Crosstab | None,
    *,
    no_crosstab: str | None = None,
    reason: str | None = None,
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
        crosstab=_crosstab(reader, wording, results, crosstab) if crosstab else None,
        no_crosstab=no_crosstab,
        no_crosstab_reason=reason,
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


def _crosstab(
    reader: Reader, wording: Wording, results: WaveResults, found: Crosstab
) -> CrosstabView:
    _ = reader.translate
    variable, by = found.variable, found.by
    label = words(variable.label, reader.language, variable.name) if variable.question else None
    heading = label or wording.variable(variable.name)
    question = words(variable.question, reader.language)
    base = base_in_words(_both(variable.base, by.where if by else None), wording)
    query = {
        "wave": results.year,
        "variable": variable.name,
        "by": by.variable if by else None,
    }
    return CrosstabView(
        heading=heading,
        question=question if question and question != label else None,
        table=_crosstab_table(reader, wording, found, heading),
        base=base,
        weight=found.weight,
        left_out=_left_out(reader, wording, found.left_out),
        flags=_flag_words(_, {column.flag for column in found.columns}),
        csv_url=_url(".csv", **query),
        xlsx_url=_url(".xlsx", **query),
    )


def _both(base: str, where: str | None) -> str:
    conditions = [one for one in (base, where) if one and one != "true"]
    return " and ".join(conditions) or "true"


def _crosstab_table(reader: Reader, wording: Wording, found: Crosstab, heading: str) -> Table:
    _, figures = reader.translate, reader.figures
    variable, columns = found.variable, found.columns
    rows = [
        Row(wording.code(variable.name, code), [_share(figures, one, code) for one in columns])
        for code in columns[0].shares
    ]
    foot = [
        Row(_("Interviews"), [figures.count(one.n) for one in columns]),
        Row(_("People (weighted)"), [figures.count(one.weighted_n) for one in columns]),
    ]
    if not variable.is_multiple:
        whole = [figures.percent(1) if one.flag != SUPPRESSED else NONE for one in columns]
        foot.insert(0, Row(_("Total"), whole))
    groups = [wording.code(found.by.variable, one.code) for one in columns[1:]] if found.by else []
    return Table(
        id="shares",
        caption=_("Share of people, and 95%% interval: %(question)s", question=heading),
        head=[_("Answer"), _("All"), *groups],
        rows=rows,
        foot=foot,
    )


def _share(figures: Figures, column: Column, code: str) -> Markup:
    share = column.shares.get(code, Estimate(None, None, None))
    words_ = _flagged(figures.percent(share.value), column.flag)
    if share.value is None:
        return Markup("{}").format(words_)
    return Markup("{}<small>{}</small>").format(words_, figures.interval(share.low, share.high))


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


def _flag_words(_: Translate, flags: set[str]) -> list[str]:
    listed = {
        SUPPRESSED: _("– Fewer than 30 interviews: not shown."),
        BRACKETED: _("( ) 30 to 49 interviews: very uncertain."),
        SMALL: _("* 50 to 99 interviews: uncertain."),
    }
    return [words_ for flag, words_ in listed.items() if flag in flags]


def _left_out(reader: Reader, wording: Wording, counts: Mapping[str, int]) -> str | None:
    if not counts:
        return None
    listed = ", ".join(
        f"{wording.code('', kind)} {reader.figures.count(n)}" for kind, n in counts.items()
    )
    return reader.translate("Interviews left out of the base: %(listed)s.", listed=listed)


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
