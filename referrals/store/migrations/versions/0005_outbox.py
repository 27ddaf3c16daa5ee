"""Attempts, what is owed by lane, buckets by chat, a pace per sender, and the mark of the clock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0005"
down_revision = "0004"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _by_state()
    op.create_table(
        "outbox_attempt",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("outbox_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox_message.id"], name=op.f("fk_outbox_attempt_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_attempt")),
    )
    op.create_index(op.f("ix_outbox_attempt_outbox_id"), "outbox_attempt", ["outbox_id"])
    op.drop_table("bucket")  # it holds a few seconds: nobody misses what it knew
    op.create_table(
        "bucket",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("full_at", sa.Float(), nullable=False),
        sa.Column("recent", sa.Text(), nullable=False),
        sa.Column("blocked_until", record.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bucket")),
    )
    op.create_table(
        "chat_bucket",
        sa.Column("identity_id", KEY, autoincrement=False, nullable=False),
        sa.Column("full_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_chat_bucket")),
    )
    op.create_table(
        "clock_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", record.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_mark")),
    )
    with op.batch_alter_table("sender") as sender:
        sender.add_column(sa.Column("per_second", sa.Float(), nullable=True))


def _by_state() -> None:
    with op.batch_alter_table("outbox_message") as message:
        message.add_column(sa.Column("deferred", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_index("ix_outbox_message_due", table_name="outbox_message")
    _index("ix_outbox_message_due", ["sender_id", "lane", "due_at", "id"], "state = 'waiting'")
    _index("ix_outbox_message_leased", ["sender_id", "leased_until"], "state IN ('leased', 'uncertain')")
    _index("ix_outbox_message_expiring", ["sender_id", "expires_at"], "state = 'waiting'")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "outbox_message", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    with op.batch_alter_table("sender") as sender:
        sender.drop_column("per_second")
    for table in ("clock_mark", "chat_bucket", "bucket", "outbox_attempt"):
        op.drop_table(table)
    op.create_table(
        "bucket",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", record.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bucket")),
    )
    for name in ("expiring", "leased", "due"):
        op.drop_index(f"ix_outbox_message_{name}", table_name="outbox_message")
    with op.batch_alter_table("outbox_message") as message:
        message.drop_column("deferred")
    op.create_index("ix_outbox_message_due", "outbox_message", ["sender_id", "state", "lane", "due_at", "id"])
