"""Groups of questions that a messenger opens as screens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0012"
down_revision = "0011"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = record.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "published_flow",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("sender_id", KEY, nullable=False),
        sa.Column("form_id", KEY, nullable=False),
        sa.Column("container", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("flow_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_published_flow_sender_id")),
        sa.ForeignKeyConstraint(["form_id"], ["definition.id"], name=op.f("fk_published_flow_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_flow")),
        sa.UniqueConstraint(
            "sender_id",
            "form_id",
            "container",
            "language",
            name=op.f("uq_published_flow_sender_id_form_id_container_language"),
        ),
    )
    op.create_table(
        "flow_offer",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("published_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("sender_id", KEY, nullable=False),
        sa.Column("identity_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("last_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["published_id"], ["published_flow.id"], name=op.f("fk_flow_offer_published_id")),
        sa.ForeignKeyConstraint(["session_id"], ["interview_session.id"], name=op.f("fk_flow_offer_session_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_flow_offer_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_offer")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_flow_offer_token_hash")),
    )
    op.create_index("ix_flow_offer_of_session", "flow_offer", ["session_id", "published_id"])


def downgrade() -> None:
    op.drop_table("flow_offer")
    op.drop_table("published_flow")
