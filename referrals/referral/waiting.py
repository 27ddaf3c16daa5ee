"""The place that a referral holds at its service: taken once, given back once, and passed on to who waits longest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from referrals.directory.records import ServiceAtLocation
from referrals.matching.reserving import LACK_DAYS, release, reserve
from referrals.portions import end_of_turn
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

    Who may be in danger keeps waiting: what becomes of their referral a person decides. Where somebody takes a step on
    the next one's referral at this moment the place stays free, and the clock gives it away: nobody who holds a
    service waits for a referral (`holding`).
    """
    given, passed = 0, list[int]()
    uow.flush()
    mine = select(ServiceAtLocation.id).where(ServiceAtLocation.id == service_at_location_id)
    uow.connection.execute(mine.with_for_update(key_share=True))  # who gives places there gives them one after another
    while given < most:
        oldest = _oldest(uow, service_at_location_id, passed)
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


def _oldest(uow: UnitOfWork, service_at_location_id: int, passed: Sequence[int]) -> Referral | None:
    """Who waits there longest, held; who went away just now is passed over. None where nobody waits, or where
    somebody takes a step on that very one."""
    waits = (
        ON_THE_LIST,
        Referral.to_service_at_location_id == service_at_location_id,
        Referral.state.in_(WAITING),
        Referral.id.not_in(passed),
    )
    first = select(Referral.id).where(*waits).order_by(Referral.requested_at, Referral.id).limit(1)
    before = None
    while (found := uow.session.scalar(first)) not in (None, before):
        held = select(Referral).where(Referral.id == found, *waits).with_for_update(skip_locked=True)
        if (still := uow.session.scalar(held.execution_options(populate_existing=True))) is not None:
            return still
        before = found
    return None


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
    """Places that became free beside us (a centre's own data changed, a week without room is over) reach who waits,
    where somebody waits longest first; returns how many.

    Every service with room has its turn: a portion at a time, a commit each, as long as a tick may take.
    """
    given, until = 0, end_of_turn()
    after: tuple[datetime, int] | None = None
    while time.monotonic() < until and (services := _some_with_room(store, at, after)):
        for service, waits_since in services:
            given += _offer_all(store, service, at, until)
            after = (waits_since, service)
            if time.monotonic() > until:
                break
    return given


def _offer_all(store: Store, service: int, at: datetime, until: float) -> int:
    """The places of one service, a portion a commit."""
    given = 0
    while (some := store.transact(partial(offer_waiting, service_at_location_id=service, at=at))) > 0:
        given += some
        if some < AT_A_TIME or time.monotonic() > until:
            break
    return given


def _some_with_room(store: Store, at: datetime, after: tuple[datetime, int] | None) -> Sequence[Any]:
    with store.reading() as uow:
        return uow.connection.execute(_with_room(at, after)).all()


def _with_room(at: datetime, after: tuple[datetime, int] | None) -> Select[int, datetime]:
    """Services for which somebody waits and a place can be taken, and since when the first one waits; those that come
    `after`. ix_referral_waitlisted: the few who wait."""
    full = ServiceAtLocation.used + ServiceAtLocation.taken_elsewhere
    lacking = ServiceAtLocation.lacking_since
    waited_for = (
        select(Referral.to_service_at_location_id.label("given"), func.min(Referral.requested_at).label("since"))
        .where(ON_THE_LIST, Referral.state.in_(WAITING))
        .group_by(Referral.to_service_at_location_id)
        .subquery()
    )
    since, given = waited_for.c.since, waited_for.c.given
    query = (
        select(ServiceAtLocation.id, since)
        .join(waited_for, given == ServiceAtLocation.id)
        .where(
            or_(ServiceAtLocation.capacity.is_(None), full < ServiceAtLocation.capacity),
            ServiceAtLocation.paused.is_(False),
            ServiceAtLocation.gone_at.is_(None),
            or_(lacking.is_(None), lacking < at - timedelta(days=LACK_DAYS)),
        )
    )
    if after is not None:
        query = query.where(or_(since > after[0], and_(since == after[0], given > after[1])))
    return query.order_by(since, given).limit(AT_A_TIME)
