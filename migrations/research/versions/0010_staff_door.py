"""Passkeys, recovery codes, links for new staff; sessions that say where they are."""

import sqlalchemy as sa
from alembic import op

from migrations.constructs import word

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
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
    _add_to_sessions()
    _make_second_factors()
    op.create_table(
        "staff_link",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("kind", word("kind", "invitation", "second_factor", "password"), nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("role", word("role", *ROLE), nullable=True),
        sa.Column("made_by", sa.Uuid, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_link_email_in_lower_case")),
        sa.CheckConstraint(
            "(kind = 'invitation') = (role IS NOT NULL)",
            name=op.f("ck_staff_link_invitation_says_the_role"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff.id"], name=op.f("fk_staff_link_made_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_link_token_hash")),
    )
    op.create_index(op.f("ix_staff_link_email"), "staff_link", ["email"])
    op.create_index(op.f("ix_staff_link_made_by"), "staff_link", ["made_by"])


def _add_to_sessions() -> None:
    for name, kind in (
        ("form_key", sa.Text),
        ("device", sa.Text),
        ("confirmed_hash", sa.Text),
        ("confirmed_at", MOMENT),
    ):
        op.add_column("staff_session", sa.Column(name, kind, nullable=True))
    # Forms that are open in a browser meanwhile are bound to the id.
    op.execute("UPDATE staff_session SET form_key = id")
    with op.batch_alter_table("staff_session") as batch:
        batch.alter_column("form_key", existing_type=sa.Text(), nullable=False)


def _make_second_factors() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("credential_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("rp_id", sa.Text, nullable=False),
        sa.Column("transports", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_passkey_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("purpose", word("purpose", "sign_in", "confirm", "register"), nullable=False),
        sa.Column("bound_to", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
    )
    op.create_index(op.f("ix_passkey_challenge_bound_to"), "passkey_challenge", ["bound_to"])
    op.create_index(op.f("ix_passkey_challenge_expires_at"), "passkey_challenge", ["expires_at"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_staff_id"), "recovery_code", ["staff_id"])


def downgrade() -> None:
    # Passkeys and recovery codes are lost: the program before knows no door for them.
    op.drop_table("staff_link")
    op.drop_table("recovery_code")
    op.drop_table("passkey_challenge")
    op.drop_table("passkey")
    with op.batch_alter_table("staff_session") as batch:
        for name in ("confirmed_at", "confirmed_hash", "device", "form_key"):
            batch.drop_column(name)
