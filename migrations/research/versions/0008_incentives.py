"""Thank-yous: what was bought, who has one coming, what became of it, and the books of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.constructs import refuse_change, word

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("due", "asked", "listed", "sending", "sent", "unknown", "declined", "void")
WAYS = ("screen", "email", "sms", "post", "letter")
ACCOUNTS = ("bought", "stock", "reserved", "sent", "void")


def upgrade() -> None:
    op.create_table(
        "incentive_batch",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", word("kind", "gift_code", "voucher"), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("value_cents", sa.Integer, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.CheckConstraint(
            "length(currency) = 3", name=op.f("ck_incentive_batch_currency_of_three_letters")
        ),
        sa.CheckConstraint("value_cents >= 1", name=op.f("ck_incentive_batch_worth_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive_batch")),
        sa.UniqueConstraint("name", name=op.f("uq_incentive_batch_name")),
    )
    op.create_table(
        "incentive",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=True),
        sa.Column("person_id", sa.Uuid, nullable=True),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("kind", word("kind", "gift_code", "voucher"), nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("value_cents", sa.Integer, nullable=False),
        sa.Column("status", word("status", *STATES), nullable=False),
        sa.Column("way", word("way", *WAYS), nullable=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("worker", sa.Text, nullable=True),
        sa.Column("print_list", sa.Uuid, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(case_id IS NULL) = (person_id IS NULL)",
            name=op.f("ck_incentive_of_somebody_or_nobody"),
        ),
        sa.CheckConstraint(
            "(status = 'sending') = (lease_until IS NOT NULL)",
            name=op.f("ck_incentive_leased_while_sending"),
        ),
        sa.CheckConstraint(
            "status IN ('due', 'declined', 'void') OR way IS NOT NULL",
            name=op.f("ck_incentive_goes_some_way"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["survey_case.id"],
            name=op.f("fk_incentive_case_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_incentive_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_incentive_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive")),
        sa.UniqueConstraint("case_id", "rule", name=op.f("uq_incentive_case_id_rule")),
    )
    op.create_index(op.f("ix_incentive_person_id"), "incentive", ["person_id"])
    op.create_index(op.f("ix_incentive_wave_rule_status"), "incentive", ["wave", "rule", "status"])
    op.create_index(op.f("ix_incentive_status_way"), "incentive", ["status", "way"])
    op.create_index(op.f("ix_incentive_print_list"), "incentive", ["print_list"])
    op.create_table(
        "incentive_piece",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("code_encrypted", sa.Text, nullable=True),
        sa.Column("code_hash", sa.Text, nullable=True),
        sa.Column("account", word("account", *ACCOUNTS), nullable=False),
        sa.Column("incentive_id", sa.Uuid, nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_incentive_piece_number_counts_from_one")),
        sa.CheckConstraint(
            "account <> 'bought'", name=op.f("ck_incentive_piece_is_somewhere_here")
        ),
        sa.CheckConstraint(
            "account = 'void' OR (account = 'stock') = (incentive_id IS NULL)",
            name=op.f("ck_incentive_piece_reserved_for_one"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["incentive_batch.id"],
            name=op.f("fk_incentive_piece_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["incentive_id"],
            ["incentive.id"],
            name=op.f("fk_incentive_piece_incentive_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive_piece")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_incentive_piece_batch_id_number")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_incentive_piece_code_hash")),
        sa.UniqueConstraint("incentive_id", name=op.f("uq_incentive_piece_incentive_id")),
    )
    op.create_index(
        op.f("ix_incentive_piece_account_batch_id"), "incentive_piece", ["account", "batch_id"]
    )
    op.create_table(
        "incentive_entry",
        sa.Column("id", NUMBERED, autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("from_account", word("from_account", *ACCOUNTS), nullable=False),
        sa.Column("to_account", word("to_account", *ACCOUNTS), nullable=False),
        sa.Column("pieces", sa.Integer, nullable=False),
        sa.Column("cents", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.CheckConstraint(
            "from_account <> to_account", name=op.f("ck_incentive_entry_from_one_to_another")
        ),
        sa.CheckConstraint("pieces >= 1", name=op.f("ck_incentive_entry_moves_something")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["incentive_batch.id"],
            name=op.f("fk_incentive_entry_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive_entry")),
    )
    op.create_index(op.f("ix_incentive_entry_batch_id"), "incentive_entry", ["batch_id"])
    op.create_table(
        "incentive_event",
        sa.Column("id", NUMBERED, autoincrement=True, nullable=False),
        sa.Column("incentive_id", sa.Uuid, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("status", word("status", *STATES), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["incentive_id"],
            ["incentive.id"],
            name=op.f("fk_incentive_event_incentive_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive_event")),
    )
    op.create_index(op.f("ix_incentive_event_incentive_id"), "incentive_event", ["incentive_id"])
    refuse_change("incentive_entry", "UPDATE", "DELETE")
    refuse_change("incentive_event", "UPDATE")


def downgrade() -> None:
    # The books are lost with it: never go back once something was bought.
    op.drop_table("incentive_event")
    op.drop_table("incentive_entry")
    op.drop_table("incentive_piece")
    op.drop_table("incentive")
    op.drop_table("incentive_batch")
