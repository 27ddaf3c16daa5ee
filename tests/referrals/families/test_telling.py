"""«ماذا تعرفون عني؟» is answered with everything, to whom it is about, and to nobody who only holds the telephone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.appointments.centre_records import WaitlistEntry
from referrals.documents.family_papers import known_paper
from referrals.documents.paper_facts import KnownFacts, known_from_json
from referrals.families.records import Identity
from referrals.families.telling.everything import what_we_know
from referrals.messages import Message
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

ASKED = (
    *("ماذا تعرفون عني؟", "انتو عارفين عني ايه", "شنو تعرفون عني؟", "معلوماتي عندكم", "عايزة اشوف بياناتي"),
    *("ما الذي تعرفونه عنا؟", "ما المعلومات التي عندكم عني", "من رأى ملفي؟"),
)


def paper_in(messages: list[Message]) -> KnownFacts | None:
    for message in messages:
        for intent in message.media:
            if intent.kind == "known":
                return known_from_json(intent.parameters)
    return None


def words_of(facts: KnownFacts) -> str:
    return "\n".join(
        [
            facts.title,
            *(" ".join([title, note, *(f"{n}: {v}" for n, v in rows)]) for title, note, rows in facts.sections),
        ]
    )


def with_others(families: Families) -> None:
    families.store.transact(lambda uow: uow.connection.execute(update(Identity).values(readers="shared")))


@pytest.mark.parametrize("asked", ASKED)
def test_it_is_asked_for_as_people_say_it(families: Families, asked: str) -> None:
    families.apply("501")
    got = families.say("501", asked)
    assert "فاطمة عيّنة" in got[0].text
    assert paper_in(got) is not None


def test_the_paper_holds_everything_that_they_told_us_and_what_became_of_it(families: Families) -> None:
    families.refer("501")
    facts = paper_in(families.say("501", "ماذا تعرفون عني؟"))
    assert facts is not None
    told = words_of(facts)
    for word in ("فاطمة عيّنة", "50012345", "الجهراء", "وافقتم يوم", "لم يقرؤوه بعد", "نحذف كلام المحادثة يوم"):
        assert word in told, word
    assert "ما يمكنكم فعله" in told


def test_what_was_said_in_one_turn_stands_in_the_order_in_which_it_was_said(families: Families) -> None:
    families.refer("501")
    facts = paper_in(families.say("501", "ماذا تعرفون عني؟"))
    assert facts is not None
    told = words_of(facts)
    said = ("أنتم: السلام عليكم", "نحن: وعليكم السلام", "نحن: وصل طلبكم إلينا", "نحن: مكان واحد يناسب", "نحن: نرسل إلى")
    places = [told.index(words) for words in said]
    assert places == sorted(places)


def test_it_says_when_the_chat_is_deleted(families: Families) -> None:
    families.apply("501")
    got = families.say("501", "معلوماتي")
    assert "نحذف محادثتكم هنا يوم" in got[0].text


def test_who_shares_the_telephone_is_asked_for_the_digits_that_only_they_know(families: Families) -> None:
    families.apply("501")
    with_others(families)
    got = families.say("501", "ماذا تعرفون عني؟")
    assert paper_in(got) is None
    assert "فاطمة" not in "".join(message.text for message in got)
    assert paper_in(families.say("501", "٩٩")) is None
    assert paper_in(families.say("501", "٢١")) is not None, "their civil id ends in 4821"


def test_after_three_wrong_guesses_it_stays_shut_for_a_day(families: Families) -> None:
    families.apply("501")
    with_others(families)
    families.say("501", "معلوماتي")
    for _ in range(3):
        got = families.say("501", "99")
    assert "لن نرسلها هنا" in got[0].text
    assert "لن نرسلها هنا" in families.say("501", "معلوماتي")[0].text
    assert paper_in(families.say("501", "21")) is None
    families.clock.forward(hours=25)
    assert "آخر رقمين" in families.say("501", "معلوماتي")[-1].text


def test_what_was_said_of_a_danger_stands_in_no_paper(families: Families) -> None:
    families.apply("501")
    families.say("501", "جوزي بيضربني وأنا خايفة")
    with families.store.reading() as uow:
        person = uow.connection.execute(select(Identity.person_id)).scalar_one()
        told = words_of(what_we_know(uow, person, "kuwait", "ar", families.clock()))
    assert "بيضربني" not in told and "خطر" not in told


def test_who_asked_is_audited_as_any_reader(families: Families) -> None:
    families.apply("501")
    families.say("501", "معلوماتي")
    with families.store.reading() as uow:
        assert "person.told" in uow.session.scalars(select(AuditEvent.action)).all()


def test_the_paper_is_a_pdf_with_a_name_that_tells_nothing(families: Families) -> None:
    families.apply("501")
    got = families.say("501", "معلوماتي")
    intent = next(intent for message in got for intent in message.media if intent.kind == "known")
    content, kind, name = known_paper(intent.parameters)
    assert content.startswith(b"%PDF")
    assert (kind, name) == ("application/pdf", "sanad.pdf")


def test_before_it_is_sent_an_interview_is_told_of_too(families: Families) -> None:
    assert families.say("502", "السلام عليكم")
    assert paper_in(families.say("502", "معلوماتي")) is None
    families.apply("501", until="كم العمر")
    facts = paper_in(families.say("501", "معلوماتي"))
    assert facts is not None
    assert "فاطمة عيّنة" in words_of(facts)


def test_what_is_wrong_goes_to_staff_or_back_into_the_interview(families: Families) -> None:
    families.apply("501", until="كم العمر")
    families.say("501", "معلوماتي")
    families.apply("502")
    families.say("502", "معلوماتي")
    got: list[Any] = families.tap("502", "هذا غير صحيح")
    assert got[-1].text
    got = families.say("502", "اسمي فاطمة سالم")
    families.all_handled()
    assert "وصل سؤالكم" in got[0].text or "الموظف" in got[0].text


def test_whoever_waits_for_a_time_reads_where_and_since_when(families: Families) -> None:
    referral_id = families.refer("501")

    def wait(uow: UnitOfWork) -> int:
        referral = uow.session.get_one(Referral, referral_id)
        uow.session.add(
            WaitlistEntry(
                programme_id="kuwait",
                referral_id=referral.id,
                person_id=referral.person_id,
                location_id=referral.to_location_id,
                given_id=referral.to_service_at_location_id,
                state="waiting",
                since=families.clock(),
                look_at=families.clock(),
            )
        )
        return referral.person_id

    person_id = families.store.transact(wait)
    with families.store.reading() as uow:
        told = words_of(what_we_know(uow, person_id, "kuwait", "ar", families.clock()))
    assert "تنتظرون موعداً منذ الأحد ١ نوفمبر ٢٠٢٦" in told


def test_what_somebody_else_on_the_telephone_wrote_is_not_counted_on_it(families: Families) -> None:
    families.apply("501")

    def told() -> str:
        with families.store.reading() as uow:
            person = uow.session.scalars(select(Application.person_id)).one()
            facts = what_we_know(uow, person, "kuwait", "ar", families.clock())
        return next(value for each in facts.sections for label, value in each[2] if label == "رسائل منكم")

    before = told()
    families.say("501", "أنا شخص آخر")
    once = told()
    for _ in range(3):
        families.say("501", "سؤال لا علاقة له (عيّنة)")
    assert told() == once
    assert before != "٠"
