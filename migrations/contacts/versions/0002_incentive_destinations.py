"""Where thank-yous go: apart from the people, under keys of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incentive_destination",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("wrapped_key", sa.Text, nullable=False),
        sa.Column("value_encrypted", sa.Text, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive_destination")),
    )


def downgrade() -> None:
    op.drop_table("incentive_destination")
