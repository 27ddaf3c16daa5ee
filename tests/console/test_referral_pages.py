"""The pages of a referral's steps in a real Chromium, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from referrals.clockwork import tick
from referrals.directory.records import ServiceAtLocation
from referrals.referral import handling, transferring
from referrals.referral.by_telephone import agree_to_transfer
from referrals.referral.deadlines import start_clock
from referrals.referral.handling import Actor
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.browser import OpenPage
from tests.console.test_pages import SIZES, enter, looked_at
from tests.console.world import World
from tests.serving import served_here

DESK = Actor(1)


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(web) as served:
        yield served


def begun(world: World, centre: str = "qous") -> int:
    """A referral that is at work, with nothing said about it yet."""
    referral_id = world.family(centre)

    def work(uow: UnitOfWork) -> None:
        found = uow.session.get_one(Referral, referral_id)
        handling.accept(uow, found, DESK, world.clock())
        handling.start(uow, found, DESK, world.clock(), "phone")

    world.store.transact(work)
    return referral_id


def proposed_to(world: World, referral_id: int, centre: str) -> None:
    """The other centre asks this one to go on with it, and the family agreed."""

    def work(uow: UnitOfWork) -> None:
        found = uow.session.get_one(Referral, referral_id)
        given = uow.session.scalars(select(ServiceAtLocation.id).filter_by(location_id=world.places[centre])).one()
        transfer = transferring.ask_transfer(uow, found, DESK, given, "nearer-to-family", world.clock())
        agree_to_transfer(uow, transfer, world.clock(), agreed=True, staff_id=3)

    world.store.transact(work)


@pytest.mark.parametrize("size", SIZES)
def test_the_steps_of_a_desk(world: World, address: str, open_page: OpenPage, size: str) -> None:
    mine = begun(world)
    proposed_to(world, begun(world, "qift"), "qous")
    page = open_page(SIZES[size])
    enter(page, address)
    page.goto(f"{address}/console/referrals/{mine}")
    for summary in page.locator("#reply details > summary").all():
        summary.click()
    looked_at(page, f"steps-{size}")
    page.goto(f"{address}/console/referrals")
    looked_at(page, f"steps-queue-{size}")
    page.get_by_role("link", name="طلبات نقل").click()
    looked_at(page, f"transfers-{size}")


@pytest.mark.parametrize("size", SIZES)
def test_what_a_supervisor_looks_after(world: World, address: str, open_page: OpenPage, size: str) -> None:
    late = world.family(priority="urgent")
    ended = [begun(world) for _ in range(5)]

    def work(uow: UnitOfWork) -> None:
        start_clock(uow, uow.session.get_one(Referral, late), world.clock())
        said = {"state": "completed", "feedback": "yes", "feedback_how": 5, "feedback_at": world.clock()}
        uow.connection.execute(update(Referral).where(Referral.id.in_(ended)).values(**said))

    world.store.transact(work)
    world.clock.now = world.referral(late).ack_due + timedelta(minutes=1)
    tick(world.store, world.clock())
    page = open_page(SIZES[size])
    enter(page, address, "supervisor@sanad.invalid")
    page.goto(f"{address}/console/overdue")
    looked_at(page, f"overdue-{size}")
    page.get_by_role("link", name="متابعة").first.click()
    looked_at(page, f"elsewhere-{size}")
    page.goto(f"{address}/console/referrals/{late}")
    looked_at(page, f"supervisor-{size}")
