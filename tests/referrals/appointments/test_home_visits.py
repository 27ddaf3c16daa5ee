"""A visit at home instead: offered to those who cannot come, agreed, made, or tried three times; never by a machine
where somebody may be in danger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import (
    WomanOnly,
    assign_visit,
    complete_visit,
    not_at_home,
    remind_of_visits,
)
from referrals.conversations.records import HelpRequest
from referrals.lifecycles import TransitionRefused
from referrals.referral.handling import Actor, reject
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from referrals.visit_rules import VisitRules, read_visit_rules, why_at_home
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, facts, states

OFFERED = VisitRules(offered=True)


def alone_and_old(families: Families, who: str = "501", **said: object) -> int:
    """An old person who lives alone, with times offered at the centre; the referral's id."""
    number = families.refer(who)
    facts(families, number, applicant_age=71, household_size=1, **said)
    families.offer(number, [at_hour(families, 3, 7)])
    families.read(who)
    return number


def agreed(families: Families, who: str = "501", **said: object) -> HomeVisit:
    alone_and_old(families, who, **said)
    (when,) = families.tap(who, "زيارة في البيت")
    families.say(who, choice=when.choices[0].id)
    return the_visit(families)


def the_visit(families: Families) -> HomeVisit:
    with families.store.reading() as uow:
        return uow.session.scalars(select(HomeVisit).order_by(HomeVisit.id.desc())).first()  # type: ignore[return-value]  # there is one


def test_who_lives_alone_and_is_old_is_offered_a_visit_and_agrees_on_day_and_hours(families: Families) -> None:
    alone_and_old(families)
    (when,) = families.tap("501", "زيارة في البيت")
    assert "متى نزوركم" in when.text
    (told,) = families.say("501", choice=when.choices[0].id)
    assert "تزوركم موظفة" in told.text and "لا تطلب مالاً" in told.text
    visit = the_visit(families)
    assert (visit.state, visit.why, visit.by_woman) == ("planned", "elderly_alone", True)
    assert states(families) == ["cancelled"]
    assert "بين الساعة" in families.say("501", "مواعيدي")[0].text


def test_others_are_not_offered_one(families: Families) -> None:
    number = families.refer("501")
    facts(families, number, applicant_age=71, household_size=4)
    families.offer(number, [at_hour(families, 3, 7)])
    assert "زيارة في البيت" not in [choice.label for choice in families.read("501")[-1].choices]


def test_nobody_in_danger_is_offered_one_and_an_old_button_gives_none(families: Families) -> None:
    alone_and_old(families)
    button = families.button("501", "زيارة في البيت")
    families.say("501", "زوجي يضربني")
    families.say("501", choice=button.id)
    with families.store.reading() as uow:
        assert uow.session.scalar(select(HomeVisit.id)) is None


def test_only_a_woman_is_sent_to_a_woman_alone(families: Families) -> None:
    visit = agreed(families, applicant_sex="female")

    def send(woman: bool) -> None:
        def work(uow: UnitOfWork) -> None:
            assign_visit(uow, uow.session.get_one(HomeVisit, visit.id), 7, families.clock(), woman=woman)

        families.store.transact(work)

    with pytest.raises(WomanOnly):
        send(False)
    send(True)
    assert the_visit(families).state == "confirmed"


def test_three_times_nobody_at_home_and_a_supervisor_decides(families: Families) -> None:
    visit = agreed(families)

    def once(uow: UnitOfWork) -> bool:
        mine = uow.session.get_one(HomeVisit, visit.id)
        assign_visit(uow, mine, 7, families.clock(), woman=True)
        return not_at_home(uow, mine, families.clock(), 7)

    assert [families.store.transact(once) for _ in range(3)] == [False, False, True]
    assert (the_visit(families).state, the_visit(families).attempts) == ("attempted", 3)
    with families.store.reading() as uow:
        assert "visit_supervisor" in uow.session.scalars(select(HelpRequest.kind)).all()


def test_a_visit_is_reminded_of_once_the_day_before_and_done_once(families: Families) -> None:
    visit = agreed(families)
    assert visit.remind_at is not None
    families.clock.now = visit.remind_at
    assert remind_of_visits(families.store, families.clock()) == 1
    assert remind_of_visits(families.store, families.clock()) == 0
    assert "نزوركم يوم" in families.read("501")[-1].text

    def done(uow: UnitOfWork) -> None:
        mine = uow.session.get_one(HomeVisit, visit.id)
        assign_visit(uow, mine, 7, families.clock(), woman=True)
        complete_visit(uow, mine, families.clock(), 7)

    families.store.transact(done)
    with pytest.raises(TransitionRefused):
        families.store.transact(done)


def test_the_family_may_say_that_nobody_is_to_come(families: Families) -> None:
    agreed(families)
    families.say("501", "مواعيدي")
    assert "لن نزوركم" in families.tap("501", "لا نريد زيارة")[-1].text
    assert the_visit(families).state == "refused"


def test_a_referral_that_ends_ends_the_visit(families: Families) -> None:
    visit = agreed(families)

    def end(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, visit.referral_id)
        reject(uow, referral, Actor(1), families.clock(), "not-eligible", "")

    families.store.transact(end)
    assert the_visit(families).state == "refused"


@given(st.integers(0, 110), st.integers(1, 12), st.sampled_from(["", "wheelchair", "cannot_travel", "ramp"]))
def test_who_is_offered_one_is_what_the_programme_wrote(age: int, size: int, need: str) -> None:
    said = {"applicant_age": age, "household_size": size, "accessibility": need}
    expected = "elderly_alone" if age >= 65 and size == 1 else "cannot_come" if need in OFFERED.accessibility else ""
    assert why_at_home(OFFERED, said) == expected
    assert why_at_home(VisitRules(), said) == ""


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ({"elderly_from": "old"}, "elderly_from"),
        ({"windows": ["9-12"]}, "windows"),
        ({"windows": ["12:00-09:00"]}, "ends before it begins"),
        ({"accessibility": "wheelchair"}, "accessibility"),
        ({"offered": "yes"}, "offered"),
        ({"elderly": 65}, "'elderly' is no key"),
        ({"notice_days": -1}, "notice_days"),
    ],
)
def test_a_wrong_table_names_its_key_and_what_it_should_be(table: dict[str, object], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_visit_rules(table)
