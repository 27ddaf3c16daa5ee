"""The people of the delivery benches: identities of one sender, and messages owed to them as everybody owes them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update

from bot.benches.families import PROGRAMME
from bot.settings import ROOT
from referrals.families.identities import VALUE
from referrals.families.records import Identity, Person
from referrals.inbound import Address, AddressKind
from referrals.messages import Choice, Lane, Message, Purpose
from referrals.outbox.owe import Owed, owe_many
from referrals.outbox.records import OutboxMessage
from referrals.protection.vault import MasterKeys
from referrals.senders.ensuring import ensure_sender
from referrals.senders.records import Sender
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store, UnitOfWork

T = TypeVar("T")

AT_A_TIME = 500
KINDS: dict[str, AddressKind] = {"telegram": "telegram", "whatsapp": "phone"}
TEXT = "عيّنة: موعدكم يوم الثلاثاء القادم الساعة ١٠ صباحاً في مركز الأندلس النموذجي. هل يناسبكم؟ (رسالة {number})"
CHOICES = (Choice("d:appointment:yes", "نعم، سأحضر"), Choice("d:appointment:other", "موعد آخر"))


@dataclass(frozen=True)
class Somebody:
    """One of the crowd: where they are reached, and the key that seals what is theirs."""

    address: Address
    identity_id: int
    data_key_id: int


def now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


def address_of(channel: str, number: int) -> Address:
    """A made-up person's address, the same every time."""
    value = str(700_000_000 + number) if channel == "telegram" else f"+9655{number:07}"
    return Address(KINDS[channel], value)


def message_number(number: int, lane: Lane = "reminder") -> Message:
    """The message that is that person's `number`th."""
    purpose: Purpose = "campaign" if lane == "campaign" else "reminder"
    return Message(TEXT.format(number=number), CHOICES, purpose=purpose)


@dataclass
class Crowd:
    """A store with one sender and its people, who all wrote a moment ago."""

    store: Store
    channel: str
    sender_id: int
    people: list[Somebody] = field(default_factory=list)

    def allow(self, per_second: float) -> None:
        """The account's own pace, as an officer gives it."""
        mine = update(Sender).where(Sender.id == self.sender_id)
        with self.store.unit_of_work() as uow:
            uow.connection.execute(mine.values(per_second=per_second))

    def gather(self, count: int) -> list[Somebody]:
        """So many more people."""
        start = len(self.people)
        for some in portions(range(start, start + count)):
            self.people += self.store.transact(partial(self._settle, numbers=some))
        return self.people[start:]

    def _settle(self, uow: UnitOfWork, numbers: list[int]) -> list[Somebody]:
        """As `identity_of` makes them, but many in one statement: a campaign's 200,000 take seconds, not minutes."""
        at, person, identity = now(), _next(uow, Person), _next(uow, Identity)
        settled: list[Somebody] = []
        for place, number in enumerate(numbers):
            key = uow.vault.new_key(person + place, at)
            settled.append(Somebody(address_of(self.channel, number), identity + place, key))
        people = [
            {"id": person + place, "data_key_id": one.data_key_id, "created_at": at}
            for place, one in enumerate(settled)
        ]
        uow.connection.execute(insert(Person), people)
        rows = [self._row(uow, person + place, one, at) for place, one in enumerate(settled)]
        uow.connection.execute(insert(Identity), rows)
        return settled

    def _row(self, uow: UnitOfWork, person_id: int, one: Somebody, at: datetime) -> dict[str, Any]:
        kind, value = one.address.kind, one.address.value
        return {
            "id": one.identity_id,
            "person_id": person_id,
            "sender_id": self.sender_id,
            "kind": kind,
            "value_sealed": uow.vault.seal_text(one.data_key_id, value, VALUE),
            "value_index": uow.vault.index(f"identity:{kind}", value),
            "last_inbound_at": at,
            "created_at": at,
        }

    def owe_each(self, name: str, people: Iterable[Somebody], *, each: int = 1, lane: Lane = "reminder") -> int:
        """So many messages for each of them, due now; returns how many were owed."""
        owed = 0
        for some in portions(people):
            owed += self.store.transact(partial(self._owe, name=name, people=some, each=each, lane=lane))
        return owed

    def wait_for_answers(self, seconds: float = 5.0) -> None:
        """Until nothing is under way any more: what the platform took is noted before the service ends."""
        leased = select(OutboxMessage.id).where(
            OutboxMessage.sender_id == self.sender_id, OutboxMessage.state == "leased"
        )
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self.store.reading() as uow:
                if uow.connection.execute(leased.limit(1)).first() is None:
                    return
            time.sleep(0.05)

    def _owe(self, uow: UnitOfWork, name: str, people: list[Somebody], each: int, lane: Lane) -> int:
        owed = [
            Owed(
                message_number(number, lane),
                f"bench:{name}:{one.identity_id}:{number}",
                self.sender_id,
                one.identity_id,
                one.data_key_id,
                PROGRAMME,
                lane,
            )
            for number in range(1, each + 1)
            for one in people
        ]
        return owe_many(uow, owed, now())


def _next(uow: UnitOfWork, record: type[Person] | type[Identity]) -> int:
    return int(uow.connection.execute(select(func.coalesce(func.max(record.id), 0))).scalar_one()) + 1


def portions(of: Iterable[T], most: int = AT_A_TIME) -> Iterator[list[T]]:
    """The same in lists of at most so many, in order."""
    left = iter(of)
    while some := list(islice(left, most)):
        yield some


@contextmanager
def crowd_on(channel: str) -> Iterator[Crowd]:
    """A new SQLite database with Kuwait's programme and a sender on that channel; gone when the block ends."""
    with TemporaryDirectory(prefix="sanad-bench-") as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'sanad.db'}", MasterKeys.parse(MasterKeys.new()))
        load_programmes(store, [ROOT / "programmes" / PROGRAMME], now())
        sender = store.transact(lambda uow: ensure_sender(uow, channel, "1234567", now(), programmes=[PROGRAMME]).id)
        try:
            yield Crowd(store, channel, sender)
        finally:
            store.engine.dispose()
