"""Messages owed to sample families, without a conversation around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from referrals.families.identities import identity_of
from referrals.inbound import Address, Status
from referrals.messages import Lane, Message
from referrals.outbox.buckets import level_of
from referrals.outbox.lease import Leased, Leases, lease
from referrals.outbox.owe import owe
from referrals.outbox.records import OutboxAttempt, OutboxMessage
from referrals.outbox.settling import sweep
from referrals.outbox.statuses import note_deliveries
from referrals.senders.ensuring import ensure_sender
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock


def note_delivery(
    uow: UnitOfWork, sender_id: int, external_id: str, status: Status, reason: str, at: datetime, *, key: str = ""
) -> bool:
    """One status by itself; whether we know that message."""
    return note_deliveries(uow, sender_id, [(external_id, status, reason, key)], at)[0]


@dataclass
class Owing:
    """A sender, the people it owes messages to, and a worker that leases them."""

    store: Store
    clock: FrozenClock
    channel: str = "web"

    def __post_init__(self) -> None:
        self.sender_id = self.store.transact(
            lambda uow: ensure_sender(uow, self.channel, "1", self.clock(), programmes=["kuwait"]).id
        )

    def owe(
        self,
        who: str,
        key: str,
        *,
        lane: Lane = "reply",
        due_in: float = 0,
        expires_in: float | None = None,
        template: str = "",
    ) -> int | None:
        """Owes one message; None when that key was there."""
        now = self.clock()
        expires_at = now + timedelta(seconds=expires_in) if expires_in is not None else None

        def work(uow: Any) -> int | None:
            identity_id, _, data_key = identity_of(uow, self.sender_id, Address("web", who), now)
            return owe(
                uow,
                Message(
                    f"رسالة {key}",
                    purpose="campaign" if lane == "campaign" else "service",
                    expires_at=expires_at,
                    template=template,
                ),
                key=key,
                sender_id=self.sender_id,
                identity_id=identity_id,
                data_key_id=data_key,
                at=now,
                lane=lane,
                due_at=now + timedelta(seconds=due_in),
            )

        return self.store.transact(work)

    def lease(self, most: int = 10, worker: str = "one") -> list[Leased]:
        """What this worker may send now."""
        return self.look(most, worker).rows

    def look(self, most: int = 10, worker: str = "one") -> Leases:
        """The same, with what is to be said of the pace."""

        def work(uow: Any) -> Leases:
            bucket = level_of(uow, self.sender_id, self.channel)
            sweep(uow, self.sender_id, self.clock())
            return lease(uow, self.sender_id, bucket, worker, self.clock(), most)

        return self.store.transact(work)

    def keys(self, most: int = 10) -> list[str]:
        """The keys of what may be sent now, in that order."""
        return [row.key for row in self.lease(most)]

    def row(self, key: str) -> Any:
        """A message as it stands."""
        with self.store.reading() as uow:
            return uow.connection.execute(select(OutboxMessage.__table__).where(OutboxMessage.key == key)).one()

    def attempts(self, key: str) -> list[tuple[int, str, str]]:
        """Number, outcome and reason of what was tried with a message, in order."""
        mine = select(OutboxAttempt).where(OutboxAttempt.outbox_id == self.row(key).id).order_by(OutboxAttempt.id)
        with self.store.reading() as uow:
            return [(row.number, row.outcome, row.reason) for row in uow.connection.execute(mine)]

    def note(self, do: Any, *given: Any, **named: Any) -> Any:
        """Notes something about a message in a unit of work of its own."""
        return self.store.transact(lambda uow: do(uow, *given, **named))
