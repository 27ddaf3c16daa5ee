"""Conversations, interview sessions, the inbox, codes for moving, questions for staff."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, Sealed, refers

# Written out, not given as values: a partial index serves only a query that says so itself.
RESTS = "nudged_at IS NULL AND status IN ('asking', 'reviewing', 'editing')"


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows that are looked for: most rows are done, and cost it nothing."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Conversation(Record):
    """One person's thread at one identity: which programme, which language, what is pending. Who shares a telephone
    shares no thread."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("identity_id", "person_id"),)  # finds the thread of an inbound message
    id: Mapped[Key]
    identity_id: Mapped[int] = refers("identity.id")
    person_id: Mapped[int] = refers("person.id", index=True)
    sender_id: Mapped[int] = refers("sender.id")
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    language: Mapped[str] = mapped_column(String(10), default="ar")
    stage: Mapped[Code]  # the pending thing; its data are sealed in the state
    state_sealed: Mapped[Sealed]
    session_id: Mapped[int | None] = refers("interview_session.id", index=True)
    may_message: Mapped[bool | None] = mapped_column(Boolean)  # this person's own word, where a telephone is shared
    quiet_from: Mapped[str | None] = mapped_column(String(5))  # the same of when it must not ring, HH:MM; blank: any
    quiet_to: Mapped[str | None] = mapped_column(String(5))  # hour; none: they never said
    version: Mapped[int] = mapped_column(Integer, default=0)
    updated_at: Mapped[At]


class InterviewSession(Record):
    """An interview under way or done: a journal of answers pinned to the form's version."""

    __tablename__ = "interview_session"
    __table_args__ = (
        # what the clock may mention: the earliest of what rests
        _partial("ix_interview_session_resting", "updated_at", where=RESTS),
    )
    id: Mapped[Key]
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    person_id: Mapped[int] = refers("person.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    form_id: Mapped[int] = refers("definition.id")
    status: Mapped[Code]
    journal_sealed: Mapped[Sealed]
    version: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[At]
    updated_at: Mapped[At]
    nudged_at: Mapped[MaybeAt]


class InboxMessage(Record):
    """Everything that a platform told us and we answered 200 for; never dropped."""

    __tablename__ = "inbox_message"
    __table_args__ = (
        # a redelivery meets the row that stands already
        UniqueConstraint("sender_id", "kind", "external_id", "status"),
        # the next turn of a family: the oldest that waits, however many statuses wait beside it
        _partial("ix_inbox_message_turns", "id", where="state = 'waiting' AND kind <> 'status'"),
        _partial("ix_inbox_message_statuses", "due_at", "id", where="state = 'waiting' AND kind = 'status'"),
        _partial("ix_inbox_message_parked", "sender_id", "id", where="state = 'parked'"),
        # an identity's earlier message must be done first
        Index("ix_inbox_message_in_order", "identity_id", "state", "id"),
        # the books of an account by hour and state, read from this alone
        Index("ix_inbox_message_books", "sender_id", "received_at", "state"),
    )
    id: Mapped[Key]
    sender_id: Mapped[int] = refers("sender.id")
    kind: Mapped[str] = mapped_column(String(10))
    external_id: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20), default="")
    identity_id: Mapped[int | None] = refers("identity.id")
    payload_sealed: Mapped[Sealed]
    state: Mapped[str] = mapped_column(String(10))  # waiting | handled | parked
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[At]
    reason: Mapped[str] = mapped_column(String(400), default="")
    received_at: Mapped[At]
    handled_at: Mapped[MaybeAt]


class MoveCode(Record):
    """Six digits that continue a conversation on another channel, phone or desk; they expire and work once."""

    __tablename__ = "move_code"
    id: Mapped[Key]
    code_index: Mapped[bytes] = mapped_column(LargeBinary(33), index=True)
    conversation_id: Mapped[int | None] = refers("conversation.id")
    session_id: Mapped[int | None] = refers("interview_session.id")  # of a form that was begun where there is no chat
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[MaybeAt]


class CodeAttempt(Record):
    """A wrong code, counted so that nobody can try them all."""

    __tablename__ = "code_attempt"
    id: Mapped[Key]
    identity_id: Mapped[int] = refers("identity.id", index=True)
    at: Mapped[At]


class HelpRequest(Record):
    """A question for staff, or a danger that only some may read."""

    __tablename__ = "help_request"
    __table_args__ = (
        # whether somebody may be in danger, asked before anything is done by itself
        _partial("ix_help_request_danger", "person_id", where="kind = 'danger' AND state = 'open'"),
    )
    id: Mapped[Key]
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"), index=True)
    conversation_id: Mapped[int | None] = refers("conversation.id")  # none for who applied at a desk
    person_id: Mapped[int] = refers("person.id")
    location_id: Mapped[int | None] = mapped_column(Identifier64)  # the centre's queue; the programme's when blank
    kind: Mapped[Code]  # question | danger | explain | closed_place
    restricted: Mapped[bool] = mapped_column(Boolean, default=False)
    text_sealed: Mapped[MaybeSealed]
    answer_sealed: Mapped[MaybeSealed]
    state: Mapped[Code]  # open | answered | closed
    created_at: Mapped[At]
    due_at: Mapped[At]
    answered_by_id: Mapped[int | None] = mapped_column(Identifier64)
    answered_at: Mapped[MaybeAt]
