"""Places that are taken, known ways, and what the index of matching needs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0019"
down_revision = "0018"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = record.UtcDateTime(timezone=True)
NO, NONE, BLANK = sa.text("false"), sa.text("0"), sa.text("''")
NOWHERE = sa.text("9999")  # the band of a location without coordinates
GIVEN = "service_at_location"
NEAR, REMOTE = "ix_service_at_location_near", "ix_service_at_location_remote"


def _added() -> list[sa.Column[Any]]:
    return [
        sa.Column("used", sa.Integer(), server_default=NONE, nullable=False),
        sa.Column("taken_elsewhere", sa.Integer(), server_default=NONE, nullable=False),
        sa.Column("unit", sa.String(length=80), server_default=BLANK, nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=NO, nullable=False),
        sa.Column("lacking_since", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", KEY, nullable=True),
        # the index of matching: filled by referrals/matching/indexing.py; blank until it has looked at the row
        sa.Column("programme_id", sa.String(length=80), server_default=BLANK, nullable=False),
        sa.Column("service_term", sa.String(length=80), server_default=BLANK, nullable=False),
        sa.Column("lat_band", sa.Integer(), server_default=NOWHERE, nullable=False),
        sa.Column("lat", sa.Float(), server_default=NONE, nullable=False),
        sa.Column("lon", sa.Float(), server_default=NONE, nullable=False),
        sa.Column("profile", sa.Text(), server_default=BLANK, nullable=False),
        sa.Column("remote", sa.String(length=80), server_default=BLANK, nullable=False),
    ]


def upgrade() -> None:
    op.execute(f"ALTER TABLE {GIVEN} RENAME COLUMN capacity_per_week TO capacity")
    for column in _added():
        op.add_column(GIVEN, column)
    op.execute(
        f"UPDATE {GIVEN} SET used = (SELECT count(*) FROM referral WHERE to_service_at_location_id = {GIVEN}.id"
        " AND state IN ('requested', 'received', 'accepted', 'in-progress', 'on-hold'))"
    )
    op.create_index(NEAR, GIVEN, ["programme_id", "service_term", "lat_band", "lon"])
    op.create_index(REMOTE, GIVEN, ["programme_id", "service_term", "remote"])
    op.add_column("match_run", sa.Column("need_code", sa.String(length=80), server_default=BLANK, nullable=False))
    op.create_table(
        "travel_time",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("place_code", sa.String(length=80), nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("mode", sa.String(length=80), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_travel_time_programme_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_travel_time_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_time")),
        sa.UniqueConstraint(
            "programme_id",
            "place_code",
            "location_id",
            "mode",
            name=op.f("uq_travel_time_programme_id_place_code_location_id_mode"),
        ),
    )
    op.create_index(op.f("ix_travel_time_location_id"), "travel_time", ["location_id"])


def downgrade() -> None:
    op.drop_table("travel_time")
    op.drop_column("match_run", "need_code")
    op.drop_index(REMOTE, table_name=GIVEN)
    op.drop_index(NEAR, table_name=GIVEN)
    for column in reversed(_added()):
        op.drop_column(GIVEN, column.name)
    op.execute(f"ALTER TABLE {GIVEN} RENAME COLUMN capacity TO capacity_per_week")
