"""Signing in with a password: counted before it is checked, so that nobody guesses on, by account or by address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from referrals.protection.audit import audit
from referrals.staff.accounts import fold_email
from referrals.staff.passwords import Passwords
from referrals.staff.records import SignInAttempt, Staff
from referrals.staff.sessions import NewSession, start_session
from referrals.store.unit_of_work import Store, UnitOfWork

WINDOW = timedelta(minutes=15)
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 50  # a centre's whole staff may stand behind one address
KEPT = timedelta(days=1)


class SignInRefused(ValueError):
    """The address or the password is wrong."""


class TooManyTries(SignInRefused):
    """Too many wrong passwords. Wait a quarter of an hour, or use a sign-in link."""


@dataclass(frozen=True)
class _Claim:
    """What is to be checked outside the transaction; both are blank for an account that there is not."""

    staff_id: int
    password_hash: str


def sign_in(
    store: Store, passwords: Passwords, *, email: str, password: str, address: str, user_agent: str, at: datetime
) -> NewSession:
    """A new session. Raises `SignInRefused`, the same and as slowly for an unknown account, or `TooManyTries`."""
    claim = store.transact(lambda uow: _count_and_find(uow, email, address, at))
    right = passwords.verify(password, claim.password_hash if claim else "")
    if claim is None:
        raise TooManyTries(TooManyTries.__doc__)
    if not right:
        raise SignInRefused(SignInRefused.__doc__)
    return store.transact(lambda uow: _welcome(uow, claim.staff_id, email, address, user_agent, at))


def _count_and_find(uow: UnitOfWork, email: str, address: str, at: datetime) -> _Claim | None:
    """The claim to check; None once the limit is reached. The try counts now: many at once gain nothing."""
    account, place = _who(uow, "account", fold_email(email)), _who(uow, "address", address)
    _one_at_a_time(uow, account)
    if _tries(uow, account, at) >= TRIES_OF_ACCOUNT or _tries(uow, place, at) >= TRIES_OF_ADDRESS:
        audit(uow, at=at, actor="visitor", action="staff.limited", object_kind="sign_in", object_id=account[:16])
        return None
    uow.connection.execute(delete(SignInAttempt).where(SignInAttempt.at < at - KEPT))
    uow.session.add_all([SignInAttempt(who_sha256=account, at=at), SignInAttempt(who_sha256=place, at=at)])
    uow.flush()
    staff = uow.session.scalar(select(Staff).filter_by(email=fold_email(email), disabled_at=None))
    return _Claim(staff.id, staff.password_hash) if staff else _Claim(0, "")


def _welcome(uow: UnitOfWork, staff_id: int, email: str, address: str, user_agent: str, at: datetime) -> NewSession:
    account, place = _who(uow, "account", fold_email(email)), _who(uow, "address", address)
    uow.connection.execute(delete(SignInAttempt).where(SignInAttempt.who_sha256 == account))
    counted = select(func.max(SignInAttempt.id)).where(SignInAttempt.who_sha256 == place).scalar_subquery()
    uow.connection.execute(delete(SignInAttempt).where(SignInAttempt.id == counted))  # a right try is no try there
    return start_session(uow, staff_id, user_agent, at)


def _one_at_a_time(uow: UnitOfWork, who: str) -> None:
    """Tries for one account wait for each other, so that many at once cannot all be the tenth."""
    if uow.connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        uow.connection.execute(select(func.pg_advisory_xact_lock(int(who[:15], 16))))


def _tries(uow: UnitOfWork, who: str, at: datetime) -> int:
    counted = select(func.coalesce(func.sum(SignInAttempt.tries), 0)).where(
        SignInAttempt.who_sha256 == who, SignInAttempt.at > at - WINDOW
    )
    return int(uow.connection.execute(counted).scalar_one())


def _who(uow: UnitOfWork, kind: str, value: str) -> str:
    # Keyed: an address book must not be enough to read this table.
    return uow.vault.digest(f"sign-in {kind}\0{value}".encode())
