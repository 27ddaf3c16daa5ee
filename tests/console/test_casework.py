"""What a desk does with a referral, from the queue to the outcome, and what the family hears of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select

from referrals.appointments.booking import book, offered_slots
from referrals.appointments.records import Appointment, OfferedSlot
from referrals.conversations.records import HelpRequest
from referrals.outbox.records import OutboxMessage
from referrals.protection.audit_trail.verifying import check
from referrals.protection.records import AuditEvent
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.console.conftest import Visitor
from tests.console.world import World

TICKED = re.compile(r'name="slot" value="(\d+)" checked')


def a_family_picks_its_first_time(world: World, referral_id: int) -> Appointment:
    """What the chat does when a family taps a time."""

    def work(uow: UnitOfWork) -> Appointment:
        appointment = uow.session.scalars(select(Appointment).filter_by(referral_id=referral_id)).one()
        book(uow, appointment, offered_slots(uow, appointment.id, world.clock())[0], world.clock(), "family")
        return appointment

    return world.store.transact(work)


def test_the_whole_way_at_the_desk(world: World, desk: Visitor, clock: FrozenClock) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"

    page = desk.opens(path)
    assert "فاطمة (عيّنة)" in page
    assert "+201000000041" in page
    assert "الأقرب، تقريباً ٢٠ دقيقة بالمواصلات." in page
    assert world.referral(referral_id).state == "received"

    assert desk.sends(f"{path}/accept") == (303, f"{path}?said=accepted")
    assert world.referral(referral_id).state == "accepted"
    assert len(world.owed()) == 1

    times = TICKED.findall(desk.opens(path))
    assert len(times) == 3
    assert desk.sends(f"{path}/offer", slot=times) == (303, f"{path}?said=offered")
    assert world.count(OfferedSlot) == 3
    assert "أي موعد يناسبكم؟" in world.owed()[-1]

    appointment = a_family_picks_its_first_time(world, referral_id)
    assert appointment.starts_at is not None
    clock.now = appointment.starts_at
    desk.signs_in("desk@qous.invalid")

    number = world.number(referral_id)
    status, found = desk.sends("/console/check-in", number=f"SANAD:{number}")
    assert status == 200
    assert "فاطمة (عيّنة)" in found
    assert desk.sends(f"/console/appointments/{appointment.id}/arrive") == (303, f"{path}?said=arrived")
    assert world.count(Appointment, state="arrived") == 1

    assert desk.sends(f"{path}/start") == (303, f"{path}?said=started")
    assert desk.sends(f"{path}/complete", outcome="helped", note="سلة طعام") == (303, f"{path}?said=completed")
    assert (world.referral(referral_id).state, world.referral(referral_id).outcome) == ("completed", "helped")
    assert world.count(Appointment, state="fulfilled") == 1
    assert "هل وصل ما اتفقنا عليه" in world.owed()[-1]
    with world.store.reading() as uow:
        assert check(uow).broken is None


def test_opening_a_referral_acknowledges_it_and_every_reading_is_audited(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    for _ in range(2):
        desk.opens(f"/console/referrals/{referral_id}")
    assert world.referral(referral_id).state == "received"
    assert world.count(AuditEvent, action="referral.acknowledge") == 1
    assert world.count(AuditEvent, action="referral.read", object_id=str(referral_id)) == 2


def test_a_supervisor_reads_without_acknowledging(world: World, visitor: Callable[..., Visitor]) -> None:
    referral_id = world.family()
    page = visitor("supervisor@sanad.invalid").opens(f"/console/referrals/{referral_id}")
    assert "فاطمة (عيّنة)" in page
    assert "سبب التصرف بدلاً من المركز" in page
    assert world.referral(referral_id).state == "requested"
    assert world.count(AuditEvent, action="referral.read") == 1


def test_the_queue_names_a_family_only_once_its_referral_was_opened(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    page = desk.opens("/console/referrals")
    assert "فاطمة" not in page
    assert "قوص، حجازة" in page
    desk.opens(f"/console/referrals/{referral_id}")
    assert "فاطمة (عيّنة)" in desk.opens("/console/referrals")
    assert world.count(AuditEvent, action="queue.read") == 2


def test_the_queue_puts_the_least_time_left_first_and_says_it_in_words(world: World, desk: Visitor) -> None:
    late, soon, far = (world.family(due_hours=hours) for hours in (2, 8, 400))
    world.clock.forward(hours=2)
    desk.signs_in("desk@qous.invalid")
    page = desk.opens("/console/referrals")
    places = [page.index(f"/console/referrals/{each}") for each in (late, soon, far)]
    assert places == sorted(places)
    assert "فات منذ ساعة واحدة" in page
    assert "اليوم قبل" in page
    assert "خلال ٨ أيام" in page


def test_filters_count_and_show(world: World, desk: Visitor) -> None:
    urgent = world.family(priority="urgent")
    plain = world.family()
    page = desk.opens("/console/referrals?show=urgent")
    assert f"/console/referrals/{urgent}" in page
    assert f"/console/referrals/{plain}" not in page
    assert desk.get("/console/referrals?show=nonsense").status_code == 404


def test_a_number_is_searched_by_post_and_read_as_it_is_written(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    number = world.number(referral_id)
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    desk.opens("/console/referrals")
    for written in (number, arabic, f"طلب رقم {arabic}"):
        assert desk.sends("/console/referrals/search", number=written) == (303, f"/console/referrals/{referral_id}")
    assert desk.sends("/console/referrals/search", number="12345")[0] == 422


def test_declining_needs_a_reason_and_reaches_the_family(world: World, desk: Visitor) -> None:
    path = f"/console/referrals/{world.family()}"
    desk.opens(path)
    status, page = desk.sends(f"{path}/reject", reason="", note="نحتاج وقتاً")
    assert status == 422
    assert "اختاروا سبب الاعتذار." in page
    assert "نحتاج وقتاً" in page
    assert desk.sends(f"{path}/reject", reason="no-capacity")[0] == 303
    assert "وصل الرد" in world.owed()[-1]


def test_nothing_can_be_closed_before_it_was_accepted(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    desk.opens(path)
    assert desk.sends(f"{path}/complete", outcome="helped")[0] == 409
    assert world.referral(referral_id).state == "received"


def test_only_free_times_can_be_offered_and_at_most_three(world: World, desk: Visitor) -> None:
    path = f"/console/referrals/{world.family()}"
    desk.opens(path)
    desk.sends(f"{path}/accept")
    free = re.findall(r'name="slot" value="(\d+)"', desk.opens(path))
    for chosen in ([], ["1"], free[:4]):
        assert desk.sends(f"{path}/offer", slot=chosen)[0] == 422
    assert world.count(Appointment) == 0


def test_a_family_that_did_not_come_is_asked_and_not_before_its_time(
    world: World, desk: Visitor, clock: FrozenClock
) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    desk.opens(path)
    desk.sends(f"{path}/accept")
    desk.sends(f"{path}/offer", slot=TICKED.findall(desk.opens(path)))
    appointment = a_family_picks_its_first_time(world, referral_id)
    assert desk.sends(f"/console/appointments/{appointment.id}/missed")[1].endswith("said=not_yet")
    assert appointment.starts_at is not None
    clock.now = appointment.starts_at
    desk.signs_in("desk@qous.invalid")
    assert desk.sends(f"/console/appointments/{appointment.id}/missed")[1].endswith("said=missed")
    assert "فات موعد اليوم" in world.owed()[-1]


def test_the_day_shows_its_appointments_and_the_days_around(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}"
    desk.opens(path)
    desk.sends(f"{path}/accept")
    desk.sends(f"{path}/offer", slot=TICKED.findall(desk.opens(path)))
    appointment = a_family_picks_its_first_time(world, referral_id)
    assert appointment.starts_at is not None
    page = desk.opens(f"/console/appointments/{appointment.starts_at.date().isoformat()}")
    assert "فاطمة (عيّنة)" in page
    assert "لا مواعيد في هذا اليوم" in desk.opens("/console/appointments")
    assert desk.get("/console/appointments/2090-01-01").status_code == 404


def test_a_wrong_number_at_check_in_says_what_is_wrong(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    desk.opens("/console/check-in")
    assert "لم نفهم الرقم" in desk.sends("/console/check-in", number="مرحبا")[1]
    assert "لا موعد محجوزاً" in desk.sends("/console/check-in", number=world.number(referral_id))[1]
    other = world.family("qift")
    assert "لا يوجد هذا الرقم" in desk.sends("/console/check-in", number=world.number(other))[1]


def test_a_question_is_answered_in_the_familys_chat(world: World, visitor: Callable[..., Visitor]) -> None:
    question = world.question(world.family(), "متى يفتح المركز؟")
    clerk = visitor("clerk@sanad.invalid")
    assert "سؤال لموظف" in clerk.opens("/console/help")
    page = clerk.opens(f"/console/help/{question}")
    assert "متى يفتح المركز؟" in page
    assert "+201000000041" in page
    assert clerk.sends(f"/console/help/{question}/answer", text="  ")[0] == 422
    assert clerk.sends(f"/console/help/{question}/answer", text="من التاسعة صباحاً.")[1].endswith("said=answered")
    assert world.owed()[-1] == "من التاسعة صباحاً."
    assert world.count(HelpRequest, state="answered") == 1
    assert world.count(OutboxMessage, purpose="staff") == 1


def test_danger_is_only_for_those_who_may_read_it(world: World, visitor: Callable[..., Visitor]) -> None:
    danger = world.question(world.family(), "اتصلوا بعد العصر", kind="danger", restricted=True)
    clerk = visitor("clerk@sanad.invalid")
    assert clerk.get("/console/help/danger").status_code == 403
    assert clerk.get(f"/console/help/{danger}").status_code == 404
    assert "مساعدة عاجلة" not in clerk.opens("/console/help")
    supervisor = visitor("supervisor@sanad.invalid")
    assert "اتصلوا بعد العصر" in supervisor.opens(f"/console/help/{danger}")
    assert supervisor.sends(f"/console/help/{danger}/answer", text="أهلاً")[0] == 403
    assert supervisor.sends(f"/console/help/{danger}/close", note="")[0] == 422
    assert supervisor.sends(f"/console/help/{danger}/close", note="اتصلنا وهي بخير")[0] == 303
    assert world.owed() == []


def test_what_is_parked_is_shown_with_its_reason(world: World, desk: Visitor, visitor: Callable[..., Visitor]) -> None:
    referral_id = world.family()
    desk.opens(f"/console/referrals/{referral_id}")
    desk.sends(f"/console/referrals/{referral_id}/accept")

    def park(uow: UnitOfWork) -> None:
        row = uow.session.scalars(select(OutboxMessage)).one()
        row.state, row.reason = "parked", "131026: not a WhatsApp user"

    world.store.transact(park)
    page = visitor("supervisor@sanad.invalid").opens("/console/parked")
    assert "131026: not a WhatsApp user" in page
    assert desk.get("/console/parked").status_code == 403
