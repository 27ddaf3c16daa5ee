"""A new telephone for an application that stands: by a code to the old one, or a clerk; a stranger learns nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.applications.records import Application
from referrals.conversations.records import Conversation, HelpRequest
from referrals.digits import in_digits
from referrals.families.claims import COOLING_OFF
from referrals.families.deciding import approve, claims_to_decide, one_claim, refuse, settle_claims
from referrals.families.records import Claim, Identity, Person
from referrals.families.standing import ways_to
from referrals.messages import Message
from referrals.spoken_numbers import with_check
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

OLD, NEW = "501", "777"
CLERK = Member(1, "سامي (عيّنة)", "", (Membership("kuwait", "clerk"),))
SUPERVISOR = Member(2, "أمل (عيّنة)", "", (Membership("kuwait", "supervisor"),))
DESK = Member(3, "منى (عيّنة)", "", (Membership("kuwait", "desk", 1, 1),))
ELSEWHERE = Member(4, "سارة (عيّنة)", "", (Membership("qena", "clerk"),))


def reference(families: Families) -> str:
    with families.store.reading() as uow:
        return uow.session.scalars(select(Application.number)).one()


def nobodys(families: Families) -> str:
    """A number of ours that no application has."""
    return next(number for number in map(with_check, range(300, 400)) if number != reference(families))


def texts(messages: list[Message]) -> str:
    return "\n".join(message.text for message in messages)


def asks(families: Families, who: str, typed: str) -> list[Message]:
    families.say(who, "السلام عليكم")
    families.say(who, "أين وصل طلبي؟")
    return families.say(who, typed)


def code_at(families: Families, who: str) -> str:
    """The code that came to the old telephone."""
    said = next(message.text for message in reversed(families.heard[who]) if "رمزكم" in message.text)
    found = re.search(r"[\d٠-٩]{6}", said)
    assert found is not None
    return found.group()


def wrong(code: str) -> str:
    digits = int(in_digits(code, arabic=False).replace(" ", ""))
    return f"{(digits + 1) % 1_000_000:06}"


def claim(families: Families) -> Claim:
    with families.store.reading() as uow:
        return uow.session.scalars(select(Claim).order_by(Claim.id.desc()).limit(1)).one()


def asks_staff(families: Families, digits: str = "٢١") -> list[Message]:
    asks(families, NEW, reference(families))
    families.tap(NEW, "الهاتف ليس معي")
    return families.say(NEW, digits)


def decide(families: Families, member: Member, *, yes: bool = True) -> bool:
    def work(uow: UnitOfWork) -> bool:
        found = one_claim(uow, member, claim(families).id)
        return found is not None and (approve if yes else refuse)(uow, member, found, families.clock())

    return families.store.transact(work)


def person_at(families: Families, who: str) -> int:
    with families.store.reading() as uow:
        index = uow.vault.index("identity:telegram", who)
        return uow.session.scalars(select(Identity.person_id).filter_by(value_index=index)).one()


def test_the_code_of_the_old_telephone_moves_everything_to_the_new_one(families: Families) -> None:
    families.apply(OLD)
    number, person = reference(families), person_at(families, OLD)
    asks(families, NEW, number)
    families.read()
    got = families.say(NEW, code_at(families, OLD))
    assert "نكمل هنا" in texts(got)
    assert person_at(families, NEW) == person and person_at(families, OLD) != person
    assert "طلبكم رقم" in texts(families.say(NEW, "أين وصل طلبي؟"))
    families.say(OLD, "السلام عليكم")
    assert "لم نجد طلباً" in texts(families.say(OLD, "أين وصل طلبي؟"))
    with families.store.reading() as uow:
        assert [way.kind for way in ways_to(uow, person) if way.open] == ["telegram"]
    families.all_handled()


def test_the_interview_and_what_is_owed_go_along(families: Families) -> None:
    families.apply(OLD)
    person = person_at(families, OLD)
    asks(families, NEW, reference(families))
    families.read()
    from referrals.conversations.outreach.reaching import reach

    code = code_at(families, OLD)
    families.store.transact(
        lambda uow: reach(
            uow, person, "kuwait", families.clock(), reason="owed:1", compose=lambda desk: desk.tell("خبر عيّنة")
        )
    )
    got = families.say(NEW, code)
    assert "خبر عيّنة" in texts(got)
    assert not any("خبر عيّنة" in message.text for message in families.heard[OLD])


def test_a_stranger_hears_the_same_whether_there_is_an_application_or_not(families: Families) -> None:
    families.apply(OLD)
    there = asks(families, NEW, reference(families))
    not_there = asks(families, "888", nobodys(families))
    assert [m.text for m in there] == [m.text for m in not_there]
    assert [[c.label for c in m.choices] for m in there] == [[c.label for c in m.choices] for m in not_there]
    for who in (NEW, "888"):
        assert "لم نجد هذا الرمز" in texts(families.say(who, "٠٠٠٠٠٠"))
    for who in (NEW, "888"):
        families.tap(who, "الهاتف ليس معي")
    assert [m.text for m in families.say(NEW, "٢١")] == [m.text for m in families.say("888", "٢١")]


def test_a_code_works_only_where_it_was_asked_for(families: Families) -> None:
    families.apply(OLD)
    asks(families, NEW, reference(families))
    families.read()
    code, person = code_at(families, OLD), person_at(families, OLD)
    families.say("999", "السلام عليكم")
    families.say("999", code)
    assert person_at(families, "999") != person
    families.say(NEW, code)
    assert person_at(families, NEW) == person


def test_a_code_works_once_in_time_and_after_few_tries(families: Families) -> None:
    families.apply(OLD)
    person = person_at(families, OLD)
    asks(families, NEW, reference(families))
    families.read()
    code = code_at(families, OLD)
    for _ in range(5):
        families.say(NEW, wrong(code))
    families.say(NEW, code)
    assert person_at(families, NEW) != person
    asks(families, "888", reference(families))
    families.read()
    code = code_at(families, OLD)
    families.clock.forward(minutes=61)
    families.say("888", code)
    assert person_at(families, "888") != person


def test_one_telephone_cannot_ask_for_everybody_and_nobody_is_asked_for_too_often(families: Families) -> None:
    families.apply(OLD)
    number = reference(families)
    for _ in range(6):
        got = families.say(NEW, "السلام عليكم") and asks(families, NEW, number)
    assert "لا نبحث" in texts(got)
    for n in range(4):
        asks(families, f"60{n}", number)
    families.read()
    assert sum("رمزكم" in message.text for message in families.heard[OLD]) == 3


def test_the_whole_id_finds_it_too_and_digits_of_it_do_not(families: Families) -> None:
    families.apply(OLD)
    families.say(NEW, "السلام عليكم")
    families.say(NEW, "أين وصل طلبي؟")
    assert "ما رقم طلبكم" in texts(families.say(NEW, "٤٨٢٢"))


def test_a_clerk_approves_and_the_old_telephone_may_object_for_a_day(families: Families) -> None:
    families.apply(OLD)
    person = person_at(families, OLD)
    assert "يصلكم الرد" in texts(asks_staff(families))
    with families.store.reading() as uow:
        (shown,) = claims_to_decide(uow, CLERK)
        assert (shown.number, shown.typed, shown.known, shown.digits_fit) == (reference(families), "21", "21", True)
        assert claims_to_decide(uow, DESK) == claims_to_decide(uow, ELSEWHERE) == []
    assert decide(families, CLERK)
    notice = families.read(OLD)
    assert "تنتقل إلى هاتف آخر" in texts(notice) and reference(families) not in texts(notice)
    settle_claims(families.store, families.clock())
    assert person_at(families, NEW) != person
    families.clock.forward(hours=25)
    settle_claims(families.store, families.clock())
    assert person_at(families, NEW) == person
    assert "نكمل هنا" in texts(families.read(NEW))


def test_who_could_not_object_because_the_service_was_down_has_that_day_again(families: Families) -> None:
    families.apply(OLD)
    person = person_at(families, OLD)
    asks_staff(families)
    decide(families, CLERK)
    families.read()
    families.clock.forward(days=3)
    settle_claims(families.store, families.clock())
    assert person_at(families, NEW) != person
    assert "الموظفين" in texts(families.tap(OLD, "لم أطلب ذلك"))
    families.clock.forward(hours=25)
    settle_claims(families.store, families.clock())
    assert person_at(families, NEW) != person


def test_a_notice_that_the_service_could_not_send_before_its_hour_is_sent_after_all_by_day(families: Families) -> None:
    families.apply(OLD)
    person = person_at(families, OLD)
    asks_staff(families)
    decide(families, CLERK)
    families.clock.forward(days=3, hours=16)  # two at night, and nothing was sent since
    settle_claims(families.store, families.clock())
    assert families.read(OLD) == [] and person_at(families, NEW) != person
    families.clock.forward(hours=9)
    settle_claims(families.store, families.clock())
    assert "تنتقل إلى هاتف آخر" in texts(families.read(OLD)) and person_at(families, NEW) != person
    families.clock.forward(hours=25)
    settle_claims(families.store, families.clock())
    assert person_at(families, NEW) == person


def test_one_tap_on_the_old_telephone_stops_it_and_staff_are_told(families: Families) -> None:
    families.apply(OLD)
    person = person_at(families, OLD)
    asks_staff(families)
    decide(families, CLERK)
    families.read()
    assert "الموظفين" in texts(families.tap(OLD, "لم أطلب ذلك"))
    families.clock.forward(days=4)
    settle_claims(families.store, families.clock())
    assert person_at(families, NEW) != person
    with families.store.reading() as uow:
        assert "claim_objected" in uow.session.scalars(select(HelpRequest.kind)).all()
    assert "لم نستطع أن نتأكد" in texts(families.read(NEW))


def test_who_is_refused_and_who_asked_for_nothing_hear_the_same_on_the_same_day(families: Families) -> None:
    families.apply(OLD)
    asks_staff(families)
    asks(families, "888", nobodys(families))
    families.tap("888", "الهاتف ليس معي")
    families.say("888", "٢١")
    assert decide_first(families)
    families.clock.forward(days=3, hours=1)
    settle_claims(families.store, families.clock())
    families.read()
    assert families.heard[NEW][-1].text == families.heard["888"][-1].text
    assert "لم نستطع أن نتأكد" in families.heard[NEW][-1].text


def decide_first(families: Families) -> bool:
    def work(uow: UnitOfWork) -> bool:
        (shown,) = claims_to_decide(uow, CLERK)
        found = one_claim(uow, CLERK, shown.id)
        return found is not None and refuse(uow, CLERK, found, families.clock())

    return families.store.transact(work)


def test_the_telephone_of_somebody_in_danger_is_decided_by_who_may_read_a_danger(families: Families) -> None:
    families.apply(OLD)
    families.say(OLD, "زوجي بيضربني")
    asks_staff(families)
    with families.store.reading() as uow:
        assert claims_to_decide(uow, CLERK) == []
        assert len(claims_to_decide(uow, SUPERVISOR)) == 1


def test_a_button_that_somebody_made_up_stops_nothing(families: Families) -> None:
    families.apply(OLD)
    asks_staff(families)
    decide(families, CLERK)
    families.say("999", "السلام عليكم")
    families.say("999", choice=f"d:notme:stop:{claim(families).id}")
    assert claim(families).state == "approved"


def test_of_two_on_a_telephone_only_one_moves_away(families: Families) -> None:
    families.apply(OLD)
    first, number = person_at(families, OLD), reference(families)
    families.say(OLD, "أنا شخص آخر")
    second = person_at(families, OLD)
    families.tap(OLD, "تقديم طلب")
    asks(families, NEW, number)
    families.read()
    families.say(NEW, code_at(families, OLD))
    assert (person_at(families, NEW), person_at(families, OLD)) == (first, second)
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Conversation.person_id).order_by(Conversation.id)).all().count(first) == 1


def test_who_has_an_application_of_their_own_keeps_it_beside_the_claimed_one(families: Families) -> None:
    families.apply(OLD)
    number, first = reference(families), person_at(families, OLD)
    families.apply(NEW)
    mine = person_at(families, NEW)
    families.say(NEW, "غيرت رقمي")
    families.say(NEW, number)
    families.read()
    families.say(NEW, code_at(families, OLD))
    assert person_at(families, NEW) == first
    with families.store.reading() as uow:
        assert uow.session.get_one(Person, mine).merged_into_id is None
        assert set(uow.session.scalars(select(Application.person_id))) == {first, mine}
    families.all_handled()


@pytest.mark.parametrize("hours", [0, 23])
def test_nothing_moves_before_the_cooling_off_is_over(families: Families, hours: int) -> None:
    families.apply(OLD)
    person = person_at(families, OLD)
    asks_staff(families)
    decide(families, CLERK)
    families.clock.forward(hours=hours)
    assert timedelta(hours=hours) < COOLING_OFF
    settle_claims(families.store, families.clock())
    assert person_at(families, NEW) != person


def test_who_was_claimed_by_somebody_else_says_so_afterwards_too(families: Families) -> None:
    families.apply(OLD)
    asks(families, NEW, reference(families))
    families.read()
    families.say(NEW, code_at(families, OLD))
    assert "انتقلت هذه المحادثة" in families.heard[OLD][-1].text
    assert "الموظفين" in texts(families.tap(OLD, "لم أطلب ذلك"))
    with families.store.reading() as uow:
        assert "claim_objected" in uow.session.scalars(select(HelpRequest.kind)).all()
