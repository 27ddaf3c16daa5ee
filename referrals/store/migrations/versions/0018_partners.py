"""Partner systems and what is owed to them; the ids and names by which the directory is read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0018"
down_revision = "0017"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = record.UtcDateTime(timezone=True)


def upgrade() -> None:
    for table in ("organization", "service", "location", "service_at_location"):
        op.add_column(table, sa.Column("public_id", sa.String(36), nullable=False, server_default=""))
        op.create_index(op.f(f"ix_{table}_public_id"), table, ["public_id"])
    for table in ("organization", "service", "location"):
        op.add_column(table, sa.Column("folded", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "partner",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(40), nullable=False),
        sa.Column("organization_id", KEY, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("url", sa.String(400), nullable=False),
        sa.Column("events", sa.String(400), nullable=False),
        sa.Column("state", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("data_key_id", KEY, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("older_secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("older_token_sha256", sa.String(64), nullable=True),
        sa.Column("older_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("sequence", KEY, nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_partner_programme_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_partner_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("organization_id", "url", name=op.f("uq_partner_organization_id_url")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_partner_token_sha256")),
        sa.UniqueConstraint("older_token_sha256", name=op.f("uq_partner_older_token_sha256")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("referral_id", KEY, nullable=False),
        sa.Column("event", sa.String(80), nullable=False),
        sa.Column("sequence", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_webhook_delivery_partner_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_webhook_delivery_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_webhook_delivery_key")),
        sa.UniqueConstraint("partner_id", "sequence", name=op.f("uq_webhook_delivery_partner_id_sequence")),
    )
    op.create_index("ix_webhook_delivery_due", "webhook_delivery", ["state", "due_at", "id"])
    op.create_index("ix_webhook_delivery_of_referral", "webhook_delivery", ["partner_id", "referral_id", "id"])
    op.create_table(
        "partner_request",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("partner_id", KEY, nullable=False),
        sa.Column("idempotency_key", sa.String(120), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_request_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_request")),
        sa.UniqueConstraint(
            "partner_id", "idempotency_key", name=op.f("uq_partner_request_partner_id_idempotency_key")
        ),
    )
    op.create_index("ix_partner_request_age", "partner_request", ["created_at"])


def downgrade() -> None:
    op.drop_table("partner_request")
    op.drop_table("webhook_delivery")
    op.drop_table("partner")
    for table in ("organization", "service", "location"):
        op.drop_column(table, "folded")
    for table in ("organization", "service", "location", "service_at_location"):
        op.drop_index(op.f(f"ix_{table}_public_id"), table)
        op.drop_column(table, "public_id")
