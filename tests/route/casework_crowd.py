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

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from bot.benches.families import PROGRAMME
from bot.benches.referral_crowd import NEED
from referrals.applications import reviewing
from referrals.applications.answering import answer_request
from referrals.applications.interviews import interview_of
from referrals.applications.questions import askable
from referrals.applications.records import Application
from referrals.applications.reviewing import ReviewRefused
from referrals.applications.stepping import Actor as Family
from referrals.appointments.booking import NothingOffered, SlotTaken, ask_other_time, book, cancel, offered_slots
from referrals.appointments.booking import offer_times as offer
from referrals.appointments.records import Appointment
from referrals.appointments.times.slots_at import three_slots
from referrals.appointments.waitlist import join
from referrals.clockwork import tick
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.in_force import settings_of
from referrals.families.consents import record_consent
from referrals.lifecycles import TransitionRefused
from referrals.matching.finding import find_centres, reasons_of
from referrals.referral import handling, transferring, undoing
from referrals.referral.records import Referral, ReferralEvent, ReferralTransfer
from referrals.referral.sending import OPEN, Chosen, PlaceGone, disclosed_fields, send_referral
from referrals.referral.stepping import Actor, GuardFailed, ReasonMissing
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transfers_asked import NOT_DECIDED
from referrals.staff.scope import Member, Membership
from referrals.store.engine import open_engine
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.stores import KEYS

DESKS = 4
REVIEWED = 6  # applications that are reviewed: few, so that each comes far
DESK = Actor(staff_id=None)
# Somebody else was faster, or the step is not for this state: what a page would say kindly. All else is our bug.
KINDLY = (
    *(TransitionRefused, StaleDataError, PlaceGone, SlotTaken, GuardFailed, ReasonMissing, NothingOffered),
    *(ReviewRefused, TwoTurnsAtOnce),
)
REVIEWERS = tuple(
    Member(number, "عيّنة", "c@sanad.invalid", (Membership(PROGRAMME, role),))
    for number, role in ((21, "clerk"), (31, "supervisor"), (32, "supervisor"))
)

Step = Callable[[UnitOfWork, random.Random, datetime], Any]


def send(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A family chooses among what matching finds for it, and agrees."""
    application = _any(uow, chance, Application)
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
    referral = _any(uow, chance, Referral, Referral.state.in_(OPEN))
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
    referral = _any(uow, chance, Referral, Referral.state.in_(("accepted", "in-progress")))
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
    appointment = _any(uow, chance, Appointment, Appointment.state.in_(("booked", "confirmed")))
    if chance.random() < 0.5:
        cancel(uow, appointment, at, "cannot-come")
    else:
        ask_other_time(uow, appointment, at)


def take_back(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A desk takes its latest step back, just within the time for that."""
    latest = select(func.max(ReferralEvent.id)).group_by(ReferralEvent.referral_id)
    step = _any(uow, chance, ReferralEvent, ReferralEvent.id.in_(latest), ReferralEvent.before.is_not(None))
    referral = uow.session.scalars(select(Referral).filter_by(id=step.referral_id).with_for_update()).one()
    undoing.undo(uow, referral, step.id, DESK, min(at, step.at + undoing.UNDO_WITHIN - timedelta(seconds=1)))


def move(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A centre asks another one to go on, the family agrees, and that one takes it or does not."""
    open_ones = ReferralTransfer.state.in_(NOT_DECIDED)
    if chance.random() < 0.6:
        found = _any(uow, chance, ReferralTransfer, open_ones)
        transfer = uow.session.get_one(ReferralTransfer, found.id, with_for_update=True)
        if transfer.state == "asked":
            transferring.agree(uow, transfer, at, agreed=True, text_id=None, language="ar")
        elif chance.random() < 0.7:
            transferring.accept_transfer(uow, transfer, DESK, at)
        elif transfer.state == "agreed":
            transferring.decline_transfer(uow, transfer, DESK, at)
        return
    referral = _any(uow, chance, Referral, Referral.state.in_(("accepted", "in-progress")))
    held = uow.session.get_one(Referral, referral.id, with_for_update=True)
    places = places_for_transfer(uow, held)
    if places:
        transferring.ask_transfer(uow, held, DESK, chance.choice(places)[0].id, "other-service-fits", at)


def review(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A clerk or a supervisor weighs an application, the family answers or has it read anew; or a step is undone."""
    application = _any(uow, chance, Application, Application.id.in_(select(Application.id).limit(REVIEWED)))
    member = chance.choice(REVIEWERS)
    back = lambda: reviewing.undo(uow, member, application, at)  # noqa: E731 - one of several
    ways: dict[str, list[Callable[[], Any]]] = {
        "submitted": [lambda: reviewing.start_review(uow, member, application, at)],
        "under_review": [
            lambda: _ask(uow, member, application, at),
            lambda: reviewing.decline(uow, member, application, "helped-already", at),
            back,
        ],
        "info_requested": [lambda: _family_answers(uow, application, at), back],
        "not_eligible": [lambda: reviewing.appeal(uow, member, application, at), back],
        "lapsed": [lambda: reviewing.reopen(uow, member, application, at)],
    }
    chance.choice(ways[application.state])()


def _ask(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> None:
    stored = interview_of(uow, application, at)
    if stored is not None:
        reviewing.ask_info(uow, member, application, [min(askable(stored.form, stored.session, at))], at)


def _family_answers(uow: UnitOfWork, application: Application, at: datetime) -> None:
    stored = interview_of(uow, application, at)
    if stored is not None:
        answer_request(uow, application.id, stored, Family("family", person_id=application.person_id), at)


STEPS: tuple[Step, ...] = (*(send, answer, appoint) * 2, answer, change, take_back, move, review, review)


def _any(uow: UnitOfWork, chance: random.Random, record: Any, *where: Any) -> Any:
    """One row of a kind, by chance. Raises LookupError where there is none."""
    ids = list(uow.session.scalars(select(record.id).where(*where).order_by(func.abs(record.id - 7)).limit(200)))
    if not ids:
        raise LookupError(record.__name__)
    return uow.session.get_one(record, chance.choice(ids))


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


def _say(log: Path, words: str) -> None:
    with log.open("a") as file:
        file.write(words + "\n")


def main(url: str, seed: int, began: str, log: Path) -> None:
    """Runs until killed; an hour passes every second, so that deadlines and reminders become due."""
    engine = open_engine(url)
    store = Store(engine, KEYS)
    first, real = datetime.fromisoformat(began), datetime.now(UTC)

    def now() -> datetime:
        return first + (datetime.now(UTC) - real) * 3600

    for desk in range(DESKS):
        threading.Thread(target=_at_a_desk, args=(store, seed * 100 + desk, log, now), daemon=True).start()
    print("ready", flush=True)
    while True:
        try:
            tick(store, now())
        except (*KINDLY, IntegrityError):
            continue
        except Exception:
            _say(log, f"tick: {traceback.format_exc()}")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
