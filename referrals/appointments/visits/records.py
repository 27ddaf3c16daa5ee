"""Visits at home, for those who cannot come."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, Record, refers

DUE = text("remind_at IS NOT NULL")


class HomeVisit(Record):
    """A visit at a family's home. `state` is of the life cycle `visit`; between `starts_at` and `ends_at` they are
    at home, as agreed. `why` is the rule that offered it; `by_woman`: only a woman goes there."""

    __tablename__ = "visit"
    __table_args__ = (
        # the visits of a place
        Index("ix_visit_of_place", "location_id", "state", "starts_at"),
        # whom to remind
        Index("ix_visit_remind", "remind_at", sqlite_where=DUE, postgresql_where=DUE),
    )
    id: Mapped[Key]
    referral_id: Mapped[int] = refers("referral.id", index=True)
    person_id: Mapped[int] = refers("person.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    location_id: Mapped[int] = refers("location.id")
    state: Mapped[Code]
    why: Mapped[Code]
    by_woman: Mapped[bool] = mapped_column(Boolean)
    starts_at: Mapped[MaybeAt]
    ends_at: Mapped[MaybeAt]
    wall_time: Mapped[str] = mapped_column(String(16), default="")  # 2026-12-06T10:00, what the clock there shows
    zone: Mapped[str] = mapped_column(String(60), default="")
    staff_id: Mapped[int | None] = mapped_column(Identifier64)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    remind_at: Mapped[MaybeAt]
    reason: Mapped[Code] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[At]
    updated_at: Mapped[At]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict
