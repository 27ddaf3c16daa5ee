"""Forms filled at a desk; a question for staff may be about somebody who has no thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.alter_column(
            "conversation_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        )

    op.create_table(
        "desk_search",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("at", record.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_desk_search_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_search")),
    )
    with op.batch_alter_table("desk_search", schema=None) as batch_op:
        batch_op.create_index("ix_desk_search_recent", ["staff_id", "at"], unique=False)

    op.create_table(
        "desk_filling",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form_name", sa.String(length=80), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("consent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("found_by", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("offers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("created_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", record.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", record.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_desk_filling_application_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_desk_filling_conversation_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_desk_filling_location_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_desk_filling_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_filling_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_desk_filling_programme_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_desk_filling_referral_id")),
        sa.ForeignKeyConstraint(["session_id"], ["interview_session.id"], name=op.f("fk_desk_filling_session_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_desk_filling_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_filling")),
    )
    with op.batch_alter_table("desk_filling", schema=None) as batch_op:
        batch_op.create_index("ix_desk_filling_of_desk", ["programme_id", "state", "updated_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_desk_filling_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_desk_filling_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("desk_filling", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_filling_session_id"))
        batch_op.drop_index(batch_op.f("ix_desk_filling_person_id"))
        batch_op.drop_index("ix_desk_filling_of_desk")

    op.drop_table("desk_filling")
    with op.batch_alter_table("desk_search", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_search_recent")

    op.drop_table("desk_search")
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.alter_column(
            "conversation_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        )
