"""Versions, waves, people, cases and their codes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.panel.states import CaseStatus, Eligibility, Entry, Mode, PersonStatus, WaveStatus
from app.storage.models.base import ResearchBase
from app.storage.types import Json, JsonObject, new_id, word


class InstrumentVersion(ResearchBase):
    """A published questionnaire of one wave in all its languages; never changed."""

    __tablename__ = "instrument_version"
    __table_args__ = (
        UniqueConstraint("wave", "number"),
        CheckConstraint("length(id) = 64", name="id_is_sha256"),
        CheckConstraint("number >= 1", name="number_counts_from_one"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of ``canonical``, in hexadecimal."""
    study: Mapped[str]
    wave: Mapped[int]
    """A version is published before its wave is set up, hence no foreign key."""
    number: Mapped[int]
    canonical: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(Json)
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    override: Mapped[str | None]
    """Why it was published in spite of open problems, and on whose word."""


class Wave(ResearchBase):
    """One round of the study, named by its year."""

    __tablename__ = "wave"
    __table_args__ = (
        CheckConstraint("opens_on <= closes_on", name="opens_before_it_closes"),
        CheckConstraint(
            "version_id IS NOT NULL OR status IN ('draft', 'checked')",
            name="fielded_with_a_version",
        ),
    )

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    study: Mapped[str]
    status: Mapped[WaveStatus] = mapped_column(word(WaveStatus, "status"))
    version_id: Mapped[str | None] = mapped_column(
        ForeignKey(InstrumentVersion.id, ondelete="RESTRICT"), index=True
    )
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    synthetic: Mapped[bool]


class WaveEvent(ResearchBase):
    """A change of status of a wave, and on whose word."""

    __tablename__ = "wave_event"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="CASCADE"), index=True)
    from_status: Mapped[WaveStatus | None] = mapped_column(word(WaveStatus, "from_status"))
    to_status: Mapped[WaveStatus] = mapped_column(word(WaveStatus, "to_status"))
    at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str | None]


class Person(ResearchBase):
    """A panel member under a pseudonym; who it is stands in the contact database only."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime]
    status: Mapped[PersonStatus] = mapped_column(word(PersonStatus, "status"))
    synthetic: Mapped[bool]


class PersonAssignment(ResearchBase):
    """A random assignment, kept over waves, such as the question block of a person."""

    __tablename__ = "person_assignment"

    person_id: Mapped[UUID] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    variable: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class SurveyCase(ResearchBase):
    """One person in one wave: how it was drawn and what came of it."""

    __tablename__ = "survey_case"
    __table_args__ = (
        UniqueConstraint("person_id", "wave"),
        CheckConstraint(
            "(entry = 'personal') = (stratum IS NOT NULL AND stratum_population IS NOT NULL"
            " AND stratum_sample IS NOT NULL AND base_weight IS NOT NULL)",
            name="sampled_cases_have_a_design",
        ),
        CheckConstraint("stratum_population >= stratum_sample", name="sample_within_population"),
        CheckConstraint("base_weight >= 1", name="base_weight_counts_people"),
        Index(None, "wave", "status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="RESTRICT"))
    stratum: Mapped[str | None]
    stratum_population: Mapped[int | None]
    """N_h: people of the population in the stratum."""
    stratum_sample: Mapped[int | None]
    """n_h: people drawn from it."""
    base_weight: Mapped[float | None]
    """Inverse of the inclusion probability."""
    frame: Mapped[JsonObject]
    """Frame variables (``fr_…``) as the sample was drawn."""
    language: Mapped[str]
    entry: Mapped[Entry] = mapped_column(word(Entry, "entry"))
    mode: Mapped[Mode] = mapped_column(word(Mode, "mode"))
    status: Mapped[CaseStatus] = mapped_column(word(CaseStatus, "status"))
    disposition: Mapped[str | None]
    eligible: Mapped[Eligibility] = mapped_column(word(Eligibility, "eligible"))
    created_at: Mapped[datetime]
    synthetic: Mapped[bool]


class CaseEvent(ResearchBase):
    """Something that happened to a case: a letter came back, a phone call, a refusal."""

    __tablename__ = "case_event"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(SurveyCase.id, ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[JsonObject]


class AccessCode(ResearchBase):
    """A code of a case, as a bucket to look it up and a hash to check it; see ``codes``."""

    __tablename__ = "access_code"
    __table_args__ = (CheckConstraint("bucket BETWEEN 0 AND 65535", name="bucket_of_two_bytes"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(SurveyCase.id, ondelete="CASCADE"), index=True)
    bucket: Mapped[int] = mapped_column(index=True)
    hash: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    first_used_at: Mapped[datetime | None]


class CodeMiss(ResearchBase):
    """Well-formed codes that were wrong, counted per source and window of time."""

    __tablename__ = "code_miss"
    __table_args__ = (Index(None, "window_start"),)

    source_hash: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    misses: Mapped[int]


class PreloadVersion(ResearchBase):
    """One freezing of what a wave knows of earlier ones, and whether somebody looked at it."""

    __tablename__ = "preload_version"
    __table_args__ = (
        UniqueConstraint("wave", "number"),
        CheckConstraint("length(hash) = 64", name="hash_is_sha256"),
        CheckConstraint("number >= 1", name="number_counts_from_one"),
        CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="RESTRICT"))
    number: Mapped[int]
    built_on: Mapped[list[int]] = mapped_column(Json)
    """The earlier waves whose answers are in it."""
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str]
    hash: Mapped[str]
    """SHA-256 over the cases and hashes of its preloads."""
    cases: Mapped[int]
    counts: Mapped[JsonObject]
    """Cases by variable."""
    left_out: Mapped[int]
    """Answers that corrections kept out of it."""
    shown_at: Mapped[datetime | None]
    """When somebody last had it written out to look at."""
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]


class PreloadCorrection(ResearchBase):
    """An answer that a wave does not build on: of one case, or of all."""

    __tablename__ = "preload_correction"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    wave: Mapped[int] = mapped_column(ForeignKey(Wave.year, ondelete="RESTRICT"), index=True)
    variable: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(SurveyCase.id, ondelete="CASCADE"), index=True
    )
    """``None`` for all cases of the wave."""
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class Preload(ResearchBase):
    """Answers of earlier waves that a case may be asked about, as one version froze them."""

    __tablename__ = "preload"

    case_id: Mapped[UUID] = mapped_column(
        ForeignKey(SurveyCase.id, ondelete="CASCADE"), primary_key=True
    )
    version_id: Mapped[UUID] = mapped_column(
        ForeignKey(PreloadVersion.id, ondelete="RESTRICT"), index=True
    )
    frozen_at: Mapped[datetime]
    earlier: Mapped[JsonObject]
    """As `app.services.fieldwork.preloads.preload_to_json` writes it."""
    contact: Mapped[bool]
    """Whether contact details are known, without saying which."""
    hash: Mapped[str]
    """SHA-256 of the canonical JSON of ``earlier`` and ``contact``."""
