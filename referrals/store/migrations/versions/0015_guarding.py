"""Consents as records with recipients and an end; whom an audited list showed, and where the chain ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.protection.audit_trail.append_only import stop
from referrals.store.record import Identifier64, UtcDateTime

revision = "0015"
down_revision = "0014"
OPEN = sa.text("kind = 'danger' AND state = 'open'")
EXPIRING = sa.text("expires_at IS NOT NULL AND expiry_noted_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("consent") as batch_op:
        batch_op.add_column(sa.Column("recipient_organization_id", Identifier64, nullable=True))
        batch_op.add_column(sa.Column("on_behalf_relation", sa.String(80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("evidence_filling_id", Identifier64, nullable=True))
        batch_op.add_column(sa.Column("evidence_submission_id", Identifier64, nullable=True))
        batch_op.add_column(sa.Column("expires_at", UtcDateTime, nullable=True))
        batch_op.add_column(sa.Column("expiry_noted_at", UtcDateTime, nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", sa.String(80), nullable=False, server_default=""))
        batch_op.alter_column("data_categories", type_=sa.Text(), existing_type=sa.String(400), existing_nullable=False)
    op.create_index("ix_consent_expiring", "consent", ["expires_at"], sqlite_where=EXPIRING, postgresql_where=EXPIRING)
    op.create_index("ix_help_request_danger", "help_request", ["person_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.execute("update consent set method = 'oral' where method = 'read_aloud'")
    op.execute(
        "update consent set recipient_organization_id ="
        " (select organization_id from location where location.id = consent.recipient_location_id)"
        " where recipient_location_id is not null"
    )
    op.add_column("audit_event", sa.Column("people", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_audit_event_of_actor", "audit_event", ["actor", "seq"])
    op.create_table(
        "audited_person",
        sa.Column("person_id", Identifier64, autoincrement=False, nullable=False),
        sa.Column("seq", Identifier64, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "seq", name="pk_audited_person"),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("id", Identifier64, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("seq", Identifier64, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_anchor"),
    )
    op.execute(
        "insert into audit_anchor (kind, seq, hash, seal) select 'head', seq, hash, '' from audit_event"
        " where seq = (select max(seq) from audit_event)"
    )
    op.create_table(
        "opened_again",
        sa.Column("id", Identifier64, autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(40), nullable=False),
        sa.Column("referral_id", Identifier64, nullable=False),
        sa.Column("person_id", Identifier64, nullable=False),
        sa.Column("staff_id", Identifier64, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opened_again"),
    )
    op.create_index("ix_opened_again_of_programme", "opened_again", ["programme_id", "at"])
    op.create_index("ix_opened_again_person_id", "opened_again", ["person_id"])


def downgrade() -> None:
    stop(op.get_bind())
    op.drop_table("opened_again")
    op.drop_table("audit_anchor")
    op.drop_table("audited_person")
    op.drop_index("ix_audit_event_of_actor", "audit_event")
    op.drop_column("audit_event", "people")
    op.drop_index("ix_help_request_danger", "help_request")
    op.drop_index("ix_consent_expiring", "consent")
    with op.batch_alter_table("consent") as batch_op:
        for name in (
            "withdrawn_by",
            "expiry_noted_at",
            "expires_at",
            "evidence_submission_id",
            "evidence_filling_id",
            "on_behalf_relation",
            "recipient_organization_id",
        ):
            batch_op.drop_column(name)
        batch_op.alter_column("data_categories", type_=sa.String(400), existing_type=sa.Text(), existing_nullable=False)
