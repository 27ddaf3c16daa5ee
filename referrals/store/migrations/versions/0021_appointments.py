"""Slots by schedule, waiting lists, visits in one trip, days that are closed, visits at home."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store import record

revision = "0021"
down_revision = "0020"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = record.UtcDateTime(timezone=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", NUMBER, autoincrement=True, nullable=False)


def upgrade() -> None:
    _grow()
    _rules_of_a_centre()
    _waitlist()
    _visits()


def _grow() -> None:
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_id", NUMBER, nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("for_women", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(batch_op.f("uq_slot_location_id_starts_at"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_slot_location_id_given_id_starts_at"), ["location_id", "given_id", "starts_at"]
        )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trip_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("held_until", AT, nullable=True))
        batch_op.create_index("ix_appointment_trip_id", ["trip_id"])
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=12), nullable=False, server_default="directory"))


def _rules_of_a_centre() -> None:
    op.create_table(
        "calendar_word",
        _id(),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("location_id", NUMBER, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_calendar_word_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_word")),
    )
    op.create_index("ix_calendar_word_of_programme", "calendar_word", ["programme_id", "day"])
    op.create_table(
        "booking_rule",
        _id(),
        sa.Column("location_id", NUMBER, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("ramadan_percent", sa.Integer(), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=True),
        sa.Column("updated_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_booking_rule_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_rule")),
        sa.UniqueConstraint("location_id", name=op.f("uq_booking_rule_location_id")),
    )
    op.create_table(
        "closure",
        _id(),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("location_id", NUMBER, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.Column("whole_day", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", AT, nullable=True),
        sa.Column("staff_id", NUMBER, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("reopened_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_closure_programme_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_closure_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_index("ix_closure_of_place", "closure", ["programme_id", "location_id", "day"])
    telling = sa.text("state = 'telling'")
    op.create_index("ix_closure_telling", "closure", ["next_at"], sqlite_where=telling, postgresql_where=telling)


def _waitlist() -> None:
    op.create_table(
        "waitlist_entry",
        _id(),
        sa.Column("referral_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("location_id", NUMBER, nullable=False),
        sa.Column("given_id", NUMBER, nullable=False, server_default="0"),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("look_at", AT, nullable=True),
        sa.Column("appointment_id", NUMBER, nullable=True),
        sa.Column("held_until", AT, nullable=True),
        sa.Column("passes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("settled_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_waitlist_entry_referral_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waitlist_entry_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_waitlist_entry_programme_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_waitlist_entry_location_id")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_waitlist_entry_appointment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
    )
    op.create_index("ix_waitlist_entry_person_id", "waitlist_entry", ["person_id"])
    stands = sa.text("state IN ('waiting', 'offered')")
    op.create_index(
        "ix_waitlist_entry_open",
        "waitlist_entry",
        ["referral_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    for index, columns, state in (
        ("ix_waitlist_entry_order", ["location_id", "given_id", "since"], "waiting"),
        ("ix_waitlist_entry_look", ["look_at"], "waiting"),
        ("ix_waitlist_entry_held", ["held_until"], "offered"),
    ):
        only = sa.text(f"state = '{state}'")
        op.create_index(index, "waitlist_entry", columns, sqlite_where=only, postgresql_where=only)


def _visits() -> None:
    op.create_table(
        "visit",
        _id(),
        sa.Column("referral_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("programme_id", sa.String(length=40), nullable=False),
        sa.Column("location_id", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=80), nullable=False),
        sa.Column("by_woman", sa.Boolean(), nullable=False),
        sa.Column("starts_at", AT, nullable=True),
        sa.Column("ends_at", AT, nullable=True),
        sa.Column("wall_time", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("staff_id", NUMBER, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("remind_at", AT, nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_visit_referral_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_visit_programme_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_visit_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_referral_id", "visit", ["referral_id"])
    op.create_index("ix_visit_person_id", "visit", ["person_id"])
    op.create_index("ix_visit_of_place", "visit", ["location_id", "state", "starts_at"])
    due = sa.text("remind_at IS NOT NULL")
    op.create_index("ix_visit_remind", "visit", ["remind_at"], sqlite_where=due, postgresql_where=due)


def downgrade() -> None:
    for table in ("visit", "waitlist_entry", "closure", "booking_rule", "calendar_word"):
        op.drop_table(table)
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.drop_column("source")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_trip_id")
        batch_op.drop_column("held_until")
        batch_op.drop_column("trip_id")
    op.execute(
        "update appointment set slot_id = null, seat = null where slot_id in (select id from slot where given_id <> 0)"
    )
    op.execute("delete from offered_slot where slot_id in (select id from slot where given_id <> 0)")
    op.execute("delete from slot where given_id <> 0")
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_slot_location_id_given_id_starts_at"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_slot_location_id_starts_at"), ["location_id", "starts_at"])
        batch_op.drop_column("for_women")
        batch_op.drop_column("given_id")
