"""The place that a referral holds at its service: taken once, given back once, and passed on to who waits longest."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import Select, and_, func, or_, select

from referrals.directory.records import ServiceAtLocation
from referrals.matching.reserving import release, reserve
from referrals.referral.deadlines import start_clock
from referrals.referral.noting import note_event
from referrals.referral.records import ON_THE_LIST, Referral
from referrals.referral.telling import in_danger, tell
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 50
WAITING = ("requested", "received")


class PlaceGone(RuntimeError):
    """No place is free there any more and nobody is kept waiting: show the family other places."""


def take_place(uow: UnitOfWork, service_at_location_id: int, at: datetime) -> bool:
    """Whether a place is held now; False where the family waits for one. Raises `PlaceGone`."""
    if reserve(uow, service_at_location_id, at):
        return True
    given = uow.session.get_one(ServiceAtLocation, service_at_location_id)
    if given.waitlist:
        return False
    raise PlaceGone(PlaceGone.__doc__)


def give_back(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """The referral ended, or went elsewhere: its place is free for who waits. Twice is as once."""
    if not referral.holds_place:
        return
    referral.holds_place = False
    uow.flush()
    release(uow, referral.to_service_at_location_id)
    offer_waiting(uow, referral.to_service_at_location_id, at)


def offer_waiting(uow: UnitOfWork, service_at_location_id: int, at: datetime, most: int = AT_A_TIME) -> int:
    """Free places go to those who wait there, the oldest first; returns how many got one.

    Who may be in danger keeps waiting: what becomes of their referral a person decides.
    """
    given, passed = 0, list[int]()
    while given < most:
        oldest = uow.session.scalar(
            select(Referral)
            .where(
                ON_THE_LIST,
                Referral.to_service_at_location_id == service_at_location_id,
                Referral.state.in_(WAITING),
                Referral.id.not_in(passed),
            )
            .order_by(Referral.requested_at, Referral.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if oldest is None:
            break
        if in_danger(uow, oldest.person_id):
            passed.append(oldest.id)
            continue
        if not reserve(uow, service_at_location_id, at):
            break
        _give(uow, oldest, at)
        given += 1
    return given


def place_in_line(uow: UnitOfWork, referral: Referral) -> int:
    """The how-manieth of those who wait there; 1 is next."""
    earlier = or_(
        Referral.requested_at < referral.requested_at,
        and_(Referral.requested_at == referral.requested_at, Referral.id < referral.id),
    )
    query = select(func.count()).where(
        ON_THE_LIST, Referral.to_service_at_location_id == referral.to_service_at_location_id, earlier
    )
    return int(uow.session.scalar(query.where(Referral.state.in_(WAITING))) or 0) + 1


def _give(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    referral.holds_place, referral.business_status = True, "awaiting-ack" if referral.state == "requested" else ""
    start_clock(uow, referral, at)
    note_event(uow, referral, "place_free", referral.state, "system", at)
    tell(uow, referral, "place_free", at, by_clock=True)


def offer_freed(store: Store, at: datetime) -> int:
    """Places that became free beside us (a centre's own data changed) reach who waits; returns how many."""
    with store.reading() as uow:
        services = uow.connection.execute(_with_room()).scalars().all()
    return sum(store.transact(partial(offer_waiting, service_at_location_id=given, at=at)) for given in services)


def _with_room() -> Select[int]:
    """Services for which somebody waits and a place is free. ix_referral_waitlisted: the few who wait."""
    full = ServiceAtLocation.used + ServiceAtLocation.taken_elsewhere
    waited_for = select(Referral.to_service_at_location_id).where(ON_THE_LIST).distinct().subquery()
    return (
        select(ServiceAtLocation.id)
        .join(waited_for, waited_for.c.to_service_at_location_id == ServiceAtLocation.id)
        .where(
            or_(ServiceAtLocation.capacity.is_(None), full < ServiceAtLocation.capacity),
            ServiceAtLocation.paused.is_(False),
        )
        .order_by(ServiceAtLocation.id)
        .limit(AT_A_TIME)
    )
