"""The world in which a transcript is played: a real store, the simulator as the channel, a clock that stands still."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from sqlalchemy import event, func, or_, select, update

from bot.channels.fitting import Fitted
from bot.channels.isolates import FSI, LRI, LRM, PDI, RLI, RLM
from bot.channels.simulator import SimulatedPerson, Simulator
from bot.channels.words import words_of
from bot.delivery.engine import Delivery
from dialogs.interview.replay import forget_replays
from referrals.clockwork import tick
from referrals.conversations.inbox.waiting import receive
from referrals.conversations.records import Conversation, InboxMessage
from referrals.conversations.turns import take_turns
from referrals.families.records import Identity
from referrals.inbound import Address, AddressKind, Inbound
from referrals.outbox.records import OutboxMessage
from referrals.protection.records import SystemKey
from referrals.protection.vault import MasterKeys, _wrap
from referrals.senders.ensuring import ensure_sender
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock

ROOT = Path(__file__).resolve().parent.parent
PROGRAMMES = ("kuwait", "qena")
KEYS = MasterKeys(b"sample key".ljust(32, b"."))  # so that numbers, and with them ties, are the same in every run
ADDRESS_KINDS: Mapping[str, AddressKind] = {"web": "web", "telegram": "telegram", "whatsapp": "phone"}
SHOWN = {
    **{"receipt": "ورقة الطلب", "calendar": "ملف الموعد", "point": "المكان على الخريطة"},
    **{"image": "صورة السؤال", "audio": "صوت السؤال", "video": "فيلم السؤال"},
}
BASE_URL = "https://sanad.example"
INVISIBLE = str.maketrans("", "", FSI + LRI + LRM + PDI + RLI + RLM)
CODE = re.compile(r"(?<=رمزكم: )[\d٠-٩]{6}|(?<=code: )[\d٠-٩]{6}")
CODE_MASK = "‹رمز›"
BETWEEN = 20  # seconds from one message of a person to the next
MOST_ROUNDS = 60

T = TypeVar("T")


class NothingSaid(AssertionError):
    """A person wrote and nobody answered."""


class NotOnScreen(AssertionError):
    """The button is not among those of the last messages."""


class Parked(AssertionError):
    """A turn or a message failed."""


def prepare_database(url: str) -> Store:
    """A migrated database with both programmes and keys that are no secret."""
    store = open_store(url, KEYS)
    store.transact(_plain_system_keys)
    store.vault._system.clear()
    load_programmes(store, [ROOT / "programmes" / name for name in PROGRAMMES], FrozenClock().now - timedelta(days=30))
    return store


def _plain_system_keys(uow: UnitOfWork) -> None:
    for kind in uow.connection.execute(select(SystemKey.kind)).scalars().all():
        wrapped = _wrap(KEYS.current, kind.encode().ljust(32, b"."))
        uow.connection.execute(update(SystemKey).where(SystemKey.kind == kind).values(wrapped=wrapped))


@cache
def _prepared() -> tuple[tempfile.TemporaryDirectory[str], Store]:
    """A database that every transcript starts from, made once; its folder goes with the process."""
    folder = tempfile.TemporaryDirectory(prefix="sanad-transcripts-")
    store = prepare_database(f"sqlite:///{folder.name}/sanad.db")
    store.engine.dispose()
    return folder, store


@contextmanager
def fresh_store(folder: Path) -> Iterator[Store]:
    """A copy of the prepared database; definitions stay parsed, since they never change.

    Whether commits survive a power cut is tested elsewhere: here nothing waits for the disk.
    """
    prepared, parsed = _prepared()
    copy = folder / "sanad.db"
    shutil.copyfile(f"{prepared.name}/sanad.db", copy)
    store = open_store(f"sqlite:///{copy}", KEYS)
    store._parsed = parsed._parsed
    event.listen(store.engine, "connect", _trust_the_disk)
    try:
        yield store
    finally:
        store.engine.dispose()


def _trust_the_disk(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@dataclass
class Person:
    """Somebody at the other end. `heard` grows; `read` is how much of it stood before they last spoke."""

    name: str
    channel: str
    sender_id: int
    speaker: SimulatedPerson
    read: int = 0

    @property
    def heard(self) -> list[Fitted]:
        return self.speaker.heard


@dataclass
class World:
    """Persons, the desk and the clock; each verb returns what the bot said meanwhile, to whom, in order."""

    store: Store
    clock: FrozenClock
    programme: str = ""
    persons: dict[str, Person] = field(default_factory=dict)
    code: str = ""
    log: list[tuple[str, Fitted]] = field(default_factory=list)
    _lines: dict[str, tuple[int, Simulator]] = field(default_factory=dict)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def close(self) -> None:
        """Nothing is sent any more."""
        self._runner.close()

    def enter(self, name: str, channel: str) -> Person:
        """A person whom nobody knows yet, on that channel."""
        if channel not in self._lines:
            speaks_for = [self.programme] if self.programme in PROGRAMMES else list(PROGRAMMES)

            def work(uow: UnitOfWork) -> int:
                return ensure_sender(uow, channel, f"{channel}-عيّنة", self.clock(), programmes=speaks_for).id

            self._lines[channel] = self.store.transact(work), Simulator()
        sender_id, simulator = self._lines[channel]
        value = f"+9650000{len(self.persons):04}" if channel == "whatsapp" else f"sample-{len(self.persons)}"
        speaker = SimulatedPerson(simulator, Address(ADDRESS_KINDS[channel], value), name)
        person = self.persons[name] = Person(name, channel, sender_id, speaker)
        return person

    # ------------------------------------------------------------------------------------------------ a person speaks

    def hear(self, person: Person, said: Inbound) -> list[tuple[str, Fitted]]:
        """One thing that a person does, its turn, and everything that is sent then. They are always answered."""
        self.clock.forward(seconds=BETWEEN)
        self.forget()
        person.read = len(person.heard)
        self.store.transact(lambda uow: receive(uow, person.sender_id, [said], self.clock()))
        while take_turns(self.store, self.clock()):
            continue
        answered = self.deliver()
        if not any(name == person.name for name, _ in answered):
            raise NothingSaid(f"{NothingSaid.__doc__} {said.content}")
        return answered

    def button(self, person: Person, label: str, *, old: bool = False) -> Inbound:
        """A tap on a button of the last messages, or of an `old` one; its number is typed where it is no button."""
        for piece in self.on_screen(person, old=old):
            for choice in piece.choices:
                if label in (plain(choice.label), choice.label) or plain(choice.label).endswith(f" {label}"):
                    return person.speaker.press(choice.id)
            for number, choice in enumerate(piece.offered, 1):
                if choice.label == label and not piece.choices:
                    return person.speaker.say(str(choice.number or number))
        shown = [plain(choice.label) for piece in self.on_screen(person, old=old) for choice in piece.choices]
        raise NotOnScreen(f"«{label}»: {NotOnScreen.__doc__} {shown}")

    def on_screen(self, person: Person, *, old: bool) -> list[Fitted]:
        """The messages with buttons that a person has before them, newest first; with `old` those before."""
        with_choices = [piece for piece in reversed(person.heard) if piece.offered]
        if old:
            return with_choices[1:]
        fresh = [piece for piece in reversed(person.heard[person.read :]) if piece.offered]
        return fresh or with_choices[:1]

    # ---------------------------------------------------------------------------------------------------- time passes

    def wait(self, by: timedelta) -> list[tuple[str, Fitted]]:
        """Lets time pass an hour at a time, with the clock's work done and what it owes sent."""
        until, said = self.clock.now + by, []
        while self.clock.now < until:
            self.clock.now = min(self.clock.now + timedelta(hours=1), until)
            self.forget()
            if tick(self.store, self.clock()):
                said += self.deliver()
        return said

    def act(self, work: Callable[[UnitOfWork], None]) -> list[tuple[str, Fitted]]:
        """Somebody at a desk does something; what the families are told."""
        self.clock.forward(seconds=BETWEEN)
        self.forget()
        self.store.transact(work)
        return self.deliver()

    def deliver(self) -> list[tuple[str, Fitted]]:
        """Sends what is owed now, at the pace that the channels allow; what each person got."""
        before = {name: len(person.heard) for name, person in self.persons.items()}
        self._runner.run(self._deliver())
        said = [(name, piece) for name, person in self.persons.items() for piece in person.heard[before[name] :]]
        self.log += said
        self.check_books()
        return said

    async def _deliver(self) -> None:
        for _ in range(MOST_ROUNDS):
            taken = 0
            for channel, (sender_id, simulator) in self._lines.items():
                taken += await Delivery(self.store, self.clock, sender_id, channel, simulator, BASE_URL).deliver()
            if not taken:
                if not self._owed():
                    return
                self.clock.forward(seconds=1)  # a bucket is empty: what waits is sent a second later
        raise Parked("delivery does not come to an end")

    def _owed(self) -> int:
        its_turn = or_(OutboxMessage.due_at <= self.clock(), OutboxMessage.deferred)
        due = (OutboxMessage.state == "waiting", its_turn)
        with self.store.reading() as uow:
            return uow.session.scalar(select(func.count()).select_from(OutboxMessage).where(*due)) or 0

    # ------------------------------------------------------------------------------------------------- what must hold

    def forget(self) -> None:
        """Nothing is remembered between turns but what the database holds."""
        forget_replays()
        self.store.vault._open_keys.clear()
        self.store.vault._system.clear()

    def check_books(self) -> None:
        """Nothing waits, nothing is parked, nothing failed."""
        with self.store.reading() as uow:
            left = uow.connection.execute(
                select(InboxMessage.state, InboxMessage.reason).where(InboxMessage.state != "handled")
            ).all()
            unsent = uow.connection.execute(
                select(OutboxMessage.state, OutboxMessage.key, OutboxMessage.reason).where(
                    OutboxMessage.state.in_(("parked", "uncertain", "leased"))
                )
            ).all()
        if left or unsent:
            raise Parked(f"{Parked.__doc__} {left} {unsent}")

    def stage(self, person: Person) -> str:
        """What is pending in a person's conversation."""
        with self.store.reading() as uow:
            identity, speaks = self.identity(uow, person)
            here = select(Conversation.stage).filter_by(identity_id=identity, person_id=speaks)
            return uow.session.scalar(here) or ""

    def identity(self, uow: UnitOfWork, person: Person) -> tuple[int, int]:
        """The ids of the identity and of the person behind it."""
        address = person.speaker.address
        index = uow.vault.index(f"identity:{address.kind}", address.value)
        mine = select(Identity.id, Identity.person_id).filter_by(sender_id=person.sender_id, value_index=index)
        row = uow.connection.execute(mine).one()
        return row.id, row.person_id

    def reading(self, question: Callable[[UnitOfWork], T]) -> T:
        with self.store.reading() as uow:
            return question(uow)


def plain(text: str) -> str:
    """Text as it is read: without invisible marks of direction."""
    return text.translate(INVISIBLE)


def shown(world: World, piece: Fitted) -> str:
    """A message as a transcript writes it: its words, then its buttons in one line; codes that change are masked."""
    words = plain(piece.text)
    found = CODE.search(words)
    if found is not None and ("رمزكم" in words or "code" in words):
        world.code = found.group()
        words = words.replace(found.group(), CODE_MASK)
    lead = "(في الرسالة نفسها) " if piece.edits else ""
    if piece.template:
        lead = f"(قالب {piece.template}) "
    elif piece.pin is not None:
        lead = f"({SHOWN['point']})"
    elif piece.media is not None:
        kind = piece.media.kind if piece.media.kind in SHOWN else str(piece.media.parameters.get("shows", ""))
        shows = SHOWN.get(kind, "بطاقة الموعد")
        lead = f"({shows}) " if piece.file is not None else "(صورة لم تُرسم) "
    return "\n".join([lead + words, *_furniture(piece)]).strip()


def _furniture(piece: Fitted) -> Sequence[str]:
    labels = [f"[{plain(choice.label)}]" for choice in piece.choices]
    own = words_of(piece.language)
    if piece.ask:
        labels.append(f"({own.send_location if piece.ask == 'location' else own.share_phone})")
    if piece.link:
        labels.append(f"(رابط: {plain(piece.link_label)})")
    listed = f"(قائمة: {piece.opener}) " if piece.layout == "rows" else ""
    return [listed + " ".join(labels)] if labels else []
