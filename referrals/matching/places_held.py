"""Whether the places counted as taken are those that referrals hold; a wrong count is put right and logged."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select, update

from referrals.directory.records import ServiceAtLocation
from referrals.referral.records import HOLDS, Referral
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 200
EVERY = timedelta(minutes=5)  # as often as the clock comes here: 100,000 services are gone round in two days
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Miscount:
    """A service at a location that counts `used` places where referrals hold `held`."""

    service_at_location_id: int
    used: int
    held: int


def check_places(uow: UnitOfWork, within: tuple[int, int] | None = None) -> list[Miscount]:
    """The services at locations whose count is wrong; empty when the books balance. `within`: ids from, up to."""
    uow.flush()
    target = Referral.to_service_at_location_id
    held = select(target.label("given"), func.count().label("held")).where(HOLDS)
    given = select(ServiceAtLocation.id, ServiceAtLocation.used)
    if within is not None:  # both along their indexes
        held = held.where(target >= within[0], target < within[1])
        given = given.where(ServiceAtLocation.id >= within[0], ServiceAtLocation.id < within[1])
    counted = held.group_by(target).subquery()
    count = func.coalesce(counted.c.held, 0)
    wrong = (
        given.add_columns(count)
        .outerjoin(counted, counted.c.given == ServiceAtLocation.id)
        .where(ServiceAtLocation.used != count)
        .order_by(ServiceAtLocation.id)
    )
    return [Miscount(*row) for row in uow.connection.execute(wrong)]


def keep_count(store: Store, at: datetime) -> int:
    """Puts right what is wrong among the few that are looked at now; the next time the next few. Returns how many."""
    with store.reading() as uow:
        last = uow.connection.execute(select(func.max(ServiceAtLocation.id))).scalar() or 0
        portion = int(at.timestamp() // EVERY.total_seconds()) % (last // AT_A_TIME + 1) * AT_A_TIME
        wrong = check_places(uow, (portion, portion + AT_A_TIME))
    return sum(store.transact(partial(_put_right, found=each)) for each in wrong)


def _put_right(uow: UnitOfWork, found: Miscount) -> int:
    """Counts anew once nobody else can change the row; what was only under way is no mistake."""
    row = select(ServiceAtLocation.used).where(ServiceAtLocation.id == found.service_at_location_id).with_for_update()
    used = uow.connection.execute(row).scalar_one()
    holding = select(func.count()).where(Referral.to_service_at_location_id == found.service_at_location_id, HOLDS)
    held = uow.connection.execute(holding).scalar_one()
    if used == held:
        return 0
    log.warning("service at location %s counted %s places, %s are held", found.service_at_location_id, used, held)
    uow.connection.execute(
        update(ServiceAtLocation).where(ServiceAtLocation.id == found.service_at_location_id).values(used=held)
    )
    return 1
