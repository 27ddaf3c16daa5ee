"""Forms that are filled at a desk, and the searches that led to one."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, refers


class DeskFilling(Record):
    """A form at a desk. The answers stand in the interview's row, which the family's phone may share.

    What came filled from a researcher's phone has no interview: here the family only chooses its centre.
    """

    __tablename__ = "desk_filling"
    __table_args__ = (
        # a desk's unfinished forms, the newest first
        Index("ix_desk_filling_of_desk", "programme_id", "state", "updated_at"),
    )
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    organization_id: Mapped[int | None] = refers("organization.id")
    location_id: Mapped[int | None] = refers("location.id")
    staff_id: Mapped[int] = refers("staff.id")
    form_name: Mapped[Code]  # intake | visit | follow_up
    session_id: Mapped[int | None] = refers("interview_session.id", index=True)
    person_id: Mapped[int] = refers("person.id", index=True)
    conversation_id: Mapped[int | None] = refers("conversation.id")  # the phone's thread, where there is one
    application_id: Mapped[int | None] = refers("application.id")  # filed here, or the one that a visit is about
    referral_id: Mapped[int | None] = refers("referral.id")  # where a visit was started from
    consent_id: Mapped[int | None] = mapped_column(Identifier64)
    origin: Mapped[str] = mapped_column(String(10))  # desk | phone | odk
    found_by: Mapped[str] = mapped_column(String(10), default="")  # code | number | phone | id
    state: Mapped[Code]  # open | filed | handed_back | moved | stopped
    name_sealed: Mapped[MaybeSealed]  # who it is for, for the list of the desk
    offers_sealed: Mapped[MaybeSealed]  # the centres that were found, until one is chosen
    danger: Mapped[bool] = mapped_column(Boolean, default=False)  # those who may read it were told
    settled: Mapped[int] = mapped_column(Integer, default=0)
    asked: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[At]
    updated_at: Mapped[At]
    ended_at: Mapped[MaybeAt]


class DeskSearch(Record):
    """A search for a family's unfinished form, counted so that nobody can try codes or numbers one after another."""

    __tablename__ = "desk_search"
    __table_args__ = (Index("ix_desk_search_recent", "staff_id", "at"),)
    id: Mapped[Key]
    staff_id: Mapped[int] = refers("staff.id")
    by: Mapped[str] = mapped_column(String(10))  # code | number | phone | id
    found: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[At]
