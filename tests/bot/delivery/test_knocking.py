"""A day after their last message WhatsApp takes only templates: what is owed waits, and one knock goes out for all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.channels.failures import DeliveryFailed, Sent
from bot.channels.fitting import Fitted
from bot.channels.whatsapp_errors import WINDOW_CLOSED
from bot.delivery.engine import Delivery
from referrals.books import books
from referrals.conversations.outreach.knocking import HELD, TEMPLATE
from referrals.inbound import Address
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.free_times import three_slots

FATIMA = "+96550000041"


@dataclass
class Phone:
    """The platform's end of one number: what arrived, and whether its window is closed whatever we think."""

    got: list[Fitted] = field(default_factory=list)
    refuses: bool = False

    async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
        if self.refuses and not fitted.template:
            raise DeliveryFailed(WINDOW_CLOSED, permanent=True)
        self.got.append(fitted)
        return Sent((f"wamid.{len(self.got)}",))

    async def fetch_file(self, file_id: str) -> bytes:
        raise AssertionError("nothing is fetched here")

    async def close(self) -> None:
        """Nothing is open."""


def deliver(families: Families, phone: Phone) -> list[Fitted]:
    """Delivers what is owed now; what the phone got by it."""
    before = len(phone.got)
    delivery = Delivery(families.store, families.clock, families.sender_id, "whatsapp", phone)
    asyncio.run(delivery.deliver())
    return phone.got[before:]


def waiting_for_times(store: Store, clock: FrozenClock) -> tuple[Families, int]:
    """A family on WhatsApp whose application stands at a centre."""
    families = Families(store, clock, channel="whatsapp")
    return families, families.refer(FATIMA)


def offer(families: Families, referral_id: int) -> None:
    with families.store.reading() as uow:
        location = next(iter(uow.connection.exec_driver_sql("select to_location_id from referral"))).to_location_id
        starts = [slot.starts_at for slot in three_slots(uow, location, families.clock(), "Asia/Kuwait")]
    families.offer(referral_id, starts)


def test_an_offer_after_two_days_knocks_once_and_follows_when_they_tap(store: Store, clock: FrozenClock) -> None:
    families, referral_id = waiting_for_times(store, clock)
    phone = Phone()
    clock.forward(days=2)
    offer(families, referral_id)
    knock = deliver(families, phone)
    assert [piece.template for piece in knock] == [TEMPLATE]
    assert not deliver(families, phone), "one knock, however often delivery looks"
    held = [row for row in families.outbox() if row.reason == HELD]
    assert held and all(row.state == "waiting" for row in held)

    families.write(families.event(FATIMA, choice=knock[0].offered[0].id))
    families.turns()
    shown = deliver(families, phone)
    assert any("أي موعد يناسبكم؟" in piece.text for piece in shown)
    assert not any(piece.template for piece in shown)
    with store.reading() as uow:
        assert books(uow).balance


def test_a_window_that_the_platform_says_is_closed_is_closed(store: Store, clock: FrozenClock) -> None:
    families, referral_id = waiting_for_times(store, clock)
    phone = Phone(refuses=True)
    offer(families, referral_id)
    assert [piece.template for piece in deliver(families, phone)] == [TEMPLATE]
    assert not [row for row in families.outbox() if row.state == "parked"]
