"""A step of a desk that was a mistake is taken back within minutes, and whoever heard of it hears so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from referrals.appointments.records import Appointment, Reminder
from referrals.directory.records import ServiceAtLocation
from referrals.lifecycles import REFERRAL, TAKEN_BACK, advance
from referrals.protection.audit_trail.verifying import check
from referrals.referral.declined import take_back_decline
from referrals.referral.handling import Actor, accept, cancel_by_sender, complete, fail, pause, reject, resume, start
from referrals.referral.records import Referral, ReferralEvent
from referrals.referral.stepping import GuardFailed
from referrals.referral.transferring import accept_transfer, decline_transfer
from referrals.referral.transfers_asked import open_transfer
from referrals.referral.undoing import UNDO_WITHIN, undo, undoable
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.referral.at_the_centre import (
    DESK,
    at_moment,
    changes,
    does,
    events,
    holding,
    referral,
    room,
    said,
    used,
)
from tests.referrals.referral.sent_on import goes_on

CLERK = Actor(1, "clerk")


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Families:
    """On SQLite alone, where the database makes no difference."""
    return Families(sqlite_store, clock)


KUWAIT = ZoneInfo("Asia/Kuwait")


def takes_back(families: Families, referral_id: int, actor: Actor = DESK) -> None:
    """Presses «take this step back» on the page as it stands."""

    def work(uow: UnitOfWork) -> None:
        found = uow.session.scalars(select(Referral).filter_by(id=referral_id).with_for_update()).one()
        latest = undoable(uow, found, families.clock(), actor.role)
        undo(uow, found, latest.event_id if latest else 0, actor, families.clock())

    families.store.transact(work)


def in_work(families: Families) -> int:
    referral_id = families.refer("501")
    does(families, referral_id, accept)
    does(families, referral_id, start, "phone")
    said(families, "501")
    families.clock.forward(minutes=20)
    return referral_id


def columns(row: Referral) -> dict[str, Any]:
    return {c.key: getattr(row, c.key) for c in Referral.__table__.columns if c.key != "version"}


@pytest.mark.parametrize(
    ("step", "more", "heard"),
    [
        (reject, ("outside-area",), "خطأً منا"),
        (accept, (), "خطأً منا"),
        (cancel_by_sender, ("mistake",), "خطأً منا"),
    ],
)
def test_what_waits_comes_back_as_it_was_and_the_family_hears_the_truth(
    families: Families, step: Any, more: tuple[str, ...], heard: str
) -> None:
    referral_id = families.refer("501")
    does(families, referral_id, _opens)
    before = columns(referral(families, referral_id))
    actor = CLERK if step is cancel_by_sender else DESK
    does(families, referral_id, step, *more, actor=actor)
    assert said(families, "501")
    families.clock.forward(minutes=5)
    takes_back(families, referral_id, actor)
    assert columns(referral(families, referral_id)) == before
    assert heard in said(families, "501")[-1]
    assert events(families, referral_id)[-1] == "undo"
    given = before["to_service_at_location_id"]
    assert used(families, given) == holding(families, given) == 1
    with families.store.reading() as uow:
        assert check(uow).broken is None


def _opens(uow: UnitOfWork, found: Referral, actor: Actor, at: datetime) -> None:
    from referrals.referral.handling import open_referral

    open_referral(uow, found, actor, at)


@pytest.mark.parametrize(
    ("step", "more", "heard"),
    [
        (complete, ("helped", "الإيجار"), "خطأً منا"),
        (fail, ("other",), "خطأً منا"),
        (pause, ("other", None), "من جديد"),
    ],
)
def test_what_is_at_work_goes_on_as_if_nothing_had_been(
    quick: Families, step: Any, more: tuple[Any, ...], heard: str
) -> None:
    referral_id = in_work(quick)
    before = columns(referral(quick, referral_id))
    if step is pause:
        more = ("other", (quick.clock() + timedelta(days=5)).date())
    does(quick, referral_id, step, *more)
    said(quick, "501")
    takes_back(quick, referral_id)
    assert columns(referral(quick, referral_id)) == before
    assert heard in said(quick, "501")[-1]
    at_moment(quick, quick.clock() + timedelta(days=30))
    assert said(quick, "501") == [], "nobody is asked whether help arrived"


def test_going_on_after_a_pause_is_taken_back_to_the_pause(quick: Families) -> None:
    referral_id = in_work(quick)
    does(quick, referral_id, pause, "papers-missing", (quick.clock() + timedelta(days=5)).date())
    before = columns(referral(quick, referral_id))
    does(quick, referral_id, resume)
    said(quick, "501")
    takes_back(quick, referral_id)
    assert columns(referral(quick, referral_id)) == before
    assert "وقت أطول" in said(quick, "501")[-1]


def test_what_the_family_never_heard_is_not_corrected(quick: Families) -> None:
    """Beginning the work is told to nobody, and so is that it had not begun."""
    referral_id = quick.refer("501")
    does(quick, referral_id, accept)
    said(quick, "501")
    does(quick, referral_id, start, "phone")
    takes_back(quick, referral_id)
    assert referral(quick, referral_id).state == "accepted"
    assert said(quick, "501") == []


def test_after_a_quarter_of_an_hour_it_stands(quick: Families) -> None:
    referral_id = quick.refer("501")
    does(quick, referral_id, reject, "outside-area")
    quick.clock.forward(seconds=UNDO_WITHIN.total_seconds())
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id)
    assert referral(quick, referral_id).state == "rejected"


def test_a_step_is_taken_back_once_and_only_the_one_that_was_looked_at(quick: Families) -> None:
    referral_id = quick.refer("501")
    does(quick, referral_id, accept)
    with quick.store.reading() as uow:
        looked_at = undoable(uow, uow.session.get_one(Referral, referral_id), quick.clock())
    assert looked_at is not None
    does(quick, referral_id, start, "phone")
    with pytest.raises(GuardFailed):
        does(quick, referral_id, lambda uow, row, actor, at: undo(uow, row, looked_at.event_id, actor, at))
    takes_back(quick, referral_id)
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id)
    assert referral(quick, referral_id).state == "accepted"


def test_a_refusal_that_the_family_acted_on_stands(quick: Families) -> None:
    referral_id = quick.refer("501")
    does(quick, referral_id, reject, "outside-area")
    goes_on(quick, referral_id)
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id)


def test_a_completion_that_the_family_answered_stands(quick: Families) -> None:
    referral_id = in_work(quick)
    does(quick, referral_id, complete, "helped", "الإيجار")
    quick.read("501")
    quick.tap("501", "نعم، وصل")
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id)


def test_an_old_button_of_a_refusal_that_was_taken_back_shows_no_reason(quick: Families) -> None:
    referral_id = quick.refer("501")
    does(quick, referral_id, reject, "outside-area")
    quick.read("501")
    takes_back(quick, referral_id)
    quick.read("501")
    assert "منطقة أخرى" not in quick.tap("501", "أعرض الرد")[-1].text
    assert referral(quick, referral_id).business_status == "awaiting-ack"


def test_no_room_is_taken_back_too(quick: Families) -> None:
    referral_id = quick.refer("501")
    given = referral(quick, referral_id).to_service_at_location_id
    does(quick, referral_id, reject, "no-capacity")
    takes_back(quick, referral_id)
    with quick.store.reading() as uow:
        assert uow.session.get_one(ServiceAtLocation, given).lacking_since is None
    assert referral(quick, referral_id).holds_place


def test_a_place_that_somebody_else_has_by_now_is_waited_for(quick: Families) -> None:
    referral_id = quick.refer("501")
    given = referral(quick, referral_id).to_service_at_location_id
    does(quick, referral_id, reject, "outside-area")
    room(quick, given, capacity=0, waitlist=True)
    takes_back(quick, referral_id)
    found = referral(quick, referral_id)
    assert (found.state, found.holds_place, found.business_status) == ("requested", False, "waitlisted")
    assert used(quick, given) == holding(quick, given) == 0


def booked(quick: Families) -> tuple[int, int, datetime]:
    """A referral with an appointment that the family took."""
    referral_id = quick.refer("501")
    noon = quick.clock().astimezone(KUWAIT).replace(hour=11, minute=0, second=0) + timedelta(days=1)
    appointment_id = quick.offer(referral_id, [noon])
    quick.say("501", choice=quick.read("501")[-1].choices[0].id)
    quick.clock.forward(minutes=20)
    return referral_id, appointment_id, noon


def test_an_appointment_comes_back_with_its_reminders_where_its_time_is_free(families: Families) -> None:
    referral_id, _, noon = booked(families)
    does(families, referral_id, fail, "other")
    said(families, "501")
    takes_back(families, referral_id)
    with families.store.reading() as uow:
        mine = select(Appointment).where(Appointment.referral_id == referral_id, Appointment.state == "booked")
        again = uow.session.scalars(mine).one()
        planned = select(Reminder).filter_by(appointment_id=again.id, state="planned")
        assert again.starts_at == noon and uow.session.scalars(planned).all()
    assert referral(families, referral_id).business_status == "appointment-set"
    assert "وموعدكم باقٍ" in said(families, "501")[-1]


def test_an_appointment_whose_time_somebody_took_is_gone_and_that_is_said(quick: Families) -> None:
    referral_id, _, _ = booked(quick)
    does(quick, referral_id, fail, "other")
    said(quick, "501")

    def another_takes_it(uow: UnitOfWork) -> None:
        row = uow.session.scalars(select(Appointment).order_by(Appointment.id.desc())).first()
        assert row is not None
        taken = {"referral_id": row.referral_id, "person_id": row.person_id, "location_id": row.location_id}
        moment = {"created_at": quick.clock() - timedelta(hours=1), "updated_at": quick.clock()}
        for seat in range(1, 60):
            uow.session.add(Appointment(**taken, **moment, state="fulfilled", slot_id=row.slot_id, seat=seat))
        uow.flush()

    quick.store.transact(another_takes_it)
    takes_back(quick, referral_id)
    assert "لم يعد خالياً" in said(quick, "501")[-1]
    assert referral(quick, referral_id).business_status == ""


def test_an_acceptance_on_which_times_were_offered_stands(quick: Families) -> None:
    referral_id = quick.refer("501")
    noon = quick.clock().astimezone(KUWAIT).replace(hour=11, minute=0, second=0) + timedelta(days=1)
    quick.offer(referral_id, [noon])
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id)


def test_whoever_gave_way_is_asked_again(families: Families) -> None:
    first = families.refer("501")
    second = goes_on(families, first)
    before = columns(referral(families, first))
    does(families, second, accept)
    assert referral(families, first).state == "cancelled"
    takes_back(families, second)
    assert referral(families, second).state == "received"
    assert columns(referral(families, first)) == before


def test_a_transfer_that_was_taken_by_mistake_goes_back_to_where_it_was(families: Families) -> None:
    from tests.referrals.referral.test_moving_on import asked, decides

    referral_id, transfer_id = asked(families)
    families.tap("501", "أعرض السؤال")
    families.tap("501", "أوافق")
    before = columns(referral(families, referral_id))
    decides(families, transfer_id, accept_transfer)
    moved = referral(families, referral_id)
    said(families, "501")
    takes_back(families, referral_id)
    assert columns(referral(families, referral_id)) == before
    for given in (before["to_service_at_location_id"], moved.to_service_at_location_id):
        assert used(families, given) == holding(families, given)
    assert "الآن عند" in said(families, "501")[-1]


def test_a_transfer_that_was_declined_by_mistake_waits_for_that_desk_again(quick: Families) -> None:
    from tests.referrals.referral.test_moving_on import asked, decides

    referral_id, transfer_id = asked(quick)
    quick.tap("501", "أعرض السؤال")
    quick.tap("501", "أوافق")
    decides(quick, transfer_id, decline_transfer)
    assert "باقٍ عند" in said(quick, "501")[-1]
    decides(quick, transfer_id, take_back_decline)
    assert "نسأل" in said(quick, "501")[-1]
    with quick.store.reading() as uow:
        again = open_transfer(uow, referral_id)
        assert again is not None and again.state == "agreed"
    with pytest.raises(GuardFailed):
        decides(quick, transfer_id, take_back_decline)
    decides(quick, transfer_id, accept_transfer)
    assert referral(quick, referral_id).to_location_id == again.to_location_id


def test_a_consent_that_was_taken_back_meanwhile_keeps_it_ended(quick: Families) -> None:
    from referrals.families.records import Consent

    referral_id = quick.refer("501")
    does(quick, referral_id, reject, "outside-area")

    def withdraw(uow: UnitOfWork) -> None:
        row = uow.session.get_one(Consent, uow.session.get_one(Referral, referral_id).consent_id)
        row.withdrawn_at = quick.clock()

    quick.store.transact(withdraw)
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id)


def test_nothing_is_opened_again_for_who_was_erased(quick: Families) -> None:
    from referrals.families.records import Person

    referral_id = quick.refer("501")
    does(quick, referral_id, reject, "outside-area")
    quick.store.transact(lambda uow: uow.connection.execute(update(Person).values(erased_at=quick.clock())))
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id)


def test_a_desk_does_not_take_back_what_the_sender_did_nor_the_other_way_round(quick: Families) -> None:
    referral_id = quick.refer("501")
    does(quick, referral_id, accept)
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id, CLERK)
    does(quick, referral_id, cancel_by_sender, "mistake", actor=CLERK)
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id, DESK)
    takes_back(quick, referral_id, CLERK)
    assert referral(quick, referral_id).state == "accepted"


def test_what_the_family_or_the_clock_did_is_not_taken_back_by_a_desk(quick: Families) -> None:
    from referrals.referral.handling import cancel_by_family

    referral_id = quick.refer("501")
    quick.store.transact(lambda uow: cancel_by_family(uow, uow.session.get_one(Referral, referral_id), quick.clock()))
    with pytest.raises(GuardFailed):
        takes_back(quick, referral_id)
    changes(quick, referral_id, business_status="")


def test_the_way_back_is_a_row_of_the_table_and_what_is_written_beside_it_is_nothing_of_a_person(
    quick: Families,
) -> None:
    referral_id = in_work(quick)
    does(quick, referral_id, complete, "helped", "الإيجار عند فاطمة")
    with quick.store.reading() as uow:
        steps = uow.session.scalars(select(ReferralEvent).filter_by(referral_id=referral_id)).all()
        kept = [each for each in steps if each.before is not None]
    assert {each.event for each in kept} == {"accept", "start", "complete"} <= set(TAKEN_BACK)
    for each in kept:
        assert advance(REFERRAL, each.from_state, each.event, "desk") == each.to_state
        assert "فاطمة" not in (each.before or "")
