"""Whether the places counted as taken are those that referrals hold; a wrong count is put right and logged."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from referrals.directory.records import ServiceAtLocation
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Miscount:
    """A service at a location that counts `used` places where referrals hold `held`."""

    service_at_location_id: int
    used: int
    held: int


def check_places(uow: UnitOfWork, limit: int | None = None) -> list[Miscount]:
    """The services at locations whose count is wrong; empty when the books balance."""
    uow.flush()
    target = Referral.to_service_at_location_id
    held = (
        select(target.label("given"), func.count().label("held"))
        .where(Referral.holds_place.is_(True))
        .group_by(target)
        .subquery()
    )
    count = func.coalesce(held.c.held, 0)
    wrong = (
        select(ServiceAtLocation.id, ServiceAtLocation.used, count)
        .outerjoin(held, held.c.given == ServiceAtLocation.id)
        .where(ServiceAtLocation.used != count)
        .order_by(ServiceAtLocation.id)
        .limit(limit)
    )
    return [Miscount(*row) for row in uow.connection.execute(wrong)]


def keep_count(store: Store, at: datetime) -> int:
    """The daily duty: puts right what is wrong, a bounded number a day; returns how many."""
    with store.reading() as uow:
        wrong = check_places(uow, AT_A_TIME)
    return sum(store.transact(lambda uow, each=each: _put_right(uow, each)) for each in wrong)  # type: ignore[misc]  # mypy sees no type in a default


def _put_right(uow: UnitOfWork, found: Miscount) -> int:
    """Counts anew once nobody else can change the row; what was only under way is no mistake."""
    row = select(ServiceAtLocation.used).where(ServiceAtLocation.id == found.service_at_location_id).with_for_update()
    used = uow.connection.execute(row).scalar_one()
    holding = select(func.count()).where(
        Referral.to_service_at_location_id == found.service_at_location_id, Referral.holds_place.is_(True)
    )
    held = uow.connection.execute(holding).scalar_one()
    if used == held:
        return 0
    log.warning("service at location %s counted %s places, %s are held", found.service_at_location_id, used, held)
    uow.connection.execute(
        update(ServiceAtLocation).where(ServiceAtLocation.id == found.service_at_location_id).values(used=held)
    )
    return 1
