"""What a centre says of its own times: how long and how many, days and hours it closes, and who waits for a time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, Record, refers

TELLING = text("state = 'telling'")
WAITING, OFFERED = text("state = 'waiting'"), text("state = 'offered'")
OPEN = text("state IN ('waiting', 'offered')")


class BookingRule(Record):
    """How long a time at a location is and how many families come at once; in Ramadan that share of the seats."""

    __tablename__ = "booking_rule"
    id: Mapped[Key]
    location_id: Mapped[int] = refers("location.id", unique=True)
    minutes: Mapped[int] = mapped_column(Integer)
    seats: Mapped[int] = mapped_column(Integer)
    ramadan_percent: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[int | None] = mapped_column(Identifier64)
    updated_at: Mapped[At]


class CalendarWord(Record):
    """What staff said last of a day: that it is one of this kind (`stands`), or that it is none. An import of the
    directory's calendar keeps to it."""

    __tablename__ = "calendar_word"
    __table_args__ = (Index("ix_calendar_word_of_programme", "programme_id", "day"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    location_id: Mapped[int | None] = mapped_column(Identifier64)
    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[Code]
    stands: Mapped[bool] = mapped_column(Boolean)
    staff_id: Mapped[int | None] = mapped_column(Identifier64)
    at: Mapped[At]


class Closure(Record):
    """Hours in which a place receives nobody after all, a whole day or part of one; without a location, all of them.

    `telling` while families who were booked then are still to be told, at `next_at`; then `closed`, or `reopened`.
    """

    __tablename__ = "closure"
    __table_args__ = (
        Index("ix_closure_of_place", "programme_id", "location_id", "day"),
        # whose families are still to be told
        Index("ix_closure_telling", "next_at", sqlite_where=TELLING, postgresql_where=TELLING),
    )
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    location_id: Mapped[int | None] = refers("location.id")
    day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[At]
    ends_at: Mapped[At]
    whole_day: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[Code]
    state: Mapped[str] = mapped_column(String(12))
    told: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_at: Mapped[MaybeAt]
    staff_id: Mapped[int | None] = mapped_column(Identifier64)
    created_at: Mapped[At]
    reopened_at: Mapped[MaybeAt]


class WaitlistEntry(Record):
    """A family that waits for a time at a place: `waiting`, `offered` one that is held for it, then `booked` or `left`.

    `look_at` is when the clock next looks whether something is free for those who wait there.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        Index("ix_waitlist_entry_open", "referral_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        # who is first
        Index(
            "ix_waitlist_entry_order",
            "location_id",
            "given_id",
            "since",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_waitlist_entry_look", "look_at", sqlite_where=WAITING, postgresql_where=WAITING),
        # whose hold ends
        Index("ix_waitlist_entry_held", "held_until", sqlite_where=OFFERED, postgresql_where=OFFERED),
    )
    id: Mapped[Key]
    referral_id: Mapped[int] = refers("referral.id")
    person_id: Mapped[int] = refers("person.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    location_id: Mapped[int] = refers("location.id")
    given_id: Mapped[int] = mapped_column(Identifier64, default=0, server_default="0")
    state: Mapped[str] = mapped_column(String(12))
    since: Mapped[At]
    look_at: Mapped[MaybeAt]
    appointment_id: Mapped[int | None] = refers("appointment.id")
    held_until: Mapped[MaybeAt]
    passes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    settled_at: Mapped[MaybeAt]
