"""`sanad chat`: the conversation in a terminal, on the same database."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from bot.cli.actions import add_json
from bot.cli.shaping import Shown, add_shape, shown_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.cli.opened import Opened
    from referrals.inbound import Content
    from referrals.messages import Message
    from referrals.store.unit_of_work import UnitOfWork

HELP = (
    "Talks to Sanad in the terminal, as somebody new or as --as NAME. Type words, or the number of a button; an empty "
    "line looks for what came meanwhile; Ctrl+D ends it. Lines may also come from a file on standard input. Where a "
    "terminal shows Arabic in separate letters or backwards, add --shape; what is piped on stays as it is stored "
    "without it."
)
EXAMPLE = "sanad chat --programme kuwait --as fatima"
ACCOUNT = "terminal"
LOOKS = 200  # turns to wait for at most: others on this database may be before us


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--programme, --as, --shape, --json."""
    parser.add_argument("--programme", metavar="P", help="come in by this programme's link")
    parser.add_argument("--as", dest="person", metavar="NAME", help="go on where NAME left off")
    add_shape(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Reads lines until there are no more."""
    from bot.cli.opened import open_here, programme_named
    from referrals.inbound import Content

    here = open_here()
    if arguments.programme:
        with here.store.reading() as uow:
            programme_named(uow, arguments.programme)
    talk = Terminal(here, arguments.person or secrets.token_hex(8))
    show = _as_json if arguments.json else partial(_show, shown=shown_here(arguments.shape))
    if arguments.programme:
        show(talk.hear(Content(text="/start", start=arguments.programme)))
    for line in _lines():
        show(talk.hear(talk.meant(line)) if line else talk.look())
    return 0


@dataclass
class Terminal:
    """One person at a terminal: a web visitor of a sender of its own, which the service never has to send for."""

    here: Opened
    person: str
    sender_id: int = 0
    identity_id: int = 0
    shown: int = 0
    offered: list[str] = field(default_factory=list)
    """The ids of the newest message's buttons, in the order of their numbers."""
    _ids: Iterator[int] = field(default_factory=count)
    _run: str = field(default_factory=lambda: secrets.token_hex(6))

    def __post_init__(self) -> None:
        from sqlalchemy import func, select

        from referrals.definitions.in_force import programmes
        from referrals.families.identities import identity_of
        from referrals.inbound import Address
        from referrals.outbox.records import OutboxMessage
        from referrals.senders.ensuring import ensure_sender

        at = self.here.now()

        def work(uow: UnitOfWork) -> tuple[int, int, int]:
            known = [programme.id for programme in programmes(uow)]
            sender = ensure_sender(uow, "web", ACCOUNT, at, programmes=known, name="sanad chat")
            identity, _, _ = identity_of(uow, sender.id, Address("web", self.person), at)
            told = select(func.max(OutboxMessage.id)).filter_by(identity_id=identity, state="sent")
            return sender.id, identity, uow.connection.execute(told).scalar() or 0

        self.sender_id, self.identity_id, self.shown = self.here.store.transact(work)

    def meant(self, line: str) -> Content:
        """A number is the button that has it, where there are buttons; anything else is words."""
        from dialogs.understanding import fold
        from referrals.inbound import Content

        number = fold(line)
        if number.isdecimal() and 1 <= int(number) <= len(self.offered):
            return Content(choice=self.offered[int(number) - 1])
        return Content(text=line)

    def hear(self, content: Content) -> list[Message]:
        """Stores what was said, takes turns until ours is over, and returns what was answered."""
        from referrals.conversations.inbox.waiting import receive
        from referrals.conversations.turns import take_turns
        from referrals.inbound import Address, Inbound

        at, store = self.here.now(), self.here.store
        kind = "tap" if content.choice else "message"
        address = Address("web", self.person)
        event = Inbound("tap" if kind == "tap" else "message", f"{self._run}-{next(self._ids)}", address, content)
        ids = store.transact(lambda uow: receive(uow, self.sender_id, [event], at))
        for _ in range(LOOKS):
            if not take_turns(store, self.here.now()) or self._answered(ids):
                break
        return self.look()

    def look(self) -> list[Message]:
        """What came since, as the web chat's page sees it; reminders that are due are owed first."""
        from referrals.clockwork import tick
        from referrals.conversations.transcript import messages_after, note_shown

        at, store = self.here.now(), self.here.store
        tick(store, at)
        with store.reading() as uow:
            lines = messages_after(uow, self.identity_id, self.shown, at)
        if lines:
            self.shown = lines[-1].id
            store.transact(lambda uow: note_shown(uow, self.identity_id, self.shown, at))
        messages = [line.message for line in lines if line.message is not None]
        buttons = [[choice.id for choice in message.choices] for message in messages if message.choices]
        self.offered = buttons[-1] if buttons else ([] if messages else self.offered)
        return messages

    def _answered(self, ids: list[int]) -> bool:
        from sqlalchemy import select

        from referrals.conversations.records import InboxMessage

        with self.here.store.reading() as uow:
            waiting = select(InboxMessage.id).where(InboxMessage.id.in_(ids), InboxMessage.state == "waiting")
            return uow.connection.execute(waiting).first() is None


def _lines() -> Iterator[str]:
    """What is typed, or what a file says: then each line is shown before its answer."""
    typed = sys.stdin.isatty()
    while True:
        if typed:
            print("› ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        if not typed:
            print(f"› {line.strip()}", file=sys.stderr)
        yield line.strip()


def _as_json(messages: list[Message]) -> None:
    """A line for each message, for other programs."""
    for message in messages:
        choices = [{"id": choice.id, "label": choice.label} for choice in message.choices]
        media = [intent.kind for intent in message.media]
        print(json.dumps({"text": message.text, "choices": choices, "media": media}, ensure_ascii=False))
    sys.stdout.flush()


def _show(messages: list[Message], *, shown: Shown) -> None:
    """Each message as it is read, its pictures named, and its buttons; those of the last one by the number to type."""
    last = next((message for message in reversed(messages) if message.choices), None)
    for message in messages:
        print(shown(message.text, message.language))
        for intent in message.media:
            print(f"  [{intent.kind}]")
        for number, choice in enumerate(message.choices, 1):
            print(shown(f"  {number if message is last else '-'}) {choice.label}", message.language))
    sys.stdout.flush()
