"""Interviews and answers."""

import sqlalchemy as sa
from alembic import op

from migrations.constructs import refuse_change, word

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

CASE_STATUS = ("open", "partial", "complete", "refused", "screened_out")
MODE = ("web", "assisted", "phone", "interview")


def upgrade() -> None:
    op.create_table(
        "interview",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("mode", word("mode", *MODE), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("status", word("status", *CASE_STATUS), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("last_saved_at", MOMENT, nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("ended_as", word("ended_as", *CASE_STATUS), nullable=True),
        sa.Column("interview_month", sa.Text, nullable=True),
        sa.Column("has_contact_answers", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "(ended_as IS NULL AND status IN ('open', 'partial')) OR"
            " (ended_as NOT IN ('open', 'partial') AND status = ended_as)",
            name=op.f("ck_interview_status_is_its_ending"),
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (ended_as IS NULL)",
            name=op.f("ck_interview_ended_when_submitted"),
        ),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_interview_revision_counts_from_zero")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["survey_case.id"], name=op.f("fk_interview_case_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["instrument_version.id"],
            name=op.f("fk_interview_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("case_id", name=op.f("uq_interview_case_id")),
    )
    op.create_index(op.f("ix_interview_version_id"), "interview", ["version_id"])
    op.create_table(
        "answer_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("variable", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("mode", word("mode", *MODE), nullable=False),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("op_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_answer_event_interview_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_event")),
    )
    op.create_index(op.f("ix_answer_event_interview_id"), "answer_event", ["interview_id"])
    op.create_table(
        "current_answer",
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("variable", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("op_id", sa.Text, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_current_answer_interview_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", "variable", name=op.f("pk_current_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "operation",
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("op_id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_operation_interview_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", "op_id", name=op.f("pk_operation")),
        sqlite_with_rowid=False,
    )
    refuse_change("answer_event", "UPDATE")


def downgrade() -> None:
    op.drop_table("operation")
    op.drop_table("current_answer")
    op.drop_table("answer_event")
    op.drop_table("interview")
