"""Slots, appointments and the reminders that are owed for them."""

from __future__ import annotations

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Key, MaybeAt, Record, refers


class Slot(Record):
    """A time at a centre that so many families can come at."""

    __tablename__ = "slot"
    __table_args__ = (UniqueConstraint("location_id", "starts_at"),)
    id: Mapped[Key]
    location_id: Mapped[int] = refers("location.id")
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    seats: Mapped[int] = mapped_column(Integer, default=1)


class Appointment(Record):
    """A family's appointment. `state` is a FHIR appointment code (`confirmed` is ours and exports as booked)."""

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("slot_id", "seat"),  # two families never hold one seat; a freed seat is blank
        Index("ix_appointment_of_day", "location_id", "starts_at"),
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
    """A reminder of an appointment: due once, owed once, however often the clock ticks."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("appointment_id", "kind"), Index("ix_reminder_due", "owed_at", "due_at"))
    id: Mapped[Key]
    appointment_id: Mapped[int] = refers("appointment.id")
    kind: Mapped[Code]  # 48h | 3h
    due_at: Mapped[At]
    owed_at: Mapped[MaybeAt]
