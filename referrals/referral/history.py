"""The steps of a referral as a page tells them, the latest first, with the notes that were left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from referrals.protection.vault import Erased
from referrals.referral.records import Referral, ReferralEvent
from referrals.staff.records import Staff
from referrals.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Step:
    """A step of a referral's history, as a page tells it."""

    event: str
    at: datetime
    actor: str
    reason: str
    note: str
    staff_name: str


def history(uow: UnitOfWork, referral: Referral) -> list[Step]:
    """The steps of a referral, the latest first, with the notes that were left."""
    query = (
        select(ReferralEvent, Staff.name)
        .outerjoin(Staff, Staff.id == ReferralEvent.staff_id)
        .where(ReferralEvent.referral_id == referral.id)
        .order_by(ReferralEvent.id.desc())
    )
    return [
        Step(event.event, event.at, event.actor, event.reason, _note(uow, event), name or "")
        for event, name in uow.session.execute(query)
    ]


def last_turn(uow: UnitOfWork, referral_id: int) -> int:
    """The latest step that moved it, was taken back, or was about another centre; 0 before any.

    A page that was drawn before this step shows something else than stands now. That it was opened, or that a deadline
    went by, changes nothing of what a desk decides.
    """
    row = ReferralEvent
    moved = and_(row.from_state != row.to_state, row.event != "acknowledge")
    turns = or_(moved, row.undoes_id.is_not(None), row.event.startswith("transfer"))
    return uow.session.scalar(select(func.max(row.id)).where(row.referral_id == referral_id, turns)) or 0


def _note(uow: UnitOfWork, event: ReferralEvent) -> str:
    try:
        return uow.vault.open_text(event.note_sealed, "referral_event.note")
    except Erased:
        return ""
