"""A legal hold: nothing of a person is removed while it stands, neither by the clock nor because it was asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from referrals.families.people import everyone_as
from referrals.protection.audit import audit
from referrals.protection.rights_records import LegalHold
from referrals.store.unit_of_work import UnitOfWork

REASONS = ("court", "inquiry", "appeal", "audit")


def is_held(uow: UnitOfWork, people: Collection[int]) -> bool:
    """Whether anything of these people must be kept, also because of who staff say is the same person."""
    everyone = {each for person_id in people for each in everyone_as(uow, person_id)}
    standing = select(LegalHold.id).where(LegalHold.person_id.in_(everyone), LegalHold.ended_at.is_(None))
    return uow.connection.execute(standing.limit(1)).first() is not None


def hold(uow: UnitOfWork, person_id: int, reason: str, at: datetime, staff_id: int) -> None:
    """Nothing of this person goes from now on. A second hold for the same reason changes nothing; ValueError for a
    reason that is none of `REASONS`."""
    if reason not in REASONS:
        raise ValueError("a hold needs its reason: " + ", ".join(REASONS))
    mine = select(LegalHold.id).where(
        LegalHold.person_id == person_id, LegalHold.reason == reason, LegalHold.ended_at.is_(None)
    )
    if uow.connection.execute(mine).first() is not None:
        return
    uow.session.add(LegalHold(person_id=person_id, reason=reason, set_at=at, set_by_id=staff_id))
    uow.flush()
    _note(uow, "hold.set", person_id, reason, at, staff_id)


def end_hold(uow: UnitOfWork, held: LegalHold, at: datetime, staff_id: int) -> None:
    """It ends; what has had its time goes again from the next look of the clock on."""
    ended = update(LegalHold).where(LegalHold.id == held.id, LegalHold.ended_at.is_(None)).returning(LegalHold.id)
    if uow.connection.execute(ended.values(ended_at=at, ended_by_id=staff_id)).first() is not None:
        _note(uow, "hold.ended", held.person_id, held.reason, at, staff_id)


def _note(uow: UnitOfWork, action: str, person_id: int, reason: str, at: datetime, staff_id: int) -> None:
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}",
        action=action,
        object_kind="person",
        object_id=person_id,
        details={"why": reason},
    )
