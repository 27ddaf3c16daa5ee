"""A crowd at one centre: families book, move, give up, wait and come in one way while it closes and opens days."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from referrals.appointments.booking import NothingOffered, SlotTaken, book_at, cancel, offer_times
from referrals.appointments.booking_rules import Rule, set_rule
from referrals.appointments.centre_records import Closure, WaitlistEntry
from referrals.appointments.closures.closed_to import tell_closures
from referrals.appointments.closures.closing import Span, close, reopen
from referrals.appointments.freed_times import give_freed_times
from referrals.appointments.other_times import ask_other_time
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import free_for, three_for, wish_of
from referrals.appointments.times.slots_at import free_slots
from referrals.appointments.trips import book_way, open_together, ways
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import agree_visit, window_at, windows
from referrals.appointments.waitlist import join
from referrals.lifecycles import TransitionRefused
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.appointments.centres import location_of, promises_kept, second_referral

KUWAIT = ZoneInfo("Asia/Kuwait")
WORKERS, STEPS = 4, 14
# two at one row at once: the later one is undone, and a turn is taken again
REFUSED = (SlotTaken, NothingOffered, TransitionRefused, StaleDataError)


class Crowd:
    """What each of the crowd may do; each thing is one unit of work, and may be refused."""

    def __init__(self, families: Families, referrals: list[int]) -> None:
        self.families, self.referrals = families, referrals
        self.place = location_of(families, referrals[0])
        self.at = families.clock()

    def one(self, seed: int) -> int:
        """One worker's steps; how many were done."""
        chance, done = random.Random(seed), 0
        for _ in range(STEPS):
            step = chance.choice(
                [
                    self.book,
                    self.book,
                    self.book,
                    self.move,
                    self.give_up,
                    self.wait,
                    self.in_one_way,
                    self.tick,
                    self.visit,
                ]
                + ([self.shut_or_open, self.change_seats] if seed % 2 else [])
            )
            try:
                step(chance)
                done += 1
            except REFUSED:
                continue
            except IntegrityError:  # two at one moment on PostgreSQL: the database decided
                assert not self.families.store.is_sqlite
        return done

    def book(self, chance: random.Random) -> None:
        def work(uow: UnitOfWork) -> None:
            referral = uow.session.get_one(Referral, chance.choice(self.referrals))
            free = three_for(uow, wish_of(uow, referral), self.at)
            appointment = offer_times(uow, referral, [slot.starts_at for slot in free], self.at, 1)
            book_at(uow, appointment, chance.choice(free).starts_at, self.at, "family")

        self.families.store.transact(work)

    def in_one_way(self, chance: random.Random) -> None:
        def work(uow: UnitOfWork) -> None:
            mine = self.referrals[:2]
            for number in mine:
                referral = uow.session.get_one(Referral, number)
                free = free_for(uow, wish_of(uow, referral), self.at)
                offer_times(uow, referral, [slot.starts_at for slot in free[:3]], self.at, 1)
            first = select(Appointment).where(Appointment.referral_id == mine[0], Appointment.state == "proposed")
            together = open_together(uow, uow.session.scalars(first).all()[-1])
            found = ways(uow, together, self.at)
            if found:
                book_way(uow, chance.choice(found), self.at, "family")

        self.families.store.transact(work)

    def move(self, chance: random.Random) -> None:
        self._with_a_booking(chance, lambda uow, each: ask_other_time(uow, each, self.at) and None)

    def give_up(self, chance: random.Random) -> None:
        self._with_a_booking(chance, lambda uow, each: cancel(uow, each, self.at, "family"))

    def wait(self, chance: random.Random) -> None:
        number = chance.choice(self.referrals)
        self.families.store.transact(lambda uow: join(uow, uow.session.get_one(Referral, number), self.at).id)

    def visit(self, chance: random.Random) -> None:
        def work(uow: UnitOfWork) -> None:
            referral = uow.session.get_one(Referral, chance.choice(self.referrals))
            starts = [each[0] for each in windows(uow, referral, self.at)]
            window = window_at(uow, referral, chance.choice(starts), self.at) if starts else None
            if window is not None:
                agree_visit(uow, referral, window, self.at)

        self.families.store.transact(work)

    def tick(self, _: random.Random) -> None:
        give_freed_times(self.families.store, self.at)
        tell_closures(self.families.store, self.at)

    def shut_or_open(self, chance: random.Random) -> None:
        day = (self.at + timedelta(days=chance.randrange(2, 9))).astimezone(KUWAIT).date()

        def work(uow: UnitOfWork) -> None:
            shut = uow.session.scalars(select(Closure).where(Closure.state != "reopened")).all()
            if shut and chance.random() < 0.6:
                reopen(uow, chance.choice(shut), self.at, 1)
            else:
                close(uow, "kuwait", self.place, Span(day), "storm", self.at, 1)

        self.families.store.transact(work)

    def change_seats(self, chance: random.Random) -> None:
        rule = Rule(30, chance.choice([1, 2, 2, 3]))
        # only ever more: who came first keeps the seat where there are fewer, so the count there may be above the rule
        self.families.store.transact(
            lambda uow: set_rule(uow, self.place, Rule(30, max(rule.seats, 2)), "Asia/Kuwait", self.at, 1)
        )

    def _with_a_booking(self, chance: random.Random, what: object) -> None:
        def work(uow: UnitOfWork) -> None:
            standing = select(Appointment.id).where(Appointment.state.in_(("booked", "confirmed")))
            numbers = list(uow.session.scalars(standing))
            if numbers:
                what(uow, uow.session.get_one(Appointment, chance.choice(numbers)))  # type: ignore[operator]  # one of ours

        self.families.store.transact(work)


def test_a_crowd_never_breaks_a_promise(families: Families) -> None:
    first = families.refer("501")
    referrals = [first, second_referral(families, first)]
    for who in ("502", "503", "504"):
        referrals.append(families.refer(who))
    crowd = Crowd(families, referrals)
    with ThreadPoolExecutor(WORKERS) as pool:
        done = list(pool.map(crowd.one, range(WORKERS)))
    assert sum(done) > WORKERS
    crowd.tick(random.Random(0))
    with families.store.reading() as uow:
        promises_kept(uow)
        _every_freed_seat_is_offered_or_free(uow, crowd)


def _every_freed_seat_is_offered_or_free(uow: UnitOfWork, crowd: Crowd) -> None:
    """Who waits is asked, or nothing that they could take is free; nobody is asked twice at once."""
    offered = select(WaitlistEntry).where(WaitlistEntry.state == "offered")
    for entry in uow.session.scalars(offered):
        held = uow.session.get_one(Appointment, entry.appointment_id)
        assert held.seat is not None and held.state == "proposed" and held.held_until == entry.held_until
    held_now = select(Appointment.id).where(Appointment.state == "proposed", Appointment.seat.is_not(None))
    entries = select(WaitlistEntry.appointment_id).where(WaitlistEntry.state == "offered")
    assert set(uow.session.scalars(held_now)) == set(uow.session.scalars(entries))
    shut = {each.day for each in uow.session.scalars(select(Closure).where(Closure.state != "reopened"))}
    free = free_slots(uow, crowd.place, crowd.at, "Asia/Kuwait")
    assert not {slot.starts_at.astimezone(KUWAIT).date() for slot in free} & shut
    current = select(Appointment).where(Appointment.state.in_(("booked", "confirmed")))
    for each in uow.session.scalars(current):
        assert each.starts_at is not None
        assert each.starts_at.astimezone(KUWAIT).date() not in shut or each.reason.startswith("closed:")
    for visit in uow.session.scalars(select(HomeVisit).where(HomeVisit.starts_at.is_not(None))):
        assert visit.starts_at is not None and visit.starts_at.astimezone(KUWAIT).date() not in shut
