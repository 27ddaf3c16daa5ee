"""Which of a family's needs still go to nobody: one referral for each need and service, the most pressing first."""

from __future__ import annotations

from sqlalchemy import select

from referrals.applications.records import ApplicationNeed
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.store.unit_of_work import UnitOfWork

SERVED = (*OPEN, "completed")


def next_need(uow: UnitOfWork, application_id: int) -> str | None:
    """The code of the next need that nobody was asked for; None when there is none.

    Needs of one service go together (school fees and school supplies are one door), so that nobody is sent to the
    same place twice; a need whose centre refused is looked after where that refusal is.
    """
    needs = uow.session.scalars(
        select(ApplicationNeed).filter_by(application_id=application_id).order_by(ApplicationNeed.rank)
    ).all()
    asked = uow.session.execute(
        select(Referral.need_code, Referral.service_term, Referral.state).where(
            Referral.application_id == application_id
        )
    ).all()
    codes = {row.need_code for row in asked if row.state != "entered-in-error"}
    covered = {row.service_term for row in asked if row.state in SERVED}
    covered |= {need.service_term for need in needs if need.code in codes}
    return next((need.code for need in needs if need.code not in codes and need.service_term not in covered), None)


def standing_of(uow: UnitOfWork, application_id: int) -> list[Referral]:
    """Where each need stands, in the order in which they were sent: the referral that is open, else the latest one."""
    rows = uow.session.scalars(
        select(Referral)
        .where(Referral.application_id == application_id, Referral.state != "entered-in-error")
        .order_by(Referral.id)
    ).all()
    latest: dict[str, Referral] = {}
    for row in rows:
        known = latest.get(row.need_code)
        if known is None or row.state in OPEN or known.state not in OPEN:
            latest[row.need_code] = row
    return list(latest.values())
