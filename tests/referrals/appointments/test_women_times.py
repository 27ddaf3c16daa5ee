"""Times for women alone: offered to whom they are surely for, asked of all others once, and never taken unasked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from referrals.appointments.records import Appointment, Slot
from referrals.appointments.times.looking import three_for, wish_of
from referrals.directory.records import Schedule
from referrals.messages import Message
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.women_times import WomenRules, read_women_rules, why_for_women
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, facts, location_of, states

RULES = WomenRules(("widow_divorced",))
WOMAN_EG = "28501012100142"  # sample: the thirteenth digit is even


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def only_for_women(families: Families, referral_id: int) -> None:
    """The centre receives women alone, whenever it is open."""
    place = location_of(families, referral_id)

    def work(uow: UnitOfWork) -> None:
        uow.session.execute(update(Schedule).where(Schedule.location_id == place).values(for_whom="women"))

    families.store.transact(work)


def shown_by_day(families: Families) -> Message:
    """The hours of the first day, as they are found by day."""
    families.tap("501", "يوم آخر")
    (times,) = families.say("501", choice=families.heard["501"][-1].choices[1].id)
    return times


def offered(families: Families, **said: object) -> int:
    number = families.refer("501")
    facts(families, number, **{"target_groups": [], **said})
    only_for_women(families, number)
    families.offer(number, [at_hour(families, 3, 7)])
    families.read("501")
    return number


def test_who_may_have_such_times_is_what_the_application_says() -> None:
    for said, why in (
        ({"applicant_sex": "female"}, "said"),
        ({"gender": "ذكر", "target_groups": ["widow_divorced"]}, "man"),
        ({"civil_id": WOMAN_EG}, "national_id"),
        ({"civil_id": "4821"}, ""),
        ({"target_groups": ["widow_divorced"]}, "target_group"),
        ({"women_times": "yes"}, "agreed"),
        ({}, ""),
    ):
        assert why_for_women(RULES, said, "EG") == why, said
    assert read_women_rules({"target_groups": ["a"]}) == WomenRules(("a",))
    wrongs: tuple[dict[str, object], ...] = ({"groups": []}, {"target_groups": "a"})
    for wrong in wrongs:
        with pytest.raises(ValueError, match="women_times"):
            read_women_rules(wrong)


def test_it_is_asked_once_before_such_a_time_is_booked_and_remembered(families: Families) -> None:
    number = offered(families)
    times = shown_by_day(families)
    (asked,) = families.say("501", choice=times.choices[0].id)
    assert "للسيدات" in asked.text and states(families) == ["proposed"]
    (booked,) = families.say("501", "نعم")
    assert "هذه بطاقة الموعد" in booked.text
    assert states(families) == ["booked"]
    with families.store.reading() as uow:
        wish = wish_of(uow, uow.session.get_one(Referral, number))
        assert (wish.for_women, wish.woman) == ("agreed", True)
        assert all(slot.for_women for slot in three_for(uow, wish, families.clock()))


def test_a_no_books_nothing_and_shows_the_other_times(families: Families) -> None:
    offered(families)
    times = shown_by_day(families)
    families.say("501", choice=times.choices[0].id)
    said = families.say("501", "لا")
    assert states(families) == ["proposed"] and said[-1].choices


def test_a_time_in_words_is_asked_about_as_well(families: Families) -> None:
    offered(families)
    times = shown_by_day(families)
    (asked,) = families.say("501", times.choices[0].label.split()[0])
    assert "للسيدات" in asked.text and states(families) == ["proposed"]


def test_a_widows_household_is_offered_them_with_their_name_and_asked(families: Families) -> None:
    number = offered(families, target_groups=["widow_divorced"])
    with families.store.reading() as uow:
        three = three_for(uow, wish_of(uow, uow.session.get_one(Referral, number)), families.clock())
        assert three and all(slot.for_women for slot in three)
    families.offer(number, [slot.starts_at for slot in three])
    offer = families.read("501")[-1]
    assert offer.text.count("للسيدات") == 3
    (asked,) = families.say("501", choice=offer.choices[0].id)
    assert "هل يناسبكم" in asked.text and states(families)[-1] == "proposed"


def test_a_man_is_shown_none_of_them(families: Families) -> None:
    offered(families, applicant_sex="male")
    said = families.tap("501", "يوم آخر")
    assert not any("للسيدات" in choice.label for message in said for choice in message.choices)
    forged = int((at_hour(families, 4, 7)).timestamp())
    families.say("501", choice=f"d:slot:yes:1:{forged}")
    assert "booked" not in states(families)


def test_two_in_one_way_are_never_times_for_women_unasked(families: Families) -> None:
    from referrals.appointments.trips import every_way
    from tests.referrals.appointments.centres import second_referral

    number = offered(families)
    families.offer(second_referral(families, number), [at_hour(families, 4, 7)])
    with families.store.reading() as uow:
        open_ones = uow.session.scalars(select(Appointment).where(Appointment.state == "proposed")).all()
        assert len(open_ones) == 2 and not every_way(uow, open_ones, families.clock())
        soon: datetime = families.clock() + timedelta(days=1)
        assert uow.session.scalars(select(Slot.id).where(Slot.starts_at > soon)).all()
