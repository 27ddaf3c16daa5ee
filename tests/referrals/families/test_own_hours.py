"""A family's own hours: set by itself, held against what nobody asked for, and taken along to another telephone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from referrals.conversations.desk import Desk
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import Conversation
from referrals.conversations.threads import STATE
from referrals.families.identities import new_person
from referrals.families.records import Identity
from referrals.families.standing import keep_quiet_hours, not_before, own_quiet_hours
from referrals.outbox.records import OutboxMessage
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families


def hours_of(families: Families, who: str) -> tuple[str, str] | None:
    with families.store.reading() as uow:
        index = uow.vault.index("identity:telegram", who)
        identity = uow.session.scalars(select(Identity.id).filter_by(value_index=index)).one()
        return own_quiet_hours(uow, identity)


def speak(families: Families, reason: str) -> datetime:
    """Something that nobody asked for is owed; when it is due."""

    def say(desk: Desk) -> None:
        desk.say("desk.nothing_is_sent")

    def work(uow: UnitOfWork) -> datetime:
        person = uow.session.scalars(select(Conversation.person_id)).one()
        assert reach(uow, person, "kuwait", families.clock(), reason=reason, compose=say)
        uow.flush()
        due = select(OutboxMessage.due_at).where(OutboxMessage.key == f"{reason}:0")
        found = uow.connection.execute(due).scalar_one()
        assert isinstance(found, datetime)
        return found

    return families.store.transact(work)


def test_what_they_set_in_the_chat_is_what_the_sender_keeps(families: Families) -> None:
    families.say("501", "السلام عليكم")
    families.say("501", "توقف")
    families.tap("501", "وقت الرسائل")
    (told,) = families.tap("501", "بعد العصر")[:1]
    assert "٤:٣٠" in told.text
    assert hours_of(families, "501") == ("21:00", "16:30")
    local = (families.clock() + timedelta(hours=3)).replace(hour=16, minute=30, second=0, microsecond=0)
    assert speak(families, "test:held") == local - timedelta(hours=3)
    families.tap("501", "كما كان")
    assert hours_of(families, "501") is None
    assert speak(families, "test:now") == families.clock()


def test_undoing_puts_back_what_held_before(families: Families) -> None:
    families.say("501", "السلام عليكم")
    families.say("501", "لا تراسلوني بعد المغرب")
    before = hours_of(families, "501")
    families.say("501", "ابعتوا الصبح بس")
    assert hours_of(families, "501") != before
    families.tap("501", "كما كان")
    assert hours_of(families, "501") == before


def test_a_forged_button_keeps_no_hours_that_are_none(families: Families) -> None:
    families.say("501", "السلام عليكم")
    for forged in ("d:hours:before:9999:2500", "d:hours:before:x", "d:hours:weekly"):
        families.write(families.event("501", choice=forged))
        families.turns()
        families.read("501")
        assert hours_of(families, "501") is None
    families.all_handled()


def test_the_hours_go_along_to_another_telephone(families: Families) -> None:
    families.apply("501", until="كم العمر")
    families.say("501", "لا تراسلوني بعد المغرب")
    families.say("502", families.move_code("501"))
    assert hours_of(families, "502") == ("17:00", "09:00")
    families.all_handled()


def test_hours_that_would_leave_nothing_are_asked_again(families: Families) -> None:
    families.say("501", "السلام عليكم")
    got = families.say("501", "راسلوني بعد ٩ مساء")
    assert got[-1].choices[0].label == "صباحاً"
    assert hours_of(families, "501") is None


def test_what_was_held_does_not_come_in_the_programmes_own_quiet_hours(families: Families) -> None:
    """On a Friday the programme begins at two: who wants the afternoon and the evening is not woken in between."""
    families.say("501", "السلام عليكم")
    families.say("501", "لا تراسلوني من ١٢ إلى ١")
    assert hours_of(families, "501") == ("12:00", "13:00")
    friday_noon = families.clock().replace(hour=9, minute=30) + timedelta(days=5)
    families.clock.now = friday_noon
    assert (friday_noon + timedelta(hours=3)).strftime("%a %H:%M") == "Fri 12:30"
    assert speak(families, "test:friday") == friday_noon.replace(hour=11, minute=0, second=0, microsecond=0)


def test_two_on_one_telephone_do_not_overrule_each_other(families: Families) -> None:
    """Who cannot have it ring in the evening is not overruled by who does not mind; each takes back only their own."""
    families.apply("501", until="كم العمر")
    families.say("501", "لا تراسلوني بعد المغرب")

    def joined(uow: UnitOfWork) -> int:
        thread = uow.session.scalars(select(Conversation)).one()
        other, key = new_person(uow, families.clock())
        sealed = uow.vault.seal_json(key, {}, STATE)
        row = Conversation(
            identity_id=thread.identity_id,
            person_id=other,
            sender_id=thread.sender_id,
            programme_id="kuwait",
            stage="idle",
            state_sealed=sealed,
            updated_at=families.clock(),
        )
        uow.session.add(row)
        uow.flush()
        return row.id

    other = families.store.transact(joined)
    with families.store.reading() as uow:
        identity, first = uow.connection.execute(select(Conversation.identity_id, Conversation.id).limit(1)).one()

    def keeps(starts: str, ends: str, thread: int) -> None:
        families.store.transact(lambda uow: keep_quiet_hours(uow, identity, starts, ends, thread_id=thread))

    evening = families.clock().replace(hour=16, minute=0)  # seven in the evening in Kuwait
    noon = evening.replace(hour=9)

    def held(at: datetime) -> bool:
        with families.store.reading() as uow:
            return not_before(uow, identity, "kuwait", at) is not None

    assert held(evening)
    keeps("00:00", "00:00", other)
    assert held(evening), "the other wants any hour, which takes nothing from the first"
    keeps("11:00", "14:00", other)
    assert held(noon)
    assert held(evening)
    keeps("00:00", "00:00", first)
    assert not held(evening)
    assert held(noon), "and the first takes back nothing but their own"
