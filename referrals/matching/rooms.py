"""What a centre says of its own room: how many places, whether it waits with a list, whether it takes families now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.directory.records import Location, Service, ServiceAtLocation
from referrals.protection.audit import audit
from referrals.referral.waiting import offer_waiting
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

MOST_PLACES = 100_000
MOST_ROOMS = 500


class UnfitRoom(ValueError):
    """The number of places must be a whole number from 0 to 100,000, or blank where nobody counts."""


@dataclass(frozen=True)
class Room:
    """One service at one of their centres, and what of it is taken."""

    id: int
    centre: str
    service: str
    capacity: int | None
    used: int
    taken_elsewhere: int
    waitlist: bool
    paused: bool
    lacking_since: datetime | None
    confirmed_at: datetime | None

    @property
    def free(self) -> int | None:
        """Places left, None where nobody counts."""
        return None if self.capacity is None else max(0, self.capacity - self.used - self.taken_elsewhere)


@dataclass(frozen=True)
class Said:
    """What the centre says now. `capacity` None: nobody counts."""

    capacity: int | None
    waitlist: bool
    paused: bool


def rooms_of(uow: UnitOfWork, member: Member) -> Sequence[Room]:
    """The services at the centres of a member who may change their capacity, by centre and name."""
    query = (
        select(ServiceAtLocation, Service.name, Location.name)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.gone_at.is_(None), Service.status == "active")
        .order_by(Location.name, Service.name, ServiceAtLocation.id)
        .limit(MOST_ROOMS)
    )
    rows = uow.session.execute(visible_to(member, query, ServiceAtLocation, Permission.CHANGE_CAPACITY))
    return [_room(given, service, centre) for given, service, centre in rows]


def say_room(uow: UnitOfWork, member: Member, given_id: int, said: Said, at: datetime) -> int | None:
    """Keeps what the centre says, and gives freed places to who waits: how many. None where it is not their centre.

    What it says holds until it, or newer data of the owner, says otherwise; an earlier «no room» is over with it.
    """
    mine = visible_to(
        member,
        select(ServiceAtLocation).where(ServiceAtLocation.id == given_id, ServiceAtLocation.gone_at.is_(None)),
        ServiceAtLocation,
        Permission.CHANGE_CAPACITY,
    )
    given = uow.session.scalar(mine.with_for_update(of=ServiceAtLocation))
    if given is None:
        return None
    given.capacity, given.waitlist, given.paused = said.capacity, said.waitlist, said.paused
    given.lacking_since, given.confirmed_at, given.confirmed_by = None, at, member.staff_id
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="capacity.changed",
        object_kind="service_at_location",
        object_id=given_id,
        details={"capacity": said.capacity, "waitlist": said.waitlist, "paused": said.paused},
    )
    return offer_waiting(uow, given_id, at)


def read_capacity(text: str) -> int | None:
    """The number of places that somebody wrote, in digits of any script; None where it is blank. Raises `UnfitRoom`."""
    written = text.strip()
    if not written:
        return None
    if not written.isdecimal() or int(written) > MOST_PLACES:
        raise UnfitRoom(UnfitRoom.__doc__)
    return int(written)


def _room(given: ServiceAtLocation, service: str, centre: str) -> Room:
    return Room(
        given.id,
        centre,
        service,
        given.capacity,
        given.used,
        given.taken_elsewhere,
        given.waitlist,
        given.paused,
        given.lacking_since,
        given.confirmed_at,
    )
