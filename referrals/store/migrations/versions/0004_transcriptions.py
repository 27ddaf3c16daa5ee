"""Recordings and pictures that stand as answers, until somebody wrote down what they say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "transcription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("beside", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("caption_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("claimed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_at", record.UtcDateTime(timezone=True), nullable=True),
        sa.Column("written_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("written_at", record.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_transcription_media_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transcription_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_transcription_programme_id")),
        sa.ForeignKeyConstraint(["session_id"], ["interview_session.id"], name=op.f("fk_transcription_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcription")),
        sa.UniqueConstraint("media_id", name=op.f("uq_transcription_media_id")),
    )
    with op.batch_alter_table("transcription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transcription_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transcription_session_id"), ["session_id"], unique=False)
        batch_op.create_index("ix_transcription_waiting", ["programme_id", "state", "created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("transcription", schema=None) as batch_op:
        batch_op.drop_index("ix_transcription_waiting")
        batch_op.drop_index(batch_op.f("ix_transcription_session_id"))
        batch_op.drop_index(batch_op.f("ix_transcription_person_id"))

    op.drop_table("transcription")
