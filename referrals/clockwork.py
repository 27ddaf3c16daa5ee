"""What the clock does: a list of duties, each done by itself and as often as it is worth looking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select, select

from referrals.applications import reminding as questions
from referrals.applications.reminding import look_after_questions
from referrals.appointments import freed_times, missing
from referrals.appointments.closures import closed_to
from referrals.appointments.closures.closed_to import tell_closures
from referrals.appointments.closures.holidays import notice_holidays
from referrals.appointments.freed_times import give_freed_times
from referrals.appointments.missing import owe_missed
from referrals.appointments.reminders import due, following, nudging
from referrals.appointments.reminders.following import follow_delivery
from referrals.appointments.reminders.nudging import owe_nudges
from referrals.appointments.reminders.reminding import remind_for_a_while
from referrals.appointments.times.wall_times import keep_wall_times
from referrals.appointments.visits import reminding as visits
from referrals.appointments.visits.agreed_hours import keep_agreed_hours
from referrals.appointments.visits.reminding import remind_of_visits
from referrals.families import deciding, expiring
from referrals.families.deciding import settle_claims
from referrals.families.expiring import note_expired
from referrals.matching.places_held import keep_count
from referrals.partners import delivering
from referrals.partners.delivering import sweep_old
from referrals.protection.incidents import keeping as incidents
from referrals.protection.incidents import telling as incident_words
from referrals.protection.keys.pruning import prune_key_file
from referrals.protection.retention.carrying_out import retain
from referrals.referral import ladder, telling, transferring
from referrals.referral.ladder import climb
from referrals.referral.telling import tell_due
from referrals.referral.transferring import let_lapse
from referrals.referral.waiting import offer_freed
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

ALWAYS = timedelta()
OFTEN, HOURLY, DAILY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Duty:
    """Something that becomes due by itself. `do` says how much was done; twice at one moment does nothing twice.

    `first` are the moments from which on it has something to do, each the first entry of an index, and `after` how long
    after the earliest of them; a duty without looks itself. It is done again after `every` at the earliest.
    """

    name: str
    do: Callable[[Store, datetime], int]
    every: timedelta = ALWAYS
    first: Select[Any] | tuple[Select[Any], ...] = ()
    after: timedelta = ALWAYS

    @property
    def looks(self) -> tuple[Select[Any], ...]:
        """`first`, one or several."""
        return self.first if isinstance(self.first, tuple) else (self.first,)


def in_one(owe: Callable[[UnitOfWork, datetime], int]) -> Callable[[Store, datetime], int]:
    """The same in one unit of work."""
    return lambda store, at: store.transact(lambda uow: owe(uow, at))


DUTIES = (
    Duty("wall times", keep_wall_times),  # new rules of a zone come with a new start of the process, or never
    Duty("hours of visits", keep_agreed_hours, DAILY),  # the same
    Duty("reminders", remind_for_a_while, first=due.FIRST),
    Duty("reminders' delivery", follow_delivery, first=following.FIRST),
    Duty("missed appointments", owe_missed, first=missing.FIRST, after=missing.AFTER),
    Duty("nudges", owe_nudges, first=nudging.FIRST, after=nudging.NUDGE_AFTER),
    Duty("questions that wait", look_after_questions, first=questions.FIRST),
    Duty("holidays", notice_holidays, HOURLY),
    Duty("closed days", tell_closures, first=closed_to.FIRST),
    Duty("freed times", give_freed_times, first=freed_times.FIRST),
    Duty("visits at home", remind_of_visits, first=visits.FIRST),
    Duty("claims", settle_claims, first=deciding.FIRST),
    Duty("deadlines of referrals", climb, first=ladder.FIRST),
    Duty("words about referrals", tell_due, first=telling.FIRST),
    Duty("transfers", let_lapse, first=transferring.FIRST),
    Duty("waiting lists", offer_freed, OFTEN),
    Duty("places that are held", keep_count, OFTEN),
    Duty("consents", in_one(note_expired), first=expiring.FIRST),
    Duty("clocks of incidents", incidents.remind, first=incidents.FIRST),
    Duty("words about incidents", incident_words.tell_waiting, first=incident_words.FIRST),
    Duty("retention", retain, OFTEN),
    Duty("keys beside the backups", prune_key_file, OFTEN),
    Duty("partners' old events", in_one(sweep_old), HOURLY, first=delivering.FIRST, after=delivering.KEPT),
)

_done: WeakKeyDictionary[Store, dict[str, datetime]] = WeakKeyDictionary()


def tick(store: Store, at: datetime) -> int:
    """Everything that became due; several clocks may tick, each thing is owed once. Returns how much was owed.

    One reading asks for all duties at once; only what is due opens a unit of work. A duty that fails keeps nothing from
    the others; the first failure is raised once all had their turn.
    """
    done = _done.setdefault(store, {})
    owed, failures = 0, list[Exception]()
    waiting = what_is_due(store, DUTIES, at)
    for duty in DUTIES:
        last = done.get(duty.name)
        if duty not in waiting or (last is not None and abs(at - last) < duty.every):  # a clock set back looks again
            continue
        try:
            did = duty.do(store, at)
            owed, done[duty.name] = owed + did, at
            if did:  # what it did may have made a later one due
                waiting = what_is_due(store, DUTIES, at)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    return owed


def what_is_due(store: Store, duties: tuple[Duty, ...], at: datetime) -> set[Duty]:
    """The duties that have something to do by now, and those that only they themselves can tell."""
    with store.reading() as uow:
        moments = iter(_looks_of(duties).all(uow.connection, a_day_ago=at - DAILY)[0])
    found = set[Duty]()
    for duty in duties:
        soonest = min((moment for _ in duty.looks if (moment := next(moments)) is not None), default=None)
        if not duty.looks or (soonest is not None and soonest <= at - duty.after):
            found.add(duty)
    return found


@cache
def _looks_of(duties: tuple[Duty, ...]) -> Ready:
    """Everything that is asked of the database in a tick in which nothing is due: one row of one statement."""
    looks = [look.scalar_subquery() for duty in duties for look in duty.looks]
    return Ready(select(*(look.label(f"look_{number}") for number, look in enumerate(looks))))
