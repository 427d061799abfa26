"""Consent per purpose, requests about own data, erasures; device and door of an interview."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.constructs import refuse_change, word

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
THROUGH = ("questionnaire", "page", "staff", "date")


def upgrade() -> None:
    op.add_column("interview", sa.Column("device", sa.Text, nullable=True))
    op.add_column("interview", sa.Column("door", sa.Text, nullable=True))
    op.create_table(
        "consent_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=True),
        sa.Column(
            "purpose",
            word("purpose", "survey", "recontact", "interview", "link", "incentive", "results"),
            nullable=False,
        ),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("through", word("through", *THROUGH), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("version_id", sa.Text, nullable=True),
        sa.Column("text_hash", sa.Text, nullable=False),
        sa.CheckConstraint(
            "length(text_hash) = 64", name=op.f("ck_consent_event_text_hash_is_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_consent_event_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["survey_case.id"],
            name=op.f("fk_consent_event_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
    )
    op.create_index(op.f("ix_consent_event_person_id"), "consent_event", ["person_id"])
    op.create_index(op.f("ix_consent_event_case_id"), "consent_event", ["case_id"])
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("asked", word("asked", "access", "withdrawal", "erasure"), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("through", word("through", *THROUGH), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("handled_by", sa.Text, nullable=True),
        sa.Column("outcome", JSON, nullable=False),
        sa.CheckConstraint(
            "(handled_at IS NULL) = (handled_by IS NULL)",
            name=op.f("ck_privacy_request_handled_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_privacy_request_person_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
    )
    op.create_index(op.f("ix_privacy_request_person_id"), "privacy_request", ["person_id"])
    op.create_table(
        "erasure",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("proof", JSON, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasure")),
    )
    refuse_change("consent_event", "UPDATE")


def downgrade() -> None:
    # What people allowed and who was forgotten is lost: never go back with real people in it.
    op.drop_table("erasure")
    op.drop_table("privacy_request")
    op.drop_table("consent_event")
    op.drop_column("interview", "door")
    op.drop_column("interview", "device")
