"""Incidents, what was written down about each, and which families were told."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, refers

PRESSES = text("remind_at IS NOT NULL")
WAITS = text("state = 'waiting'")


class Incident(Record):
    """Something happened to people's data. What is told about it stands in its entries; here is how it stands now."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_of_programme", "programme_id", "state"),
        # which deadline the clock has to remind of next
        Index("ix_incident_pressing", "remind_at", sqlite_where=PRESSES, postgresql_where=PRESSES),
    )
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[Code]  # lost_device | wrong_recipient | looked_without_need | stranger | leak | paper | other
    state: Mapped[Code]  # open | closed
    data_key_id: Mapped[int] = mapped_column(Identifier64)  # nobody's: of the words of its entries
    happened_from: Mapped[MaybeAt]
    happened_until: Mapped[MaybeAt]
    known_at: Mapped[At]  # the deadlines are counted from here
    opened_at: Mapped[At]
    opened_by_id: Mapped[int] = mapped_column(Identifier64)
    reminded: Mapped[int] = mapped_column(Integer, default=0)  # how many of the reminders were written
    remind_at: Mapped[MaybeAt]  # blank once the authority was told, or all were written
    authority_told_at: Mapped[MaybeAt]
    closed_at: Mapped[MaybeAt]
    closed_by_id: Mapped[int | None] = mapped_column(Identifier64)


class IncidentEntry(Record):
    """One line about an incident. Only ever added: the database refuses to change it; a mistake gets another line."""

    __tablename__ = "incident_entry"
    id: Mapped[Key]
    incident_id: Mapped[int] = refers("incident.id", index=True)
    kind: Mapped[Code]  # happened | data | touched | untouched | authority | families | by_hand | note | reminder | …
    code: Mapped[Code] = mapped_column(default="")  # which data; which deadline; what was decided
    words_sealed: Mapped[MaybeSealed]
    by: Mapped[Code] = mapped_column(default="")  # touched: staff | place | partner | app_user | period | all
    object_id: Mapped[int | None] = mapped_column(Identifier64)  # touched: whose; untouched: the entry taken back
    since: Mapped[MaybeAt]
    until: Mapped[MaybeAt]
    count: Mapped[int | None] = mapped_column(Integer)  # how many people
    happened_at: Mapped[MaybeAt]  # when what is told here was: the call to the authority
    at: Mapped[At]
    staff_id: Mapped[int | None] = mapped_column(Identifier64)  # blank: the clock


class IncidentTold(Record):
    """A family that is told of an incident because somebody decided so; numbers and times, and no word of it."""

    __tablename__ = "incident_told"
    __table_args__ = (
        Index("ix_incident_told_waiting", "due_at", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_incident_told_of_person", "person_id"),  # what a family may ask for
    )
    incident_id: Mapped[int] = mapped_column(Identifier64, ForeignKey("incident.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(Identifier64, primary_key=True, autoincrement=False)
    state: Mapped[Code]  # waiting | written | by_hand | told | gone
    due_at: Mapped[At]  # not before then: families are left in peace at night
    told_at: Mapped[MaybeAt]
    told_by_id: Mapped[int | None] = mapped_column(Identifier64)  # who told them by hand
