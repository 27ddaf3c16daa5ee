"""What the clock does: a list of duties, each done by itself and as often as it is worth looking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from referrals.appointments.closures import notice_holidays, tell_closures
from referrals.appointments.following import follow_delivery
from referrals.appointments.missing import owe_missed
from referrals.appointments.nudging import owe_nudges
from referrals.appointments.reminding import remind
from referrals.appointments.visits import remind_of_visits
from referrals.appointments.waitlist import give_freed_times
from referrals.appointments.wall_times import keep_wall_times
from referrals.families.deciding import settle_claims
from referrals.families.expiring import note_expired
from referrals.matching.places_held import keep_count
from referrals.partners.delivering import sweep_old
from referrals.protection.pruning import prune_key_file
from referrals.protection.retention import retain
from referrals.referral.ladder import climb
from referrals.referral.telling import tell_due
from referrals.referral.transferring import let_lapse
from referrals.referral.waiting import offer_freed
from referrals.store.unit_of_work import Store, UnitOfWork

ALWAYS = timedelta()
OFTEN, HOURLY, DAILY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Duty:
    """Something that becomes due by itself. `do` says how much was done; twice at one moment does nothing twice."""

    name: str
    do: Callable[[Store, datetime], int]
    every: timedelta = ALWAYS


def in_one(owe: Callable[[UnitOfWork, datetime], int]) -> Callable[[Store, datetime], int]:
    """The same in one unit of work."""
    return lambda store, at: store.transact(lambda uow: owe(uow, at))


def _all_reminders(store: Store, at: datetime) -> int:
    owed = 0
    while said := remind(store, at):
        owed += said
    return owed


DUTIES = (
    Duty("wall times", keep_wall_times, DAILY),  # new rules of a zone come with a new start of the process, or never
    Duty("reminders", _all_reminders),
    Duty("reminders' delivery", in_one(follow_delivery)),
    Duty("missed appointments", in_one(owe_missed)),
    Duty("nudges", in_one(owe_nudges)),
    Duty("holidays", notice_holidays, HOURLY),
    Duty("closed days", tell_closures),
    Duty("freed times", give_freed_times),
    Duty("visits at home", remind_of_visits),
    Duty("claims", settle_claims),
    Duty("deadlines of referrals", climb),
    Duty("words about referrals", tell_due),
    Duty("transfers", let_lapse),
    Duty("waiting lists", offer_freed, OFTEN),
    Duty("places that are held", keep_count, OFTEN),
    Duty("consents", in_one(note_expired)),
    Duty("retention", retain, OFTEN),
    Duty("keys beside the backups", prune_key_file, OFTEN),
    Duty("partners' old events", in_one(sweep_old), HOURLY),
)

_done: WeakKeyDictionary[Store, dict[str, datetime]] = WeakKeyDictionary()


def tick(store: Store, at: datetime) -> int:
    """Everything that became due; several clocks may tick, each thing is owed once. Returns how much was owed.

    A duty that fails keeps nothing from the others; the first failure is raised once all had their turn.
    """
    done = _done.setdefault(store, {})
    owed, failures = 0, list[Exception]()
    for duty in DUTIES:
        last = done.get(duty.name)
        if last is not None and abs(at - last) < duty.every:  # a clock that was set back looks again
            continue
        try:
            owed += duty.do(store, at)
            done[duty.name] = at
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    return owed
