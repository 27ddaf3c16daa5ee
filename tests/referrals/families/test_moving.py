"""One interview on any channel: it moves with a code or a link, the old side says so, and two sides never fork it."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from referrals.conversations.carrying import carry_here
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import Conversation, HelpRequest, InterviewSession, MoveCode
from referrals.conversations.stages.moving import new_code
from referrals.conversations.threads import TwoTurnsAtOnce, open_desk
from referrals.families.identities import new_person
from referrals.families.records import Identity, Person
from referrals.messages import Message
from referrals.outbox.records import OutboxMessage
from referrals.senders.links import link_with_code, links_with_code
from referrals.senders.records import Sender
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

OLD, NEW = "501", "502"


def texts(messages: list[Message]) -> str:
    return "\n".join(message.text for message in messages)


@pytest.fixture
def whatsapp(families: Families) -> Families:
    return Families(families.store, families.clock, "whatsapp", "w1")


def across(there: Families, here: Families, who: str, text: str) -> list[Message]:
    """Somebody writes on one channel, and both sides read what they are owed."""
    here.clock.forward(seconds=5)
    here.write(here.event(who, text))
    here.turns()
    before = len(here.heard.get(who, []))
    for side in (there, here):
        with contextlib.suppress(AssertionError):  # the other side's is read in its turn
            side.read()
    return here.heard[who][before:]


def test_what_is_pending_and_the_language_move_from_one_channel_to_another(
    families: Families, whatsapp: Families
) -> None:
    families.apply(OLD, until="كم العمر")
    got = across(families, whatsapp, "+96550000002", families.move_code(OLD))
    assert "كم العمر" in got[-1].text
    assert "ما أهم شيء" in whatsapp.say("+96550000002", "٤٢")[-1].text
    with families.store.reading() as uow:
        assert len(uow.session.scalars(select(InterviewSession.id)).all()) == 1
    families.all_handled()


def test_the_old_side_says_that_it_moved_and_tells_nothing_more(families: Families) -> None:
    families.apply(OLD)
    families.say(NEW, families.move_code(OLD))
    assert "انتقلت هذه المحادثة" in families.heard[OLD][-1].text
    for said in ("أين وصل طلبي؟", "معلوماتي عندكم", "٤٢", "امسحوا معلوماتي"):
        got = families.say(OLD, said)
        assert "في مكان آخر" in texts(got) and "فاطمة" not in texts(got)


def test_who_did_not_move_it_says_so_with_one_tap(families: Families) -> None:
    families.apply(OLD, until="كم العمر")
    families.say(NEW, families.move_code(OLD))
    families.read(OLD)
    families.tap(OLD, "لم أطلب ذلك")
    with families.store.reading() as uow:
        assert "not_me" in uow.session.scalars(select(HelpRequest.kind)).all()


def test_it_comes_back_with_a_code_from_the_new_side(families: Families) -> None:
    families.apply(OLD, until="كم العمر")
    families.say(NEW, families.move_code(OLD))
    assert "كم العمر" in families.say(OLD, families.move_code(NEW))[-1].text
    assert "في مكان آخر" in texts(families.say(NEW, "٤٢"))


def test_danger_is_heard_at_the_old_side_too(families: Families) -> None:
    families.apply(OLD, until="كم العمر")
    families.say(NEW, families.move_code(OLD))
    families.read(OLD)
    families.say(OLD, "زوجي بيضربني")
    with families.store.reading() as uow:
        assert uow.session.scalar(select(HelpRequest.id).filter_by(kind="danger")) is not None


def test_what_is_owed_goes_along(families: Families, whatsapp: Families) -> None:
    families.apply(OLD)
    code = families.move_code(OLD)
    with families.store.reading() as uow:
        person = uow.session.scalars(select(Person.id).order_by(Person.id)).first() or 0
    families.store.transact(
        lambda uow: reach(
            uow, person, "kuwait", families.clock(), reason="owed:1", compose=lambda desk: desk.tell("خبر عيّنة")
        )
    )
    assert "خبر عيّنة" in texts(across(families, whatsapp, "+96550000002", code))
    families.read()
    assert not any("خبر عيّنة" in message.text for message in families.heard[OLD])


def test_a_conversation_that_was_answered_meanwhile_is_not_taken_over_as_it_was(families: Families) -> None:
    families.apply(OLD, until="كم العمر")
    families.say(NEW, "السلام عليكم")

    def both(uow: UnitOfWork) -> None:
        old, new = uow.session.scalars(select(Conversation).order_by(Conversation.id)).all()
        desk = open_desk(uow, new.identity_id, families.clock(), reason="t")
        uow.session.refresh(old)
        real = uow.session.refresh

        def answered(*given: object, **more: object) -> None:
            real(*given, **more)  # type: ignore[arg-type]  # passed on as it came
            uow.connection.execute(
                update(Conversation).where(Conversation.id == old.id).values(version=Conversation.version + 1)
            )

        uow.session.refresh = answered  # type: ignore[method-assign]  # somebody answers at this very moment
        carry_here(desk, old)

    with pytest.raises(TwoTurnsAtOnce):
        families.store.transact(both)


def test_two_with_a_past_share_the_telephone_instead_of_becoming_one(families: Families) -> None:
    families.apply(OLD, until="كم العمر")
    families.apply(NEW, until="ما أهم شيء")
    code = families.move_code(OLD)
    families.say(NEW, "القائمة")
    families.tap(NEW, "أين وصل طلبي؟")
    assert "كم العمر" in families.say(NEW, code)[-1].text
    families.say(NEW, "أنا شخص آخر")
    assert "ما أهم شيء" in families.tap(NEW, "طلب بدأ")[-1].text
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Person.merged_into_id).where(Person.merged_into_id.is_not(None))).all() == []


def test_a_link_carries_the_code_to_every_chat(families: Families) -> None:
    def name(uow: UnitOfWork) -> list[str]:
        uow.connection.execute(update(Sender).values(name="sanad_sample_bot"))
        return [link.url for link in links_with_code(uow, "kuwait", "120345", "https://sanad.invalid")]

    links = families.store.transact(name)
    assert links == [
        "https://sanad.invalid/chat/kuwait?start=move-bcadef",
        "https://t.me/sanad_sample_bot?start=move-bcadef",
    ]
    assert link_with_code("bcadef") == "120345" and link_with_code("poster") is None
    families.apply(OLD, until="كم العمر")
    code = families.move_code(OLD).replace(" ", "")
    spelt = "".join("abcdefghij"[int(digit)] for digit in code)
    assert "كم العمر" in families.say(NEW, "/start", start=f"move-{spelt}")[-1].text


def test_a_form_begun_at_a_desk_goes_on_at_a_telephone_that_was_never_in_a_chat(families: Families) -> None:
    families.apply(OLD, until="كم العمر")

    def at_a_desk(uow: UnitOfWork) -> str:
        """As a desk has it: an interview of a person without any conversation."""
        thread = uow.session.scalars(select(Conversation)).one()
        person_id, _ = new_person(uow, families.clock())
        session_id = thread.session_id
        thread.session_id, thread.stage = None, "idle"
        uow.connection.execute(
            update(InterviewSession).where(InterviewSession.id == session_id).values(person_id=person_id)
        )
        uow.flush()
        return new_code(uow, families.clock(), session_id=session_id)

    code = families.store.transact(at_a_desk)
    assert "كم العمر" in families.say(NEW, code)[-1].text
    assert "ما أهم شيء" in families.say(NEW, "٤٢")[-1].text
    with families.store.reading() as uow:
        speaks = uow.session.scalars(select(Identity.person_id).order_by(Identity.id.desc())).first()
        assert uow.session.scalars(select(InterviewSession.person_id)).one() == speaks


def test_six_digits_from_before_an_update_still_work(families: Families) -> None:
    families.apply(OLD, until="كم العمر")
    code = families.move_code(OLD)

    def stamp(uow: UnitOfWork) -> None:
        row = uow.session.scalars(select(MoveCode).where(MoveCode.used_at.is_(None))).one()
        row.code_index = bytes([1]) + row.code_index[1:]

    families.store.transact(stamp)
    assert "كم العمر" in families.say(NEW, code)[-1].text


def test_what_was_held_for_a_closed_window_is_due_where_they_are_now(families: Families, whatsapp: Families) -> None:
    from referrals.conversations.outreach.knocking import HELD

    whatsapp.apply("+96550000003", until="كم العمر")
    code = whatsapp.move_code("+96550000003")

    def hold(uow: UnitOfWork) -> None:
        person = uow.session.scalars(select(Identity.person_id)).one()
        reach(uow, person, "kuwait", families.clock(), reason="owed:2", compose=lambda desk: desk.tell("خبر عيّنة"))
        later = families.clock() + timedelta(days=30)
        held = update(OutboxMessage).where(OutboxMessage.key.startswith("owed:2"))
        uow.connection.execute(held.values(reason=HELD, due_at=later))

    families.store.transact(hold)
    assert "خبر عيّنة" in texts(across(whatsapp, families, NEW, code))
