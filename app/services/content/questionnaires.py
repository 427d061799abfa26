"""The questionnaires of a wave: what was published, and what the study's files say now.

An edition is one of them, under the version it is or would be: the hash of what it asks. The draft
is read again only when a file of the study or of its translations has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock

from app.i18n.locales import STAFF_DOMAIN
from app.i18n.terms import TERMS
from app.questionnaire import canonical
from app.questionnaire.compile import compile_wave
from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Instrument
from app.questionnaire.paths import WorkedRespondent, worked_respondents
from app.questionnaire.source import load_bank
from app.services.content.instruments import check_study
from app.services.context import ServiceContext
from app.services.fieldwork.waves import find_wave
from app.storage import versions
from app.storage.versions import VersionNote as VersionNote  # pages show it

DRAFT = "draft"
"""Stands for what the files say now, where an edition is named."""


@dataclass(frozen=True)
class Draft:
    """What the files of the study say now."""

    bank: Bank | None
    """``None`` when a file cannot be read at all."""
    problems: tuple[Problem, ...]
    """What keeps it from being asked in all its languages."""
    signature: str
    """Another one when a file has changed."""

    @property
    def whole(self) -> bool:
        """Whether every language of every wave is there."""
        return self.bank is not None and not self.problems


@dataclass(frozen=True)
class Edition:
    """One questionnaire of a wave: a published version, or the draft."""

    year: int
    version_id: str
    """SHA-256 of what it asks; of a draft, the version it would be."""
    instrument: Instrument
    note: VersionNote | None
    """When and by whom it was published; ``None`` for the draft."""

    @property
    def key(self) -> str:
        """How it is named in an address: ``draft``, or the number of its version."""
        return DRAFT if self.note is None else str(self.note.number)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All questionnaires of a wave, without what they ask."""

    year: int
    fielded: str | None
    """The version that new interviews get."""
    published: tuple[VersionNote, ...]
    """The last first."""
    draft_version: str | None
    """The version the draft would be; ``None`` where it cannot be asked at all."""
    draft_problems: tuple[Problem, ...]

    @property
    def in_field(self) -> VersionNote | None:
        """The version that new interviews get."""
        return next((one for one in self.published if one.id == self.fielded), None)

    @property
    def draft_is_new(self) -> bool:
        """Whether the files say something else than the version in the field."""
        return self.draft_version is not None and self.draft_version != self.fielded


@dataclass
class _Drafts:
    """Drafts by study folder, each as of the files it was read from."""

    read: dict[Path, Draft] = field(default_factory=dict)
    compiled: dict[tuple[str, int], tuple[str, Instrument]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


_DRAFTS = _Drafts()


def draft_of(ctx: ServiceContext) -> Draft:
    """Return what the files of the study say now."""
    translations = ctx.translations
    signature = _signature(ctx.study, translations)
    with _DRAFTS.lock:
        kept = _DRAFTS.read.get(ctx.study)
        if kept is None or kept.signature != signature:
            kept = _DRAFTS.read[ctx.study] = _read_draft(ctx.study, translations, signature)
            _DRAFTS.compiled.clear()
        return kept


def _read_draft(study: Path, translations: Path, signature: str) -> Draft:
    bank, problems = check_study(study, translations)
    if bank is None:
        # In the languages it is written in it can still be looked at.
        bank, _ = load_bank(study)
    return Draft(bank, tuple(problems), signature)


def _signature(study: Path, translations: Path) -> str:
    """Name what a draft is made of: another one when a word of it changed.

    Written anew with the same words, a file is the same.
    """
    catalogs = [*translations.glob("*/LC_MESSAGES/*.po"), translations / TERMS]
    ours = [path for path in catalogs if path.stem != STAFF_DOMAIN]
    files = sorted(path for path in (*study.rglob("*"), *ours) if path.is_file())
    return canonical.version_of("\n".join(f"{path}:{_digest(path)}" for path in files))


_DIGESTS: dict[Path, tuple[tuple[int, int], str]] = {}


def _digest(path: Path) -> str:
    """SHA-256 of a file, worked out again only when it was written."""
    stat = path.stat()
    written = (stat.st_mtime_ns, stat.st_size)
    kept = _DIGESTS.get(path)
    if kept is None or kept[0] != written:
        kept = _DIGESTS[path] = (written, sha256(path.read_bytes()).hexdigest())
    return kept[1]


def years_of(ctx: ServiceContext) -> tuple[int, ...]:
    """Return the waves that the study has in its files."""
    bank = draft_of(ctx).bank
    return bank.waves if bank is not None else ()


def shelf_of(ctx: ServiceContext, year: int) -> Shelf | None:
    """Return the questionnaires of a wave; ``None`` for one that neither files nor tables know."""
    with ctx.databases.research.read() as connection:
        published = tuple(versions.list_versions(connection, year))
    wave = find_wave(ctx, year)
    draft = _edition_of_draft(ctx, year)
    if wave is None and draft is None and not published and year not in years_of(ctx):
        return None
    return Shelf(
        year=year,
        fielded=wave.version_id if wave else None,
        published=published,
        draft_version=draft.version_id if draft else None,
        draft_problems=draft_of(ctx).problems,
    )


def edition_of(ctx: ServiceContext, year: int, key: str = "") -> Edition | None:
    """Return a questionnaire of a wave; ``None`` when there is no such.

    ``key`` is ``draft`` or the number of a version. Without one: the version that new interviews
    get, else the draft, else what was published last.
    """
    if key == DRAFT:
        return _edition_of_draft(ctx, year)
    with ctx.databases.research.read() as connection:
        published = versions.list_versions(connection, year)
    if key:
        note = next((one for one in published if str(one.number) == key), None)
        return _edition(ctx, note) if note else None
    wave = find_wave(ctx, year)
    fielded = next((one for one in published if wave and one.id == wave.version_id), None)
    if fielded is not None:
        return _edition(ctx, fielded)
    return _edition_of_draft(ctx, year) or (_edition(ctx, published[0]) if published else None)


def _edition(ctx: ServiceContext, note: VersionNote) -> Edition:
    with ctx.databases.research.read() as connection:
        return Edition(note.wave, note.id, ctx.instruments.get(connection, note.id), note)


def _edition_of_draft(ctx: ServiceContext, year: int) -> Edition | None:
    draft = draft_of(ctx)
    if draft.bank is None or year not in draft.bank.waves:
        return None
    key = (draft.signature, year)
    if key not in _DRAFTS.compiled:
        instrument = compile_wave(draft.bank, year)
        _DRAFTS.compiled[key] = canonical.version_of(canonical.to_json(instrument)), instrument
    version_id, instrument = _DRAFTS.compiled[key]
    ctx.instruments.keep(version_id, instrument)
    return Edition(year, version_id, instrument, None)


def edition_before(ctx: ServiceContext, year: int) -> Edition | None:
    """Return the questionnaire of the wave before one; ``None`` for the first."""
    before = max((one for one in years_of(ctx) if one < year), default=None)
    return edition_of(ctx, before) if before is not None else None


def other_waves(ctx: ServiceContext, year: int) -> dict[int, Edition]:
    """Return the questionnaires of the other waves, by year."""
    found = {one: edition_of(ctx, one) for one in years_of(ctx) if one != year}
    return {one: edition for one, edition in found.items() if edition is not None}


def people_worked_out(ctx: ServiceContext, year: int) -> Sequence[WorkedRespondent]:
    """Return the worked respondents of a wave (``paths/*.yaml``), by name of file."""
    return worked_respondents(ctx.study, year)
