"""Releases in words: the list, the page of one, the form of a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.panel.states import WaveStatus
from app.services.publication.release_making import Candidate
from app.services.publication.releases import (
    ARCHIVE,
    DATA,
    MICRODATA,
    PUBLICATION,
    WEIGHTS,
    Checked,
    KeptFile,
    KeptRelease,
)
from app.web.respond.words import Translate
from app.web.results.results_tabs import ROOT
from app.web.staff.figures import NONE, Figures
from app.web.staff.labels import status_words
from app.web.staff.listing import Cell, Column
from app.web.staff.view import Row, Table, Words

RELEASES = f"{ROOT}/releases"
HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Download:
    """A file that can be fetched: what it is for, its name and size."""

    words: str
    name: str
    url: str
    size: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """The page of one release."""

    number: int
    badge: str
    badge_words: str
    notices: Sequence[str]
    """What must be known before anything is used: withdrawn, data gone, files changed."""
    is_sound: bool
    checked: str
    facts: Sequence[tuple[str, Words]]
    published: Sequence[Download]
    microdata: Sequence[Download]
    manifest: Table
    others: Sequence[tuple[int, str]]
    """Releases to lay beside this one."""
    may_withdraw: bool
    withdraw_url: str


@dataclass(frozen=True, slots=True)
class WaveChoice:
    """A wave on the form of a new release."""

    value: str
    words: str
    chosen: bool
    ready: bool


# --- the list -------------------------------------------------------------------------------------


def columns(_: Translate, figures: Figures) -> list[Column[KeptRelease]]:
    """Return the columns of the list of releases."""
    return [
        Column(
            "number",
            _("Release"),
            lambda one: Cell(
                _("Release %(number)s", number=one.number), f"{RELEASES}/{one.number}"
            ),
            sort=lambda one: one.number,
            csv=lambda one: one.number,
        ),
        Column(
            "waves", _("Waves"), lambda one: waves_words(one.waves), sort=lambda o: str(o.waves)
        ),
        Column(
            "made",
            _("Made"),
            lambda one: Cell(figures.moment(one.made_at), small=one.by),
            sort=lambda one: one.made_at.isoformat(),
            csv=lambda one: one.made_at.isoformat(),
        ),
        Column("why", _("Why"), lambda one: one.why),
        Column("plan", _("Tables"), lambda one: tables_words(_, one), sort=lambda o: o.plan),
        Column(
            "people",
            _("Interviews"),
            lambda one: figures.count(one.people),
            sort=lambda one: one.people,
            number=True,
            csv=lambda one: one.people,
        ),
        Column(
            "state",
            _("State"),
            lambda one: Cell(badge_of(_, one)[1], badge=badge_of(_, one)[0]),
            sort=lambda one: badge_of(_, one)[1],
        ),
    ]


def searched(one: KeptRelease) -> str:
    """Return what the search of the list looks in."""
    return f"{one.number} {waves_words(one.waves)} {one.why} {one.by} {one.plan or ''}"


def waves_words(waves: Sequence[int]) -> str:
    """Return the years of some waves."""
    return ", ".join(map(str, waves))


def plan_words(_: Translate, plan: str | None) -> str:
    """Return a table plan in words."""
    if plan is None:
        return _("data only")
    stem = plan.removesuffix(".yaml")
    return {"key_figures": _("key figures"), "book": _("all tables")}.get(stem, stem)


def tables_words(_: Translate, one: KeptRelease) -> str:
    """Return which tables a release has."""
    if one.plan is not None and one.plan_kept:
        return _("kept plan “%(name)s”", name=one.plan)
    return plan_words(_, one.plan)


def badge_of(_: Translate, one: KeptRelease) -> tuple[str, str]:
    """Return class and words of the badge of a release."""
    if one.withdrawn is not None:
        return "bad", _("Withdrawn")
    if not one.has_data:
        return "paused", _("Data destroyed")
    return "open", _("Frozen")


# --- one release ----------------------------------------------------------------------------------


def release_view(
    _: Translate,
    figures: Figures,
    kept: KeptRelease,
    checked: Sequence[Checked],
    others: Sequence[KeptRelease],
    *,
    researcher: bool,
) -> ReleaseView:
    """Return the page of a release."""
    badge, badge_words = badge_of(_, kept)
    bad = [one for one in checked if one.verdict in ("changed", "missing")]
    count = figures.count(len(checked))
    return ReleaseView(
        number=kept.number,
        badge=badge,
        badge_words=badge_words,
        notices=_notices(_, figures, kept),
        is_sound=not bad,
        checked=_("Every file is as it was made: %(count)s hashes computed again.", count=count)
        if not bad
        else _(
            "Do not use this release: files that are not as they were made: %(names)s.",
            names=", ".join(one.file.name for one in bad),
        ),
        facts=_facts(_, figures, kept),
        published=_downloads(_, figures, kept, (PUBLICATION,), "files"),
        microdata=_downloads(_, figures, kept, (MICRODATA, WEIGHTS, DATA), "data")
        if researcher and kept.has_data
        else [],
        manifest=_manifest(_, figures, checked),
        others=[
            (one.number, f"{one.number} – {waves_words(one.waves)}")
            for one in others
            if one.number != kept.number
        ],
        may_withdraw=researcher and kept.withdrawn is None,
        withdraw_url=f"{RELEASES}/{kept.number}/withdraw",
    )


def _notices(_: Translate, figures: Figures, kept: KeptRelease) -> list[str]:
    found = []
    if kept.withdrawn is not None:
        found.append(
            _(
                "Withdrawn on %(day)s by %(by)s: %(why)s. Do not use it for anything new.",
                day=figures.moment(kept.withdrawn.at),
                by=kept.withdrawn.by,
                why=kept.withdrawn.why.rstrip("."),
            )
        )
    if kept.data_destroyed_at is not None:
        found.append(
            _(
                "Somebody in these data asked to be forgotten. The data were destroyed on "
                "%(day)s; tables and report stay. Destroy the copies that you fetched. For data "
                "without this person, make a new release.",
                day=figures.moment(kept.data_destroyed_at),
            )
        )
    return found


def _facts(_: Translate, figures: Figures, kept: KeptRelease) -> list[tuple[str, Words]]:
    states = ", ".join(
        f"{year} ({status_words(_, WaveStatus(kept.wave_status[year]))})" for year in kept.waves
    )
    versions = ", ".join(
        _("%(wave)s: version %(number)s", wave=one["wave"], number=one["number"])
        for one in kept.versions
    )
    return [
        (_("Waves, as they stood then"), states),
        (_("Interviews"), figures.count(kept.people)),
        (_("Made"), figures.moment(kept.made_at)),
        (_("By"), kept.by),
        (_("Why"), kept.why),
        (_("Tables"), tables_words(_, kept)),
        (_("Questionnaires"), versions),
        (
            _("Program"),
            Markup("{} <code>{}</code>").format(
                kept.code_version, kept.analysis_sha256[:HASH_DIGITS]
            ),
        ),
    ]


def _downloads(
    _: Translate, figures: Figures, kept: KeptRelease, parts: Sequence[str], way: str
) -> list[Download]:
    found = []
    for part in parts:
        for file in kept.part(part):
            words = file_words(_, kept, file)
            if words is None:
                continue
            inside = f"{file.name}" if way == "files" else f"{part}/{file.name}"
            url = f"{RELEASES}/{kept.number}/{way}/{inside}"
            found.append(Download(words, file.name, url, size_words(figures, file.bytes)))
    return sorted(found, key=_rank)


_FIRST = (
    "LEESMIJ.txt", "README.txt", "report.pdf", "report.html", "tables.xlsx", "tables.csv",
    "tables.sav", "summary.txt", "findings.csv", ".sav", ".zsav", ".dta", ".parquet",
    "responses.csv", "weights.csv", "frame.csv", "codebook.html", ".xml",
)  # fmt: skip
"""What most people come for stands first; a name without its language, or an ending."""


def _rank(one: Download) -> tuple[int, str, str]:
    name = one.name.replace(".en.", ".")
    fitting = [
        k
        for k, wanted in enumerate(_FIRST)
        if name == wanted or f".{name.rpartition('.')[2]}" == wanted
    ]
    return (min(fitting, default=len(_FIRST)), name, one.name)


def file_words(_: Translate, kept: KeptRelease, file: KeptFile) -> str | None:
    """Return what a file is for; ``None`` for what only the machinery reads."""
    if file.name == "manifest.json":
        return None
    if file.part == PUBLICATION:
        return _published_words(_, file.name)
    name = file.name
    by_name = {
        "responses.csv": _("Answers as CSV: a row for each interview"),
        "frame.csv": _("Sample as CSV: a row for each person drawn, with the outcome"),
        "ledger.csv": _("Panel ledger as CSV: who took part, left, and why"),
        "preloads.csv": _("What was known before the interview, as CSV"),
        "margins.csv": _("Population figures that the weights meet, as CSV"),
        "codebook.json": _("Codebook for programs (JSON)"),
        "codebook.html": _("Codebook to read (HTML)"),
        "weights.csv": _("All weights as CSV: a row for each person"),
        "diagnostics.json": _("How the weights came about (JSON)"),
    }
    if name in by_name:
        return by_name[name]
    ending = name.rpartition(".")[2]
    return {
        "sav": _("SPSS: answers with labels, missing values and weights (SAV)"),
        "zsav": _("SPSS: one wave with replicate weights (ZSAV)"),
        "dta": _("Stata: answers with labels and weights (DTA)"),
        "parquet": _("R and Python: answers and weights (Parquet)"),
        "xml": _("Description of study and variables (DDI-Codebook)"),
        "R": _("Example program in R"),
        "py": _("Example program in Python"),
        "csv": _("Population totals for the example program (CSV)"),
        "txt": _("Read me first"),
    }.get(ending, name)


def _published_words(_: Translate, name: str) -> str:
    stem, _dot, ending = name.rpartition(".")
    english = stem.endswith(".en")
    what = {
        ("report", "pdf"): _("Report to print (PDF)"),
        ("report", "html"): _("Report to read on a screen (HTML)"),
        ("tables", "xlsx"): _("Tables for Excel (XLSX)"),
        ("tables", "csv"): _("Tables for programs (CSV)"),
        ("tables", "sav"): _("Tables for SPSS (SAV)"),
        ("findings", "csv"): _("Published findings beside the new numbers (CSV)"),
        ("notes", "csv"): _("Notes under the tables (CSV)"),
        ("notes", "txt"): _("Notes under the tables (text)"),
        ("summary", "txt"): _("Plain summary, a draft (text)"),
    }.get((stem.removesuffix(".en"), ending), name)
    language = _("English") if english else _("Dutch")
    return what if name == "tables.csv" else f"{what} – {language}"


def _manifest(_: Translate, figures: Figures, checked: Sequence[Checked]) -> Table:
    verdicts = {
        "as_made": _("as made"),
        "changed": _("CHANGED"),
        "missing": _("MISSING"),
        "destroyed": _("destroyed: somebody was forgotten"),
    }
    return Table(
        id="manifest",
        caption=_("Manifest: every file with its SHA-256"),
        head=[_("File"), _("Part"), _("Now"), "SHA-256", _("Rows"), _("Size")],
        rows=[
            Row(
                one.file.name,
                [
                    _part_words(_, one.file.part),
                    verdicts[one.verdict],
                    Markup("<code>{}</code>").format(one.file.sha256),
                    NONE if one.file.rows is None else figures.count(one.file.rows),
                    size_words(figures, one.file.bytes),
                ],
            )
            for one in checked
        ],
        numbers_from=4,
    )


def _part_words(_: Translate, part: str) -> str:
    words = {
        DATA: _("data"),
        PUBLICATION: _("publication"),
        ARCHIVE: _("archive"),
        MICRODATA: _("data files"),
        WEIGHTS: _("weights"),
        "": _("release"),
    }
    return words.get(part) or words[ARCHIVE]


def size_words(figures: Figures, size: int) -> str:
    """Return bytes as kB or MB (thousands, as disks count)."""
    if size < 1_000_000:
        return f"{figures.count(max(1, size / 1_000))} kB"
    return f"{figures.decimal(size / 1_000_000, 1)} MB"


# --- a new one ------------------------------------------------------------------------------------


def wave_choices(
    _: Translate, found: Sequence[Candidate], chosen: Sequence[str]
) -> list[WaveChoice]:
    """Return the waves of the form; one that still runs can be seen and not chosen."""
    return [
        WaveChoice(
            str(one.year),
            f"{one.year} – {status_words(_, one.status)}",
            str(one.year) in chosen,
            one.ready,
        )
        for one in found
    ]
