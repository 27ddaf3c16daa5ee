"""Identities that are proved, claimed and shared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0010"
down_revision = "0009"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = record.UtcDateTime(timezone=True)
OF_ITS_IDENTITY = "person_id = (select identity.person_id from identity where identity.id = conversation.identity_id)"


def upgrade() -> None:
    op.execute(f"update conversation set {OF_ITS_IDENTITY}")  # the thread is found by both from now on
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("may_message", sa.Boolean(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_conversation_identity_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_conversation_identity_id_person_id"), ["identity_id", "person_id"]
        )
    with op.batch_alter_table("move_code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("session_id", KEY, nullable=True))
        batch_op.alter_column("conversation_id", existing_type=KEY, nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_move_code_session_id"), "interview_session", ["session_id"], ["id"])
    _add_aliases()
    _add_claims()


def _add_aliases() -> None:
    op.create_table(
        "identity_alias",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("identity_id", KEY, nullable=False),
        sa.Column("sender_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.LargeBinary(length=33), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_identity_alias_identity_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_identity_alias_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_alias")),
        sa.UniqueConstraint("sender_id", "value_index", name=op.f("uq_identity_alias_sender_id_value_index")),
    )
    op.create_index(op.f("ix_identity_alias_identity_id"), "identity_alias", ["identity_id"])


def _add_claims() -> None:
    op.create_table(
        "claim",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("identity_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("programme_id", sa.String(length=40), nullable=True),
        sa.Column("application_id", KEY, nullable=True),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(length=33), nullable=True),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last2_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_claim_identity_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_claim_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_claim_programme_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_claim_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_of_identity", "claim", ["identity_id", "created_at"])
    op.create_index("ix_claim_of_person", "claim", ["person_id", "created_at"])
    op.create_index("ix_claim_due", "claim", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("claim")
    op.drop_table("identity_alias")
    op.execute("delete from move_code where conversation_id is null")  # they last a quarter of an hour
    with op.batch_alter_table("move_code", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_move_code_session_id"), type_="foreignkey")
        batch_op.alter_column("conversation_id", existing_type=KEY, nullable=False)
        batch_op.drop_column("session_id")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_conversation_identity_id_person_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_conversation_identity_id"), ["identity_id"])
        batch_op.drop_column("may_message")
