"""The review of an application: who has it in hand, what a family is asked once more, who took each step and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0023"
down_revision = "0022"

WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    with op.batch_alter_table("application_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("note_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("staff_id", record.Identifier64, nullable=True))
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reviewer_id", record.Identifier64, nullable=True))
    op.create_table(
        "info_request",
        sa.Column("id", record.Identifier64, autoincrement=True, nullable=False),
        sa.Column("application_id", record.Identifier64, nullable=False),
        sa.Column("person_id", record.Identifier64, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("questions_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("how_many", sa.Integer(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", record.Identifier64, nullable=False),
        sa.Column("asked_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_at", record.UtcDateTime(timezone=True), nullable=True),
        sa.Column("began_at", record.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_at", record.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_info_request_application_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_info_request_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_info_request"),
    )
    op.create_index("ix_info_request_application_id", "info_request", ["application_id"])
    op.create_index("ix_info_request_person_id", "info_request", ["person_id"])
    op.create_index("ix_info_request_next", "info_request", ["next_at"], sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade() -> None:
    op.drop_table("info_request")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_column("reviewer_id")
    with op.batch_alter_table("application_event", schema=None) as batch_op:
        for name in ("staff_id", "note_sealed", "reason"):
            batch_op.drop_column(name)
