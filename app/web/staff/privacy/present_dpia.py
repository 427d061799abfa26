"""The impact assessment → the words, tables and fields of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.panel.dpia import PART_OF, REQUIRED, Field, Grade, Part, Point, Risk, open_points
from app.services.privacy.dpia import Version
from app.services.privacy.dpia_inventory import Installation, Inventory
from app.web.respond.words import Translate
from app.web.staff.figures import NONE, Figures
from app.web.staff.privacy.dpia_words import (
    against,
    asks,
    capacity_words,
    field_words,
    grade_words,
    part_words,
    point_words,
    risk_words,
)
from app.web.staff.privacy.present_dpia_facts import known_of
from app.web.staff.view import Row, Table

PATH = "/staff/privacy/dpia"


@dataclass(frozen=True, slots=True)
class PointView:
    """One point: what the system knows, then what people wrote."""

    id: str
    title: str
    known: Sequence[str]
    tables: Sequence[Table]
    written: Sequence[str]
    """Paragraphs."""
    missing: bool
    """People have to write here, and did not yet."""


@dataclass(frozen=True, slots=True)
class PartView:
    """One part with its points."""

    id: str
    title: str
    points: Sequence[PointView]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form."""

    name: str
    id: str
    label: str
    help: str
    value: str
    needed: bool
    kind: str
    """``text`` or ``date``."""


@dataclass(frozen=True, slots=True)
class RiskEntry:
    """The judgement of one risk."""

    name: str
    id: str
    label: str
    against: str
    chance: str
    harm: str
    words: str


def facts(
    _: Translate, figures: Figures, known: Inventory, version: Version
) -> list[tuple[str, str]]:
    """Return which version this is."""
    if version.number == 0:
        return [(_("Version"), _("nothing was filled in yet"))]
    return [
        (_("Version"), str(version.number)),
        (_("Written by"), version.by),
        (_("On"), figures.moment(version.at)),
        (_("Hash"), version.hash[:16]),
    ]


def open_words(
    _: Translate, known: Inventory, version: Version, today: date
) -> list[tuple[str, str]]:
    """Return what is still open: where it is filled in, and its name."""
    names = {
        str(point): f"{number}. {point_words(_, point)}" for number, point in enumerate(Point, 1)
    }
    names |= {str(field): field_words(_, field) for field in Field}
    names |= {f"risk.{risk}": risk_words(_, risk) for risk in Risk}
    found = [
        (f"{PATH}/edit#{_id(name)}", names[name]) for name in open_points(version.texts, today)
    ]
    if known.unclassified:
        listed = ", ".join(known.unclassified)
        words = _("Sensitive questions without a category in dpia.yaml: %(names)s", names=listed)
        found.append(("#special", words))
    if not known.terms:
        words = _("The study says not how long things are kept (retention.yaml)")
        found.append(("#retention", words))
    if known.without_purpose:
        listed = ", ".join(known.without_purpose)
        words = _("Questions that serve no research question: %(names)s", names=listed)
        found.append(("#necessity", words))
    if version.number and not version.signatures:
        found.append(("#signed", _("Nobody signed this version")))
    return found


def stale(known: Inventory, version: Version) -> bool:
    """Tell whether the study has changed since the version was written."""
    return version.number > 0 and version.study_hash != known.study_hash


def parts(
    _: Translate,
    figures: Figures,
    language: str,
    known: Inventory,
    running: Installation,
    version: Version,
) -> list[PartView]:
    """Return the document, part by part."""
    found: dict[Part, list[PointView]] = {part: [] for part in Part}
    for number, point in enumerate(Point, 1):
        words, tables = known_of(_, figures, language, point, known, running)
        if point is Point.RISKS:
            tables = [*tables, _risk_table(_, version.texts)]
        written = version.texts.get(point, "")
        view = PointView(
            str(point),
            f"{number}. {point_words(_, point)}",
            words,
            tables,
            _paragraphs(written),
            point in REQUIRED and not written.strip(),
        )
        found[PART_OF[point]].append(view)
    views = [PartView(f"part-{part}", part_words(_, part), found[part]) for part in Part]
    beside = [
        PointView(
            str(field), field_words(_, field), (), (), _paragraphs(version.texts.get(field, "")),
            not version.texts.get(field, "").strip(),
        )
        for field in Field
    ]  # fmt: skip
    return [*views, PartView("part-advice", _("Advice, views and review"), beside)]


def _risk_table(_: Translate, texts: Mapping[str, str]) -> Table:
    rows = [
        Row(
            risk_words(_, risk),
            (
                against(_, risk),
                _grade(_, texts.get(f"{risk}.chance", "")),
                _grade(_, texts.get(f"{risk}.harm", "")),
                texts.get(f"{risk}.words", ""),
            ),
        )
        for risk in Risk
    ]
    head = (_("Risk"), _("What this program does against it"), _("Chance"), _("Harm"), _("Remarks"))
    return Table("risk-table", _("Risks, judged by the study"), head, rows, numbers_from=9)


def signatures(_: Translate, figures: Figures, version: Version) -> list[str]:
    """Return who signed this version."""
    return [
        f"{one.by}, {capacity_words(_, one.capacity)}, {figures.moment(one.at)}"
        for one in version.signatures
    ]


def versions(
    _: Translate, figures: Figures, every: Sequence[Version], shown: Version
) -> list[tuple[str, str]]:
    """Return the other versions: address and words."""
    return [
        (
            f"{PATH}/versions/{one.number}",
            _(
                "Version %(number)s, %(at)s, %(by)s",
                number=one.number, at=figures.moment(one.at), by=one.by,
            ),
        )
        for one in reversed(every)
        if one.number != shown.number
    ]  # fmt: skip


def faults(_: Translate, typed: Mapping[str, str], *, longest: int) -> list[str]:
    """Return what is wrong with what was filled in; empty fields are not, they are open."""
    found = []
    names = {str(point): point_words(_, point) for point in Point}
    names |= {str(field): field_words(_, field) for field in Field}
    for name, text in typed.items():
        if len(text) > longest:
            words = _(
                "%(name)s: at most %(most)s characters.", name=names.get(name, name), most=longest
            )
            found.append(words)
    review = typed.get(Field.REVIEW_ON, "").strip()
    if review:
        try:
            date.fromisoformat(review)
        except ValueError:
            found.append(_("%(what)s: this is no date.", what=field_words(_, Field.REVIEW_ON)))
    return found + [
        _("%(name)s: choose low, middle or high.", name=risk_words(_, risk))
        for risk in Risk
        for what in ("chance", "harm")
        if typed.get(f"{risk}.{what}", "") not in {"", *Grade}
    ]


def form_groups(_: Translate, texts: Mapping[str, str]) -> list[tuple[str, list[Entry]]]:
    """Return the fields of the form by part, the ones that have to be filled in marked."""
    groups: dict[Part, list[Entry]] = {part: [] for part in Part}
    for number, point in enumerate(Point, 1):
        groups[PART_OF[point]].append(
            Entry(
                str(point), _id(point), f"{number}. {point_words(_, point)}", asks(_, point),
                texts.get(point, ""), point in REQUIRED, "text",
            )
        )  # fmt: skip
    beside = [
        Entry(
            str(field), _id(field), field_words(_, field), "", texts.get(field, ""), True,
            "date" if field is Field.REVIEW_ON else "text",
        )
        for field in Field
    ]  # fmt: skip
    found = [(part_words(_, part), entries) for part, entries in groups.items()]
    return [*found, (_("Advice, views and review"), beside)]


def form_risks(_: Translate, texts: Mapping[str, str]) -> list[RiskEntry]:
    """Return the risks to be judged."""
    return [
        RiskEntry(
            str(risk), _id(f"risk.{risk}"), risk_words(_, risk), against(_, risk),
            texts.get(f"{risk}.chance", ""), texts.get(f"{risk}.harm", ""),
            texts.get(f"{risk}.words", ""),
        )
        for risk in Risk
    ]  # fmt: skip


def grades(_: Translate) -> list[tuple[str, str]]:
    """Return the grades to choose from."""
    return [(str(grade), grade_words(_, grade)) for grade in Grade]


def _grade(_: Translate, value: str) -> str:
    return grade_words(_, Grade(value)) if value in set(Grade) else NONE


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.splitlines() if part.strip()]


def _id(name: str) -> str:
    return f"f-{name.replace('.', '-')}"
