"""The inbox of many messages a second: indexes of what waits, and only of that; files of the same content kept once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

PARTIAL = (
    ("ix_inbox_message_turns", ["id"], "state = 'waiting' AND kind <> 'status'"),
    ("ix_inbox_message_statuses", ["due_at", "id"], "state = 'waiting' AND kind = 'status'"),
    ("ix_inbox_message_parked", ["sender_id", "id"], "state = 'parked'"),
)


def upgrade() -> None:
    op.drop_index("ix_inbox_message_waiting", table_name="inbox_message")
    for name, columns, where in PARTIAL:
        op.create_index(name, "inbox_message", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    with op.batch_alter_table("media") as batch_op:
        batch_op.add_column(sa.Column("same_as_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
        batch_op.add_column(sa.Column("marked", sa.String(length=12), nullable=False, server_default=""))
        batch_op.create_foreign_key(op.f("fk_media_same_as_id"), "media", ["same_as_id"], ["id"])
    with op.batch_alter_table("media") as batch_op:
        batch_op.alter_column("marked", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("media") as batch_op:
        batch_op.drop_constraint(op.f("fk_media_same_as_id"), type_="foreignkey")
        batch_op.drop_column("marked")
        batch_op.drop_column("same_as_id")
    for name, _, _ in PARTIAL:
        op.drop_index(name, table_name="inbox_message")
    op.create_index("ix_inbox_message_waiting", "inbox_message", ["state", "due_at", "id"])
