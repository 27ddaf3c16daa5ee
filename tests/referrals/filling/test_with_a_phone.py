"""A family begins on its phone, a desk goes on, and the phone after it: one interview, one row, nothing lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.applications.records import Application
from referrals.conversations.records import Conversation, InterviewSession, MoveCode
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.settings import Settings
from referrals.families.records import Identity
from referrals.filling.ending import hand_back
from referrals.filling.finding import WRONG_AN_HOUR, By, TooManySearches, find_begun
from referrals.filling.records import DeskFilling, DeskSearch
from referrals.filling.working import unfinished
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.filling.desks import Desks

WHO = "901"


def found(desks: Desks, typed: str, by: By = "code", who: str = "one") -> int | None:
    def work(uow: UnitOfWork, kuwait: Settings) -> int | None:
        filling = find_begun(uow, desks.members[who], kuwait, by, typed, desks.clock())
        return filling.id if filling else None

    return desks.does(work)


def back(desks: Desks, filling: int, who: str = "one") -> bool:
    return desks.does(
        lambda uow, _: hand_back(uow, desks.members[who], uow.session.get_one(DeskFilling, filling), desks.clock())
    )


def begun(families: Families) -> None:
    """Up to the question about what they need most."""
    families.apply(WHO, until="ما أهم شيء")


def test_six_digits_bring_the_familys_answers_to_the_desk_and_work_once(desks: Desks, families: Families) -> None:
    begun(families)
    code = families.move_code(WHO)
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    filling = found(desks, f"{arabic[:3]} {arabic[3:]}")
    assert filling is not None
    at_desk = desks.opens(filling)
    assert at_desk is not None
    assert {entry.ref.rpartition("/")[2] for entry in at_desk.session.journal} >= {"for_whom", "own_name"}
    row = desks.one(DeskFilling)
    assert (row.origin, row.found_by) == ("phone", "code")
    with desks.store.unit_of_work() as uow:
        (line,) = unfinished(uow, desks.members["one"], desks.clock())
    assert line.name == "فاطمة عيّنة"
    assert 0 < line.filling.settled < line.filling.asked
    assert found(desks, code) is None
    assert desks.count(InterviewSession) == 1
    assert desks.count(AuditEvent, action="filling.taken_over") == 1


def test_a_wrong_or_old_code_finds_nothing_and_too_many_stop_the_search(desks: Desks, families: Families) -> None:
    begun(families)
    code = families.move_code(WHO)
    desks.clock.forward(minutes=16)
    assert found(desks, code) is None
    for typed in ("", "12", "abcdef", "000000"):
        assert found(desks, typed) is None
    for _ in range(WRONG_AN_HOUR - 5):
        found(desks, "000001")
    with pytest.raises(TooManySearches):
        found(desks, "000002")
    assert desks.count(DeskSearch) == WRONG_AN_HOUR
    assert found(desks, "000003", who="two") is None  # another member's tries are their own
    desks.clock.forward(hours=1.1)
    assert found(desks, "000004") is None


def test_a_code_before_the_first_question_finds_no_form(desks: Desks, families: Families) -> None:
    families.apply(WHO, until="هل توافقون")
    assert found(desks, families.move_code(WHO)) is None
    with desks.store.reading() as uow:
        assert uow.session.scalars(select(MoveCode)).one().used_at is None


def test_the_desk_goes_on_and_the_phone_after_it(desks: Desks, families: Families) -> None:
    begun(families)
    filling = found(desks, families.move_code(WHO))
    assert filling is not None
    desks.answers(filling, main_need="health")
    assert back(desks, filling)
    asked = families.read(WHO)
    assert any("ما الأقرب إلى" in message.text for message in asked)  # what follows from the desk's answer
    assert desks.opens(filling) is None
    assert families.say(WHO, "١")
    row = desks.one(InterviewSession)
    assert row.status == "asking"
    families.all_handled()


def test_the_phone_answers_while_the_desk_has_it_and_neither_is_lost(desks: Desks, families: Families) -> None:
    begun(families)
    filling = found(desks, families.move_code(WHO))
    assert filling is not None
    at_desk = desks.opens(filling)
    assert at_desk is not None
    families.say(WHO, "٢")  # the family taps on
    with pytest.raises(TwoTurnsAtOnce):
        desks.answers(filling, seen=at_desk.version, applied_before="yes")
    desks.answers(filling, applied_before="yes")
    newest = desks.opens(filling)
    assert newest is not None
    kept = {entry.ref.rpartition("/")[2]: entry.value for entry in newest.session.journal}
    assert (kept["main_need"], kept["applied_before"]) == ("housing", "yes")


def test_the_desk_files_and_the_rest_goes_on_in_the_chat(desks: Desks, families: Families) -> None:
    begun(families)
    filling = found(desks, families.move_code(WHO))
    assert filling is not None
    desks.answers_all(filling)
    ended = desks.files(filling)
    assert ended.filed is not None and ended.told
    told = families.read(WHO)
    assert any("وصل طلبكم إلينا" in message.text for message in told)
    families.say(WHO, choice=told[-1].choices[0].id)
    families.say(WHO, choice=families.button(WHO, "أوافق").id)
    assert desks.count(Referral, application_id=ended.filed.application_id) == 1
    families.all_handled()


def test_a_phone_that_may_not_be_written_to_hears_nothing(desks: Desks, families: Families) -> None:
    begun(families)
    filling = found(desks, families.move_code(WHO))
    assert filling is not None
    families.read(WHO)

    def silence(uow: UnitOfWork, _: Settings) -> None:  # «لا ترسلوا شيئاً»
        uow.session.scalars(select(Identity)).one().may_message = False

    desks.does(silence)
    desks.answers_all(filling)
    ended = desks.files(filling)
    assert ended.filed is not None and not ended.told
    assert families.read(WHO) == []
    assert desks.one(Conversation).stage == "idle"
    assert families.say(WHO, "السلام عليكم")  # and when they write, they are answered
    families.all_handled()


def test_a_number_a_phone_and_an_id_are_for_who_may_know_them(desks: Desks, families: Families) -> None:
    families.apply(WHO)
    families.say(WHO, choice="d:menu:apply")
    families.apply(WHO, until="ما أهم شيء")
    number = desks.one(Application).number
    assert found(desks, number, "number") is None  # a centre's desk does not know people by their numbers
    filling = found(desks, number, "number", "clerk")
    assert filling is not None
    assert found(desks, "+965 5001 2345", "phone", "clerk") == filling
    assert found(desks, "+965 5009 9999", "phone", "clerk") is None
    assert found(desks, "281010100013", "id", "clerk") is None
    assert desks.count(AuditEvent, action="filling.searched") == 5


def test_what_is_open_at_one_desk_moves_to_the_next(desks: Desks, families: Families) -> None:
    begun(families)
    first = found(desks, families.move_code(WHO))
    desks.clock.forward(minutes=1)
    second = found(desks, families.move_code(WHO), who="two")
    assert first is not None and second is not None and first != second
    assert desks.opens(first) is None
    assert desks.opens(second, "two") is not None
    assert desks.opens(second) is None


def test_who_asked_to_be_forgotten_is_gone_from_the_desk_too(desks: Desks, families: Families) -> None:
    begun(families)
    filling = found(desks, families.move_code(WHO))
    assert filling is not None
    families.say(WHO, "امسحوا معلوماتي")
    families.tap(WHO, "نعم")
    families.all_handled()
    assert desks.opens(filling) is None
    with desks.store.unit_of_work() as uow:
        assert unfinished(uow, desks.members["one"], desks.clock()) == []
