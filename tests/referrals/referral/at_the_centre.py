"""What the tests of referrals ask and do: a referral as it stands, a step of its desk, the clock at a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from referrals.clockwork import tick
from referrals.conversations.records import HelpRequest
from referrals.directory.records import ServiceAtLocation
from referrals.referral.handling import Actor
from referrals.referral.holding import hold_referral
from referrals.referral.records import Referral, ReferralEvent
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

DESK = Actor(staff_id=1)


def referral(families: Families, referral_id: int) -> Referral:
    """As it stands in the database now."""
    with families.store.reading() as uow:
        return uow.session.get_one(Referral, referral_id)


def all_referrals(families: Families) -> list[Referral]:
    with families.store.reading() as uow:
        return list(uow.session.scalars(select(Referral).order_by(Referral.id)))


def does(families: Families, referral_id: int, step: Callable[..., Any], *more: Any, **named: Any) -> None:
    """A step of the desk, as the console runs it: `does(families, id, reject, "no-capacity")`."""

    def work(uow: UnitOfWork) -> None:
        found = hold_referral(uow, referral_id)
        assert found is not None
        actor = named.pop("actor", DESK)
        step(uow, found, actor, families.clock(), *more, **named)

    families.store.transact(work)


def changes(families: Families, referral_id: int, **values: Any) -> None:
    """Puts a referral into a condition that would take long to come to."""
    families.store.transact(
        lambda uow: uow.connection.execute(update(Referral).where(Referral.id == referral_id).values(**values))
    )


def at_moment(families: Families, moment: datetime) -> None:
    """The clock stands there and does its work, three times."""
    families.clock.now = moment
    for _ in range(3):
        tick(families.store, families.clock())


def rungs(families: Families, referral_id: int) -> list[str]:
    """What the ladder did, in order."""
    with families.store.reading() as uow:
        events = uow.session.scalars(
            select(ReferralEvent).filter_by(referral_id=referral_id, event="overdue").order_by(ReferralEvent.id)
        )
        return [event.reason for event in events]


def events(families: Families, referral_id: int) -> list[str]:
    with families.store.reading() as uow:
        mine = select(ReferralEvent.event).filter_by(referral_id=referral_id).order_by(ReferralEvent.id)
        return list(uow.session.scalars(mine))


def help_kinds(families: Families) -> list[str]:
    with families.store.reading() as uow:
        return list(uow.session.scalars(select(HelpRequest.kind).order_by(HelpRequest.id)))


def used(families: Families, given_id: int) -> int:
    """How many places of a service at a location our referrals hold."""
    with families.store.reading() as uow:
        return uow.session.get_one(ServiceAtLocation, given_id).used


def holding(families: Families, given_id: int) -> int:
    with families.store.reading() as uow:
        query = select(func.count()).select_from(Referral)
        return uow.session.scalar(query.filter_by(to_service_at_location_id=given_id, holds_place=True)) or 0


def room(families: Families, given_id: int, **values: Any) -> None:
    """Says how much room a service at a location has, with nothing taken beside us."""
    values = {"taken_elsewhere": 0, "paused": False, **values}
    families.store.transact(
        lambda uow: uow.connection.execute(
            update(ServiceAtLocation).where(ServiceAtLocation.id == given_id).values(**values)
        )
    )


def said(families: Families, who: str) -> list[str]:
    """What they read since they looked last."""
    return [message.text for message in families.read(who)]
