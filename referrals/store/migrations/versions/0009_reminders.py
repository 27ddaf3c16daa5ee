"""Reminders with a life of their own, and the wall time and zone that an appointment was agreed for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wall_time", sa.String(length=16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("zone", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("on_way_at", record.UtcDateTime(timezone=True), nullable=True))
    current = sa.text("state IN ('booked', 'confirmed')")
    op.create_index(
        "ix_appointment_current", "appointment", ["ends_at"], sqlite_where=current, postgresql_where=current
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index("ix_reminder_due")
        batch_op.add_column(sa.Column("state", sa.String(length=12), nullable=False, server_default="planned"))
        batch_op.add_column(sa.Column("reason", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("settled_at", record.UtcDateTime(timezone=True), nullable=True))
    op.execute("update reminder set state = 'sent', settled_at = owed_at where owed_at is not null")
    for index, column, state in (("ix_reminder_planned", "due_at", "planned"), ("ix_reminder_owed", "id", "owed")):
        only = sa.text(f"state = '{state}'")
        op.create_index(index, "reminder", [column], unique=False, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    op.drop_index("ix_reminder_owed", "reminder")
    op.drop_index("ix_reminder_planned", "reminder")
    op.execute("delete from reminder where state in ('cancelled', 'superseded')")  # it was so before: they were deleted
    op.execute("update reminder set owed_at = coalesce(owed_at, settled_at, due_at) where state <> 'planned'")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_column("settled_at")
        batch_op.drop_column("reason")
        batch_op.drop_column("state")
        batch_op.create_index("ix_reminder_due", ["owed_at", "due_at"], unique=False)
    op.drop_index("ix_appointment_current", "appointment")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_column("on_way_at")
        batch_op.drop_column("zone")
        batch_op.drop_column("wall_time")
