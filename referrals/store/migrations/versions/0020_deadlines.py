"""Deadlines of referrals with their ladder, places that are held, words still owed to families, transfers, feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0020"
down_revision = "0019"

WAITS = sa.text("next_rung_at IS NOT NULL")
ON_THE_LIST = sa.text("business_status = 'waitlisted'")
PLANNED = sa.text("state = 'planned'")
UNDECIDED = sa.text("state IN ('asked', 'agreed')")
COLUMNS = (
    ("holds_place", sa.Boolean(), sa.false()),
    ("rung", sa.Integer(), "0"),
    ("clock_from", record.UtcDateTime(timezone=True), None),
    ("next_rung_at", record.UtcDateTime(timezone=True), None),
    ("answered_at", record.UtcDateTime(timezone=True), None),
    ("review_at", record.UtcDateTime(timezone=True), None),
    ("contact", sa.String(length=80), ""),
    ("delivered", sa.String(length=80), ""),
    ("feedback_how", sa.Integer(), None),
    ("feedback_wait", sa.String(length=80), ""),
    ("feedback_explained", sa.String(length=80), ""),
    ("feedback_at", record.UtcDateTime(timezone=True), None),
)


def upgrade() -> None:
    with op.batch_alter_table("referral", schema=None) as batch_op:
        for name, kind, default in COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))
    _index("ix_referral_rung", "referral", ["next_rung_at"], WAITS)
    _index("ix_referral_waitlisted", "referral", ["to_service_at_location_id", "requested_at"], ON_THE_LIST)
    op.create_index("ix_referral_answering", "referral", ["to_service_at_location_id", "requested_at"])
    op.create_index("ix_referral_parent_id", "referral", ["parent_id"])
    waiting = "update referral set clock_from = requested_at, next_rung_at = {due} where state = '{state}'"
    op.execute(waiting.format(due="ack_due", state="requested"))
    op.execute(waiting.format(due="respond_due", state="received"))
    # the migration before counted every open referral as one that holds a place
    op.execute(
        "update referral set holds_place = true"
        " where state in ('requested', 'received', 'accepted', 'in-progress', 'on-hold')"
    )
    _make_words()
    _make_transfers()


def _make_words() -> None:
    op.create_table(
        "referral_word",
        sa.Column("id", record.Identifier64, autoincrement=True, nullable=False),
        sa.Column("referral_id", record.Identifier64, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("subject_id", record.Identifier64, nullable=True),
        sa.Column("created_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", record.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_word_referral_id"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_word"),
    )
    op.create_index("ix_referral_word_referral_id", "referral_word", ["referral_id"])
    _index("ix_referral_word_planned", "referral_word", ["due_at"], PLANNED)


def _make_transfers() -> None:
    op.create_table(
        "referral_transfer",
        sa.Column("id", record.Identifier64, autoincrement=True, nullable=False),
        sa.Column("referral_id", record.Identifier64, nullable=False),
        sa.Column("from_location_id", record.Identifier64, nullable=False),
        sa.Column("to_service_at_location_id", record.Identifier64, nullable=False),
        sa.Column("to_location_id", record.Identifier64, nullable=False),
        sa.Column("to_organization_id", record.Identifier64, nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("consent_id", record.Identifier64, nullable=True),
        sa.Column("asked_by_id", record.Identifier64, nullable=True),
        sa.Column("decided_by_id", record.Identifier64, nullable=True),
        sa.Column("asked_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", record.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_transfer_referral_id"),
        sa.ForeignKeyConstraint(
            ["to_service_at_location_id"],
            ["service_at_location.id"],
            name="fk_referral_transfer_to_service_at_location_id",
        ),
        sa.ForeignKeyConstraint(["to_location_id"], ["location.id"], name="fk_referral_transfer_to_location_id"),
        sa.ForeignKeyConstraint(["from_location_id"], ["location.id"], name="fk_referral_transfer_from_location_id"),
        sa.ForeignKeyConstraint(
            ["to_organization_id"], ["organization.id"], name="fk_referral_transfer_to_organization_id"
        ),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name="fk_referral_transfer_consent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_transfer"),
    )
    op.create_index("ix_referral_transfer_referral_id", "referral_transfer", ["referral_id"])
    op.create_index("ix_referral_transfer_incoming", "referral_transfer", ["to_location_id", "state"])
    _index("ix_referral_transfer_undecided", "referral_transfer", ["due_at"], UNDECIDED)


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("referral_transfer")
    op.drop_table("referral_word")
    for name in ("parent_id", "answering", "waitlisted", "rung"):
        op.drop_index(f"ix_referral_{name}", "referral")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        for name, _, _ in reversed(COLUMNS):
            batch_op.drop_column(name)
