"""Signed-in browsers: kept by us, so that signing out, disabling and time end them for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from referrals.protection.audit import audit
from referrals.staff.records import StaffSession
from referrals.staff.tokens import new_token, token_hash
from referrals.store.unit_of_work import UnitOfWork

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)  # a page view writes the time it was seen at most this often


@dataclass(frozen=True)
class NewSession:
    """What the browser gets: the token in its cookie."""

    token: str
    csrf: str


@dataclass(frozen=True)
class OpenSession:
    """A session that still counts."""

    token_sha256: str
    staff_id: int
    csrf: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime

    def is_stale(self, at: datetime) -> bool:
        """Whether `note_seen` is due."""
        return at - self.last_seen_at >= NOTED_EVERY


def start_session(uow: UnitOfWork, staff_id: int, user_agent: str, at: datetime) -> NewSession:
    """A new session with a new token, whatever the browser held before."""
    token, csrf = new_token(), new_token()
    uow.session.add(
        StaffSession(
            token_sha256=token_hash(token),
            staff_id=staff_id,
            csrf=csrf,
            user_agent=user_agent[:200],
            created_at=at,
            last_seen_at=at,
        )
    )
    uow.flush()
    audit(uow, at=at, actor=f"staff:{staff_id}", action="staff.signed_in", object_kind="staff", object_id=staff_id)
    return NewSession(token, csrf)


def open_session(uow: UnitOfWork, token: str, at: datetime) -> OpenSession | None:
    """The session of a cookie; None when it ended, idled 30 minutes or is 12 hours old."""
    row = uow.session.get(StaffSession, token_hash(token))
    return _value(row) if row is not None and _counts(row, at) else None


def was_session(uow: UnitOfWork, token: str) -> bool:
    """Whether this cookie ever opened one of our sessions, however it ended."""
    return uow.session.get(StaffSession, token_hash(token)) is not None


def writer_of(uow: UnitOfWork, csrf: str) -> int | None:
    """The account in whose session a form with this token was drawn, also when that session is over."""
    return uow.session.scalars(select(StaffSession.staff_id).where(StaffSession.csrf == csrf)).first()


def note_seen(uow: UnitOfWork, token_sha256: str, at: datetime) -> None:
    """The idle time begins again."""
    uow.connection.execute(
        update(StaffSession)
        .where(StaffSession.token_sha256 == token_sha256, StaffSession.last_seen_at < at)
        .values(last_seen_at=at)
    )


def end_session(uow: UnitOfWork, token_sha256: str, at: datetime, *, staff_id: int) -> bool:
    """Ends one session of this account; False when it is not theirs or ended already."""
    ended = uow.connection.execute(
        update(StaffSession)
        .where(
            StaffSession.token_sha256 == token_sha256,
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=at)
        .returning(StaffSession.token_sha256)
    ).first()
    return ended is not None


def end_all_sessions(uow: UnitOfWork, staff_id: int, at: datetime, *, but: str = "") -> None:
    """Ends every session of an account, but the one whose hash is given."""
    uow.connection.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.token_sha256 != but, StaffSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def sessions_of(uow: UnitOfWork, staff_id: int, at: datetime) -> list[OpenSession]:
    """The sessions of an account that still count, the last seen first."""
    rows = uow.session.scalars(
        select(StaffSession).filter_by(staff_id=staff_id, ended_at=None).order_by(StaffSession.last_seen_at.desc())
    )
    return [_value(row) for row in rows if _counts(row, at)]


def _counts(row: StaffSession, at: datetime) -> bool:
    return row.ended_at is None and at - row.last_seen_at < IDLE and at - row.created_at < ABSOLUTE


def _value(row: StaffSession) -> OpenSession:
    return OpenSession(row.token_sha256, row.staff_id, row.csrf, row.user_agent, row.created_at, row.last_seen_at)
