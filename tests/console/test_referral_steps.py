"""Every step of a referral on its pages: what it must say, who may, a transfer on both sides, what waits too long."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from referrals.clockwork import tick
from referrals.families.records import Consent
from referrals.referral.deadlines import start_clock
from referrals.referral.records import Referral, ReferralEvent, ReferralTransfer
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]


def at_work(world: World, desk: Visitor) -> tuple[int, str]:
    """A referral that the desk accepted and began with."""
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    desk.opens(path)
    desk.sends(f"{path}/accept")
    assert desk.sends(f"{path}/start", contact="phone")[0] == 303
    return referral_id, path


def clock_runs(world: World, referral_id: int) -> None:
    world.store.transact(lambda uow: start_clock(uow, uow.session.get_one(Referral, referral_id), world.clock()))


def test_the_first_contact_says_how_it_was(world: World, desk: Visitor) -> None:
    path = f"/console/referrals/{world.family()}"
    desk.opens(path)
    desk.sends(f"{path}/accept")
    status, page = desk.sends(f"{path}/start")
    assert status == 422
    assert "اختاروا كيف كان أول كلام مع الأسرة" in page


def test_on_hold_needs_a_reason_and_a_day_and_is_taken_up_again(world: World, desk: Visitor) -> None:
    referral_id, path = at_work(world, desk)
    assert "اختاروا سبب الإيقاف" in desk.sends(f"{path}/pause", reason="", review="2026-11-20")[1]
    assert "حددوا يوم المراجعة" in desk.sends(f"{path}/pause", reason="family-away", review="2026-10-01")[1]
    assert desk.sends(f"{path}/pause", reason="family-away", review="2026-11-20")[1].endswith("said=paused")
    page = desk.opens(path)
    assert "الأسرة مسافرة" in page
    assert "٢٠ نوفمبر" in page
    assert world.referral(referral_id).state == "on-hold"
    assert desk.sends(f"{path}/resume")[0] == 303
    assert world.referral(referral_id).state == "in-progress"


def test_a_completion_says_what_was_delivered(world: World, desk: Visitor) -> None:
    referral_id, path = at_work(world, desk)
    assert "اختاروا ما قُدّم" in desk.sends(f"{path}/complete", outcome="helped")[1]
    assert desk.sends(f"{path}/complete", outcome="helped", delivered="food")[0] == 303
    assert world.referral(referral_id).delivered == "food"


def test_a_failure_needs_its_reason(world: World, desk: Visitor) -> None:
    referral_id, path = at_work(world, desk)
    assert desk.sends(f"{path}/fail", reason="")[0] == 422
    assert desk.sends(f"{path}/fail", reason="service-ended")[0] == 303
    assert world.referral(referral_id).state == "failed"
    assert "وصل الرد" in world.owed()[-1]


def test_void_is_the_supervisors_and_hides_it_everywhere(world: World, desk: Visitor, visitor: Visiting) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    desk.opens(path)
    assert desk.sends(f"{path}/void", note="x")[0] == 403
    supervisor = visitor("supervisor@sanad.invalid")
    supervisor.opens(path)
    assert supervisor.sends(f"{path}/void", note="")[0] == 422
    assert supervisor.sends(f"{path}/void", note="أُدخلت مرتين")[0] == 303
    assert desk.get(path).status_code == 404
    assert f"/console/referrals/{referral_id}" not in desk.opens("/console/referrals?show=closed")
    assert world.owed() == []


def test_a_supervisor_acts_in_the_place_of_a_desk_only_with_a_reason(world: World, visitor: Visiting) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    supervisor = visitor("supervisor@sanad.invalid")
    supervisor.opens(path)
    assert supervisor.sends(f"{path}/accept")[0] == 422
    assert supervisor.sends(f"{path}/accept", override="المركز مغلق هذا الأسبوع")[0] == 303
    with world.store.reading() as uow:
        accepted = uow.session.scalars(select(ReferralEvent).filter_by(referral_id=referral_id, event="accept")).one()
    assert (accepted.actor, accepted.staff_id) == ("supervisor", world.staff["supervisor@sanad.invalid"])


def test_a_transfer_from_both_sides(world: World, desk: Visitor, visitor: Visiting) -> None:
    referral_id, path = at_work(world, desk)
    other = visitor("desk@qift.invalid")
    assert desk.sends(f"{path}/transfer", place="", reason="nearer-to-family")[0] == 422
    given = other_place(world)
    assert desk.sends(f"{path}/transfer", place=str(given), reason="nearer-to-family")[0] == 303
    assert "سألنا الأسرة عن" in desk.opens(path)
    assert "لا طلبات نقل" in other.opens("/console/transfers")
    assert other.get(path).status_code == 404
    transfer_id = asked(world)
    clerk = visitor("clerk@sanad.invalid")
    assert "فاطمة" in clerk.opens(f"{path}/elsewhere")
    assert clerk.sends(f"/console/transfers/{transfer_id}/family", agreed="yes")[0] == 303
    page = other.opens("/console/transfers")
    assert "مركز الخدمة في قوص" in page
    assert "فاطمة" not in page
    assert desk.sends(f"/console/transfers/{transfer_id}/accept")[0] == 404
    assert other.sends(f"/console/transfers/{transfer_id}/accept")[0] == 303
    assert "فاطمة" in other.opens(path)
    assert desk.get(path).status_code == 404
    step = undo_of(other.opens(path))  # it was pressed by mistake, and once more on purpose
    status, where = other.sends(f"{path}/undo", step=step)
    assert (status, where) == (303, "/console/transfers?said=undone")
    assert other.get(path).status_code == 404
    assert "فاطمة" in desk.opens(path)
    assert world.referral(referral_id).to_location_id == world.places["qous"]
    assert other.sends(f"/console/transfers/{transfer_id}/accept")[0] == 303
    assert world.referral(referral_id).to_location_id == world.places["qift"]
    with world.store.reading() as uow:
        consent = uow.session.get_one(Consent, world.referral(referral_id).consent_id)
        assert (consent.method, consent.recipient_location_id) == ("oral", world.places["qift"])


def test_a_transfer_that_is_declined_or_taken_back_moves_nothing(
    world: World, desk: Visitor, visitor: Visiting
) -> None:
    referral_id, path = at_work(world, desk)
    given = other_place(world)
    desk.sends(f"{path}/transfer", place=str(given), reason="other")
    assert desk.sends(f"{path}/transfer", place=str(given), reason="other")[0] == 422
    assert desk.sends(f"{path}/transfer/back")[0] == 303
    desk.sends(f"{path}/transfer", place=str(given), reason="other")
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens(f"{path}/elsewhere")
    clerk.sends(f"/console/transfers/{asked(world)}/family", agreed="no")
    other = visitor("desk@qift.invalid")
    assert "لا طلبات نقل" in other.opens("/console/transfers")
    assert world.referral(referral_id).to_location_id == world.places["qous"]


def test_a_transfer_that_was_declined_by_mistake_is_taken_after_all(
    world: World, desk: Visitor, visitor: Visiting, clock: FrozenClock
) -> None:
    referral_id, path = at_work(world, desk)
    desk.sends(f"{path}/transfer", place=str(other_place(world)), reason="other")
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens(f"{path}/elsewhere")
    clerk.sends(f"/console/transfers/{asked(world)}/family", agreed="yes")
    other = visitor("desk@qift.invalid")
    other.opens("/console/transfers")
    transfer_id = asked(world)
    other.sends(f"/console/transfers/{transfer_id}/decline")
    assert "اعتذرتم قبل قليل" in other.opens("/console/transfers")
    assert desk.sends(f"/console/transfers/{transfer_id}/undo")[0] == 404
    assert other.sends(f"/console/transfers/{transfer_id}/undo")[0] == 303
    other.sends(f"/console/transfers/{transfer_id}/decline")
    clock.forward(minutes=15)
    assert "اعتذرتم قبل قليل" not in other.opens("/console/transfers")
    assert other.sends(f"/console/transfers/{transfer_id}/undo")[0] == 422
    assert world.referral(referral_id).to_location_id == world.places["qous"]


def test_what_waits_too_long_is_the_supervisors_page(
    world: World, desk: Visitor, visitor: Visiting, clock: FrozenClock
) -> None:
    referral_id = world.family(priority="urgent")
    clock_runs(world, referral_id)
    assert desk.get("/console/overdue").status_code == 403
    assert "لا شيء متأخر" in visitor("supervisor@sanad.invalid").opens("/console/overdue")
    clock.now = world.referral(referral_id).ack_due + timedelta(minutes=1)
    tick(world.store, clock())
    desk.signs_in("desk@qous.invalid")
    assert "تأخر الرد" in desk.opens("/console/referrals")
    supervisor = visitor("supervisor@sanad.invalid")
    page = supervisor.opens("/console/overdue")
    assert f"/console/referrals/{referral_id}/elsewhere" in page
    assert "فاطمة" not in page
    assert "مركز الخدمة في قوص" in page


def test_the_sender_takes_it_back_and_the_centre_sees_nothing_more(
    world: World, desk: Visitor, visitor: Visiting
) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    clerk = visitor("clerk@sanad.invalid")
    clerk.opens(f"{path}/elsewhere")
    assert clerk.sends(f"{path}/cancel", reason="")[0] == 422
    assert clerk.sends(f"{path}/cancel", reason="mistake")[0] == 303
    assert world.referral(referral_id).state == "cancelled"
    assert "فاطمة" not in desk.opens(path)
    assert "توقف طلبكم" in world.owed()[-1]


def test_what_families_say_is_counted_only_from_five_on(world: World, visitor: Visiting) -> None:
    ids = [world.family() for _ in range(5)]

    def said(uow: UnitOfWork, *, of: list[int], **more: Any) -> None:
        values = {"state": "completed", "feedback": "yes", "feedback_how": 4, "feedback_at": world.clock(), **more}
        uow.connection.execute(update(Referral).where(Referral.id.in_(of)).values(**values))

    world.store.transact(lambda uow: said(uow, of=ids[:4]))
    supervisor = visitor("supervisor@sanad.invalid")
    assert "أقل من خمس أسر" in supervisor.opens("/console/overdue")
    world.store.transact(lambda uow: said(uow, of=ids[4:], feedback="no"))
    page = supervisor.opens("/console/overdue")
    assert "وصل: ٤، وصل بعضه: ٠، لم يصل: ١." in page


def other_place(world: World) -> int:
    from referrals.directory.records import ServiceAtLocation

    with world.store.reading() as uow:
        mine = select(ServiceAtLocation.id).filter_by(location_id=world.places["qift"])
        return uow.session.scalars(mine).one()


def asked(world: World) -> int:
    """The transfer that was asked for last."""
    with world.store.reading() as uow:
        return uow.session.scalars(select(ReferralTransfer.id).order_by(ReferralTransfer.id.desc())).first() or 0


# ------------------------------------------------------------------------------------------------ a step taken back


def undo_of(page: str) -> str:
    """The step that the page offers to take back; blank where it offers none."""
    found = re.search(r'/undo">.*?name="step" value="(\d+)"', page, re.DOTALL)
    return found.group(1) if found else ""


def test_a_step_is_taken_back_from_its_page_and_every_button_says_so(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    page = desk.opens(path)
    assert undo_of(page) == "", "what was read stays read"
    assert page.count("يمكن التراجع عنها خلال ١٥ دقيقة") == 2, "beside accepting and declining"
    desk.sends(f"{path}/reject", reason="no-capacity")
    step = undo_of(desk.opens(path))
    status, where = desk.sends(f"{path}/undo", step=step)
    assert (status, where.endswith("said=undone")) == (303, True)
    assert world.referral(referral_id).state == "received"
    page = desk.opens(path)
    assert "تراجع عن خطوة" in page
    assert "الاعتذار عنه" in page
    assert undo_of(page) == ""
    status, page = desk.sends(f"{path}/undo", step=step)
    assert status == 422
    assert "لم يعد التراجع ممكناً" in page


def test_after_its_time_the_page_offers_no_way_back(world: World, desk: Visitor, clock: FrozenClock) -> None:
    _, path = at_work(world, desk)
    assert undo_of(desk.opens(path))
    clock.forward(minutes=15)
    assert undo_of(desk.opens(path)) == ""


def test_whoever_only_reads_is_offered_no_way_back(world: World, desk: Visitor, visitor: Visiting) -> None:
    referral_id, path = at_work(world, desk)
    supervisor = visitor("supervisor@sanad.invalid")
    step = undo_of(supervisor.opens(path))
    assert supervisor.sends(f"{path}/undo", step=step)[0] == 422, "in the place of the desk it says why"
    assert supervisor.sends(f"{path}/undo", step=step, override="طلب المركز ذلك")[0] == 303
    assert world.referral(referral_id).state == "accepted"
    for forged in ("", "0", "x", "9" * 40):
        assert desk.sends(f"{path}/undo", step=forged)[0] == 422


def test_who_took_it_back_from_the_centre_may_change_their_mind(world: World, visitor: Visiting) -> None:
    clerk = visitor("clerk@sanad.invalid")
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    clerk.opens(f"{path}/elsewhere")
    clerk.sends(f"{path}/cancel", reason="mistake")
    assert world.referral(referral_id).state == "cancelled"
    step = undo_of(clerk.opens(f"{path}/elsewhere"))
    assert clerk.sends(f"{path}/cancel/undo", step=step)[0] == 303
    found = world.referral(referral_id)
    assert (found.state, found.status_reason) == ("requested", "")
    assert clerk.sends(f"{path}/cancel/undo", step=step)[0] == 422
