"""Transfers that wait for a word: of this centre, whose they are to take on, or of the family."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from referrals.applications.records import Application
from referrals.directory.records import Location
from referrals.referral.holding import hold_referral
from referrals.referral.records import Referral, ReferralTransfer
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

NOT_DECIDED = ("asked", "agreed")


def open_transfer(uow: UnitOfWork, referral_id: int) -> ReferralTransfer | None:
    """The transfer of a referral that is not decided yet."""
    query = select(ReferralTransfer).filter_by(referral_id=referral_id).where(ReferralTransfer.state.in_(NOT_DECIDED))
    return uow.session.scalar(query.limit(1))


def incoming(uow: UnitOfWork, member: Member) -> Sequence[tuple[ReferralTransfer, Referral, str, str]]:
    """What other centres ask of the member's own, oldest first: the transfer, its referral, the number, from where.

    Only what the family has agreed to: before that, this centre has nothing to know.
    """
    query = (
        select(ReferralTransfer, Referral, Application.number, Location.name)
        .join(Referral, Referral.id == ReferralTransfer.referral_id)
        .join(Application, Application.id == Referral.application_id)
        .join(Location, Location.id == ReferralTransfer.from_location_id)
        .where(ReferralTransfer.state == "agreed")
        .order_by(ReferralTransfer.asked_at, ReferralTransfer.id)
    )
    found = uow.session.execute(visible_to(member, query, ReferralTransfer, Permission.HANDLE_REFERRAL))
    return [(transfer, referral, number, name) for transfer, referral, number, name in found]


def how_many_incoming(uow: UnitOfWork, member: Member) -> int:
    """How many of them wait."""
    query = select(func.count()).select_from(ReferralTransfer).where(ReferralTransfer.state == "agreed")
    return int(uow.session.scalar(visible_to(member, query, ReferralTransfer, Permission.HANDLE_REFERRAL)) or 0)


def one_incoming(uow: UnitOfWork, member: Member, transfer_id: int) -> ReferralTransfer | None:
    """The transfer when it is the member's to answer; None otherwise."""
    return _held(uow, member, transfer_id, "agreed", Permission.HANDLE_REFERRAL)


def one_to_agree(uow: UnitOfWork, member: Member, transfer_id: int) -> ReferralTransfer | None:
    """The transfer of which the family still has to say what it thinks, when the member may ask it."""
    return _held(uow, member, transfer_id, "asked", Permission.SEND_REFERRAL)


def was_asked(uow: UnitOfWork, member: Member, transfer_id: int) -> bool:
    """Whether the member's centre was asked for it, and it is decided by now."""
    query = select(ReferralTransfer.id).where(
        ReferralTransfer.id == transfer_id, ReferralTransfer.state.not_in(NOT_DECIDED)
    )
    return uow.session.scalar(visible_to(member, query, ReferralTransfer, Permission.HANDLE_REFERRAL)) is not None


def hold_transfer(uow: UnitOfWork, transfer_id: int) -> ReferralTransfer | None:
    """The transfer as it stands now, with its referral; nobody else decides it meanwhile. None where none is."""
    mine = select(ReferralTransfer).where(ReferralTransfer.id == transfer_id)
    found = uow.session.scalar(mine)
    if found is None:
        return None
    hold_referral(uow, found.referral_id)
    return uow.session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def _held(
    uow: UnitOfWork, member: Member, transfer_id: int, state: str, permission: Permission
) -> ReferralTransfer | None:
    query = select(ReferralTransfer).where(ReferralTransfer.id == transfer_id, ReferralTransfer.state == state)
    theirs = visible_to(member, query, ReferralTransfer, permission)
    if uow.session.scalar(theirs) is None:
        return None
    hold_transfer(uow, transfer_id)
    return uow.session.scalar(theirs)
