"""Households, who may know of whom, and pairs that may be the same family."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0014"
down_revision = "0013"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = record.UtcDateTime(timezone=True)
STANDING = sa.text("until IS NULL")
NONE = sa.text("''")


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("born_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("told_by_id", KEY, nullable=True))
        batch_op.add_column(sa.Column("same_as_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_person_told_by_id"), "person", ["told_by_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_person_same_as_id"), "person", ["same_as_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_person_same_as_id"), ["same_as_id"])
        batch_op.create_index(batch_op.f("ix_person_told_by_id"), ["told_by_id"])
        batch_op.create_index(batch_op.f("ix_person_merged_into_id"), ["merged_into_id"])
    with op.batch_alter_table("identity", schema=None) as batch_op:
        _add_quiet_hours(batch_op)
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.add_column(sa.Column("safe_to_call", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("shared_phone", sa.Boolean(), nullable=True))
        _add_quiet_hours(batch_op)
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_household_merged_into_id"), "household", ["merged_into_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_household_merged_into_id"), ["merged_into_id"])
    _date_memberships()
    _add_areas()
    _add_name_keys()
    _add_pairs()
    _add_merges()
    _add_notes()


def _add_quiet_hours(batch_op: Any) -> None:
    batch_op.add_column(sa.Column("quiet_from", sa.String(length=5), server_default=NONE, nullable=False))
    batch_op.add_column(sa.Column("quiet_to", sa.String(length=5), server_default=NONE, nullable=False))


def _date_memberships() -> None:
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_membership_household_id_person_id"), type_="unique")
        batch_op.add_column(sa.Column("head", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("caregiver", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("form_ref", sa.String(length=200), server_default=NONE, nullable=False))
        batch_op.add_column(sa.Column("left_because", sa.String(length=80), server_default=NONE, nullable=False))
        batch_op.create_index("ix_membership_household_id", ["household_id"])
    op.create_index(
        "uq_membership_standing",
        "membership",
        ["household_id", "person_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.execute("update membership set head = (relation = 'applicant')")


def _add_areas() -> None:
    op.create_table(
        "household_area",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("household_id", KEY, nullable=False),
        sa.Column("area_code", sa.String(length=80), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_area_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_area")),
    )
    op.create_index(op.f("ix_household_area_household_id"), "household_area", ["household_id"])
    op.execute(
        "insert into household_area (household_id, area_code, since)"
        " select id, area_code, created_at from household where area_code <> ''"
    )


def _add_name_keys() -> None:
    op.create_table(
        "name_key",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("value_index", sa.LargeBinary(length=33), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_name_key_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_key")),
    )
    op.create_index(op.f("ix_name_key_person_id"), "name_key", ["person_id"])
    op.create_index(op.f("ix_name_key_value_index"), "name_key", ["value_index"])


def _add_pairs() -> None:
    op.create_table(
        "duplicate_pair",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("one_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_duplicate_pair_programme_id")),
        sa.ForeignKeyConstraint(["one_id"], ["person.id"], name=op.f("fk_duplicate_pair_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_duplicate_pair_other_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_duplicate_pair_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint(
            "one_id", "other_id", "programme_id", name=op.f("uq_duplicate_pair_one_id_other_id_programme_id")
        ),
    )
    op.create_index(op.f("ix_duplicate_pair_other_id"), "duplicate_pair", ["other_id"])
    op.create_index(op.f("ix_duplicate_pair_application_id"), "duplicate_pair", ["application_id"])
    op.create_index("ix_duplicate_pair_queue", "duplicate_pair", ["programme_id", "state", "score"])


def _add_merges() -> None:
    op.create_table(
        "family_merge",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("pair_id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("into_id", KEY, nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["pair_id"], ["duplicate_pair.id"], name=op.f("fk_family_merge_pair_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_merge")),
    )
    op.create_index(op.f("ix_family_merge_pair_id"), "family_merge", ["pair_id"])


def _add_notes() -> None:
    op.create_table(
        "private_note",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_private_note_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_private_note_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_note")),
    )
    op.create_index(op.f("ix_private_note_person_id"), "private_note", ["person_id"])


def downgrade() -> None:
    for table in ("private_note", "family_merge", "duplicate_pair", "name_key", "household_area"):
        op.drop_table(table)
    op.drop_index("uq_membership_standing", "membership")
    op.execute("delete from membership where until is not null")  # who left and came back would stand there twice
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_household_id")
        for column in ("head", "caregiver", "form_ref", "left_because"):
            batch_op.drop_column(column)
        batch_op.create_unique_constraint(
            batch_op.f("uq_membership_household_id_person_id"), ["household_id", "person_id"]
        )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_merged_into_id"))
        batch_op.drop_constraint(batch_op.f("fk_household_merged_into_id"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        for column in ("safe_to_call", "shared_phone", "quiet_from", "quiet_to"):
            batch_op.drop_column(column)
    with op.batch_alter_table("identity", schema=None) as batch_op:
        for column in ("quiet_from", "quiet_to"):
            batch_op.drop_column(column)
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_merged_into_id"))
        for column in ("told_by_id", "same_as_id"):
            batch_op.drop_index(batch_op.f(f"ix_person_{column}"))
            batch_op.drop_constraint(batch_op.f(f"fk_person_{column}"), type_="foreignkey")
            batch_op.drop_column(column)
        batch_op.drop_column("born_sealed")
