"""kill -9 while many desks and families do casework at once: no place, seat, deadline or step is left half done."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.benches.referral_crowd import families_who_agreed, place_with
from referrals.applications.records import Application, ApplicationEvent, InfoRequest
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.records import Appointment, Reminder, Slot
from referrals.books import books
from referrals.clockwork import tick
from referrals.directory.records import ServiceAtLocation
from referrals.families.consents import stands
from referrals.families.records import Consent, Person
from referrals.protection.audit_trail.verifying import check
from referrals.referral.records import Referral, ReferralEvent, ReferralWord
from referrals.referral.sending import OPEN
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import SUNDAY_MORNING
from tests.route.casework_stories import STORIES, tell_stories, what_is_missing
from tests.stores import BOTH, ROOT, Databases

KILLS = 6
STEPS_A_KILL = 25
FAMILIES = 30
HOURS_A_KILL = 24
CURRENT = ("booked", "confirmed", "arrived")
WAS = ("arrived", "fulfilled", "noshow")


@pytest.mark.parametrize("kind", BOTH)
def test_casework_that_is_killed_is_whole(kind: str, databases: Databases, tmp_path: Path) -> None:
    url = databases.address(kind)
    store = databases.template(kind).open(url)
    try:
        log, ends = tmp_path / "faults.txt", _crowd_for_a_while(store, url, tmp_path / "faults.txt")
        assert not log.exists(), log.read_text()
        assert what_is_missing(store, 1, ends) == []
        tick(store, ends)
        with store.reading() as uow:
            _enough_happened(uow)
            _nothing_is_planned_for_who_is_gone(uow)
            _what_is_open_has_its_deadline(uow)
            _places_are_counted(uow)
            _nobody_holds_a_seat_twice(uow)
            _what_ended_holds_nothing(uow)
            _every_step_is_written_down(uow)
            _reviews_are_whole(uow)
            assert check(uow).broken is None
            assert books(uow).balance
    finally:
        store.engine.dispose()
        databases.drop(url)


def _crowd_for_a_while(store: Store, url: str, log: Path) -> datetime:
    """Kills it again and again, each time somewhat later by its clock; returns where that clock stands at last."""
    families_who_agreed(store, place_with(store, 3), len(STORIES) + FAMILIES, SUNDAY_MORNING)
    tell_stories(store, 1, SUNDAY_MORNING)
    chance, at = random.Random(11), SUNDAY_MORNING
    for kill in range(KILLS):
        last = kill == KILLS - 1
        words = [sys.executable, "-m", "tests.route.casework_crowd", url, str(kill), at.isoformat(), str(log)]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as crowd:
            assert crowd.stdout is not None and crowd.stdout.readline() == b"ready\n"
            _until_it_worked(store, _steps(store) + STEPS_A_KILL, at if last else None)
            time.sleep(1 + chance.random())
            crowd.kill()
        at += timedelta(hours=HOURS_A_KILL)
    return at


def _until_it_worked(store: Store, steps: int, all_told: datetime | None) -> None:
    """Not by the clock alone: a machine with much to do is killed as far into its work as an idle one. The last is
    killed once enough happened and every story has come to its end."""
    for _ in range(900 if all_told else 40):
        if _steps(store) >= steps and not (all_told and (what_is_missing(store, 1, all_told) or _too_little(store))):
            return
        time.sleep(0.2)


def _too_little(store: Store) -> bool:
    with store.reading() as uow:
        return (uow.session.scalar(select(func.count()).select_from(Referral)) or 0) <= FAMILIES / 2


def _steps(store: Store) -> int:
    with store.reading() as uow:
        counts = [
            uow.session.scalar(select(func.count()).select_from(each)) for each in (ReferralEvent, ApplicationEvent)
        ]
    return sum(each or 0 for each in counts)


def _enough_happened(uow: UnitOfWork) -> None:
    """Or the rest of this test would say nothing."""
    states = dict(uow.connection.execute(select(Referral.state, func.count()).group_by(Referral.state)).all())
    assert sum(states.values()) > FAMILIES / 2 and len(states) >= 4, states
    assert (uow.session.scalar(select(func.count()).select_from(Appointment)) or 0) > 3
    steps = {*uow.session.scalars(select(ReferralEvent.event)), *uow.session.scalars(select(ApplicationEvent.event))}
    assert steps >= {"undo", "start_review"}, steps


def _places_are_counted(uow: UnitOfWork) -> None:
    """What a centre counts as taken is what referrals hold, and never more than it has."""
    held = dict(
        uow.connection.execute(
            select(Referral.to_service_at_location_id, func.count())
            .where(Referral.holds_place.is_(True))
            .group_by(Referral.to_service_at_location_id)
        ).all()
    )
    for given in uow.session.scalars(select(ServiceAtLocation)):
        assert given.used == held.get(given.id, 0), (given.external_id, given.used, held.get(given.id))
        # A centre may take somebody on beyond its number, by accepting; nobody is sent there beyond it.
        beyond = 0 if given.capacity is None else given.used + given.taken_elsewhere - given.capacity
        accepted = select(func.count()).where(
            Referral.to_service_at_location_id == given.id, Referral.state.in_(("accepted", "in-progress", "on-hold"))
        )
        assert beyond <= (uow.session.scalar(accepted) or 0), given.external_id


def _nobody_holds_a_seat_twice(uow: UnitOfWork) -> None:
    rows = uow.session.execute(
        select(Appointment, Slot.seats)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(Appointment.state.in_(CURRENT))
        .order_by(Appointment.person_id, Appointment.starts_at)
    ).all()
    seats = [(appointment.slot_id, appointment.seat) for appointment, _ in rows]
    assert len(seats) == len(set(seats))
    by_slot: dict[Any, int] = {}
    for appointment, most in rows:
        by_slot[appointment.slot_id] = by_slot.get(appointment.slot_id, 0) + 1
        assert by_slot[appointment.slot_id] <= most
    _no_two_at_once([appointment for appointment, _ in rows])


def _no_two_at_once(appointments: Sequence[Appointment]) -> None:
    for one, other in pairwise(appointments):
        if one.person_id == other.person_id:
            assert one.ends_at is not None and other.starts_at is not None
            assert one.ends_at <= other.starts_at, (one.id, other.id)


def _what_ended_holds_nothing(uow: UnitOfWork) -> None:
    """No place, no appointment, no deadline and no reminder of what is over."""
    over = select(Referral.id).where(Referral.state.not_in(OPEN))
    assert not uow.session.scalars(select(Referral.id).where(Referral.id.in_(over), Referral.holds_place)).all()
    assert not uow.session.scalars(
        select(Appointment.id).where(
            Appointment.referral_id.in_(over), Appointment.state.in_(("proposed", "booked", "confirmed"))
        )
    ).all()
    assert not uow.session.scalars(
        select(Reminder.id)
        .join(Appointment, Appointment.id == Reminder.appointment_id)
        .where(Reminder.state == "planned", Appointment.state.not_in(("booked", "confirmed")))
    ).all()


def _every_step_is_written_down(uow: UnitOfWork) -> None:
    """The history of a referral leads without a gap to where it stands; of one need an organization has one open."""
    for referral in uow.session.scalars(select(Referral)):
        steps = uow.session.scalars(select(ReferralEvent).filter_by(referral_id=referral.id).order_by(ReferralEvent.id))
        state = "draft"
        for step in steps:
            assert step.from_state == state, (referral.id, step.event, step.from_state, state)
            state = step.to_state
        assert state == referral.state
    twice = (
        select(Referral.application_id)
        .where(Referral.state.in_(OPEN))
        .group_by(Referral.application_id, Referral.need_code, Referral.to_organization_id)
        .having(func.count() > 1)
    )
    assert not uow.session.scalars(twice).all()
    assert uow.session.scalar(select(func.count()).select_from(Application)) == FAMILIES + len(STORIES)


def _nothing_is_planned_for_who_is_gone(uow: UnitOfWork) -> None:
    gone = select(Person.id).where(Person.erased_at.is_not(None))
    assert uow.session.scalars(gone).first() is not None
    referrals = select(Referral.id).where(Referral.person_id.in_(gone))
    planned = (
        select(Referral.id).where(Referral.person_id.in_(gone), Referral.state.in_(OPEN)),
        select(Appointment.id).where(  # what came of the others before they went is a number, and holds nothing
            Appointment.person_id.in_(gone), Appointment.seat.is_not(None), Appointment.state.not_in(WAS)
        ),
        select(Appointment.id).where(
            Appointment.person_id.in_(gone), Appointment.state.in_(("proposed", *CURRENT[:2]))
        ),
        select(WaitlistEntry.id).where(WaitlistEntry.person_id.in_(gone), WaitlistEntry.settled_at.is_(None)),
        select(ReferralWord.id).where(ReferralWord.referral_id.in_(referrals), ReferralWord.state == "planned"),
        select(Consent.id).where(
            Consent.person_id.in_(gone), Consent.refused.is_(False), Consent.withdrawn_at.is_(None)
        ),
        select(Reminder.id)
        .join(Appointment, Appointment.id == Reminder.appointment_id)
        .where(Appointment.person_id.in_(gone), Reminder.state == "planned"),
    )
    assert [uow.session.scalars(each).all() for each in planned] == [[]] * len(planned)


def _what_is_open_has_its_deadline(uow: UnitOfWork) -> None:
    """One that waits for a centre has its next rung until the ladder is climbed, and one that is over has none."""
    for each in uow.session.scalars(select(Referral)):
        if each.state not in OPEN:
            assert each.next_rung_at is None and each.closed_at is not None, (each.id, each.state)
        elif each.state == "on-hold":
            assert each.next_rung_at is not None or each.review_at is not None, each.id
        elif each.state in ("requested", "received") and each.holds_place and each.rung == 0:
            assert each.next_rung_at is not None, (each.id, each.business_status)
        if each.state in OPEN:
            assert stands(uow, each.consent_id, each.requested_at), each.id


def _reviews_are_whole(uow: UnitOfWork) -> None:
    """The history of an application leads to where it stands, and it waits for a family exactly where it says so."""
    for application in uow.session.scalars(select(Application)):
        state = "submitted"
        mine = select(ApplicationEvent).filter_by(application_id=application.id).order_by(ApplicationEvent.id)
        for step in uow.session.scalars(mine):
            assert step.from_state == state, (application.id, step.event, step.from_state, state)
            state = step.to_state
        assert state == application.state
        waits = select(func.count()).where(InfoRequest.application_id == application.id, InfoRequest.state == "waiting")
        assert uow.session.scalar(waits) == (state == "info_requested"), application.id
