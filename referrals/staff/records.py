"""Staff accounts, memberships, sessions, links that work once."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, refers


class Staff(Record):
    """A person who signs in to the console."""

    __tablename__ = "staff"
    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(300), default="")
    data_key_id: Mapped[int] = mapped_column(Identifier64)
    totp_sealed: Mapped[MaybeSealed]
    totp_last_step: Mapped[int | None] = mapped_column(Identifier64)
    disabled_at: Mapped[MaybeAt]
    created_at: Mapped[At]


class StaffMembership(Record):
    """A role in a programme, narrowed to an organization and a location where the role is a centre's."""

    __tablename__ = "staff_membership"
    id: Mapped[Key]
    staff_id: Mapped[int] = refers("staff.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    organization_id: Mapped[int | None] = refers("organization.id")
    location_id: Mapped[int | None] = refers("location.id")
    role: Mapped[Code]
    created_at: Mapped[At]
    ended_at: Mapped[MaybeAt]


class StaffSession(Record):
    """A signed-in browser; the cookie holds a random token, this row its hash."""

    __tablename__ = "staff_session"
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = refers("staff.id", index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[At]
    last_seen_at: Mapped[At]
    ended_at: Mapped[MaybeAt]


class SignInLink(Record):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_link"
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = refers("staff.id")
    expires_at: Mapped[At]
    used_at: Mapped[MaybeAt]


class Invitation(Record):
    """A link by which a new colleague chooses a password."""

    __tablename__ = "invitation"
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200), default="")
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    organization_id: Mapped[int | None] = refers("organization.id")
    location_id: Mapped[int | None] = refers("location.id")
    role: Mapped[Code]
    expires_at: Mapped[At]
    used_at: Mapped[MaybeAt]


class SignInAttempt(Record):
    """A failed sign-in, counted by account and by address, so that nobody can guess on."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_recent", "who_sha256", "at"),)
    id: Mapped[Key]
    who_sha256: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(Integer, default=1)
    at: Mapped[At]


class DemonstrationClock(Record):
    """How far ahead of the real time this demonstration runs; one row."""

    __tablename__ = "demonstration_clock"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    offset_seconds: Mapped[int] = mapped_column(Identifier64, default=0)
