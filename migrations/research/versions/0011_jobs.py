"""Long work that staff ask for: what, by whom, how far, and where its outcome is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
STATES = ("waiting", "running", "done", "failed", "stopped")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("arguments", JSON, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Uuid, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *STATES,
                name=op.f("ck_job_state"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("stop_asked_at", MOMENT, nullable=True),
        sa.Column("share", sa.Double, nullable=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("leads_to", sa.Text, nullable=True),
        sa.CheckConstraint("share >= 0 AND share <= 1", name=op.f("ck_job_share_is_a_share")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff.id"], name=op.f("fk_job_asked_by_staff"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_asked_by"), "job", ["asked_by"])
    op.create_index(op.f("ix_job_state"), "job", ["state"])


def downgrade() -> None:
    op.drop_table("job")
