"""The register of incidents; quiet hours of each who uses a telephone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store.record import UtcDateTime

revision = "0026"
down_revision = "0025"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PRESSES = sa.text("remind_at IS NOT NULL")
WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Incidents, their entries, and the families that were told."""
    op.create_table(
        "incident",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("state", sa.String(80), nullable=False),
        sa.Column("data_key_id", ID, nullable=False),
        sa.Column("happened_from", UtcDateTime(), nullable=True),
        sa.Column("happened_until", UtcDateTime(), nullable=True),
        sa.Column("known_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by_id", ID, nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("authority_told_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_incident_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_of_programme", "incident", ["programme_id", "state"])
    op.create_index("ix_incident_pressing", "incident", ["remind_at"], sqlite_where=PRESSES, postgresql_where=PRESSES)
    _entries()
    _told()
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet_from", sa.String(5), nullable=True))
        batch_op.add_column(sa.Column("quiet_to", sa.String(5), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("quiet_to")
        batch_op.drop_column("quiet_from")
    for table in ("incident_told", "incident_entry", "incident"):
        op.drop_table(table)


def _entries() -> None:
    op.create_table(
        "incident_entry",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("object_id", ID, nullable=True),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("happened_at", UtcDateTime(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_entry_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_entry")),
    )
    op.create_index(op.f("ix_incident_entry_incident_id"), "incident_entry", ["incident_id"])


def _told() -> None:
    op.create_table(
        "incident_told",
        sa.Column("incident_id", ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(80), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("told_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_told_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "person_id", name=op.f("pk_incident_told")),
    )
    op.create_index("ix_incident_told_waiting", "incident_told", ["due_at"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index("ix_incident_told_of_person", "incident_told", ["person_id"])
