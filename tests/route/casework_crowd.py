"""A process that does casework at random, as many desks and families at once, until it is killed."""

from __future__ import annotations

import random
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from bot.benches.families import PROGRAMME
from bot.benches.referral_crowd import NEED
from referrals.applications.records import Application
from referrals.applications.reviewing import ReviewRefused
from referrals.appointments.booking import NothingOffered, SlotTaken, book, cancel, offered_slots
from referrals.appointments.booking import offer_times as offer
from referrals.appointments.other_times import ask_other_time
from referrals.appointments.records import Appointment
from referrals.appointments.waitlist import join
from referrals.clockwork import tick
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.in_force import settings_of
from referrals.families.consents import record_consent
from referrals.lifecycles import TransitionRefused
from referrals.matching.finding import find_centres, reasons_of
from referrals.outbox.stepping import StepWatch
from referrals.protection.erasure.erasing import AlreadyDecided
from referrals.protection.vault import Erased
from referrals.referral import handling, transferring, undoing
from referrals.referral.records import Referral, ReferralEvent, ReferralTransfer
from referrals.referral.sending import OPEN, Chosen, ConsentMissing, PlaceGone, disclosed_fields, send_referral
from referrals.referral.stepping import Actor, GuardFailed, ReasonMissing
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transfers_asked import NOT_DECIDED
from referrals.store.engine import open_engine
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.free_times import three_slots
from tests.route.casework_rarely import any_of, leave, review, the_crowds
from tests.route.casework_stories import STORIES, go_on
from tests.stores import KEYS

DESKS = 4
DESK = Actor(staff_id=None)
# Somebody else was faster, or the step is not for this state: what a page would say kindly. All else is our bug.
KINDLY = (
    *(TransitionRefused, StaleDataError, PlaceGone, SlotTaken, GuardFailed, ReasonMissing, NothingOffered),
    *(ReviewRefused, TwoTurnsAtOnce, Erased, ConsentMissing, AlreadyDecided),
)
Step = Callable[[UnitOfWork, random.Random, datetime], Any]


CROWDS = select(Referral.id).where(the_crowds(Referral.application_id))


def send(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A family chooses among what matching finds for it, and agrees."""
    application = any_of(uow, chance, Application, the_crowds(Application.id))
    found = find_centres(uow, application.id, at)
    if not found.outcome.matches:
        return
    match = chance.choice(found.outcome.matches)
    settings = settings_of(uow, PROGRAMME)
    consent = record_consent(
        uow,
        person_id=application.person_id,
        programme_id=PROGRAMME,
        purpose="referral",
        text_id=None,
        language="ar",
        at=at,
        recipient_location_id=int(match.location_id),
        data_categories=tuple(field["code"] for field in disclosed_fields(uow, settings, application)),
    )
    given, why = int(match.candidate_id), reasons_of(match)
    send_referral(uow, application.id, Chosen(given, NEED, found.service_term, found.run_id, why, consent), at)


def answer(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A desk does one of the things that it may do, or tries one that it may not."""
    referral = any_of(uow, chance, Referral, the_crowds(Referral.application_id), Referral.state.in_(OPEN))
    ways: list[Callable[[], Any]] = [
        lambda: handling.accept(uow, referral, DESK, at),
        lambda: handling.accept(uow, referral, DESK, at),
        lambda: handling.reject(uow, referral, DESK, at, chance.choice(["no-capacity", "outside-area"])),
        lambda: handling.start(uow, referral, DESK, at, "phone"),
        lambda: handling.complete(uow, referral, DESK, at, "helped", "سلة (عيّنة)", contact="phone"),
        lambda: handling.pause(uow, referral, DESK, at, "papers-missing", (at + timedelta(days=9)).date()),
        lambda: handling.resume(uow, referral, DESK, at),
        lambda: handling.fail(uow, referral, DESK, at, "family-unreachable"),
        lambda: handling.cancel_by_family(uow, referral, at),
    ]
    chance.choice(ways)()


def appoint(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A desk offers times, and the family takes one at once; or it waits for one."""
    mine = the_crowds(Referral.application_id)
    referral = any_of(uow, chance, Referral, mine, Referral.state.in_(("accepted", "in-progress")))
    zone = settings_of(uow, PROGRAMME).time_zone
    free = three_slots(uow, referral.to_location_id, at, zone)
    if not free:
        join(uow, referral, at)
        return
    appointment = offer(uow, referral, [slot.starts_at for slot in free], at, None)
    slots = offered_slots(uow, appointment.id, at)
    if slots:
        book(uow, appointment, chance.choice(slots), at, "family")


def change(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A family wants another time, or none."""
    mine = Appointment.referral_id.in_(CROWDS)
    appointment = any_of(uow, chance, Appointment, mine, Appointment.state.in_(("booked", "confirmed")))
    if chance.random() < 0.5:
        cancel(uow, appointment, at, "cannot-come")
    else:
        ask_other_time(uow, appointment, at)


def take_back(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A desk takes its latest step back, just within the time for that."""
    latest = select(func.max(ReferralEvent.id)).group_by(ReferralEvent.referral_id)
    mine = ReferralEvent.referral_id.in_(CROWDS)
    step = any_of(uow, chance, ReferralEvent, mine, ReferralEvent.id.in_(latest), ReferralEvent.before.is_not(None))
    referral = uow.session.scalars(select(Referral).filter_by(id=step.referral_id).with_for_update()).one()
    undoing.undo(uow, referral, step.id, DESK, min(at, step.at + undoing.UNDO_WITHIN - timedelta(seconds=1)))


def move(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A centre asks another one to go on, the family agrees, and that one takes it or does not."""
    open_ones = and_(ReferralTransfer.state.in_(NOT_DECIDED), ReferralTransfer.referral_id.in_(CROWDS))
    if chance.random() < 0.6:
        found = any_of(uow, chance, ReferralTransfer, open_ones)
        transfer = uow.session.get_one(ReferralTransfer, found.id, with_for_update=True)
        if transfer.state == "asked":
            transferring.agree(uow, transfer, at, agreed=True, text_id=None, language="ar")
        elif chance.random() < 0.7:
            transferring.accept_transfer(uow, transfer, DESK, at)
        elif transfer.state == "agreed":
            transferring.decline_transfer(uow, transfer, DESK, at)
        return
    mine = the_crowds(Referral.application_id)
    referral = any_of(uow, chance, Referral, mine, Referral.state.in_(("accepted", "in-progress")))
    held = uow.session.get_one(Referral, referral.id, with_for_update=True)
    places = places_for_transfer(uow, held)
    if places:
        transferring.ask_transfer(uow, held, DESK, chance.choice(places)[0].id, "other-service-fits", at)


STEPS: tuple[Step, ...] = (*(send, answer, appoint) * 4, *(answer, change, take_back, move, review, review) * 2, leave)


def _at_a_desk(store: Store, seed: int, log: Path, now: Callable[[], datetime]) -> None:
    chance = random.Random(seed)
    while True:
        step = chance.choice(STEPS)
        try:
            store.transact(lambda uow, step=step: step(uow, chance, now()))  # type: ignore[misc]  # bound at once
        except (*KINDLY, LookupError):
            continue
        except IntegrityError as clash:  # two at one moment on PostgreSQL: the database decided
            _say(log, f"{step.__name__}: {clash}") if store.is_sqlite else None
        except Exception:
            _say(log, f"{step.__name__}: {traceback.format_exc()}")


def _told(store: Store, log: Path, now: Callable[[], datetime]) -> None:
    """The stories go on, a step of each in turn."""
    while True:
        for story in range(len(STORIES)):
            try:
                go_on(store, story, 1, now())
            except (*KINDLY, LookupError, IntegrityError):
                continue
            except Exception:
                _say(log, f"story {story}: {traceback.format_exc()}")


def _say(log: Path, words: str) -> None:
    with log.open("a") as file:
        file.write(words + "\n")


def main(url: str, seed: int, began: str, log: Path) -> None:
    """Runs until killed; an hour passes every second, so that deadlines and reminders become due, with a clock that is
    set back and forth again."""
    engine = open_engine(url)
    store = Store(engine, KEYS)
    first, real, chance = datetime.fromisoformat(began), datetime.now(UTC), random.Random(seed)
    steps, skew = StepWatch(store), [timedelta()]

    def now() -> datetime:
        return first + (datetime.now(UTC) - real) * 3600 + skew[0]

    for desk in range(DESKS):
        threading.Thread(target=_at_a_desk, args=(store, seed * 100 + desk, log, now), daemon=True).start()
    threading.Thread(target=_told, args=(store, log, now), daemon=True).start()
    print("ready", flush=True)
    while True:
        skew[0] = timedelta(minutes=chance.choice((0, 0, -50, 20)))  # set back, and forth, while all of it runs
        try:
            steps.look(now())
            tick(store, now())
        except (*KINDLY, IntegrityError):
            continue
        except Exception:
            _say(log, f"tick: {traceback.format_exc()}")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
