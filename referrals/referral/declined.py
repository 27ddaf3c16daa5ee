"""A transfer that was declined by mistake: for a short while the desk that declined it asks for it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.families.consents import stands
from referrals.referral.noting import note_event
from referrals.referral.records import Referral, ReferralEvent, ReferralTransfer, ReferralWord
from referrals.referral.sending import OPEN
from referrals.referral.stepping import Actor, GuardFailed
from referrals.referral.telling import tell
from referrals.referral.transfers_asked import hold_transfer, open_transfer
from referrals.referral.undoing import UNDO, UNDO_WITHIN
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

DECLINED = "transfer_declined"


def just_declined(uow: UnitOfWork, member: Member, at: datetime) -> Sequence[tuple[ReferralTransfer, str]]:
    """What the member's centres declined just now and could still take, each with its number; the newest first."""
    query = (
        select(ReferralTransfer, Application.number)
        .join(Referral, Referral.id == ReferralTransfer.referral_id)
        .join(Application, Application.id == Referral.application_id)
        .where(ReferralTransfer.state == "declined", ReferralTransfer.decided_at > at - UNDO_WITHIN)
        .order_by(ReferralTransfer.decided_at.desc())
    )
    found = uow.session.execute(visible_to(member, query, ReferralTransfer, Permission.HANDLE_REFERRAL)).all()
    return [(transfer, number) for transfer, number in found if _step_of(uow, transfer, at) is not None]


def one_declined(uow: UnitOfWork, member: Member, transfer_id: int) -> ReferralTransfer | None:
    """The declined transfer when it was the member's to answer; None otherwise."""
    query = select(ReferralTransfer).where(ReferralTransfer.id == transfer_id, ReferralTransfer.state == "declined")
    theirs = visible_to(member, query, ReferralTransfer, Permission.HANDLE_REFERRAL)
    if uow.session.scalar(theirs) is None:
        return None
    hold_transfer(uow, transfer_id)
    return uow.session.scalar(theirs)


def take_back_decline(uow: UnitOfWork, transfer: ReferralTransfer, actor: Actor, at: datetime) -> None:
    """It waits for this desk again; the family, which had heard that nothing changes, hears that it is asked once more.

    Raises `GuardFailed` where time passed or something else happened to the referral.
    """
    referral = uow.session.scalars(select(Referral).filter_by(id=transfer.referral_id).with_for_update()).one()
    step = _step_of(uow, transfer, at)
    if step is None:
        raise GuardFailed(UNDO, "This transfer can be taken back no longer.")
    transfer.state, transfer.decided_at, transfer.decided_by_id = "agreed", None, None
    words = select(ReferralWord).filter_by(referral_id=referral.id, kind="stays", created_at=step.at)
    heard = False
    for word in uow.session.scalars(words):
        heard = heard or word.state == "said"
        word.state = "dropped" if word.state == "planned" else word.state
    uow.flush()
    note_event(
        uow,
        referral,
        UNDO,
        referral.state,
        actor.role,
        at,
        staff_id=actor.staff_id,
        reason=DECLINED,
        undoes_id=step.id,
    )
    if heard:
        tell(uow, referral, "asked_again", at, subject=transfer.id)


def _step_of(uow: UnitOfWork, transfer: ReferralTransfer, at: datetime) -> ReferralEvent | None:
    """The event that declined it, where nothing came after it and it could be answered still."""
    newest = select(ReferralEvent).filter_by(referral_id=transfer.referral_id).order_by(ReferralEvent.id.desc())
    step = uow.session.scalar(newest.limit(1))
    if step is None or step.event != DECLINED or step.at != transfer.decided_at:
        return None
    if abs(at - step.at) >= UNDO_WITHIN or transfer.due_at <= at or transfer.consent_id is None:
        return None
    state = uow.session.scalar(select(Referral.state).where(Referral.id == transfer.referral_id))
    open_still = state in OPEN and open_transfer(uow, transfer.referral_id) is None
    return step if open_still and stands(uow, transfer.consent_id, at) else None
