"""The one order in which the rows of a step are held: applications, their referrals, what hangs on those, services.

Whoever takes them in this order never stands across another who does: nobody holds what comes later and waits for what
comes first. A referral of another family is never waited for in the middle of a step (`waiting.offer_waiting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.directory.records import ServiceAtLocation
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork


def hold_application(uow: UnitOfWork, application_id: int) -> None:
    """One step at a time in all that a family asked for with it; rows that only name it may be written meanwhile."""
    _hold_applications(uow, [application_id])


def hold_referral(uow: UnitOfWork, referral_id: int) -> Referral | None:
    """The referral as it stands now; nobody else takes a step on it, or beside it, meanwhile. None where none is."""
    found = hold_referrals(uow, [referral_id])
    return found[0] if found else None


def hold_referrals(uow: UnitOfWork, ids: Iterable[int]) -> Sequence[Referral]:
    """Several of them, lowest id first, as they stand now."""
    uow.flush()
    mine = Referral.id.in_(sorted(set(ids)))
    _hold_applications(uow, uow.connection.execute(select(Referral.application_id).where(mine)).scalars().all())
    held = select(Referral).where(mine).order_by(Referral.id).with_for_update()
    return uow.session.scalars(held.execution_options(populate_existing=True)).all()


def hold_services(uow: UnitOfWork, ids: Iterable[int]) -> None:
    """Before places of several services change hands in one step: lowest id first, whichever way they go."""
    several = sorted(set(ids))
    if len(several) < 2:  # one alone is held by what changes it
        return
    mine = select(ServiceAtLocation.id).where(ServiceAtLocation.id.in_(several)).order_by(ServiceAtLocation.id)
    uow.connection.execute(mine.with_for_update(key_share=True)).all()


def _hold_applications(uow: UnitOfWork, ids: Iterable[int]) -> None:
    mine = select(Application.id).where(Application.id.in_(sorted(set(ids)))).order_by(Application.id)
    uow.connection.execute(mine.with_for_update(key_share=True)).all()
