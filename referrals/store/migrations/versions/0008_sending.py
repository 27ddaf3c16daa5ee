"""Which of our files stand at a platform already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0008"
down_revision = "0007"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("sender_id", NUMBER, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("remote_id", sa.String(length=200), nullable=False),
        sa.Column("uploaded_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_upload_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("sender_id", "digest", name=op.f("uq_upload_sender_id_digest")),
    )
    op.create_index(op.f("ix_upload_uploaded_at"), "upload", ["uploaded_at"])


def downgrade() -> None:
    op.drop_table("upload")
