"""From the variables of the study to what their pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from analysis.codebook import Variable, words
from analysis.export.identity import Identity
from analysis.tables.questions import refusal
from app.services.publication.table_request import UNFIT, TableRequest
from app.services.publication.table_sources import Source
from app.services.publication.variable_counts import CodeShare, WaveShares
from app.services.publication.variables import StudyBooks, option_change
from app.web.results.base_words import Wording, base_in_words
from app.web.results.present import Reader
from app.web.results.tables_address import url_of
from app.web.results.variables_words import identity_words, kind_words, use_words
from app.web.staff.figures import NONE
from app.web.staff.listing import Cell, Choice, Column
from app.web.staff.view import Row, Table

PAGE = "/staff/results/variables"


@dataclass(frozen=True, slots=True)
class WaveWords:
    """A question as one wave asks it."""

    wave: int
    identity: str
    changes: Sequence[str]
    texts: Table
    options: Table | None


@dataclass(frozen=True, slots=True)
class VariableView:
    """The page of one variable."""

    name: str
    question: str | None
    facts: Sequence[tuple[str, str]]
    base: str
    condition: str | None
    waves: Sequence[WaveWords]
    frequencies: Sequence[Table]
    no_frequencies: str | None
    table_url: str | None
    planned: Table | None


def columns_of(reader: Reader, books: StudyBooks) -> list[Column[Variable]]:
    """Return the columns of the list of variables."""
    _ = reader.translate

    def text(one: Variable) -> str:
        return label_words(reader, one)

    def waves(one: Variable) -> str:
        return ", ".join(map(str, books.waves_of(one.name)))

    def chapter(one: Variable) -> str:
        return chapter_words(reader, books, one)

    return [
        Column(
            "question",
            _("Question"),
            lambda one: Cell(text(one), url=f"{PAGE}/{one.name}"),
            sort=lambda one: text(one).casefold(),
        ),
        Column("name", _("Name"), lambda one: one.name, sort=lambda one: one.name),
        Column("chapter", _("Chapter"), chapter, sort=chapter),
        Column(
            "kind",
            _("Kind"),
            lambda one: kind_words(_, one.kind),
            sort=lambda one: kind_words(_, one.kind),
        ),
        Column("waves", _("Waves"), waves, sort=waves),
    ]


def choices_of(reader: Reader, books: StudyBooks) -> list[Choice]:
    """Return the filters of the list: chapter, kind, wave."""
    _, found = reader.translate, books.variables.values()
    chapters = dict.fromkeys(one.module for one in found if one.module)
    kinds = dict.fromkeys(one.kind for one in found)
    return [
        Choice(
            "chapter",
            _("Chapter"),
            [
                (name, words(books.modules.get(name, {}), reader.language, name))
                for name in chapters
            ],
        ),
        Choice("kind", _("Kind"), [(kind, kind_words(_, kind)) for kind in kinds]),
        Choice("wave", _("Wave"), [(str(wave), str(wave)) for wave in sorted(books.by_wave)]),
    ]


def is_chosen(books: StudyBooks, one: Variable, chosen: dict[str, str]) -> bool:
    """Tell whether a variable passes the filters of the list."""
    return (
        chosen.get("chapter") in ("", None, one.module)
        and chosen.get("kind") in ("", None, one.kind)
        and (not chosen.get("wave") or int(chosen["wave"]) in books.waves_of(one.name))
    )


def searched_in(books: StudyBooks, one: Variable) -> str:
    """Return what the search looks in: name and words in all languages, answers too."""
    texts = [one.name, *one.label.values(), *one.question.values()]
    return " ".join([*texts, *(label for code in one.codes for label in code.label.values())])


def label_words(reader: Reader, one: Variable) -> str:
    """Return what a variable is called."""
    return words(one.label, reader.language, one.name)


def chapter_words(reader: Reader, books: StudyBooks, one: Variable) -> str:
    """Return the chapter of the questionnaire a variable belongs to."""
    if one.module is None:
        return kind_words(reader.translate, one.kind)
    return words(books.modules.get(one.module, {}), reader.language, one.module)


def variable_view(
    reader: Reader,
    books: StudyBooks,
    variable: Variable,
    source: Source | None,
    shares: Sequence[WaveShares],
    planned: Sequence[tuple[str, str, str]],
) -> VariableView:
    """Return the page of a variable."""
    _, language = reader.translate, reader.language
    asked_in = books.waves_of(variable.name)
    wording = Wording(_, books.by_wave[asked_in[-1]], language)
    countable = refusal(variable) is None and variable.kind not in UNFIT
    fielded = [wave for wave in asked_in if source is not None and wave in source.waves]
    request = TableRequest(
        stub=(variable.name,), waves=(fielded[-1],) if fielded else (), letters=True
    )
    return VariableView(
        name=variable.name,
        question=_question(variable, language),
        facts=_facts(reader, books, variable),
        base=base_in_words(variable.base, wording),
        condition=None if variable.base == "true" else variable.base,
        waves=_waves(reader, books, variable.name),
        frequencies=[_frequencies(reader, variable, one) for one in shares],
        no_frequencies=None if shares else _no_frequencies(reader, countable=countable),
        table_url=url_of(request) if countable and fielded else None,
        planned=_planned(reader, planned) if planned else None,
    )


def _question(variable: Variable, language: str) -> str | None:
    question = words(variable.question, language)
    return question if question and question != words(variable.label, language) else None


def _facts(reader: Reader, books: StudyBooks, one: Variable) -> list[tuple[str, str]]:
    _ = reader.translate
    listed = [
        (_("Name"), one.name),
        (_("Chapter"), chapter_words(reader, books, one)),
        (_("Kind"), kind_words(_, one.kind)),
        (_("Waves"), ", ".join(map(str, books.waves_of(one.name)))),
    ]
    if one.block not in (None, "core"):
        listed.append(
            (_("Asked of"), _("people drawn by lot for block %(block)s", block=one.block))
        )
    if one.research_questions:
        listed.append((_("Research questions"), ", ".join(one.research_questions)))
    if one.unit:
        listed.append((_("Unit"), words(one.unit, reader.language)))
    if one.sensitive:
        listed.append((_("Sensitive"), _("Stricter rules for what may be shown")))
    return listed


def _no_frequencies(reader: Reader, *, countable: bool) -> str:
    _ = reader.translate
    if not countable:
        return _("Answers of this kind are not counted here: they could point at a person.")
    return _("There are no answers to show yet: no wave with this question has a weight.")


# --- words per wave -------------------------------------------------------------------------------


def _waves(reader: Reader, books: StudyBooks, name: str) -> list[WaveWords]:
    found: list[WaveWords] = []
    before: Variable | None = None
    for wave, identity in books.identity(name).items():
        now = books.by_wave[wave][name]
        found.append(
            WaveWords(
                wave,
                identity_words(reader.translate, identity),
                _changes(reader, before, now) if identity is Identity.OPTIONS_CHANGED else [],
                _texts(reader, now, wave),
                _options(reader, now, wave) if now.codes else None,
            )
        )
        before = now
    return found


def _changes(reader: Reader, before: Variable | None, now: Variable) -> list[str]:
    if before is None:
        return []
    _, language = reader.translate, reader.language
    change = option_change(before, now)
    listed = [
        _("New: %(answer)s", answer=words(one.label, language, one.code)) for one in change.came
    ]
    listed += [
        _("Gone: %(answer)s", answer=words(one.label, language, one.code)) for one in change.went
    ]
    listed += [
        _(
            "Worded anew: “%(before)s” became “%(now)s”",
            before=words(earlier.label, language, earlier.code),
            now=words(later.label, language, later.code),
        )
        for earlier, later in change.reworded
    ]
    return listed


def _texts(reader: Reader, one: Variable, wave: int) -> Table:
    """The question in every language, each in its own direction."""
    _ = reader.translate
    codes = dict.fromkeys([*one.label, *one.question])
    rows = []
    for code in codes:
        label, question = one.label.get(code, ""), one.question.get(code, "")
        parts = [part for part in (question if question != label else "", label) if part]
        rows.append(Row(reader.figures.language(code), [_spoken(code, " — ".join(parts))]))
    return Table(
        id=f"texts-{wave}",
        caption=_("The question in %(wave)s, by language", wave=wave),
        head=[_("Language"), _("Text")],
        rows=rows,
        numbers_from=2,
    )


def _options(reader: Reader, one: Variable, wave: int) -> Table:
    _ = reader.translate
    languages = list(dict.fromkeys(code for option in one.codes for code in option.label))
    shown = [reader.language, *(code for code in languages if code != reader.language)]
    shown = [code for code in shown if code in languages] or [reader.language]
    return Table(
        id=f"options-{wave}",
        caption=_("The answers in %(wave)s, by language", wave=wave),
        head=[_("Code"), *(reader.figures.language(code) for code in shown)],
        rows=[
            Row(option.code, [_spoken(code, option.label.get(code, NONE)) for code in shown])
            for option in one.codes
        ],
        numbers_from=len(shown) + 1,
    )


def _spoken(language: str, text: str) -> Markup:
    return Markup('<span lang="{}" dir="auto">{}</span>').format(language, text)


# --- numbers --------------------------------------------------------------------------------------


def _frequencies(reader: Reader, variable: Variable, one: WaveShares) -> Table:
    _, figures = reader.translate, reader.figures
    only_mean = all(share.statistic != "share" for share in one.shares)
    rows = [
        Row(
            _share_head(reader, variable, share),
            [_value(reader, share), *([] if only_mean else [figures.percent(share.unweighted)])],
        )
        for share in one.shares
    ]
    foot = [
        Row(_("Interviews (n)"), [figures.count(one.n), *([] if only_mean else [""])]),
        Row(_("People (weighted)"), [figures.count(one.weighted_n), *([] if only_mean else [""])]),
    ]
    return Table(
        id=f"answers-{one.wave}",
        caption=_(
            "Answers in %(wave)s, everybody who was asked; weight %(weight)s",
            wave=one.wave,
            weight=one.weight,
        ),
        head=[
            _("Answer"),
            _("Weighted, and 95% interval"),
            *([] if only_mean else [_("Unweighted")]),
        ],
        rows=rows,
        foot=foot,
    )


def _share_head(reader: Reader, variable: Variable, share: CodeShare) -> str:
    _ = reader.translate
    if share.statistic == "share":
        return variable.code_label(share.code, reader.language)
    return _("Mean") if share.statistic == "mean" else _("Median")


def _value(reader: Reader, share: CodeShare) -> Markup:
    _, figures = reader.translate, reader.figures
    if share.value is None:
        return Markup('<span aria-hidden="true">×</span><span class="unseen">{}</span>').format(
            _("not shown")
        )
    if share.statistic == "share":
        said = figures.percent(share.value, 1)
        between = figures.interval(share.low, share.high, 1)
    else:
        said = figures.decimal(share.value)
        between = f"{figures.decimal(share.low)}–{figures.decimal(share.high)}"
    if share.flag == "bracketed":
        said = f"({said})"
    elif share.flag == "small":
        said = f"{said}†"
    return Markup("{}<small>{}</small>").format(said, between)


def _planned(reader: Reader, planned: Sequence[tuple[str, str, str]]) -> Table:
    _ = reader.translate
    return Table(
        id="planned",
        caption=_("Tables of the study that use it"),
        head=[_("Table"), _("Plan"), _("Used as")],
        rows=[Row(table, [plan, use_words(_, use)]) for plan, table, use in planned],
        numbers_from=3,
    )
