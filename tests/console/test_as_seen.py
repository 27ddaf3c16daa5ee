"""A tab that was opened before something else came to stand: its buttons do nothing to what it does not show."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from referrals.appointments.records import Appointment
from referrals.referral.handling import reopen
from referrals.referral.noting import note_event
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.console.at_a_desk import DeskWorld
from tests.console.conftest import Visitor
from tests.console.test_applications import application, filed, ticks
from tests.console.test_applications import world as applying
from tests.console.test_casework import TICKED, a_family_picks_its_first_time
from tests.console.test_referral_steps import asked, other_place
from tests.console.world import World
from tests.families import Families

__all__ = ["applying"]
Visiting = Callable[..., Visitor]
FASTER = "تغيّر الوضع قبل أن تضغطوا"


def seen(page: str, step: str) -> str:
    """What the form of that step carries of what the page showed."""
    found = re.search(rf'/{step}"><input[^>]*name="csrf"[^>]*><input type="hidden" name="seen" value="([^"]+)">', page)
    assert found is not None, step
    return found[1]


@pytest.fixture
def two(world: World, visitor: Visiting) -> tuple[int, str, Visitor, Visitor]:
    """A referral that was taken on, and two browsers of its desk."""
    number = world.family()
    path = f"/console/referrals/{number}"
    one, other = visitor("desk@qous.invalid"), visitor("desk@qous.invalid")
    one.opens(path)
    one.sends(f"{path}/accept")
    return number, path, one, other


def test_going_on_from_an_old_tab_leaves_a_newer_pause_alone(
    world: World, two: tuple[int, str, Visitor, Visitor], clock: FrozenClock
) -> None:
    number, path, one, other = two
    day = (clock() + timedelta(days=9)).date().isoformat()
    one.sends(f"{path}/start", contact="phone")
    one.sends(f"{path}/pause", reason="family-away", review=day)
    old = seen(other.opens(path), "resume")
    one.sends(f"{path}/resume")
    one.sends(f"{path}/pause", reason="papers-missing", review=day)
    status, page = other.sends(f"{path}/resume", seen=old)
    assert status == 409 and FASTER in page
    assert (world.referral(number).state, world.referral(number).status_reason) == ("on-hold", "papers-missing")
    assert other.sends(f"{path}/resume", seen=seen(page, "resume"))[0] == 303, "now they saw it"


def test_what_the_family_says_did_not_arrive_is_not_finished_from_an_old_tab(
    world: World, two: tuple[int, str, Visitor, Visitor], clock: FrozenClock
) -> None:
    number, path, one, other = two
    one.sends(f"{path}/start", contact="phone")
    old = seen(other.opens(path), "complete")
    one.sends(f"{path}/complete", outcome="helped", delivered="food")
    world.store.transact(lambda uow: reopen(uow, uow.session.get_one(Referral, number), clock()))
    status, page = other.sends(f"{path}/complete", outcome="helped", delivered="food", note="سلة", seen=old)
    assert status == 409 and FASTER in page and "سلة" in page
    assert world.referral(number).state == "in-progress"


def test_that_it_was_opened_or_is_late_makes_no_tab_old(world: World, visitor: Visiting, clock: FrozenClock) -> None:
    number = world.family()
    path, desk = f"/console/referrals/{number}", visitor("desk@qous.invalid")
    old = seen(desk.opens(path), "accept")
    visitor("supervisor@sanad.invalid").opens(path)

    def late(uow: UnitOfWork) -> None:
        row = uow.session.get_one(Referral, number)
        note_event(uow, row, "overdue", row.state, "system", clock(), reason="tell_supervisor")

    world.store.transact(late)
    assert desk.sends(f"{path}/accept", seen=old)[0] == 303


def test_times_from_an_old_tab_do_not_take_the_place_of_what_the_family_booked(
    world: World, two: tuple[int, str, Visitor, Visitor]
) -> None:
    number, path, one, other = two
    page = other.opens(path)
    times = TICKED.findall(page)
    one.sends(f"{path}/offer", slot=times)
    a_family_picks_its_first_time(world, number)
    status, now = other.sends(f"{path}/offer", slot=times, seen=seen(page, "offer"))
    assert status == 409 and FASTER in now
    assert world.count(Appointment, state="booked") == 1
    assert other.sends(f"{path}/offer", slot=times[1:], seen=seen(now, "offer"))[0] == 303


def test_every_button_of_a_referral_says_what_its_page_showed(
    world: World, two: tuple[int, str, Visitor, Visitor], visitor: Visiting
) -> None:
    _, path, one, _ = two
    supervisor = visitor("supervisor@sanad.invalid")
    for page in (one.opens(path), supervisor.opens(path), supervisor.opens(f"{path}/elsewhere")):
        steps = re.findall(rf'action="{path}/([a-z/]+)"', page)
        assert steps
        for step in set(steps) - {"undo", "cancel/undo", "waitlist"} - {each for each in steps if "forms" in each}:
            seen(page, step)


def test_the_sender_takes_nothing_back_that_went_on_meanwhile(world: World, visitor: Visiting) -> None:
    number = world.family()
    path, clerk = f"/console/referrals/{number}", visitor("supervisor@sanad.invalid")
    old = seen(clerk.opens(f"{path}/elsewhere"), "cancel")
    desk = visitor("desk@qous.invalid")
    desk.opens(path)
    desk.sends(f"{path}/accept")
    status, page = clerk.sends(f"{path}/cancel", reason="mistake", seen=old)
    assert status == 409 and FASTER in page and "cancel-reason" in page
    assert world.referral(number).state == "accepted"
    assert clerk.sends(f"{path}/cancel", reason="mistake", seen=seen(page, "cancel"))[0] == 303
    status, page = clerk.sends(f"{path}/cancel", reason="mistake")
    assert status == 409 and FASTER in page, "pressed twice"


def test_an_appointment_that_a_colleague_noted_is_shown_as_it_stands(
    world: World, two: tuple[int, str, Visitor, Visitor], clock: FrozenClock
) -> None:
    number, path, one, _ = two
    one.sends(f"{path}/offer", slot=TICKED.findall(one.opens(path)))
    booked = a_family_picks_its_first_time(world, number)
    assert booked.starts_at is not None
    clock.now = booked.starts_at
    one.signs_in("desk@qous.invalid")
    day, arrive = clock().date().isoformat(), f"/console/appointments/{booked.id}/arrive"
    assert one.sends(arrive, back=day)[0] == 303
    for fields, there in (({"back": day}, f"/console/appointments/{booked.id}/fulfil"), ({}, f'href="{path}/letter')):
        status, page = one.sends(arrive, **fields)
        assert status == 409 and FASTER in page and there in page
    assert one.sends(f"/console/appointments/{booked.id}/fulfil", back=day)[0] == 303
    for step in ("fulfil", "missed"):
        for back in (day, "9999-12-31"):
            status, page = one.sends(f"/console/appointments/{booked.id}/{step}", back=back)
            assert status == 409 and FASTER in page


def test_who_answers_a_transfer_that_a_colleague_answered_reads_so(
    world: World, two: tuple[int, str, Visitor, Visitor], visitor: Visiting
) -> None:
    _, path, one, _ = two
    one.sends(f"{path}/transfer", place=str(other_place(world)), reason="other")
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens(f"{path}/elsewhere")
    clerk.sends(f"/console/transfers/{asked(world)}/family", agreed="yes")
    theirs = visitor("desk@qift.invalid")
    theirs.opens("/console/transfers")
    assert theirs.sends(f"/console/transfers/{asked(world)}/accept")[0] == 303
    for step in ("decline", "accept"):
        status, page = theirs.sends(f"/console/transfers/{asked(world)}/{step}")
        assert status == 409 and FASTER in page and "لا طلبات نقل" in page


class TestApplications:
    """The same of the pages of an application."""

    @pytest.fixture
    def families(self, applying: DeskWorld) -> Families:
        return Families(applying.store, applying.clock)

    def test_an_old_tab_takes_back_no_newer_step(self, applying: DeskWorld, families: Families) -> None:
        path = filed(applying, families)
        one, other = applying.clerk("clerk@kuwait.invalid"), applying.clerk("clerk@kuwait.invalid")
        one.opens(path)
        one.sends(f"{path}/start")
        old = seen(other.opens(path), "undo")
        assert one.sends(f"{path}/signpost")[0] == 303
        status, page = other.sends(f"{path}/undo", seen=old)
        assert status == 409 and FASTER in page
        assert application(applying).state == "signposted"
        assert other.sends(f"{path}/undo", seen=seen(page, "undo"))[0] == 303

    def test_questions_from_an_old_page_are_not_asked_beside_others(
        self,
        applying: DeskWorld,
        families: Families,
    ) -> None:
        path = filed(applying, families)
        one, other = applying.clerk("clerk@kuwait.invalid"), applying.clerk("clerk@kuwait.invalid")
        one.opens(path)
        one.sends(f"{path}/start")
        page = other.opens(f"{path}/ask")
        box = ticks(page, "ما رقم الهاتف")
        assert one.sends(f"{path}/ask", question=[box])[0] == 303
        for given in ({"seen": seen(page, "ask")}, {}):
            status, now = other.sends(f"{path}/ask", question=[box], **given)
            assert status == 409 and FASTER in now and "سؤال واحد ينتظر جواب الأسرة" in now
