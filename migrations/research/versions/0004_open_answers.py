"""Open answers on their way to codes."""

import sqlalchemy as sa
from alembic import op

from migrations.constructs import refuse_change, word

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STEP = (
    "seen",
    "redacted",
    "translated",
    "coded",
    "settled",
    "nothing_to_code",
    "reopened",
)


def upgrade() -> None:
    op.create_table(
        "open_answer",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("interview_id", sa.Uuid, nullable=False),
        sa.Column("variable", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_open_answer_interview_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_answer")),
        sa.UniqueConstraint(
            "interview_id",
            "variable",
            "revision",
            name=op.f("uq_open_answer_interview_id_variable_revision"),
        ),
    )
    op.create_table(
        "open_answer_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("open_answer_id", sa.Uuid, nullable=False),
        sa.Column("step", word("step", *STEP), nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("language", sa.Text, nullable=True),
        sa.Column("codes", sa.Text, nullable=True),
        sa.Column("frame_version", sa.Integer, nullable=True),
        sa.CheckConstraint(
            "(text IS NOT NULL) = (step IN ('redacted', 'translated'))",
            name=op.f("ck_open_answer_event_words_of_its_step"),
        ),
        sa.CheckConstraint(
            "(language IS NOT NULL) = (step = 'redacted')",
            name=op.f("ck_open_answer_event_language_of_words"),
        ),
        sa.CheckConstraint(
            "(codes IS NOT NULL) = (step IN ('coded', 'settled'))"
            " AND (codes IS NULL) = (frame_version IS NULL)",
            name=op.f("ck_open_answer_event_codes_of_a_frame"),
        ),
        sa.ForeignKeyConstraint(
            ["open_answer_id"],
            ["open_answer.id"],
            name=op.f("fk_open_answer_event_open_answer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
            name=op.f("fk_open_answer_event_staff_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_answer_event")),
    )
    op.create_index(
        op.f("ix_open_answer_event_open_answer_id"), "open_answer_event", ["open_answer_id"]
    )
    op.create_index(op.f("ix_open_answer_event_staff_id"), "open_answer_event", ["staff_id"])
    refuse_change("open_answer_event", "UPDATE")


def downgrade() -> None:
    # What staff redacted, translated and coded is lost.
    op.drop_table("open_answer_event")
    op.drop_table("open_answer")
