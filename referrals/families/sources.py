"""Where people first came from: the code of a poster, a volunteer or an advertisement, kept once for each identity."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from referrals.senders.records import ContactSource
from referrals.store.unit_of_work import UnitOfWork

LONGEST = 80
MOVES = "move-"  # how `referrals.senders.links` spells such a code


def note_source(uow: UnitOfWork, identity_id: int, code: str, at: datetime) -> None:
    """Keeps the code that somebody came with when they first wrote; what brings a conversation along is a secret."""
    code = code.strip()[:LONGEST]
    if not code or code.isdecimal() or code.startswith(MOVES) or source_of(uow, identity_id):
        return
    uow.session.add(ContactSource(identity_id=identity_id, code=code, created_at=at))
    uow.flush()


def source_of(uow: UnitOfWork, identity_id: int) -> str:
    """The code that an identity came with, blank where it brought none."""
    first = select(ContactSource.code).filter_by(identity_id=identity_id).order_by(ContactSource.id).limit(1)
    return uow.session.scalar(first) or ""


def forget_source(uow: UnitOfWork, identity_id: int) -> None:
    """They asked us to forget them: where they came from goes with the rest."""
    uow.connection.execute(delete(ContactSource).where(ContactSource.identity_id == identity_id))
