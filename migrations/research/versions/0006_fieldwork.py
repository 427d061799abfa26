"""The sampling frame, messages, and what happens to people between waves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.constructs import refuse_change, word

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

CHANNEL = ("letter", "email", "sms")
MESSAGE_STATUS = (
    "due",
    "sending",
    "sent",
    "delivered",
    "returned",
    "refused",
    "unknown",
    "cancelled",
    "failed",
)


def upgrade() -> None:
    op.create_table(
        "frame_import",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_import")),
        sa.UniqueConstraint("name", name=op.f("uq_frame_import_name")),
    )
    op.create_table(
        "frame_unit",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("stratum", sa.Text, nullable=False),
        sa.Column("frame", JSON, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("discarded_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["frame_import.id"],
            name=op.f("fk_frame_unit_import_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frame_unit")),
    )
    op.create_index(op.f("ix_frame_unit_import_id_stratum"), "frame_unit", ["import_id", "stratum"])

    op.create_table(
        "person_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=True),
        sa.Column(
            "kind",
            word(
                "kind",
                "address_changed",
                "contact_changed",
                "opted_out",
                "opted_in",
                "refused_soft",
                "refused_hard",
                "refusal_undone",
                "letter_returned",
                "mail_bounced",
                "number_unknown",
                "tracing_begun",
                "traced",
                "untraceable",
                "status",
                "code_issued",
                "code_revoked",
                "assisted",
            ),
            nullable=False,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_event_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_event")),
    )
    op.create_index(op.f("ix_person_event_person_id"), "person_event", ["person_id"])

    op.create_table(
        "person_reach",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("channel", word("channel", *CHANNEL), nullable=False),
        sa.Column("status", word("status", "ok", "opted_out", "undeliverable"), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_reach_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "channel", name=op.f("pk_person_reach")),
    )
    op.create_table(
        "mailing",
        sa.Column("wave", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("channel", word("channel", *CHANNEL), nullable=False),
        sa.Column(
            "status", word("status", "planned", "waiting", "running", "stopped"), nullable=False
        ),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "status <> 'running' OR approved_by IS NOT NULL",
            name=op.f("ck_mailing_running_on_somebodys_word"),
        ),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_mailing_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("wave", "step", name=op.f("pk_mailing")),
    )
    op.create_table(
        "open_link",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_open_link_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_link")),
        sa.UniqueConstraint("slug", name=op.f("uq_open_link_slug")),
    )
    op.create_index(op.f("ix_open_link_wave"), "open_link", ["wave"])
    op.create_table(
        "print_batch",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("letters", sa.Integer, nullable=False),
        sa.Column("test_letters", sa.Integer, nullable=False),
        sa.Column("manifest", JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("handed_over_at", MOMENT, nullable=True),
        sa.Column("destroyed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_print_batch_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_batch")),
    )
    op.create_index(op.f("ix_print_batch_wave"), "print_batch", ["wave"])

    op.create_table(
        "rehearsal",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("blockers", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_rehearsal_wave"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal")),
    )
    op.create_index(op.f("ix_rehearsal_wave"), "rehearsal", ["wave"])

    op.create_table(
        "sample_draw",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", word("kind", "sample", "reserve", "refreshment"), nullable=False),
        sa.Column("imports", JSON, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("allocation", JSON, nullable=False),
        sa.Column("sizes", JSON, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_sample_draw_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_draw")),
        sa.UniqueConstraint("wave", "number", name=op.f("uq_sample_draw_wave_number")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("channel", word("channel", *CHANNEL), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("status", word("status", *MESSAGE_STATUS), nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("worker", sa.Text, nullable=True),
        sa.Column("provider", sa.Text, nullable=True),
        sa.Column("provider_reference", sa.Text, nullable=True),
        sa.Column("parts", sa.Integer, nullable=True),
        sa.Column("cost", sa.Integer, nullable=True),
        sa.Column("print_batch_id", sa.Uuid, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(status = 'sending') = (lease_until IS NOT NULL)",
            name=op.f("ck_message_leased_while_sending"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["survey_case.id"], name=op.f("fk_message_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["print_batch_id"],
            ["print_batch.id"],
            name=op.f("fk_message_print_batch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_message_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "case_id", "step", "channel", name=op.f("uq_message_case_id_step_channel")
        ),
        sa.UniqueConstraint(
            "provider", "provider_reference", name=op.f("uq_message_provider_provider_reference")
        ),
    )
    op.create_index(op.f("ix_message_print_batch_id"), "message", ["print_batch_id"])
    op.create_index(
        op.f("ix_message_status_channel_not_before"), "message", ["status", "channel", "not_before"]
    )
    op.create_index(op.f("ix_message_wave"), "message", ["wave"])

    op.create_table(
        "open_entry",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("link_id", sa.Uuid, nullable=False),
        sa.Column("source_hash", sa.Text, nullable=False),
        sa.Column("duplicate_of", sa.Uuid, nullable=True),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["survey_case.id"], name=op.f("fk_open_entry_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["open_link.id"], name=op.f("fk_open_entry_link_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_open_entry")),
    )
    op.create_index(op.f("ix_open_entry_link_id"), "open_entry", ["link_id"])
    op.create_index(op.f("ix_open_entry_source_hash"), "open_entry", ["source_hash"])

    op.create_table(
        "sample_draw_unit",
        sa.Column("draw_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["sample_draw.id"],
            name=op.f("fk_sample_draw_unit_draw_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["frame_unit.id"],
            name=op.f("fk_sample_draw_unit_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("draw_id", "unit_id", name=op.f("pk_sample_draw_unit")),
    )
    op.create_index(op.f("ix_sample_draw_unit_unit_id"), "sample_draw_unit", ["unit_id"])
    op.create_table(
        "channel_pace",
        sa.Column("channel", word("channel", *CHANNEL), nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.Column("slowdowns", sa.Integer, nullable=False),
        sa.Column("slowed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pace")),
    )
    op.create_table(
        "message_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("status", word("status", *MESSAGE_STATUS), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_message_event_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_event")),
    )
    op.create_index(op.f("ix_message_event_message_id"), "message_event", ["message_id"])

    refuse_change("message_event", "UPDATE")
    refuse_change("person_event", "UPDATE")


def downgrade() -> None:
    # Who was drawn, what was sent and what came back is lost; cases and answers stay.
    op.drop_table("message_event")
    op.drop_table("channel_pace")
    op.drop_table("message")
    op.drop_table("print_batch")
    op.drop_table("mailing")
    op.drop_table("rehearsal")
    op.drop_table("open_entry")
    op.drop_table("open_link")
    op.drop_table("person_reach")
    op.drop_table("person_event")
    op.drop_table("sample_draw_unit")
    op.drop_table("sample_draw")
    op.drop_table("frame_unit")
    op.drop_table("frame_import")
