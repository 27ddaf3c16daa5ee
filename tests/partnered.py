"""A sample programme whose centre in Qus has a system of its own, and families who were sent there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from sqlalchemy import select, update

from bot.clock import Clock
from bot.doors.webhooks import Deliverer
from referrals.directory.records import Location, Organization
from referrals.families.records import Consent
from referrals.partners.delivering import deliveries
from referrals.partners.managing import Credentials, add_partner, rotate
from referrals.partners.records import Partner, WebhookDelivery
from referrals.referral.handling import accept
from referrals.referral.records import Referral
from referrals.referral.stepping import Actor
from referrals.staff.passwords import Passwords
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.console.world import World

HERE = (ip_network("127.0.0.0/8"),)
QUICK = Passwords(memory_kib=64, time_cost=1, parallelism=1)
DESK = Actor(staff_id=None, role="desk", system="test")


@dataclass
class Partnered:
    """The world, its clock, and what the tests of partners do in it again and again."""

    store: Store
    clock: FrozenClock

    def __post_init__(self) -> None:
        self.world = World.made(self.store, self.clock, QUICK)
        self.deliverer = Deliverer(self.store, Clock(self.store, movable=False, real=self.clock), HERE)

    def partner(self, url: str = "", *, centre: str = "qous", **more: Any) -> tuple[int, Credentials]:
        """A partner of that centre; its id, and what it signs in with."""

        def work(uow: Any) -> tuple[int, Credentials]:
            place = uow.session.get_one(Location, self.world.places[centre])
            organization = uow.session.get_one(Organization, place.organization_id)
            partner, given = add_partner(uow, organization, "نظام الشريك (عيّنة)", self.clock(), url=url, **more)
            return partner.id, given

        return self.store.transact(work)

    def rotated(self, partner_id: int) -> Credentials:
        return self.store.transact(lambda uow: rotate(uow, uow.session.get_one(Partner, partner_id), self.clock()))

    def accept(self, referral_id: int) -> None:
        """The centre's own staff take it on."""
        self.store.transact(lambda uow: accept(uow, uow.session.get_one(Referral, referral_id), DESK, self.clock()))

    def withdraw(self, referral_id: int) -> None:
        """The consent behind a referral is taken back, as far as its row goes."""

        def work(uow: Any) -> None:
            consent = uow.session.get_one(Referral, referral_id).consent_id
            uow.connection.execute(update(Consent).where(Consent.id == consent).values(withdrawn_at=self.clock()))

        self.store.transact(work)

    def send(self) -> int:
        """Everything that is due is sent, as the loop does; how many tries."""
        return asyncio.run(self.deliverer.deliver())

    def later(self, **span: float) -> int:
        self.clock.now += timedelta(**span)
        return self.send()

    def rows(self, partner_id: int) -> list[WebhookDelivery]:
        """What the partner is owed and was told, the oldest first."""
        with self.store.reading() as uow:
            return deliveries(uow, partner_id)[::-1]

    def bodies(self, partner_id: int) -> Iterator[dict[str, Any]]:
        return (json.loads(row.body) for row in self.rows(partner_id) if row.body)

    def state(self, partner_id: int) -> tuple[str, str]:
        with self.store.reading() as uow:
            row = uow.connection.execute(select(Partner.state, Partner.reason).where(Partner.id == partner_id)).one()
        return row.state, row.reason
