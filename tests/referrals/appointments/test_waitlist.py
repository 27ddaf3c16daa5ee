"""Who waits for a time: told honestly how many are before them, asked in order, never at night, nobody twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.appointments.booking import cancel, slot_at
from referrals.appointments.closures.closed_to import tell_closures
from referrals.appointments.closures.closing import Span, close
from referrals.appointments.freed_times import give_freed_times
from referrals.appointments.holding import held_until
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.times.slots_at import free_slots
from referrals.appointments.waitlist import families_before, join, waiting_of
from referrals.conversations.records import HelpRequest
from referrals.quiet_hours import QuietHours, is_quiet
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, location_of, promises_kept, rule, states, waiting

NIGHT = QuietHours.parse("21:00", "09:00")
KUWAIT = ZoneInfo("Asia/Kuwait")
TIMES_OF_A_DAY = 240


def all_taken(families: Families, referral_id: int) -> int:
    """The centre has one seat at a time, and all of the coming weeks are taken; the id of one in some days."""
    place = location_of(families, referral_id)
    rule(families, place, TIMES_OF_A_DAY, 1)

    def work(uow: UnitOfWork) -> int:
        referral = uow.session.get_one(Referral, referral_id)
        ids = []
        for found in free_slots(uow, place, families.clock(), "Asia/Kuwait", ahead=timedelta(days=30)):
            slot = slot_at(uow, place, found.starts_at)
            appointment = Appointment(
                referral_id=referral.id,
                person_id=referral.person_id,
                location_id=place,
                state="booked",
                slot_id=slot.id,
                seat=1,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                created_at=families.clock(),
                updated_at=families.clock(),
            )
            uow.session.add(appointment)
            uow.flush()
            ids.append(appointment.id)
        return ids[6]

    return families.store.transact(work)


def test_the_first_who_waits_is_asked_first_and_the_next_when_it_does_not_suit(families: Families) -> None:
    taken = all_taken(families, families.refer("500"))
    referrals = {who: families.refer(who) for who in ("501", "502")}
    for who, number in referrals.items():
        families.clock.forward(minutes=1)
        families.store.transact(
            lambda uow, number=number: join(uow, uow.session.get_one(Referral, number), families.clock())  # type: ignore[misc]  # bound at once
        )
        assert who
    with families.store.reading() as uow:
        entry = waiting_of(uow, referrals["502"])
        assert entry is not None and families_before(uow, entry) == 1
    give_freed_times(families.store, families.clock())
    families.read()
    families.store.transact(
        lambda uow: cancel(uow, uow.session.get_one(Appointment, taken), families.clock(), "family")
    )
    assert give_freed_times(families.store, families.clock()) == 1
    (asked,) = families.read("501")
    assert "وجدنا لكم وقتاً" in asked.text
    assert waiting(families) == ["offered", "waiting"]
    said = families.tap("501", "لا يناسبنا")
    assert "أنتم أول من ينتظر" in said[-1].text
    assert give_freed_times(families.store, families.clock()) == 1
    (next_one,) = families.read("502")
    assert "وجدنا لكم وقتاً" in next_one.text
    families.tap("502", "نعم، احجزوه")
    assert waiting(families) == ["waiting", "booked"]
    with families.store.reading() as uow:
        promises_kept(uow)


def test_a_hold_that_nobody_answers_ends_in_waking_hours_and_they_wait_on(families: Families) -> None:
    taken = all_taken(families, families.refer("500"))
    number = families.refer("501")
    families.store.transact(lambda uow: join(uow, uow.session.get_one(Referral, number), families.clock()))
    families.store.transact(
        lambda uow: cancel(uow, uow.session.get_one(Appointment, taken), families.clock(), "family")
    )
    give_freed_times(families.store, families.clock())
    families.read("501")
    with families.store.reading() as uow:
        entry = waiting_of(uow, number)
        assert entry is not None and entry.held_until is not None
        until = entry.held_until
    families.clock.now = until - timedelta(minutes=1)
    assert give_freed_times(families.store, families.clock()) == 0
    families.clock.now = until
    assert give_freed_times(families.store, families.clock()) >= 1
    assert "proposed" not in states(families) or waiting(families) == ["offered"]
    families.read("501")
    assert any("لم يصلنا رد" in message.text for message in families.heard["501"])


def held(families: Families) -> int:
    """Somebody is asked whether a time that is held suits them; the id of their referral."""
    taken = all_taken(families, families.refer("500"))
    number = families.refer("501")
    families.store.transact(lambda uow: join(uow, uow.session.get_one(Referral, number), families.clock()))
    families.store.transact(
        lambda uow: cancel(uow, uow.session.get_one(Appointment, taken), families.clock(), "family")
    )
    assert give_freed_times(families.store, families.clock()) == 1
    return number


def test_a_clock_that_stood_still_ends_no_hold_at_night(families: Families) -> None:
    held(families)
    families.read("501")
    families.clock.now = families.clock.now.replace(hour=23) + timedelta(days=1)  # two at night in Kuwait
    assert give_freed_times(families.store, families.clock()) == 0
    assert waiting(families) == ["offered"] and not families.read("501")
    families.clock.forward(hours=8)
    assert give_freed_times(families.store, families.clock()) >= 1
    assert "لم يصلنا رد" in families.read("501")[0].text


def test_a_held_time_on_a_day_that_closes_is_no_time_and_they_keep_their_place(families: Families) -> None:
    number = held(families)
    with families.store.reading() as uow:
        entry = waiting_of(uow, number)
        assert entry is not None
        since = entry.since
        slot = uow.session.get_one(Slot, uow.session.get_one(Appointment, entry.appointment_id).slot_id)
    offer = families.read("501")[-1]
    day = Span(slot.starts_at.astimezone(KUWAIT).date())
    place = location_of(families, number)
    families.store.transact(lambda uow: close(uow, "kuwait", place, day, "storm", families.clock(), 1).id)
    families.say("501", choice=offer.choices[0].id)  # between the closing and the clock
    assert waiting(families) == ["offered"] and states(families)[-1] == "proposed"
    assert tell_closures(families.store, families.clock()) == 1
    assert "المكان مغلق" in families.read("501")[-1].text
    assert tell_closures(families.store, families.clock()) == 0
    with families.store.reading() as uow:
        entry = waiting_of(uow, number)
        assert entry is not None and (entry.state, entry.since, entry.passes) == ("waiting", since, 0)
    assert "من رسالة سابقة" in families.say("501", choice=offer.choices[0].id)[-1].text


def test_nobody_is_asked_at_night(families: Families) -> None:
    taken = all_taken(families, families.refer("500"))
    number = families.refer("501")
    families.clock.now = families.clock.now.replace(hour=20)  # eleven at night in Kuwait
    families.store.transact(lambda uow: join(uow, uow.session.get_one(Referral, number), families.clock()))
    families.store.transact(
        lambda uow: cancel(uow, uow.session.get_one(Appointment, taken), families.clock(), "family")
    )
    assert give_freed_times(families.store, families.clock()) == 0
    families.clock.forward(hours=10, minutes=30)
    assert give_freed_times(families.store, families.clock()) == 1


def test_a_family_waits_by_a_tap_where_no_time_is_left_and_hears_how_many_are_before_it(families: Families) -> None:
    all_taken(families, families.refer("500"))
    ahead = families.refer("501")
    families.store.transact(lambda uow: join(uow, uow.session.get_one(Referral, ahead), families.clock()))
    families.offer(families.refer("502"), [at_hour(families, 4, 7)])
    families.clock.forward(minutes=1)
    assert "هل تنتظرون" in families.read("502")[-1].text
    told = families.tap("502", "نعم، ننتظر")
    assert "أمامكم أسرة واحدة" in told[-1].text
    assert "أمامكم أسرة واحدة" in families.say("502", "مواعيدي")[0].text
    assert "لم تعودوا" in families.tap("502", "لا ننتظر")[-1].text


def test_two_clocks_at_once_hold_a_seat_once(families: Families) -> None:
    taken = all_taken(families, families.refer("500"))
    for who in ("501", "502"):
        number = families.refer(who)
        families.store.transact(
            lambda uow, number=number: join(uow, uow.session.get_one(Referral, number), families.clock())  # type: ignore[misc]  # bound at once
        )
    families.store.transact(
        lambda uow: cancel(uow, uow.session.get_one(Appointment, taken), families.clock(), "family")
    )
    at = families.clock()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: give_freed_times(families.store, at), range(3)))
    give_freed_times(families.store, at)
    assert sorted(waiting(families)) == ["offered", "waiting"]
    with families.store.reading() as uow:
        promises_kept(uow)


def test_who_may_be_in_danger_is_not_asked_by_the_clock(families: Families) -> None:
    taken = all_taken(families, families.refer("500"))
    number = families.refer("501")
    families.store.transact(lambda uow: join(uow, uow.session.get_one(Referral, number), families.clock()))
    families.say("501", "زوجي يضربني")
    families.store.transact(
        lambda uow: cancel(uow, uow.session.get_one(Appointment, taken), families.clock(), "family")
    )
    give_freed_times(families.store, families.clock())
    assert waiting(families) == ["waiting"]
    with families.store.reading() as uow:
        assert "danger" in set(uow.session.scalars(select(HelpRequest.kind)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 60 * 24 * 40), st.floats(0.5, 8))
def test_a_hold_lasts_so_many_waking_hours_and_never_ends_at_night(minutes: int, hours: float) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    until = held_until(at, hours, KUWAIT, NIGHT)
    steps = int((until - at) / timedelta(minutes=1))
    awake = sum(not is_quiet(at + timedelta(minutes=each), KUWAIT, NIGHT) for each in range(steps))
    assert -2 <= awake - hours * 60 <= 15
    assert until.minute % 15 == 0
    assert not is_quiet(until - timedelta(minutes=1), KUWAIT, NIGHT)
