"""A chat that Telegram moved keeps its person: the message is sent at the new address, which is kept."""

from __future__ import annotations

import asyncio

from bot.channels.telegram_out import TelegramSender
from bot.delivery.engine import Delivery
from referrals.families.accounts import addresses_of
from referrals.families.records import Identity
from referrals.inbound import Address
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.platforms.bot_api import BotApi


def test_the_next_message_goes_to_the_new_address(store: Store, clock: FrozenClock) -> None:
    families = Families(store, clock)
    with BotApi() as api:
        old, new = api.family(), api.family()
        api.moved[old.user_id] = new.user_id
        families.write(families.event(str(old.user_id), "السلام عليكم"))
        families.turns()
        deliver(families, api)
        assert (len(old.heard), len(new.heard)) == (0, 1)
        with store.reading() as uow:
            (identity,) = uow.session.query(Identity).all()
            assert addresses_of(uow, identity.id) == [Address("telegram", str(new.user_id))]
        clock.forward(seconds=30)
        families.write(families.event(str(new.user_id), "القائمة"))
        families.turns()
        deliver(families, api)
        assert len(new.heard) == 2 and families.books().balance


def deliver(families: Families, api: BotApi) -> None:
    async def run() -> None:
        sender = TelegramSender(api.token, api.url)
        try:
            await Delivery(families.store, families.clock, families.sender_id, "telegram", sender).deliver()
        finally:
            await sender.close()

    asyncio.run(run())
