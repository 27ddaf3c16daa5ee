"""Several families at once at a running service: in an interview, waiting for a reminder, on the list of a campaign."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy import func, select, update

from bot.clock import move_clock
from referrals.appointments.records import Reminder
from referrals.families.identities import identity_of
from referrals.families.records import Identity
from referrals.inbound import Address
from referrals.messages import Message
from referrals.outbox.owe import owe
from referrals.outbox.records import OutboxMessage
from referrals.senders.ensuring import ensure_sender
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.families import GREETING, Families, answer_to
from tests.platforms.bot_api import BOT_ID, BotApi
from tests.platforms.local_server import Posted
from tests.platforms.telegram_family import TelegramFamily
from tests.route.running import Site, answer, texts

PATIENCE = 600.0  # seconds without a word before a family gives up
LAST = "وصل طلبكم إلينا"
CAMPAIGN = "رسالة عيّنة من الحملة رقم"
SECOND_PIECE = "أو اختاروا:"  # the question for the place on the map: its own keyboard, then its buttons


class Persistent(BotApi):
    """A platform that delivers a webhook again after a moment, for as long as it takes, as Telegram does."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: Counter[int] = Counter()
        """How often each status came back (0: no connection)."""

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        status = 0
        try:
            async with ClientSession(timeout=ClientTimeout(total=10)) as session:
                while status != 200:
                    status = 0
                    try:
                        async with session.post(url, data=body, headers=headers) as answered:
                            status = answered.status
                    except (ClientError, TimeoutError):
                        pass
                    self.answered[status] += 1
                    if status != 200:
                        await asyncio.sleep(0.1)
        finally:
            with self.changed:
                self._underway -= 1
                self.posted.append(Posted(body, (status,)))
                self.changed.notify_all()


@dataclass
class Walker(threading.Thread):
    """A family that walks through the whole intake and never minds being asked the same thing twice."""

    family: TelegramFamily
    stop: threading.Event
    done: bool = False
    trouble: str = ""

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._answered: set[str] = set()

    def run(self) -> None:
        try:
            self._walk()
        except Exception as failure:  # told by the test that started the thread
            self.trouble = f"{type(failure).__name__}: {failure}"

    def _walk(self) -> None:
        self.family.say(GREETING)
        heard, since = 0, time.monotonic()
        while not self.stop.is_set():
            fresh = texts(self.family)[heard:]
            if any(LAST in text for text in fresh):
                self.done = True
                return
            question = next((text for text in fresh if self._is_new_question(text)), None)
            if question is not None:
                self._answered.add(question)
                heard = texts(self.family).index(question) + 1
                since = time.monotonic()
                answer(self.family, answer_to(question))
            elif time.monotonic() - since > PATIENCE:
                raise AssertionError(f"nobody answers any more; the last word was {texts(self.family)[-1:]}")
            time.sleep(0.05)

    def _is_new_question(self, text: str) -> bool:
        try:
            return text not in self._answered and bool(answer_to(text))
        except LookupError:
            return False

    __hash__ = threading.Thread.__hash__


@dataclass
class Crowd:
    """Everybody who is owed something at a site that speaks to `api`."""

    site: Site
    api: BotApi
    ahead: timedelta = timedelta()
    """How far the site's clock runs ahead: it is a working morning there, whenever the test runs."""
    walkers: list[Walker] = field(default_factory=list)
    reminded: list[TelegramFamily] = field(default_factory=list)
    invited: list[TelegramFamily] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    written: int = 0
    """How many messages those with an appointment wrote before the service began, and no platform posted."""
    read: int = 0
    """How many they were sent before that, and no platform showed."""

    def now(self) -> datetime:
        """The time at the site."""
        return datetime.now(UTC) + self.ahead

    def set_the_clock(self) -> None:
        """The site's clock goes to a Sunday morning: nobody's hours are quiet."""
        now = datetime.now(UTC)
        sunday = (now + timedelta(days=(6 - now.weekday()) % 7 + 7)).replace(hour=7, minute=0, second=0, microsecond=0)
        self.ahead = timedelta(seconds=int((sunday - now).total_seconds()))
        with self.site.store() as store:
            store.transact(lambda uow: move_clock(uow.session, self.ahead))

    def book(self, many: int, due_within: float) -> None:
        """So many families with an appointment in three days, whose first reminder comes due in the next seconds."""
        with self.site.store() as store:
            families = Families(store, FrozenClock(self.now() - timedelta(hours=1)), account=str(BOT_ID))
            start = (self.now() + timedelta(days=3)).replace(hour=6, minute=0, second=0, microsecond=0)
            for place in range(many):
                family = self.api.family()
                families.booked(str(family.user_id), start + timedelta(minutes=30 * place))
                families.read(str(family.user_id))
                self.reminded.append(family)
            self.read = sum(map(len, families.heard.values()))
            self.written = len(families.inbox())
            families.store.transact(lambda uow: _bring_forward(uow, self.now(), due_within))

    def invite(self, many: int) -> None:
        """A campaign of so many messages, each for somebody else."""
        self.invited = [self.api.family() for _ in range(many)]
        at = self.now()

        def work(uow: UnitOfWork) -> None:
            sender_id = ensure_sender(uow, "telegram", str(BOT_ID), at, programmes=["kuwait"]).id
            for number, family in enumerate(self.invited):
                identity_id, _, key = identity_of(uow, sender_id, Address("telegram", str(family.user_id)), at)
                message = Message(f"{CAMPAIGN} {number}", purpose="campaign")
                owe(
                    uow,
                    message,
                    key=f"campaign:sample:{number}",
                    sender_id=sender_id,
                    identity_id=identity_id,
                    data_key_id=key,
                    at=at,
                    programme_id="kuwait",
                    lane="campaign",
                )

        with self.site.store() as store:
            store.transact(work)

    def walk(self, many: int) -> None:
        """So many families begin their interview."""
        self.walkers = [Walker(self.api.family(), self.stop) for _ in range(many)]
        for walker in self.walkers:
            walker.start()

    def everybody_arrived(self, seconds: float) -> None:
        """Returns once every interview is filed. Raises AssertionError with what held somebody up."""
        until = time.monotonic() + seconds
        while not all(walker.done for walker in self.walkers) and time.monotonic() < until:
            assert not (trouble := [walker.trouble for walker in self.walkers if walker.trouble]), trouble
            time.sleep(0.1)
        self.stop.set()
        standing = [texts(walker.family)[-1:] for walker in self.walkers if not walker.done]
        assert not standing, f"still under way: {standing}"

    def copies(self, families: list[TelegramFamily]) -> int:
        """How many messages these families were shown beyond what was sent once; a row may come in two pieces."""
        shown = [text for family in families for text in texts(family)]
        return len(shown) - sum(SECOND_PIECE in text for text in shown) - len(self.sent_to(families))

    def sent_to(self, families: list[TelegramFamily]) -> list[Any]:
        """The rows that were sent to these families, by id."""
        with self.site.store() as store, store.reading() as uow:
            known = [uow.vault.index("identity:telegram", str(family.user_id)) for family in families]
            return list(
                uow.connection.execute(
                    select(OutboxMessage)
                    .join(Identity, Identity.id == OutboxMessage.identity_id)
                    .where(Identity.value_index.in_(known), OutboxMessage.state == "sent")
                    .order_by(OutboxMessage.id)
                )
            )


def _bring_forward(uow: UnitOfWork, at: datetime, within: float) -> None:
    first = select(func.min(Reminder.due_at)).group_by(Reminder.appointment_id)
    rows = uow.connection.execute(select(Reminder.id).where(Reminder.due_at.in_(first)).order_by(Reminder.id)).all()
    for number, row in enumerate(rows):
        due = at + timedelta(seconds=within * number / len(rows))
        uow.connection.execute(update(Reminder).where(Reminder.id == row.id).values(due_at=due))
