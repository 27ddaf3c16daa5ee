"""How reliably a service at a location answers: what matching weighs, and a supervisor sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select

from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

LOOKED_BACK = timedelta(days=90)


def response_rates(uow: UnitOfWork, given_ids: Iterable[int], at: datetime) -> dict[int, float]:
    """The share of the last 90 days' referrals that were answered in time, from 0 to 1, by service at a location.

    Counted are those that were answered and those whose time is over; a service of which nothing can be said yet is
    not in the result. One query along ix_referral_answering.
    """
    wanted = sorted(set(given_ids))
    if not wanted:
        return {}
    in_time = and_(Referral.answered_at.is_not(None), Referral.answered_at <= Referral.respond_due)
    query = (
        select(Referral.to_service_at_location_id, func.sum(case((in_time, 1), else_=0)), func.count())
        .where(
            Referral.to_service_at_location_id.in_(wanted),
            Referral.requested_at > at - LOOKED_BACK,
            Referral.requested_at <= at,
            or_(
                Referral.answered_at.is_not(None),
                and_(Referral.respond_due < at, Referral.state.not_in(("draft", "cancelled", "entered-in-error"))),
            ),
            Referral.state != "entered-in-error",
        )
        .group_by(Referral.to_service_at_location_id)
    )
    return {row[0]: row[1] / row[2] for row in uow.connection.execute(query)}
