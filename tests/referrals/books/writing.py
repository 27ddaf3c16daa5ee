"""Rows of the inbox and the outbox put in by hand: what the books say of them, without a turn or a channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text

from referrals.books import Books, Line, books, days
from referrals.conversations.records import InboxMessage
from referrals.families.identities import identity_of
from referrals.inbound import Address
from referrals.outbox.records import OutboxMessage
from referrals.protection.external_ids import kept_id
from referrals.senders.ensuring import ensure_sender
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock


@dataclass
class Writing:
    """A sender of Kuwait's programme and one person; rows are written as they would stand after the fact."""

    store: Store
    clock: FrozenClock
    channel: str = "whatsapp"
    account: str = "1000001"
    count: int = 0

    def __post_init__(self) -> None:
        def work(uow: UnitOfWork) -> tuple[int, int]:
            sender = ensure_sender(uow, self.channel, self.account, self.clock(), programmes=["kuwait"])
            identity_id, *_ = identity_of(uow, sender.id, Address("phone", "+96550000041"), self.clock())
            return sender.id, identity_id

        self.sender_id, self.identity_id = self.store.transact(work)

    def received(self, state: str = "handled", at: datetime | None = None, **more: Any) -> int:
        """A message that came in; its id."""
        self.count += 1
        row = {
            "sender_id": self.sender_id,
            "kind": "message",
            "external_id": f"m{self.count}",
            "status": "",
            "identity_id": self.identity_id,
            "payload_sealed": b"sealed",
            "state": state,
            "attempts": 0,
            "due_at": at or self.clock(),
            "reason": "",
            "received_at": at or self.clock(),
            "handled_at": (at or self.clock()) if state == "handled" else None,
        }
        return self._put(InboxMessage, {**row, **more})

    def status(self, external_id: str, status: str, **more: Any) -> int:
        """The platform's news of a message of ours."""
        kept = self.store.transact(lambda uow: kept_id(uow, external_id))
        return self.received(kind="status", external_id=kept, status=status, identity_id=None, **more)

    def owed(self, state: str = "sent", at: datetime | None = None, **more: Any) -> int:
        """A message that is owed; its id."""
        self.count += 1
        row = {
            "key": f"test:{self.count}",
            "sender_id": self.sender_id,
            "identity_id": self.identity_id,
            "programme_id": "kuwait",
            "lane": 0,
            "purpose": "interview",
            "body_sealed": b"sealed",
            "state": state,
            "due_at": at or self.clock(),
            "leased_by": "",
            "attempts": 1,
            "external_id": "",
            "delivery": "",
            "reason": "",
            "created_at": at or self.clock(),
            "sent_at": (at or self.clock()) if state == "sent" else None,
        }
        return self._put(OutboxMessage, {**row, **more})

    def books(self) -> Books:
        """The books of all time."""
        with self.store.reading() as uow:
            return books(uow)

    def days(self, channel: str = "") -> list[Line]:
        """The lines of every day that these tests write on."""
        day = self.clock().date()
        with self.store.reading() as uow:
            return days(uow, day.replace(year=day.year - 1), day.replace(year=day.year + 1), channel)

    def sql(self, statement: str, **values: Any) -> None:
        """What should never happen to a database."""
        self.store.transact(lambda uow: uow.connection.execute(text(statement), values))

    def _put(self, record: Any, row: dict[str, Any]) -> int:
        return int(
            self.store.transact(
                lambda uow: uow.connection.execute(insert(record).values(**row).returning(record.id)).scalar_one()
            )
        )
