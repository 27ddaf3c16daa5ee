"""Wrong names, passwords and tokens at OpenRosa's door, counted by address and by name, so that nobody guesses on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from referrals.staff.records import SignInAttempt
from referrals.store.unit_of_work import UnitOfWork

WINDOW = timedelta(minutes=15)
OF_A_NAME = 10
OF_AN_ADDRESS = 50  # a whole office may stand behind one address
KEPT = timedelta(days=1)


def has_tried_too_often(uow: UnitOfWork, address: str, name: str, at: datetime) -> bool:
    """Whether no more tries are looked at for now, right ones neither."""
    return _tries(uow, "address", address, at) >= OF_AN_ADDRESS or bool(
        name and _tries(uow, "name", name, at) >= OF_A_NAME
    )


def note_wrong_try(uow: UnitOfWork, address: str, name: str, at: datetime) -> None:
    """Counts one wrong try; `name` is blank for a token."""
    uow.connection.execute(delete(SignInAttempt).where(SignInAttempt.at < at - KEPT))
    who = [_who(uow, "address", address)] + ([_who(uow, "name", name)] if name else [])
    uow.session.add_all(SignInAttempt(who_sha256=each, at=at) for each in who)
    uow.flush()


def _tries(uow: UnitOfWork, kind: str, value: str, at: datetime) -> int:
    counted = select(func.coalesce(func.sum(SignInAttempt.tries), 0)).where(
        SignInAttempt.who_sha256 == _who(uow, kind, value), SignInAttempt.at > at - WINDOW
    )
    return int(uow.connection.execute(counted).scalar_one())


def _who(uow: UnitOfWork, kind: str, value: str) -> str:
    return uow.vault.digest(f"openrosa {kind}\0{value[:200]}".encode())
