"""Each freezing of preloads with its number, fingerprint and review; what was left out of them."""

import hashlib
import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    version = op.create_table(
        "preload_version",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("built_on", JSON, nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=False),
        sa.Column("frozen_by", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("left_out", sa.Integer, nullable=False),
        sa.Column("shown_at", MOMENT, nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("reviewed_by", sa.Text, nullable=True),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_preload_version_hash_is_sha256")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_preload_version_number_counts_from_one")),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL)",
            name=op.f("ck_preload_version_reviewed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_preload_version_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preload_version")),
        sa.UniqueConstraint("wave", "number", name=op.f("uq_preload_version_wave_number")),
    )
    op.create_table(
        "preload_correction",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("wave", sa.Integer, nullable=False),
        sa.Column("variable", sa.Text, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.Text, nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_preload_correction_ended_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["survey_case.id"],
            name=op.f("fk_preload_correction_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["wave"], ["wave.year"], name=op.f("fk_preload_correction_wave"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preload_correction")),
    )
    op.create_index(op.f("ix_preload_correction_case_id"), "preload_correction", ["case_id"])
    op.create_index(op.f("ix_preload_correction_wave"), "preload_correction", ["wave"])
    op.add_column("preload", sa.Column("version_id", sa.Uuid, nullable=True))
    _number_what_was_frozen(version)
    with op.batch_alter_table("preload") as batch:
        batch.alter_column("version_id", existing_type=sa.Uuid(), nullable=False)
        batch.create_foreign_key(
            op.f("fk_preload_version_id"),
            "preload_version",
            ["version_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch.create_index(op.f("ix_preload_version_id"), ["version_id"])


def _number_what_was_frozen(version: sa.Table) -> None:
    """Make what was frozen before versions were counted the first of its wave, not reviewed."""
    case = sa.table("survey_case", sa.column("id", sa.Uuid), sa.column("wave", sa.Integer))
    preload = sa.table(
        "preload",
        sa.column("case_id", sa.Uuid),
        sa.column("version_id", sa.Uuid),
        sa.column("frozen_at", MOMENT),
        sa.column("hash", sa.Text),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(case.c.wave, preload.c.case_id, preload.c.frozen_at, preload.c.hash)
        .join_from(preload, case, case.c.id == preload.c.case_id)
        .order_by(case.c.wave, preload.c.case_id)
    ).all()
    for wave in sorted({row.wave for row in rows}):
        of_wave = [row for row in rows if row.wave == wave]
        told = "\n".join(f"{row.case_id.hex} {row.hash}" for row in of_wave)
        number = uuid.uuid4()
        connection.execute(
            version.insert().values(
                id=number,
                wave=wave,
                number=1,
                built_on=[],
                frozen_at=max(row.frozen_at for row in of_wave),
                frozen_by="unknown",
                hash=hashlib.sha256(told.encode()).hexdigest(),
                cases=len(of_wave),
                counts={},
                left_out=0,
            )
        )
        in_wave = sa.select(case.c.id).where(case.c.wave == wave)
        connection.execute(
            preload.update().where(preload.c.case_id.in_(in_wave)).values(version_id=number)
        )


def downgrade() -> None:
    with op.batch_alter_table("preload") as batch:
        batch.drop_index(op.f("ix_preload_version_id"))
        batch.drop_constraint(op.f("fk_preload_version_id"), type_="foreignkey")
        batch.drop_column("version_id")
    op.drop_table("preload_correction")
    op.drop_table("preload_version")
