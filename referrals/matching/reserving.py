"""Places at a service: one is reserved by a conditional update in the caller's unit of work, and freed again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, case, or_, update

from referrals.directory.records import ServiceAtLocation
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

LACK_DAYS = 7  # a centre that refused for want of room is asked again after a week, or when it says it has room

GIVEN = ServiceAtLocation.__table__.c
HAS_ROOM = and_(
    or_(GIVEN.capacity.is_(None), GIVEN.used + GIVEN.taken_elsewhere < GIVEN.capacity),
    GIVEN.paused.is_(False),
    or_(GIVEN.lacking_since.is_(None), GIVEN.lacking_since < bindparam("lacking_before")),
)

# By its primary key: whoever comes second waits for the row and finds it counted up.
TAKE = Ready(
    update(ServiceAtLocation)
    .where(GIVEN.id == bindparam("given"), HAS_ROOM)
    .values(used=GIVEN.used + 1)
    .returning(GIVEN.used)
)
GIVE_BACK = Ready(
    update(ServiceAtLocation)
    .where(GIVEN.id == bindparam("given"))
    .values(used=case((GIVEN.used > 0, GIVEN.used - 1), else_=0))
    .returning(GIVEN.used)
)
LACK = Ready(
    update(ServiceAtLocation)
    .where(GIVEN.id == bindparam("given"))
    .values(lacking_since=bindparam("since"))
    .returning(GIVEN.id)
)


def reserve(uow: UnitOfWork, service_at_location_id: int, at: datetime) -> bool:
    """Takes a place; False, and nothing changed, where none is free now or the centre takes nobody in."""
    uow.flush()
    taken = TAKE.value(uow.connection, given=service_at_location_id, lacking_before=at - timedelta(days=LACK_DAYS))
    _forget(uow, service_at_location_id)
    return taken is not None


def release(uow: UnitOfWork, service_at_location_id: int) -> None:
    """Gives a place back; never below none. Call it once for a referral that holds a place."""
    uow.flush()
    GIVE_BACK.all(uow.connection, given=service_at_location_id)
    _forget(uow, service_at_location_id)


def note_lack(uow: UnitOfWork, service_at_location_id: int, at: datetime) -> None:
    """A centre said that it has no room, whatever its numbers say: for a week it counts as full."""
    uow.flush()
    LACK.all(uow.connection, given=service_at_location_id, since=at)
    _forget(uow, service_at_location_id)


def _forget(uow: UnitOfWork, service_at_location_id: int) -> None:
    """What the session remembers of the row is old now."""
    known = uow.session.identity_map.get(uow.session.identity_key(ServiceAtLocation, service_at_location_id))
    if known is not None:
        uow.session.expire(known)
