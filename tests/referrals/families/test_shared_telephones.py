"""One telephone, two people: nothing of one is shown to the other, owed to the other or erased with the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import Conversation, HelpRequest, InterviewSession
from referrals.conversations.transcript import transcript
from referrals.families.people import has_a_past
from referrals.families.records import Identity, Person
from referrals.families.standing import ways_to
from referrals.messages import Message
from referrals.outbox.owe import BODY
from referrals.outbox.records import OutboxMessage
from referrals.spoken_numbers import shown
from tests.families import Families, answer_to

PHONE = "501"


def people(families: Families) -> list[int]:
    """Everybody with a conversation on the telephone, in the order they came."""
    with families.store.reading() as uow:
        rows = select(Conversation.person_id).join(Identity, Identity.id == Conversation.identity_id)
        return list(uow.session.scalars(rows.order_by(Conversation.person_id)))


def number_of(families: Families, person_id: int) -> str:
    with families.store.reading() as uow:
        found = uow.session.scalar(select(Application.number).filter_by(person_id=person_id))
        return shown(found or "", "arab")


def texts(messages: list[Message]) -> str:
    return "\n".join(message.text for message in messages)


def second_person(families: Families, until: str = "كم العمر") -> list[Message]:
    """Somebody else takes the telephone of a family, and applies too."""
    families.say(PHONE, "أنا شخص آخر")
    got = families.tap(PHONE, "تقديم طلب")
    for _ in range(40):
        if until in got[-1].text:
            return got
        said = answer_to(got[-1].text)
        got = families.tap(PHONE, said.strip("[]")) if said.startswith("[") else families.say(PHONE, said)
    raise AssertionError(got[-1].text)


def test_somebody_else_on_the_telephone_is_a_person_of_their_own(families: Families) -> None:
    families.apply(PHONE)
    got = families.say(PHONE, "أنا شخص آخر")
    first, second = people(families)
    assert "فاطمة" not in texts(got)
    with families.store.reading() as uow:
        keys = uow.session.scalars(select(Person.data_key_id).where(Person.id.in_((first, second)))).all()
        assert len(set(keys)) == 2
        assert has_a_past(uow, first) and not has_a_past(uow, second)
    assert "ليس عندنا طلب" in texts(families.say(PHONE, "معلوماتي عندكم"))
    families.all_handled()


def test_each_comes_back_to_their_own_pending_question_with_one_tap(families: Families) -> None:
    families.apply(PHONE, until="كم العمر")
    second_person(families, until="ما أهم شيء")
    families.say(PHONE, "أنا شخص آخر")
    back = families.tap(PHONE, "طلب بدأ يوم")
    assert "كم العمر" in back[-1].text and "٤٢" not in texts(back)
    assert "ما أهم شيء" in families.say(PHONE, "٣٠")[-1].text
    with families.store.reading() as uow:
        assert len(uow.session.scalars(select(InterviewSession.id)).all()) == 2
    families.all_handled()


def test_an_unfinished_one_is_named_by_its_day_and_a_filed_one_by_its_number(families: Families) -> None:
    families.apply(PHONE)
    first = people(families)[0]
    second_person(families)
    got = families.say(PHONE, f"طلب رقم {number_of(families, first)}")
    assert number_of(families, first) in got[0].text
    families.say(PHONE, "أنا شخص آخر")
    assert families.button(PHONE, "طلب بدأ يوم").label


def test_status_and_my_data_are_about_the_one_who_speaks(families: Families) -> None:
    families.apply(PHONE)
    first = people(families)[0]
    second_person(families)
    families.say(PHONE, "٣٠")
    assert number_of(families, first) not in texts(families.say(PHONE, "معلوماتي عندكم"))
    families.say(PHONE, f"طلب رقم {number_of(families, first)}")
    assert number_of(families, first) in texts(families.say(PHONE, "أين وصل طلبي؟"))
    assert "فاطمة" in my_data(families, "٢١")


def test_a_second_application_on_the_telephone_asks_whose_it_is(families: Families) -> None:
    families.apply(PHONE)
    got = families.say(PHONE, "عايز أقدم طلب")
    assert "لمن الطلب الجديد" in got[-1].text
    families.tap(PHONE, "لشخص آخر")
    assert len(people(families)) == 2
    families.all_handled()


def test_a_second_application_of_the_same_person_stays_theirs(families: Families) -> None:
    families.apply(PHONE)
    families.say(PHONE, "عايز أقدم طلب")
    assert "أمان" in families.tap(PHONE, "لي أنا أيضاً")[-1].text
    assert len(people(families)) == 1


def test_a_reminder_of_one_is_answered_while_the_other_speaks(families: Families) -> None:
    appointment = families.booked(PHONE, families.clock() + timedelta(days=3, hours=2))
    first = people(families)[0]
    second_person(families)
    families.clock.forward(days=1, hours=2)
    from referrals.clockwork import tick

    tick(families.store, families.clock())
    reminder = families.read(PHONE)
    assert number_of(families, first) in texts(reminder)
    answered = families.tap(PHONE, "سأحضر")
    with families.store.reading() as uow:
        assert uow.session.get_one(Appointment, appointment).state == "confirmed"
        speaks = uow.session.scalars(select(Identity.person_id)).one()
    assert speaks == people(families)[1]
    assert "كم العمر" in answered[-1].text  # the interview of the other goes on
    families.all_handled()


def test_a_danger_of_one_is_never_shown_to_the_other(families: Families) -> None:
    families.apply(PHONE)
    first = people(families)[0]
    number = number_of(families, first)
    families.say(PHONE, "زوجي بيضربني")
    got = families.say(PHONE, "أنا شخص آخر")
    assert "نتصل" not in texts(got)
    again = families.say(PHONE, f"طلب رقم {number}")
    assert "نتصل" not in texts(again) and "النجدة" not in texts(again)
    assert not any("تتصلوا" in choice.label for message in again for choice in message.choices)
    with families.store.reading() as uow:
        assert uow.session.scalar(select(HelpRequest.person_id).filter_by(kind="danger")) == first


def test_nothing_is_sent_about_a_danger_while_somebody_else_has_the_telephone(families: Families) -> None:
    families.apply(PHONE)
    first = people(families)[0]
    families.say(PHONE, "زوجي بيضربني")
    families.say(PHONE, "أنا شخص آخر")
    reached = families.store.transact(
        lambda uow: reach(
            uow, first, "kuwait", families.clock(), reason="t:1", compose=lambda desk: desk.tell("رسالة عيّنة")
        )
    )
    assert not reached
    with families.store.reading() as uow:
        assert [way.why_not for way in ways_to(uow, first)] == ["asked_for_none"]


def test_erasing_one_of_two_leaves_the_other_whole(families: Families) -> None:
    families.apply(PHONE)
    first = people(families)[0]
    number = number_of(families, first)
    second_person(families)
    second = people(families)[1]
    families.say(PHONE, "امسحوا معلوماتي")
    gone = families.tap(PHONE, "نعم")
    assert gone
    with families.store.reading() as uow:
        assert uow.session.get_one(Person, second).erased_at is not None
        assert uow.session.get_one(Person, first).erased_at is None
    assert people(families) == [first]
    assert number in texts(families.say(PHONE, "أين وصل طلبي؟"))
    families.all_handled()


def test_one_person_may_want_silence_and_the_other_messages(families: Families) -> None:
    families.apply(PHONE, until="من يرى رسائل")
    families.tap(PHONE, "أهل البيت أيضاً")
    families.tap(PHONE, "لا ترسلوا شيئاً")
    families.tap(PHONE, "نعم")
    first = people(families)[0]
    second_person(families, until="من يرى رسائل")
    families.tap(PHONE, "أهل البيت أيضاً")
    families.say(PHONE, "نعم")
    second = people(families)[1]
    with families.store.reading() as uow:
        assert [way.open for way in ways_to(uow, second)] == [True]
        assert [way.open for way in ways_to(uow, first)] == [False]


def test_a_message_for_each_is_sealed_under_their_own_key(families: Families) -> None:
    from referrals.protection.vault import sealed_under

    families.apply(PHONE)
    second_person(families)
    with families.store.reading() as uow:
        owners = {sealed_under(body) for body in uow.session.scalars(select(OutboxMessage.body_sealed))}
        keys = set(uow.session.scalars(select(Person.data_key_id)))
    assert owners == keys


@pytest.mark.parametrize("words", ["أتحدث عن شخص آخر", "أنا حد تاني", "شخص آخر"])
def test_it_is_said_in_many_words(families: Families, words: str) -> None:
    families.apply(PHONE)
    families.say(PHONE, words)
    assert len(people(families)) == 2


def my_data(families: Families, last_two: str) -> str:
    """«معلوماتي عندكم» on a telephone that others read: shown to who knows the end of the id."""
    assert "آخر رقمين" in texts(families.say(PHONE, "معلوماتي عندكم"))
    return texts(families.say(PHONE, last_two))


def goes_on(families: Families, got: list[Message], until: str, answers: dict[str, str]) -> list[Message]:
    """Answers as the sample family does, but for what is given here; the messages that hold `until`."""
    for _ in range(60):
        if any(until in message.text for message in got):
            return got
        text = got[-1].text
        asked = text.rsplit("\n", 1)[-1]
        said = next((answer for words, answer in answers.items() if words in asked), "") or answer_to(text)
        got = families.tap(PHONE, said.strip("[]")) if said.startswith("[") else families.say(PHONE, said)
    raise AssertionError(got[-1].text)


@pytest.mark.parametrize("whose", ["لشخص آخر", "لا، لي أنا"])
def test_another_id_than_before_is_asked_about_before_it_is_filed(families: Families, whose: str) -> None:
    families.apply(PHONE)
    families.say(PHONE, "عايز أقدم طلب")
    got = families.tap(PHONE, "لي أنا أيضاً")
    asked = goes_on(families, got, "رقم البطاقة هنا غير", {"الرقم المدني": "٩٩٩٩", "ما اسمكم": "سعاد عيّنة"})
    assert len(asked[-1].choices) == 2
    filed = families.tap(PHONE, whose)
    assert "وصل طلبكم إلينا" in texts(filed)
    with families.store.reading() as uow:
        owners = list(uow.session.scalars(select(Application.person_id)))
        assert len(set(owners)) == (2 if whose == "لشخص آخر" else 1)
        sessions = uow.session.scalars(select(InterviewSession.person_id).order_by(InterviewSession.id)).all()
        assert sessions == owners
    if whose == "لشخص آخر":
        assert "سعاد" in my_data(families, "٩٩")
        families.say(PHONE, f"طلب رقم {number_of(families, owners[0])}")
        mine = my_data(families, "٢١")
        assert "فاطمة" in mine and "سعاد" not in mine
    families.all_handled()


def test_the_page_of_a_shared_telephone_shows_only_who_speaks_there(families: Families) -> None:
    families.apply(PHONE, until="كم العمر")
    families.say(PHONE, "أنا شخص آخر")
    families.say(PHONE, "السلام عليكم")
    with families.store.reading() as uow:
        identity = uow.session.scalars(select(Identity.id)).one()
        shown = transcript(uow, identity, families.clock())
    words = " ".join(
        [line.message.text for line in shown if line.message] + [line.said.text for line in shown if line.said]
    )
    assert "فاطمة" not in words and "كم العمر" not in words and "السلام عليكم" in words


def test_an_old_button_of_the_others_interview_goes_on_with_theirs(families: Families) -> None:
    families.apply(PHONE, until="هل أنتم في أمان")
    button = families.button(PHONE, "نعم").id
    families.say(PHONE, "أنا شخص آخر")
    second = people(families)[1]
    with families.store.reading() as uow:
        rows = uow.connection.execute(select(OutboxMessage.__table__).order_by(OutboxMessage.id.desc())).all()
        row = next(each for each in rows if "أمان" in uow.vault.open_json(each.body_sealed, BODY)["text"])
    event = replace(families.event(PHONE, choice=button), reply_to=row.external_id)
    families.write(event)
    families.turns()
    got = families.read(PHONE)
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Identity.person_id)).one() != second
        sessions = uow.session.scalars(select(InterviewSession.person_id)).all()
    assert sessions == [people(families)[0]] and "السؤال ١" in got[-1].text
