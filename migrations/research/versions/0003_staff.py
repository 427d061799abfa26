"""Staff and the audit log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.constructs import refuse_change, word

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

ROLE = (
    "researcher",
    "fieldwork",
    "interviewer",
    "translator",
    "analyst",
    "privacy_officer",
    "admin",
)


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("totp_secret", sa.Text, nullable=False),
        sa.Column("role", word("role", *ROLE), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("last_totp_step", sa.BigInteger, nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_email_in_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("stage", word("stage", "password", "full"), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_expires_at"), "staff_session", ["expires_at"])
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"])
    op.create_table(
        "sign_in_miss",
        sa.Column("source_hash", sa.Text, nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source_hash", "window_start", name=op.f("pk_sign_in_miss")),
    )
    op.create_index(op.f("ix_sign_in_miss_window_start"), "sign_in_miss", ["window_start"])
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_audit_event_staff_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_staff_id"), "audit_event", ["staff_id"])
    refuse_change("audit_event", "UPDATE", "DELETE")


def downgrade() -> None:
    op.drop_table("audit_event")
    op.drop_table("sign_in_miss")
    op.drop_table("staff_session")
    op.drop_table("staff")
