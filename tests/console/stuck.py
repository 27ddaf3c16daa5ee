"""Messages of the sample world that got stuck: rows put in by hand, as turns and delivery would have left them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from referrals.conversations.records import InboxMessage
from referrals.families.records import Identity
from referrals.outbox.noting import note_attempt
from referrals.outbox.records import OutboxMessage
from referrals.senders.notices import Told, keep_notice
from referrals.senders.records import Sender, SenderProgramme
from referrals.store.unit_of_work import UnitOfWork
from tests.console.world import World


def came_in(world: World, state: str = "parked", reason: str = "ValueError (turns.py:70)", **more: Any) -> int:
    """A message of the first family that came in; its id."""

    def work(uow: UnitOfWork) -> int:
        identity = uow.session.scalars(select(Identity).order_by(Identity.id)).first()
        assert identity is not None
        count = uow.session.query(InboxMessage).count()
        row = {
            "sender_id": identity.sender_id,
            "kind": "message",
            "external_id": f"stuck-{count}",
            "identity_id": identity.id,
            "payload_sealed": b"",
            "state": state,
            "attempts": 6,
            "due_at": world.clock(),
            "reason": reason,
            "received_at": world.clock() - timedelta(hours=3),
        }
        return int(
            uow.session.execute(insert(InboxMessage).values(**{**row, **more}).returning(InboxMessage.id)).scalar_one()
        )

    return world.store.transact(work)


def was_owed(
    world: World, reason: str = "undeliverable: 131026", state: str = "parked", tried: int = 2, **more: Any
) -> int:
    """A message that the first family is owed, with its attempts; its id."""

    def work(uow: UnitOfWork) -> int:
        identity = uow.session.scalars(select(Identity).order_by(Identity.id)).first()
        assert identity is not None
        count = uow.session.query(OutboxMessage).count()
        row = {
            "key": f"stuck:{count}",
            "sender_id": identity.sender_id,
            "identity_id": identity.id,
            "programme_id": "qena",
            "lane": 0,
            "purpose": "interview",
            "body_sealed": b"",
            "state": state,
            "due_at": world.clock(),
            "attempts": tried,
            "delivery": "failed" if state == "parked" else "",
            "reason": reason,
            "created_at": world.clock() - timedelta(hours=5),
        }
        new = insert(OutboxMessage).values(**{**row, **more}).returning(OutboxMessage.id)
        row_id = int(uow.session.execute(new).scalar_one())
        for number in range(1, tried + 1):
            outcome = "parked" if number == tried and state == "parked" else "retried"
            note_attempt(uow, row_id, outcome, reason, world.clock() - timedelta(hours=5 - number), "worker:1")
        return row_id

    return world.store.transact(work)


def whatsapp(world: World, account: str = "1000001", programme: str = "qena") -> int:
    """A WhatsApp number that speaks for the programme; its id."""

    def work(uow: UnitOfWork) -> int:
        at = world.clock()
        sender = Sender(channel="whatsapp", account=account, data_key_id=uow.vault.new_key(None, at), created_at=at)
        uow.session.add(sender)
        uow.flush()
        uow.session.add(SenderProgramme(sender_id=sender.id, programme_id=programme))
        return sender.id

    return world.store.transact(work)


def noticed(world: World, sender_id: int, told: Told) -> int:
    """What a platform told of an account; the notice's id."""

    def work(uow: UnitOfWork) -> int:
        return keep_notice(uow, sender_id, told, inbox_id=None, told_at=world.clock(), at=world.clock()).id

    return world.store.transact(work)
