"""Several appointments of one family in one way: offered together, one message, one card, moved and given up so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.booking import offer_times
from referrals.appointments.records import Appointment
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.appointing import offer_slots
from referrals.families.households import begin_household
from referrals.messages import Message
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.appointments.centres import NOT_COPIED, at_hour, promises_kept, second_referral, states


def two_offered(families: Families, who: str = "501") -> list[Message]:
    """A family with two needs at one place, and times offered for both; what it was told last."""
    first = families.refer(who)
    second = second_referral(families, first)
    families.offer(first, [at_hour(families, 3, 7)])
    families.read(who)

    def work(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, second)
        appointment = offer_times(uow, referral, [at_hour(families, 4, 7)], families.clock(), 1)
        reason = f"offer:{appointment.id}"
        reach(
            uow,
            referral.person_id,
            referral.programme_id,
            families.clock(),
            reason=reason,
            compose=lambda desk: offer_slots(desk, appointment),
        )

    families.store.transact(work)
    return families.read(who)


def times(families: Families) -> list[tuple[datetime | None, datetime | None]]:
    with families.store.reading() as uow:
        standing = select(Appointment).where(Appointment.state == "booked").order_by(Appointment.starts_at)
        return [(each.starts_at, each.ends_at) for each in uow.session.scalars(standing)]


def test_two_open_appointments_are_offered_back_to_back_on_one_day(families: Families) -> None:
    (offer,) = two_offered(families)
    assert "موعدان" in offer.text and "يوم واحد" in offer.text
    said = families.say("501", choice=offer.choices[0].id)
    assert len(said) == 1 and "هذه بطاقة واحدة" in said[0].text and len(said[0].media) == 1
    (first, second) = times(families)
    assert first[1] is not None and first[1] == second[0]
    with families.store.reading() as uow:
        trips = set(uow.session.scalars(select(Appointment.trip_id).where(Appointment.state == "booked")))
        assert len(trips) == 1 and trips != {None}
        promises_kept(uow)


def moved_to_household(families: Families, referral_id: int, *, of: int | None) -> None:
    """The application of that referral is one for another household: a new one, or that of another referral."""

    def work(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, referral_id)
        application = uow.session.get_one(Application, referral.application_id)
        if of is None:
            area = application.area_code
            application.household_id = begin_household(uow, "kuwait", referral.person_id, 3, area, families.clock()).id
        else:
            theirs = uow.session.get_one(Application, uow.session.get_one(Referral, of).application_id)
            application.household_id = theirs.household_id

    families.store.transact(work)


def test_what_the_other_parent_applied_for_is_not_told_in_one_way_with_mine(families: Families) -> None:
    mother, father = families.refer("501"), families.refer("502")
    moved_to_household(families, father, of=mother)
    families.offer(mother, [at_hour(families, 3, 7)])
    families.read()
    families.offer(father, [at_hour(families, 3, 7)])
    offer = families.read("502")[-1]
    assert "أي موعد يناسبكم" in offer.text and "موعدان" not in offer.text


def test_who_writes_for_a_neighbour_too_takes_each_household_by_itself(families: Families) -> None:
    first = families.refer("501")
    second = second_referral(families, first)

    def another_application(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, second)
        mine = uow.session.get_one(Application, referral.application_id)
        values = {c.name: getattr(mine, c.name) for c in Application.__table__.columns if c.name not in NOT_COPIED}
        other = Application(**values | {"number": "9999", "session_id": None, "version": 0})
        uow.session.add(other)
        uow.flush()
        referral.application_id = other.id

    families.store.transact(another_application)
    moved_to_household(families, second, of=None)
    families.offer(first, [at_hour(families, 3, 7)])
    families.read()
    families.offer(second, [at_hour(families, 4, 7)])
    offer = families.read("501")[-1]
    assert "موعدان" not in offer.text
    moved_to_household(families, second, of=first)  # their own house after all: one way
    families.offer(second, [at_hour(families, 4, 7)])
    assert "موعدان" in families.read("501")[-1].text


def test_who_wants_each_for_itself_gets_each_for_itself(families: Families) -> None:
    two_offered(families)
    said = families.tap("501", "كل موعد وحده")
    assert len(said) == 2 and all("أي موعد يناسبكم" in message.text for message in said)


def test_all_of_them_or_one_are_moved_or_given_up(families: Families) -> None:
    (offer,) = two_offered(families)
    families.say("501", choice=offer.choices[0].id)
    (shown,) = families.say("501", "مواعيدي")
    assert shown.text.count("الساعة") == 2
    (which,) = families.tap("501", "إلغاء الموعد")
    assert "كلها أم واحد" in which.text and len(which.choices) == 3
    families.say("501", choice=which.choices[1].id)
    families.tap("501", "نعم، ألغوه")
    assert sorted(states(families)) == ["booked", "cancelled"]
    (again,) = families.say("501", "مواعيدي")
    assert again.text.count("الساعة") == 1


def test_all_are_given_up_only_when_it_is_sure(families: Families) -> None:
    (offer,) = two_offered(families)
    families.say("501", choice=offer.choices[0].id)
    families.say("501", "مواعيدي")
    families.tap("501", "إلغاء الموعد")
    (sure,) = families.tap("501", "نلغيها كلها")
    assert "هل نلغيها كلها" in sure.text
    assert states(families) == ["booked", "booked"]
    families.tap("501", "نعم، ألغوه")
    assert states(families) == ["cancelled", "cancelled"]


def test_all_stay_together_while_another_day_is_looked_for(families: Families) -> None:
    (offer,) = two_offered(families)
    families.say("501", choice=offer.choices[0].id)
    families.say("501", "مواعيدي")
    families.tap("501", "وقت آخر")
    (again,) = families.tap("501", "كلها: وقت آخر")
    assert "يوم واحد" in again.text and "مواعيدكم باقية" in again.text
    assert sorted(states(families)) == ["booked", "booked", "proposed", "proposed"], "until others are taken"
    (kept,) = families.tap("501", "يبقى موعدنا")
    assert kept.text.count("الساعة") == 2
    assert sorted(states(families)) == ["booked", "booked", "cancelled", "cancelled"]


def test_all_are_moved_at_once_when_another_way_is_taken(families: Families) -> None:
    (offer,) = two_offered(families)
    families.say("501", choice=offer.choices[0].id)
    families.say("501", "مواعيدي")
    families.tap("501", "وقت آخر")
    (again,) = families.tap("501", "كلها: وقت آخر")
    families.say("501", choice=again.choices[0].id)
    assert sorted(states(families)) == ["booked", "booked", "cancelled", "cancelled"]
    with families.store.reading() as uow:
        promises_kept(uow)
