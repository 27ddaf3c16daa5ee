"""Contact safety: what was said of a telephone holds wherever we would write to it; quiet hours are a family's own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from referrals.conversations.desk import Desk
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import Conversation, HelpRequest
from referrals.families.identifiers import keep_phone
from referrals.families.records import ContactPoint, Identity
from referrals.families.standing import keep_quiet_hours, ways_to
from referrals.outbox.records import OutboxMessage
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

NUMBER, OTHER = "+96550000002", "+96550000003"


@pytest.fixture
def whatsapp(families: Families) -> Families:
    return Families(families.store, families.clock, "whatsapp", "w1")


def person_at(families: Families) -> int:
    with families.store.reading() as uow:
        return uow.session.scalars(select(Conversation.person_id)).one()


def said_of(families: Families, person: int, number: str, safe: str) -> None:
    families.store.transact(lambda uow: keep_phone(uow, person, number, families.clock(), safe=safe))


def speak(families: Families, person: int, reason: str = "test:1") -> bool:
    def work(uow: UnitOfWork) -> bool:
        return reach(uow, person, "kuwait", families.clock(), reason=reason, compose=say)

    return families.store.transact(work)


def say(desk: Desk) -> None:
    desk.say("desk.nothing_is_sent")


@pytest.mark.parametrize(("safe", "written"), [("yes", True), ("", True), ("call_only", False), ("no", False)])
def test_a_number_that_is_not_to_be_written_to_is_not(whatsapp: Families, safe: str, written: bool) -> None:
    whatsapp.say(NUMBER, "السلام عليكم")
    person = person_at(whatsapp)
    said_of(whatsapp, person, OTHER, "no")  # another number of theirs decides nothing
    said_of(whatsapp, person, NUMBER, safe)
    assert speak(whatsapp, person) is written
    with whatsapp.store.reading() as uow:
        assert ways_to(uow, person)[0].open is written
        called = uow.session.scalars(select(HelpRequest).filter_by(kind="call")).all()
    assert bool(called) is not written


def test_what_was_said_last_of_a_number_holds(whatsapp: Families) -> None:
    whatsapp.say(NUMBER, "السلام عليكم")
    person = person_at(whatsapp)
    for safe in ("no", "yes"):
        said_of(whatsapp, person, NUMBER, safe)
    said_of(whatsapp, person, NUMBER, "")  # nothing said: as before
    with whatsapp.store.reading() as uow:
        point = uow.session.scalars(select(ContactPoint)).one()
        assert (point.safe_to_message, point.safe_to_call) == (True, True)
        assert ways_to(uow, person)[0].open


def quiet(families: Families, starts: str, ends: str) -> None:
    def work(uow: UnitOfWork) -> None:
        keep_quiet_hours(uow, uow.session.scalars(select(Identity.id)).one(), starts, ends)

    families.store.transact(work)


def due(families: Families, reason: str) -> datetime:
    with families.store.reading() as uow:
        found = uow.connection.execute(
            select(OutboxMessage.due_at).where(OutboxMessage.key == f"{reason}:0")
        ).scalar_one()
        assert isinstance(found, datetime)
        return found


def test_what_nobody_asked_for_waits_for_the_end_of_their_own_quiet_hours(families: Families) -> None:
    families.say("501", "السلام عليكم")
    person, now = person_at(families), families.clock()
    local = now + timedelta(hours=3)  # Kuwait
    quiet(families, f"{(local - timedelta(hours=1)):%H:%M}", f"{(local + timedelta(hours=2)):%H:%M}")
    assert speak(families, person, "test:held")
    ends = (local + timedelta(hours=2)).replace(second=0, microsecond=0) - timedelta(hours=3)
    assert due(families, "test:held") == ends
    assert families.say("501", "القائمة")  # what they ask for themselves is answered at once
    quiet(families, "00:00", "00:00")
    assert speak(families, person, "test:sent")
    assert due(families, "test:sent") == families.clock()


@pytest.mark.parametrize("words", ["9", "25:00", "ليلاً"])
def test_hours_are_hours(families: Families, words: str) -> None:
    families.say("501", "السلام عليكم")
    with pytest.raises(ValueError):
        quiet(families, words, "09:00")
