"""A visit at home instead: offered to those who cannot come, agreed, made, or tried three times; never by a machine
where somebody may be in danger."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.appointments.closures.closing import Span, close
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.reminding import remind_of_visits
from referrals.appointments.visits.visiting import WomanOnly, assign_visit, complete_visit, not_at_home
from referrals.conversations.outreach.knocking import hold
from referrals.conversations.records import HelpRequest
from referrals.inbound import MediaRef
from referrals.lifecycles import TransitionRefused
from referrals.referral.handling import Actor, reject
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.visit_rules import VisitRules, read_visit_rules, why_at_home
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, facts, location_of, states
from tests.referrals.appointments.test_closures import KUWAIT

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


def test_hours_in_which_the_centre_is_closed_are_no_hours_of_a_visit(families: Families) -> None:
    number = alone_and_old(families)
    (when,) = families.tap("501", "زيارة في البيت")
    first = datetime.fromtimestamp(int(when.choices[0].id.split(":")[-1]), UTC).astimezone(KUWAIT)
    span = Span(first.date(), time(10), time(11))
    place = location_of(families, number)
    families.store.transact(lambda uow: close(uow, "kuwait", place, span, "staff", families.clock(), 1).id)
    families.tap("501", "رجوع")
    (again,) = families.tap("501", "زيارة في البيت")
    assert when.choices[0].id not in [choice.id for choice in again.choices]
    assert when.choices[1].id in [choice.id for choice in again.choices]  # the afternoon of that day stays
    said = families.say("501", choice=when.choices[0].id)  # the old button
    assert "تزوركم" not in said[-1].text


def test_a_voice_note_to_a_reminder_that_had_waited_for_them_is_asked_about_once(sqlite_store: Store) -> None:
    families = Families(sqlite_store, FrozenClock(datetime(2026, 10, 27, 8, tzinfo=UTC)), channel="whatsapp")
    alone_and_old(families, "96550012345")
    (when,) = families.tap("96550012345", "زيارة في البيت")
    families.say("96550012345", choice=when.choices[0].id)
    visit = the_visit(families)
    assert visit.remind_at is not None
    families.clock.now = visit.remind_at
    assert remind_of_visits(families.store, families.clock()) == 1
    (near,) = [row for row in families.outbox() if row.state == "waiting"]

    def closed_window(uow: UnitOfWork) -> None:  # after a day of silence only a knock may be sent
        hold(uow, near.id, near.identity_id, None, families.clock())

    families.store.transact(closed_window)
    assert len(families.read("96550012345")) == 1
    media = MediaRef("audio", "m1", "audio/ogg", size=900)
    said = families.say("96550012345", media=media)
    asked = [message for message in said if any("visit:ok" in choice.id for choice in message.choices)]
    assert len(asked) == 1, [message.text for message in said]


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


@pytest.mark.parametrize("words", ["تعالوا عندي البيت", "مقدرش أنزل من البيت", "ما أقدر أطلع من البيت"])
def test_who_cannot_leave_the_house_says_so_and_is_asked_when(sqlite_store: Store, words: str) -> None:
    families = Families(sqlite_store, FrozenClock())
    alone_and_old(families)
    assert "متى نزوركم" in families.say("501", words)[-1].text
