"""Families at a store without any channel: they write, turns are taken, and what was owed to them is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from referrals.appointments.booking import offer_times
from referrals.books import Books, books
from referrals.conversations.inbox.waiting import receive
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import Conversation, InboxMessage
from referrals.conversations.stages.appointing import offer_slots
from referrals.conversations.turns import _next, take_turns
from referrals.families.records import Identity
from referrals.inbound import Address, Content, Inbound
from referrals.messages import Choice, Message
from referrals.outbox.buckets import level_of
from referrals.outbox.lease import Leased, lease
from referrals.outbox.noting import note_sent
from referrals.outbox.owe import BODY, from_json
from referrals.outbox.records import OutboxMessage
from referrals.referral.handling import Actor, accept
from referrals.referral.records import Referral
from referrals.senders.ensuring import ensure_sender
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock

# The shortest way through Kuwait's intake: what a question holds, and what is tapped (in brackets) or typed.
ANSWERS = (
    ("بماذا نبدأ", "[تقديم طلب]"),
    ("لمن الطلب الجديد", "[لي أنا أيضاً]"),
    ("بأي لغة", "[العربية]"),
    ("هل توافقون", "[أوافق]"),
    ("من يرى رسائل", "[أنا وحدي]"),
    ("هل أنتم في أمان", "[نعم]"),
    ("لمن هذا الطلب", "[لي ولأهل بيتي]"),
    ("طلباً من قبل", "[لا]"),
    ("ما اسمكم", "فاطمة عيّنة"),
    ("كم العمر", "٤٢"),
    ("ما أهم شيء", "[٢]"),
    ("ما الأقرب إلى", "[١]"),
    ("شيئاً آخر أيضاً", "٧"),
    ("شيء من هذا الآن", "٦"),
    ("كم عددكم", "خمسة"),
    ("هل يكفي دخل", "[لا]"),
    ("من ينفق", "[لا أحد]"),
    ("هل فقدتم", "[نعم، بعد وفاة]"),
    ("ديون يصعب", "[نعم]"),
    ("رعاية خاصة", "[لا]"),
    ("نكتب أهل البيت", "[لاحقاً]"),
    ("في أي محافظة", "[الجهراء]"),
    ("أين تسكنون", "الجهراء"),
    ("أين البيت", "[السؤال التالي]"),
    ("يستقبلكم", "[لا فرق عندي]"),
    ("ما رقم الهاتف", "50012345"),
    ("يناسبكم هذا الرقم", "[نعم]"),
    ("الرقم المدني", "٤٨٢١"),
    ("هل ترسلون صورة", "[أرسل لاحقاً]"),
    ("نعرض إجاباتكم كلها", "[نعم، اعرضوها]"),
    ("هل نقدّم الطلب", "[نعم، قدّموه]"),
)
GREETING = "السلام عليكم"
DESK = Actor(staff_id=1)


def answer_to(text: str) -> str:
    """What the sample family answers: a label in brackets, or words. Raises LookupError for a question unknown here."""
    found = [answer for words, answer in ANSWERS if words in text]
    if not found:
        raise LookupError(f"no answer is prepared for «{text}»")
    return found[-1]


@dataclass
class Families:
    """A sender in a store, the people who write to it, and a clock that goes on 5 seconds with every message."""

    store: Store
    clock: FrozenClock
    channel: str = "telegram"
    account: str = "1"
    heard: dict[str, list[Message]] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        self.sender_id = self.store.transact(
            lambda uow: ensure_sender(uow, self.channel, self.account, self.clock(), programmes=["kuwait"]).id
        )

    def event(self, who: str, text: str = "", choice: str = "", **content: Any) -> Inbound:
        """What somebody did, as a channel reads it."""
        self._count += 1
        kind = "phone" if self.channel == "whatsapp" else self.channel
        address = Address(kind, who)  # type: ignore[arg-type]  # a channel's name is its addresses' kind but for a phone
        return Inbound(
            "tap" if choice else "message",
            f"{self.channel}-{self._count}",
            address,
            Content(text=text, choice=choice, **content),
        )

    def write(self, *events: Inbound) -> list[int]:
        """Hands events to the inbox; the ids of those that were new."""
        return self.store.transact(lambda uow: receive(uow, self.sender_id, events, self.clock()))

    def say(self, who: str, text: str = "", choice: str = "", **content: Any) -> list[Message]:
        """Writes, is answered, and reads everything that was owed; returns that."""
        self.clock.forward(seconds=5)
        self.write(self.event(who, text, choice, **content))
        self.turns()
        return self.read(who)

    def tap(self, who: str, label: str) -> list[Message]:
        """Taps the newest button that holds that label."""
        return self.say(who, choice=self.button(who, label).id)

    def button(self, who: str, label: str) -> Choice:
        """The newest button that holds that label."""
        for message in reversed(self.heard[who]):
            for choice in message.choices:
                if label in choice.label:
                    return choice
        raise LookupError(f"«{label}» is not among {[c.label for m in self.heard[who] for c in m.choices]}")

    def turns(self) -> None:
        """Takes every turn that is due."""
        while take_turns(self.store, self.clock()):
            pass

    def read(self, who: str = "") -> list[Message]:
        """Delivers everything owed now; returns what `who` got, oldest first."""
        got: list[Message] = []
        for _ in range(200):
            leased = self.store.transact(self._lease)
            for row in leased:
                self.store.transact(lambda uow, row=row: note_sent(uow, row.id, f"x{row.id}", self.clock()))  # type: ignore[misc]  # bound at once
                self.heard.setdefault(row.address.value, []).append(row.message)
                if row.address.value == who:
                    got.append(row.message)
            if not leased and not self._waiting():
                return got
            self.clock.forward(seconds=1)  # a bucket ran dry
        raise AssertionError("what is owed never got sent")

    def _lease(self, uow: UnitOfWork) -> list[Leased]:
        bucket = level_of(uow, self.sender_id, self.channel)
        return lease(uow, self.sender_id, bucket, "worker", self.clock(), most=50).rows

    def _waiting(self) -> bool:
        now = self.clock()
        waiting = [row for row in self.outbox() if row.state == "waiting" and not _over(row, now)]
        return any(row.due_at <= now or row.deferred for row in waiting)

    def apply(self, who: str, until: str = "وصل طلبكم إلينا") -> list[Message]:
        """Goes from the greeting to the message that holds `until`; returns the last messages."""
        return self.go_on(who, self._at_once(who, GREETING), until)

    def go_on(self, who: str, got: list[Message], until: str = "وصل طلبكم إلينا") -> list[Message]:
        """The rest of the way, from the question that `got` ends with."""
        for _ in range(60):
            if any(until in message.text for message in got):
                return got
            self.all_handled()
            said = answer_to(got[-1].text)
            if said.startswith("["):
                got = self._at_once(who, choice=self.button(who, said.strip("[]")).id)
            else:
                got = self._at_once(who, said)
        raise AssertionError(f"the interview never came to «{until}»: {got[-1].text}")

    def _at_once(self, who: str, text: str = "", choice: str = "") -> list[Message]:
        """Writes, is answered and reads in a single commit: the long way to where a test begins, made short."""
        self.clock.forward(seconds=5)
        event = self.event(who, text, choice)

        def work(uow: UnitOfWork) -> list[Message]:
            (mine,) = receive(uow, self.sender_id, [event], self.clock())
            while _next(uow, self.clock()):
                pass
            owed = select(OutboxMessage.id, OutboxMessage.body_sealed).where(
                OutboxMessage.key.startswith(f"turn:{mine}:"), OutboxMessage.state == "waiting"
            )
            rows = uow.connection.execute(owed.order_by(OutboxMessage.id)).all()
            for row in rows:
                note_sent(uow, row.id, f"x{row.id}", self.clock())
            return [from_json(uow.vault.open_json(row.body_sealed, BODY)) for row in rows]

        got = self.store.transact(work)
        self.heard.setdefault(who, []).extend(got)
        return got

    def refer(self, who: str) -> int:
        """The whole way to a referral that stands in a centre's queue; its id."""
        got = self.apply(who)
        self._at_once(who, choice=got[-1].choices[0].id)
        self._at_once(who, choice=self.button(who, "أوافق").id)
        with self.store.reading() as uow:
            return uow.session.scalars(select(Referral.id).order_by(Referral.id.desc())).first() or 0

    def offer(self, referral_id: int, starts: list[datetime]) -> int:
        """The centre accepts and offers these times; the appointment's id."""

        def work(uow: UnitOfWork) -> int:
            referral = uow.session.get_one(Referral, referral_id)
            if referral.state in ("requested", "received"):
                accept(uow, referral, DESK, self.clock())
            appointment = offer_times(uow, referral, starts, self.clock(), DESK.staff_id)
            reach(
                uow,
                referral.person_id,
                referral.programme_id,
                self.clock(),
                reason=f"offer:{appointment.id}",
                compose=lambda desk: offer_slots(desk, appointment),
            )
            return appointment.id

        return self.store.transact(work)

    def booked(self, who: str, start: datetime) -> int:
        """A family with an appointment at that moment; the appointment's id."""
        appointment_id = self.offer(self.refer(who), [start])
        self.say(who, choice=self.read(who)[-1].choices[0].id)
        return appointment_id

    def move_code(self, who: str) -> str:
        """The six digits that continue this conversation elsewhere."""
        said = self.say(who, choice="d:menu:move")
        told = next(message.text for message in said if "رمزكم" in message.text)
        return "".join(str(int(character)) for character in told if character.isdigit())[:6]

    def inbox(self) -> list[Any]:
        """Every inbox row, by id."""
        with self.store.reading() as uow:
            return list(uow.connection.execute(select(InboxMessage).order_by(InboxMessage.id)).all())

    def outbox(self) -> list[Any]:
        """Every outbox row, by id."""
        with self.store.reading() as uow:
            return list(uow.connection.execute(select(OutboxMessage).order_by(OutboxMessage.id)).all())

    def books(self) -> Books:
        """The books."""
        with self.store.reading() as uow:
            return books(uow)

    def spoil(self, who: str) -> None:
        """Makes every turn of this person fail, by damaging what is stored of the thread; once more mends it."""

        def damage(uow: UnitOfWork) -> None:
            index = uow.vault.index(f"identity:{self.event(who).address.kind}", who)
            row = uow.connection.execute(
                select(Conversation.id, Conversation.state_sealed)
                .join(Identity, Identity.id == Conversation.identity_id)
                .where(Identity.value_index == index)
            ).one()
            sealed = bytearray(row.state_sealed)
            sealed[-1] ^= 1
            uow.connection.execute(
                update(Conversation).where(Conversation.id == row.id).values(state_sealed=bytes(sealed))
            )

        self.store.transact(damage)

    def all_handled(self) -> None:
        """Fails when a turn was not handled, with its reason."""
        bad = [(row.state, row.reason) for row in self.inbox() if row.state != "handled"]
        assert not bad, bad


def _over(row: Any, now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now
