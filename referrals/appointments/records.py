"""Slots, appointments and the reminders that are owed for them."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, Record, refers

PLANNED, OWED = text("state = 'planned'"), text("state = 'owed'")
CURRENT = text("state IN ('booked', 'confirmed')")


class Slot(Record):
    """A time at a centre that so many families can come at. `given_id` is the service there that has hours and desks
    of its own (a row of service_at_location), 0 for the place's own."""

    __tablename__ = "slot"
    __table_args__ = (UniqueConstraint("location_id", "given_id", "starts_at"),)
    id: Mapped[Key]
    location_id: Mapped[int] = refers("location.id")
    given_id: Mapped[int] = mapped_column(Identifier64, default=0, server_default="0")
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    seats: Mapped[int] = mapped_column(Integer, default=1)
    for_women: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class Appointment(Record):
    """A family's appointment. `state` is a FHIR appointment code (`confirmed` is ours and exports as booked).

    What was agreed is `wall_time`, what the clock at the place shows, in its `zone`; `starts_at` follows from them and
    is corrected where a government changes its clocks after the booking (`referrals/appointments/times/wall_times.py`).
    """

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("slot_id", "seat"),  # two families never hold one seat; a freed seat is blank
        Index("ix_appointment_of_day", "location_id", "starts_at"),
        # who was to come and was not checked in; whose wall time may have to be kept
        Index("ix_appointment_current", "ends_at", sqlite_where=CURRENT, postgresql_where=CURRENT),
    )
    id: Mapped[Key]
    referral_id: Mapped[int] = refers("referral.id", index=True)
    person_id: Mapped[int] = refers("person.id", index=True)
    location_id: Mapped[int] = refers("location.id")
    state: Mapped[Code]
    slot_id: Mapped[int | None] = refers("slot.id")
    seat: Mapped[int | None] = mapped_column(Integer)
    starts_at: Mapped[MaybeAt]
    ends_at: Mapped[MaybeAt]
    wall_time: Mapped[str] = mapped_column(String(16), default="")  # 2026-12-06T10:30
    zone: Mapped[str] = mapped_column(String(60), default="")  # Africa/Cairo; blank: the programme's
    trip_id: Mapped[int | None] = mapped_column(Identifier64, index=True)  # what is visited in one way: its first one
    held_until: Mapped[MaybeAt]  # a seat is held for them until then, while it is only proposed
    on_way_at: Mapped[MaybeAt]  # when they said that they are on the way
    moves: Mapped[int] = mapped_column(Integer, default=0)  # at most 2 by the family
    reason: Mapped[str] = mapped_column(String(80), default="")
    version: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[At]
    updated_at: Mapped[At]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict


class OfferedSlot(Record):
    """A slot that the desk offered for an appointment."""

    __tablename__ = "offered_slot"
    __table_args__ = (UniqueConstraint("appointment_id", "slot_id"),)
    id: Mapped[Key]
    appointment_id: Mapped[int] = refers("appointment.id")
    slot_id: Mapped[int] = refers("slot.id")
    position: Mapped[int] = mapped_column(Integer)


class Reminder(Record):
    """A reminder of an appointment: due once, owed once, however often the clock ticks.

    Its states are the table `referrals/lifecycles/reminder.py`. The message that carries it is the row of the outbox
    with the key `reminder:<appointment>:<kind>`.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("appointment_id", "kind"),
        # what is due, among millions that are long over or far ahead: only what is still planned stands in it
        Index("ix_reminder_planned", "due_at", sqlite_where=PLANNED, postgresql_where=PLANNED),
        # what is on its way and has to follow what delivery says
        Index("ix_reminder_owed", "id", sqlite_where=OWED, postgresql_where=OWED),
    )
    id: Mapped[Key]
    appointment_id: Mapped[int] = refers("appointment.id")
    kind: Mapped[Code]  # 48h | 3h
    due_at: Mapped[At]
    state: Mapped[str] = mapped_column(String(12), default="planned")
    reason: Mapped[str] = mapped_column(String(120), default="")
    owed_at: Mapped[MaybeAt]
    settled_at: Mapped[MaybeAt]  # when it came to the state it is in, once it is no longer planned
