"""A step of a desk that is taken back gives back what ended with it: the visit at home, and the times on offer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.appointments.closures.closing import Span, close
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import assign_visit
from referrals.conversations.records import HelpRequest
from referrals.referral.handling import accept, fail, reject
from referrals.referral.records import Referral
from referrals.referral.undoing import Undoable, undo, undoable
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.appointments.centres import at_hour
from tests.referrals.appointments.test_home_visits import agreed, the_visit
from tests.referrals.appointments.test_visits_closed import day_of
from tests.referrals.referral.at_the_centre import DESK, does, said


def takes_back(families: Families, referral_id: int) -> Undoable:
    def work(uow: UnitOfWork) -> Undoable:
        found = uow.session.get_one(Referral, referral_id)
        latest = undoable(uow, found, families.clock())
        return undo(uow, found, latest.event_id if latest else 0, DESK, families.clock())

    return families.store.transact(work)


def assigned(families: Families) -> HomeVisit:
    visit = agreed(families)
    families.store.transact(
        lambda uow: assign_visit(uow, uow.session.get_one(HomeVisit, visit.id), 7, families.clock(), woman=True)
    )
    return the_visit(families)


def test_a_visit_at_home_stands_as_it_was_agreed_and_the_family_hears_so(families: Families) -> None:
    visit = assigned(families)
    families.clock.forward(minutes=1)
    does(families, visit.referral_id, reject, "not-eligible", "")
    assert the_visit(families).state == "refused" and said(families, "501")
    assert takes_back(families, visit.referral_id).time_gone is False
    again = the_visit(families)
    kept = ("id", "state", "starts_at", "ends_at", "staff_id", "remind_at", "reason", "wall_time")
    assert [getattr(again, name) for name in kept] == [getattr(visit, name) for name in kept]
    assert "ونزوركم كما اتفقنا" in said(families, "501")[-1]


def test_a_visit_whose_day_closed_meanwhile_is_chosen_anew_and_desk_and_family_know(families: Families) -> None:
    visit = assigned(families)
    families.clock.forward(minutes=1)
    does(families, visit.referral_id, reject, "not-eligible", "")
    said(families, "501")
    span, place = Span(day_of(visit)), visit.location_id
    families.store.transact(lambda uow: close(uow, "kuwait", place, span, "storm", families.clock(), 1).id)
    assert takes_back(families, visit.referral_id).time_gone is True
    again = the_visit(families)
    assert (again.state, again.starts_at, again.staff_id) == ("planned", None, None)
    assert "اكتبوا: مواعيدي" in said(families, "501")[-1]
    assert "متى نزوركم" in families.say("501", "مواعيدي")[-1].text


@pytest.mark.parametrize("step", [fail, reject])
def test_times_that_were_offered_are_taken_by_the_buttons_that_they_have(families: Families, step: object) -> None:
    referral_id = families.refer("501")
    if step is fail:
        does(families, referral_id, accept)
    families.offer(referral_id, [at_hour(families, 3, 7), at_hour(families, 3, 8)])
    offer = families.read("501")[-1]
    families.clock.forward(minutes=1)
    does(families, referral_id, step, "not-eligible" if step is reject else "other")  # type: ignore[arg-type]  # a step
    assert "موعدكم" not in families.say("501", choice=offer.choices[0].id)[-1].text
    assert takes_back(families, referral_id).time_gone is False
    assert "وأوقات الموعد باقية لكم" in said(families, "501")[-1]
    assert "موعدكم" in families.say("501", choice=offer.choices[0].id)[-1].text
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Appointment.state)).all() == ["booked"]


def test_a_visit_that_is_past_by_then_and_a_family_that_heard_nothing_is_called(families: Families) -> None:
    visit = assigned(families)
    assert visit.starts_at is not None
    families.clock.now = visit.starts_at - timedelta(minutes=5)
    families.say("501", "زوجي يضربني")  # nothing is written to them by itself
    does(families, visit.referral_id, reject, "not-eligible", "")
    families.clock.forward(minutes=10)
    assert takes_back(families, visit.referral_id).time_gone is True
    assert not families.read("501")
    with families.store.reading() as uow:
        assert "other_time" in uow.session.scalars(select(HelpRequest.kind)).all()
