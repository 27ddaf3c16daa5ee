"""What does not arrive where it was owed goes to another place of the same person, or staff are asked to call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from referrals.conversations.outreach.elsewhere import go_elsewhere
from referrals.conversations.outreach.knocking import HELD, TEMPLATE, hold
from referrals.conversations.records import HelpRequest
from referrals.conversations.threads import open_desk
from referrals.families.identities import join_person
from referrals.families.records import Identity
from referrals.families.standing import note_presence
from referrals.messages import Choice, MediaIntent, Message
from referrals.outbox.blocked import put_aside
from referrals.outbox.owe import BODY, from_json, owe
from referrals.outbox.records import OutboxMessage
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families

PHONE, CHAT = "+96550000042", "842"
COMING = (Choice("d:reminder:come:17", "سأحضر"), Choice("d:reminder:cancel:17", "إلغاء"))
REMINDER = Message("تذكير: موعدكم غداً، الساعة ١٠ صباحاً، رقم ١٢٣٤.", COMING, purpose="reminder")
REASON = "undeliverable: 131026"


@dataclass
class Person:
    """Somebody who wrote on WhatsApp and on Telegram, and proved to be one."""

    store: Store
    clock: FrozenClock

    def __post_init__(self) -> None:
        self.whatsapp = Families(self.store, self.clock, channel="whatsapp")
        self.telegram = Families(self.store, self.clock, account="2")
        self.telegram.say(CHAT, "السلام عليكم")
        self.whatsapp.say(PHONE, "السلام عليكم")
        self.here = self._identity(self.whatsapp)
        self.there = self._identity(self.telegram)
        self.store.transact(self._join)

    def _identity(self, families: Families) -> int:
        with self.store.reading() as uow:
            return uow.session.scalars(select(Identity.id).filter_by(sender_id=families.sender_id)).one()

    def _join(self, uow: UnitOfWork) -> None:
        person_id = uow.session.get_one(Identity, self.here).person_id
        join_person(uow, self.there, person_id, self.clock())

    def know(self, identity_id: int, **values: object) -> None:
        change = update(Identity).where(Identity.id == identity_id).values(**values)
        self.store.transact(lambda uow: uow.connection.execute(change))

    def owed(self, message: Message, key: str = "reminder:17:48h", **more: Any) -> int:
        """A message owed on WhatsApp."""

        def work(uow: UnitOfWork) -> int:
            desk = open_desk(uow, self.here, self.clock(), reason=key)
            new = owe(
                uow,
                message,
                key=key,
                sender_id=desk.sender_id,
                identity_id=self.here,
                data_key_id=desk.data_key_id,
                at=self.clock(),
                programme_id="kuwait",
                **more,
            )
            assert new is not None
            return new

        return self.store.transact(work)

    def fails(self, row_id: int, reason: str = REASON, *, blocked: bool = True) -> Any:
        """Delivery hears that nothing arrives there; the row as it stands afterwards."""

        def work(uow: UnitOfWork) -> None:
            row = uow.connection.execute(select(OutboxMessage.identity_id).where(OutboxMessage.id == row_id)).one()
            if blocked:
                note_presence(uow, row.identity_id, blocked=True, at=self.clock())
            assert go_elsewhere(uow, row_id, self.clock(), reason)

        self.store.transact(work)
        return self.row(row_id)

    def row(self, row_id: int) -> Any:
        with self.store.reading() as uow:
            return uow.connection.execute(select(OutboxMessage.__table__).where(OutboxMessage.id == row_id)).one()

    def at_the_other_place(self) -> Sequence[tuple[str, datetime, Message]]:
        """What waits there: key, due time, message."""
        with self.store.reading() as uow:
            rows = uow.connection.execute(
                select(OutboxMessage.__table__)
                .where(OutboxMessage.identity_id == self.there, OutboxMessage.state == "waiting")
                .order_by(OutboxMessage.id)
            ).all()
            opened = [from_json(uow.vault.open_json(row.body_sealed, BODY)) for row in rows]
        return [(row.key, row.due_at, message) for row, message in zip(rows, opened, strict=True)]

    def calls(self) -> list[HelpRequest]:
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(HelpRequest).filter_by(kind="call")))


@pytest.fixture
def person(store: Store, clock: FrozenClock) -> Person:
    made = Person(store, clock)
    made.telegram.read(CHAT)
    made.whatsapp.read(PHONE)
    return made


def test_a_reminder_goes_to_the_other_place_and_its_buttons_are_answered_there(person: Person) -> None:
    row = person.fails(person.owed(REMINDER))
    ((key, due, message),) = person.at_the_other_place()
    assert key == f"reminder:17:48h@{person.there}"
    assert (message.text, message.choices, due) == (REMINDER.text, COMING, person.clock())
    assert (row.state, row.reason) == ("cancelled", f"{REASON}; went to identity {person.there}")
    assert person.calls() == []
    assert person.whatsapp.books().balance


def test_it_goes_only_once(person: Person) -> None:
    row_id = person.owed(REMINDER)
    person.fails(row_id)
    person.fails(row_id)
    assert len(person.at_the_other_place()) == 1


def test_where_the_other_place_fails_too_staff_are_asked_to_call_once(person: Person) -> None:
    person.fails(person.owed(REMINDER))
    with person.store.reading() as uow:
        there = uow.session.scalars(select(OutboxMessage.id).filter_by(key=f"reminder:17:48h@{person.there}")).one()
    row = person.fails(there, "blocked: bot was blocked by the user")
    assert (row.state, row.reason) == ("parked", "blocked: bot was blocked by the user; staff call")
    person.fails(person.owed(replace_text(REMINDER, "تذكير آخر"), "reminder:17:3h"))
    (call,) = person.calls()
    assert (call.programme_id, call.state, call.text_sealed) == ("kuwait", "open", None)


def test_a_paused_template_closes_nothing_but_itself(person: Person) -> None:
    person.fails(person.owed(REMINDER), "template_paused: reminder ar", blocked=False)
    assert len(person.at_the_other_place()) == 1
    with person.store.reading() as uow:
        assert uow.session.get_one(Identity, person.here).blocked_at is None


@pytest.mark.parametrize("purpose", ["interview", "safety", "campaign"])
def test_what_belongs_to_its_chat_stays_there(person: Person, purpose: Any) -> None:
    row = person.fails(person.owed(Message("كم عددكم في البيت؟", purpose=purpose), "turn:9:0"))
    assert (row.state, row.reason) == ("cancelled", f"{REASON}; stays unsent")
    assert (person.at_the_other_place(), person.calls()) == ([], [])


def test_words_that_may_hold_more_go_only_where_they_alone_read(person: Person) -> None:
    reply = Message("طلبكم عند المركز", media=(MediaIntent("stored", {"media_id": 1}),), purpose="staff")
    row = person.fails(person.owed(reply, "help:3:0"))
    assert row.state == "parked" and len(person.calls()) == 1
    person.know(person.there, readers="alone")
    person.fails(person.owed(reply, "help:4:0"))
    ((_, _, message),) = person.at_the_other_place()
    assert message.media == reply.media


def test_pictures_stay_away_from_a_telephone_that_others_read(person: Person) -> None:
    card = Message("موعدكم غداً", media=(MediaIntent("stored", {"media_id": 1}),), purpose="service")
    person.fails(person.owed(card, "offer:3:0"))
    ((_, _, message),) = person.at_the_other_place()
    assert (message.text, message.media) == ("موعدكم غداً", ())


def test_who_cannot_talk_somewhere_is_left_in_peace_everywhere(person: Person) -> None:
    person.know(person.there, silent_until_written=True)
    row = person.fails(person.owed(REMINDER))
    assert (row.state, row.reason) == ("parked", f"{REASON}; they asked for silence")
    assert (person.at_the_other_place(), person.calls()) == ([], [])


def test_who_wants_no_messages_there_is_called(person: Person) -> None:
    person.know(person.there, may_message=False)
    assert person.fails(person.owed(REMINDER)).state == "parked"
    assert (person.at_the_other_place(), len(person.calls())) == ([], 1)


def test_in_the_night_it_waits_for_the_morning_but_never_past_its_time(person: Person) -> None:
    person.clock.now = person.clock.now.replace(hour=20)  # 23:00 in Kuwait
    person.fails(person.owed(REMINDER))
    ((_, due, _),) = person.at_the_other_place()
    assert due > person.clock() + timedelta(hours=6)
    too_late = replace_text(REMINDER, "تذكير قريب", expires_at=person.clock() + timedelta(hours=2))
    assert person.fails(person.owed(too_late, "reminder:18:3h")).state == "parked"
    assert len(person.at_the_other_place()) == 1


def test_a_knock_in_vain_sends_what_was_held_to_the_other_place(person: Person) -> None:
    held = person.owed(Message("أي موعد يناسبكم؟", COMING, purpose="service"), "offer:5:0")
    person.store.transact(lambda uow: hold(uow, held, person.here, None, person.clock()))
    with person.store.reading() as uow:
        knock = uow.session.scalars(select(OutboxMessage).where(OutboxMessage.key.startswith("knock:"))).one()
        assert from_json(uow.vault.open_json(knock.body_sealed, BODY)).template == TEMPLATE
    assert person.row(held).reason == HELD
    row = person.fails(knock.id, f"template_paused: {TEMPLATE} ar", blocked=False)
    assert row.state == person.row(held).state == "cancelled"
    ((key, _, message),) = person.at_the_other_place()
    assert (key, message.text) == (f"offer:5:0@{person.there}", "أي موعد يناسبكم؟")


def test_a_knock_in_vain_leaves_held_what_may_go_nowhere_else(person: Person) -> None:
    person.know(person.there, may_message=False)
    held = person.owed(Message("أي موعد يناسبكم؟", COMING, purpose="service"), "offer:5:0")
    person.store.transact(lambda uow: hold(uow, held, person.here, None, person.clock()))
    with person.store.reading() as uow:
        knock = uow.session.scalars(select(OutboxMessage.id).where(OutboxMessage.key.startswith("knock:"))).one()
    assert person.fails(knock, f"template_unknown: {TEMPLATE} ar", blocked=False).state == "parked"
    assert (person.row(held).state, person.row(held).reason, len(person.calls())) == ("waiting", HELD, 1)


def test_what_waits_behind_it_goes_along(person: Person) -> None:
    first, second = person.owed(REMINDER), person.owed(Message("موعدكم تغيّر", purpose="service"), "changed:17:0")
    person.store.transact(lambda uow: put_aside(uow, [person.here], person.clock()))
    person.fails(first)
    assert [key for key, _, _ in person.at_the_other_place()] == [
        f"reminder:17:48h@{person.there}",
        f"changed:17:0@{person.there}",
    ]
    assert person.row(second).state == "cancelled"


def test_what_arrived_meanwhile_is_left_alone(person: Person) -> None:
    row_id = person.owed(REMINDER)
    arrived = update(OutboxMessage).where(OutboxMessage.id == row_id).values(state="sent", delivery="read")
    person.store.transact(lambda uow: uow.connection.execute(arrived))
    person.store.transact(lambda uow: go_elsewhere(uow, row_id, person.clock(), REASON))
    assert (person.row(row_id).state, person.at_the_other_place()) == ("sent", [])


def replace_text(message: Message, text: str, **more: Any) -> Message:
    """The same message in other words."""
    return replace(message, text=text, **more)
