"""Another place for a need: after a refusal, when nobody answers, at once in an emergency; whoever accepts first has
it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import ApplicationNeed
from referrals.lifecycles import AUTOMATIC_REROUTES
from referrals.referral.holding import hold_application, hold_services
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.referral.stepping import Actor, end, take_step
from referrals.store.unit_of_work import UnitOfWork

ELSEWHERE = "accepted-elsewhere"
UNANSWERED = ("requested", "received")


def may_propose(referral: Referral) -> bool:
    """Whether the system may propose one more place by itself; after three a supervisor looks."""
    return referral.attempt <= AUTOMATIC_REROUTES


def asked_organizations(uow: UnitOfWork, referral: Referral) -> frozenset[int]:
    """Every organization that was asked for this need: none of them is proposed again."""
    query = select(Referral.to_organization_id).where(
        Referral.application_id == referral.application_id, Referral.need_code == referral.need_code
    )
    return frozenset(uow.session.scalars(query))


def still_needed(uow: UnitOfWork, referral: Referral) -> bool:
    """Whether the need stands in the application; it may have been taken out of it meanwhile."""
    query = select(ApplicationNeed.id).filter_by(application_id=referral.application_id, code=referral.need_code)
    return uow.session.scalar(query.limit(1)) is not None


def went_on(uow: UnitOfWork, referral: Referral) -> bool:
    """Whether another place was asked in this one's stead already, and is not done yet."""
    query = select(Referral.id).where(Referral.parent_id == referral.id, Referral.state.in_((*OPEN, "completed")))
    return uow.session.scalar(query.limit(1)) is not None


def others_give_way(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """Of two centres that were asked for the same help the first to accept has it; the other is told by its queue.

    The application's row is held meanwhile, so that of two who accept at one moment one comes second.
    """
    uow.flush()
    hold_application(uow, referral.application_id)
    uow.session.refresh(referral, ["state", "version"])
    others = _asked_beside(uow, referral)
    hold_services(uow, [each.to_service_at_location_id for each in (referral, *others)])
    for other in others:
        if other.state in UNANSWERED:
            take_step(uow, other, "cancel", Actor(None, "family"), at, reason=ELSEWHERE)
            other.status_reason, other.business_status = ELSEWHERE, "loop-closed"
            end(uow, other, at, ELSEWHERE, "family")


def _asked_beside(uow: UnitOfWork, referral: Referral) -> Sequence[Referral]:
    """Whoever else was asked for the same help, however many places one went on to from another, and still waits."""
    query = select(Referral).where(
        Referral.application_id == referral.application_id,
        Referral.need_code == referral.need_code,
        Referral.id.in_(_line_of(uow, referral) - {referral.id}),
        Referral.state.in_(UNANSWERED),
    )
    return uow.session.scalars(query.order_by(Referral.id).with_for_update()).all()


def _line_of(uow: UnitOfWork, referral: Referral) -> set[int]:
    """The referrals of one line: the one that it began with, and all that went on from it or from one another."""
    query = select(Referral.id, Referral.parent_id).where(Referral.application_id == referral.application_id)
    parents: dict[int, int | None] = {row.id: row.parent_id for row in uow.connection.execute(query)}

    def first(id: int) -> int:
        while (parent := parents.get(id)) is not None:
            id = parent
        return id

    began = first(referral.id)
    return {id for id in parents if first(id) == began}
