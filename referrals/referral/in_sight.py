"""One referral when it is a member's to see; none otherwise, as for one that never was."""

from __future__ import annotations

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.referral.holding import hold_referral
from referrals.referral.records import Referral
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

HIDDEN = ("entered-in-error",)


def one_referral(
    uow: UnitOfWork,
    member: Member,
    referral_id: int,
    permission: Permission = Permission.READ_REFERRAL,
    *,
    lock: bool = False,
) -> Referral | None:
    """The referral when it is the member's to see with this permission; None otherwise, as for one that never was.

    `lock` it to change it: neither the clock nor another desk then changes it at the same moment.
    """
    query = select(Referral).where(Referral.id == referral_id, Referral.state.not_in(HIDDEN))
    theirs = visible_to(member, query, Referral, permission)
    if lock:
        if uow.session.scalar(theirs) is None:
            return None
        hold_referral(uow, referral_id)  # it may have gone to another centre until it was held
    return uow.session.scalar(theirs)


def referral_by_number(uow: UnitOfWork, member: Member, number: str) -> int | None:
    """The id of the member's latest referral of the application with this number (Latin digits)."""
    query = (
        select(Referral.id)
        .join(Application, Application.id == Referral.application_id)
        .where(Application.number == number, Referral.state.not_in(HIDDEN))
        .order_by(Referral.id.desc())
        .limit(1)
    )
    return uow.session.scalar(visible_to(member, query, Referral, Permission.READ_REFERRAL))
