"""Applications, their needs and their history."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, Sealed, refers

# Written out, not given as a value: a partial index serves only a query that says so itself.
WAITS = text("state = 'waiting'")


class Application(Record):
    """A filed application. `number` is digits with a check digit, the one number a family has to keep."""

    __tablename__ = "application"
    __table_args__ = (Index("ix_application_of_programme", "programme_id", "state", "submitted_at"),)
    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    person_id: Mapped[int] = refers("person.id", index=True)
    household_id: Mapped[int] = refers("household.id", index=True)
    session_id: Mapped[int | None] = refers("interview_session.id", unique=True)
    form_id: Mapped[int] = refers("definition.id")
    rules_id: Mapped[int | None] = refers("definition.id")
    channel: Mapped[Code]
    submitted_by: Mapped[Code]  # family | clerk | volunteer | case_finder
    state: Mapped[Code]
    priority: Mapped[Code]
    area_code: Mapped[str] = mapped_column(String(80), default="", index=True)
    facts_sealed: Mapped[Sealed]  # what `reads` of the programme's settings names, as JSON
    submission_sealed: Mapped[Sealed]  # the XML as ODK would submit it
    submitted_at: Mapped[At]
    answer_due: Mapped[At]
    reviewer_id: Mapped[int | None] = mapped_column(Identifier64)  # the member of staff who has its review in hand
    anonymised_at: Mapped[MaybeAt]  # its time is over: whose it was is gone, what it counts for stays
    version: Mapped[int] = mapped_column(Integer, default=0)


class ApplicationNeed(Record):
    """A need of an application, the most pressing first."""

    __tablename__ = "application_need"
    __table_args__ = (UniqueConstraint("application_id", "code"),)
    id: Mapped[Key]
    application_id: Mapped[int] = refers("application.id")
    code: Mapped[Code]
    domain: Mapped[Code]
    service_term: Mapped[Code]
    rank: Mapped[int] = mapped_column(Integer)


class ApplicationEvent(Record):
    """A step in an application's life; only ever added."""

    __tablename__ = "application_event"
    id: Mapped[Key]
    application_id: Mapped[int] = refers("application.id", index=True)
    event: Mapped[Code]
    from_state: Mapped[Code]
    to_state: Mapped[Code]
    actor: Mapped[Code]
    reason: Mapped[Code] = mapped_column(default="")
    note_sealed: Mapped[MaybeSealed]  # for staff; nothing of it reaches a family
    staff_id: Mapped[int | None] = mapped_column(Identifier64)
    at: Mapped[At]


class InfoRequest(Record):
    """Questions of the form that staff ask a family once more, until they are answered or nobody waits any more.

    Which ones they are is sealed: a question tells of a need. `next_at` is when the clock looks at it again.
    """

    __tablename__ = "info_request"
    __table_args__ = (Index("ix_info_request_next", "next_at", sqlite_where=WAITS, postgresql_where=WAITS),)
    id: Mapped[Key]
    application_id: Mapped[int] = refers("application.id", index=True)
    person_id: Mapped[int] = refers("person.id", index=True)
    state: Mapped[str] = mapped_column(String(12))  # waiting | answered | lapsed | taken_back | ended
    questions_sealed: Mapped[Sealed]
    how_many: Mapped[int] = mapped_column(Integer)
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    asked_by_id: Mapped[int] = mapped_column(Identifier64)
    asked_at: Mapped[At]
    next_at: Mapped[MaybeAt]
    began_at: Mapped[MaybeAt]  # the family began to answer
    settled_at: Mapped[MaybeAt]


class MatchRun(Record):
    """Which centres were found for an application and why, as the matcher said it then."""

    __tablename__ = "match_run"
    id: Mapped[Key]
    application_id: Mapped[int] = refers("application.id", index=True)
    rules_id: Mapped[int | None] = refers("definition.id")
    need_code: Mapped[Code] = mapped_column(default="")
    outcome_sealed: Mapped[Sealed]
    at: Mapped[At]


class DraftPurged(Record):
    """What is left of a draft that was never consented to: that it was begun and how far it went."""

    __tablename__ = "draft_purged"
    id: Mapped[Key]
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    channel: Mapped[Code]
    questions_answered: Mapped[int] = mapped_column(Integer)
    rule: Mapped[Code] = mapped_column(default="unconsented_draft_days")
    begun_at: Mapped[At]
    purged_at: Mapped[MaybeAt]
