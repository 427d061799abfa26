"""Read-aloud clips."""

import sqlalchemy as sa
from alembic import op

from migrations.constructs import word

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audio_clip",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", word("kind", "draft", "recorded"), nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("mp3", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_audio_clip_lasts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audio_clip")),
        sa.UniqueConstraint("language", "text_hash", name=op.f("uq_audio_clip_language_text_hash")),
    )
    op.create_table(
        "audio_edition",
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("language", name=op.f("pk_audio_edition")),
    )


def downgrade() -> None:
    # Recordings are lost: keep the files that were added.
    op.drop_table("audio_clip")
    op.drop_table("audio_edition")
