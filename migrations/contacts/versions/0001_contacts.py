"""People and how to reach them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("wrapped_key", sa.Text, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(wrapped_key IS NULL) = (erased_at IS NOT NULL)",
            name=op.f("ck_contact_erased_or_keyed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("person_id", name=op.f("uq_contact_person_id")),
    )
    op.create_table(
        "contact_answer",
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("variable", sa.Text, nullable=False),
        sa.Column("value_encrypted", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("op_id", sa.Text, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_answer_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "wave", "variable", name=op.f("pk_contact_answer")),
    )
    op.create_table(
        "contact_field",
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value_encrypted", sa.Text, nullable=False),
        sa.Column("blind_index", sa.Integer, nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_field_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "field", name=op.f("pk_contact_field")),
    )
    op.create_index(
        op.f("ix_contact_field_field_blind_index"), "contact_field", ["field", "blind_index"]
    )


def downgrade() -> None:
    op.drop_table("contact_field")
    op.drop_table("contact_answer")
    op.drop_table("contact")
