"""Two browsers at one referral or application: what was pressed too late is said plainly, with what stands by now."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import update

from referrals.referral.records import ReferralEvent
from referrals.staff.records import Staff, StaffMembership
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]
FASTER = "تغيّر الوضع قبل أن تضغطوا"
NOTE = "اتصلنا ولم نجد من يفتح <الباب>."


def two_at(world: World, visitor: Visiting) -> tuple[int, str, Visitor, Visitor]:
    """A referral that was taken on, open in two browsers of the desk."""
    number = world.family()
    path = f"/console/referrals/{number}"
    one, other = visitor("desk@qous.invalid"), visitor("desk@qous.invalid")
    one.opens(path)
    one.sends(f"{path}/accept")
    other.opens(path)
    return number, path, one, other


def test_who_comes_too_late_sees_what_stands_and_keeps_what_they_wrote(world: World, visitor: Visiting) -> None:
    number, path, one, other = two_at(world, visitor)
    assert one.sends(f"{path}/fail", reason="family-stopped")[0] == 303
    status, page = other.sends(f"{path}/fail", reason="family-unreachable", note=NOTE)
    assert status == 409
    assert FASTER in page
    assert "اتصلنا ولم نجد من يفتح &lt;الباب&gt;." in page
    assert "منى (عيّنة)" in page, "the history says who was faster"
    assert world.referral(number).status_reason == "family-stopped"
    assert world.count(ReferralEvent, referral_id=number, event="fail") == 1


def test_a_button_that_is_pressed_twice_does_it_once(world: World, visitor: Visiting) -> None:
    number, path, one, other = two_at(world, visitor)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: each.sends(f"{path}/start", contact="phone")[0], (one, other)))
    assert sorted(answers) == [303, 409]
    assert world.count(ReferralEvent, referral_id=number, event="start") == 1


def test_a_page_from_before_takes_back_nothing_that_came_since(world: World, visitor: Visiting) -> None:
    number, path, one, other = two_at(world, visitor)
    with world.store.reading() as uow:
        accepted = uow.session.query(ReferralEvent).filter_by(referral_id=number, event="accept").one().id
    assert one.sends(f"{path}/start", contact="phone")[0] == 303
    status, page = other.sends(f"{path}/undo", step=str(accepted))
    assert status == 422 and 'id="problem"' in page
    assert world.referral(number).state == "in-progress"


def test_who_signed_out_in_one_browser_is_asked_at_the_door_and_nothing_is_done(
    world: World, visitor: Visiting
) -> None:
    number, path, _, other = two_at(world, visitor)
    other.sends("/console/sign-out")
    assert other.sends(f"{path}/fail", reason="family-stopped", note=NOTE)[0] in (303, 401)
    assert world.referral(number).state == "accepted"


def test_a_role_that_was_taken_away_meanwhile_opens_nothing_more(
    world: World, visitor: Visiting, clock: FrozenClock
) -> None:
    number, path, one, _ = two_at(world, visitor)

    def ends(uow: UnitOfWork) -> None:
        mona = uow.session.query(Staff).filter_by(name="منى (عيّنة)").one().id
        mine = update(StaffMembership).where(StaffMembership.staff_id == mona).values(ended_at=clock())
        uow.session.execute(mine)

    world.store.transact(ends)
    assert one.sends(f"{path}/fail", reason="family-stopped")[0] in (303, 401, 403, 404)
    assert world.referral(number).state == "accepted"


def test_a_referral_that_went_elsewhere_meanwhile_is_not_there(world: World, visitor: Visiting) -> None:
    number, path, _, other = two_at(world, visitor)
    supervisor = visitor("supervisor@sanad.invalid")
    supervisor.opens(path)
    assert supervisor.sends(f"{path}/void", note="أُدخلت مرتين")[0] == 303
    assert other.sends(f"{path}/start", contact="phone")[0] in (404, 409)
    assert world.referral(number).state == "entered-in-error"
