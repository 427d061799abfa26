"""Waves, people, cases and codes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.constructs import on_postgresql, refuse_change, word

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

PERSON_STATUS = (
    "active",
    "paused",
    "finished",
    "dispensed",
    "exempt",
    "moved_abroad",
    "deceased",
    "withdrawn",
    "erased",
)
WAVE_STATUS = ("draft", "checked", "rehearsed", "open", "paused", "closed", "frozen")
CASE_STATUS = ("open", "partial", "complete", "refused", "screened_out")
MODE = ("web", "assisted", "phone", "interview")


def upgrade() -> None:
    op.create_table(
        "instrument_version",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("study", sa.Text, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("canonical", sa.Text, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.Column("override", sa.Text, nullable=True),
        sa.CheckConstraint("length(id) = 64", name=op.f("ck_instrument_version_id_is_sha256")),
        sa.CheckConstraint(
            "number >= 1", name=op.f("ck_instrument_version_number_counts_from_one")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_version")),
        sa.UniqueConstraint("wave", "number", name=op.f("uq_instrument_version_wave_number")),
    )
    op.create_table(
        "wave",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("study", sa.Text, nullable=False),
        sa.Column("status", word("status", *WAVE_STATUS), nullable=False),
        sa.Column("version_id", sa.Text, nullable=True),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "version_id IS NOT NULL OR status IN ('draft', 'checked')",
            name=op.f("ck_wave_fielded_with_a_version"),
        ),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_wave_opens_before_it_closes")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["instrument_version.id"],
            name=op.f("fk_wave_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_wave")),
    )
    op.create_index(op.f("ix_wave_version_id"), "wave", ["version_id"])
    op.create_table(
        "wave_event",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("from_status", word("from_status", *WAVE_STATUS), nullable=True),
        sa.Column("to_status", word("to_status", *WAVE_STATUS), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_wave_event_wave"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_event")),
    )
    op.create_index(op.f("ix_wave_event_wave"), "wave_event", ["wave"])
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("status", word("status", *PERSON_STATUS), nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "person_assignment",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("variable", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_person_assignment_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "variable", name=op.f("pk_person_assignment")),
    )
    op.create_table(
        "survey_case",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("stratum", sa.Text, nullable=True),
        sa.Column("stratum_population", sa.Integer, nullable=True),
        sa.Column("stratum_sample", sa.Integer, nullable=True),
        sa.Column("base_weight", sa.Double, nullable=True),
        sa.Column("frame", JSON, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("entry", word("entry", "personal", "open"), nullable=False),
        sa.Column("mode", word("mode", *MODE), nullable=False),
        sa.Column("status", word("status", *CASE_STATUS), nullable=False),
        sa.Column("disposition", sa.Text, nullable=True),
        sa.Column("eligible", word("eligible", "yes", "no", "unknown"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "(entry = 'personal') = (stratum IS NOT NULL AND stratum_population IS NOT NULL"
            " AND stratum_sample IS NOT NULL AND base_weight IS NOT NULL)",
            name=op.f("ck_survey_case_sampled_cases_have_a_design"),
        ),
        sa.CheckConstraint(
            "base_weight >= 1", name=op.f("ck_survey_case_base_weight_counts_people")
        ),
        sa.CheckConstraint(
            "stratum_population >= stratum_sample",
            name=op.f("ck_survey_case_sample_within_population"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_survey_case_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_survey_case_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_case")),
        sa.UniqueConstraint("person_id", "wave", name=op.f("uq_survey_case_person_id_wave")),
    )
    op.create_index(op.f("ix_survey_case_wave_status"), "survey_case", ["wave", "status"])
    op.create_table(
        "case_event",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["survey_case.id"], name=op.f("fk_case_event_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"])
    op.create_table(
        "access_code",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("bucket", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("first_used_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "bucket BETWEEN 0 AND 65535", name=op.f("ck_access_code_bucket_of_two_bytes")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["survey_case.id"], name=op.f("fk_access_code_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_code")),
    )
    op.create_index(op.f("ix_access_code_bucket"), "access_code", ["bucket"])
    op.create_index(op.f("ix_access_code_case_id"), "access_code", ["case_id"])
    op.create_table(
        "code_miss",
        sa.Column("source_hash", sa.Text, nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source_hash", "window_start", name=op.f("pk_code_miss")),
    )
    op.create_index(op.f("ix_code_miss_window_start"), "code_miss", ["window_start"])
    op.create_table(
        "preload",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=False),
        sa.Column("earlier", JSON, nullable=False),
        sa.Column("contact", sa.Boolean, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["survey_case.id"], name=op.f("fk_preload_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_preload")),
    )
    if on_postgresql():
        # 23001 is restrict_violation: drivers report it as a broken constraint, as SQLite does.
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '%: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '23001';"
            " END $$"
        )
    refuse_change("instrument_version", "UPDATE")


def downgrade() -> None:
    op.drop_table("preload")
    op.drop_table("code_miss")
    op.drop_table("access_code")
    op.drop_table("case_event")
    op.drop_table("survey_case")
    op.drop_table("person_assignment")
    op.drop_table("person")
    op.drop_table("wave_event")
    op.drop_table("wave")
    op.drop_table("instrument_version")
    if on_postgresql():
        op.execute("DROP FUNCTION refuse_change()")
