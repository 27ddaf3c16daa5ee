"""The books by account and hour, counted as they are written; their checks; what staff settled by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.books.counting import start, stop
from referrals.store import record

revision = "0011"
down_revision = "0010"

PARTIAL = (
    ("ix_outbox_message_parked", ["sender_id", "id"], "state = 'parked'"),
    ("ix_outbox_message_closed", ["sender_id", "state"], "state IN ('expired', 'cancelled')"),
)


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "tally",
        sa.Column("book", sa.String(length=10), nullable=False),
        sa.Column("account_id", key, nullable=False),
        sa.Column("hour", sa.String(length=13), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book", "account_id", "hour", "what", "slot", name=op.f("pk_tally")),
    )
    op.create_table(
        "books_check",
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("checked_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("balanced", sa.Boolean(), nullable=False),
        sa.Column("found", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_books_check")),
    )
    op.create_table(
        "settled",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("book", sa.String(length=10), nullable=False),
        sa.Column("row_id", key, nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", key, nullable=False),
        sa.Column("at", record.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled")),
    )
    op.create_index("ix_settled_row", "settled", ["book", "row_id"])
    op.create_index("ix_inbox_message_books", "inbox_message", ["sender_id", "received_at", "state"])
    op.create_index("ix_outbox_message_books", "outbox_message", ["sender_id", "created_at", "state", "delivery"])
    for name, columns, where in PARTIAL:
        op.create_index(name, "outbox_message", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    start(op.get_bind())


def downgrade() -> None:
    stop(op.get_bind())
    for name, _, _ in PARTIAL:
        op.drop_index(name, table_name="outbox_message")
    op.drop_index("ix_outbox_message_books", table_name="outbox_message")
    op.drop_index("ix_inbox_message_books", table_name="inbox_message")
    op.drop_table("settled")
    op.drop_table("books_check")
    op.drop_table("tally")
