"""What platforms tell of accounts, templates and people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0007"
down_revision = "0006"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = record.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "message_template",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("sender_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("quality", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("parameters", sa.Integer(), nullable=True),
        sa.Column("quick_replies", sa.Integer(), nullable=True),
        sa.Column("status_at", MOMENT, nullable=True),
        sa.Column("category_at", MOMENT, nullable=True),
        sa.Column("quality_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_message_template_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint("sender_id", "name", "language", name=op.f("uq_message_template_sender_id_name_language")),
    )
    op.create_table(
        "account_notice",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("sender_id", NUMBER, nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("inbox_id", NUMBER, nullable=True),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox_message.id"], name=op.f("fk_account_notice_inbox_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_account_notice_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_notice")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_account_notice_inbox_id")),
    )
    op.create_table(
        "contact_source",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("identity_id", NUMBER, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_contact_source_identity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_source")),
    )
    op.create_index("ix_account_notice_open", "account_notice", ["state", "sender_id", "subject"])
    op.create_index(op.f("ix_contact_source_code"), "contact_source", ["code"])
    op.create_index(op.f("ix_contact_source_identity_id"), "contact_source", ["identity_id"])


def downgrade() -> None:
    op.drop_table("contact_source")
    op.drop_table("account_notice")
    op.drop_table("message_template")
