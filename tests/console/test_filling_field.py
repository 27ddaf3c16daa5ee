"""From what a researcher's phone filed to a centre: the request, the consent read aloud, the choice, the referral."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.families.records import Consent
from referrals.filling.records import DeskFilling
from referrals.referral.records import Referral
from referrals.staff.accounts import add_membership, add_staff
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.records import OutgoingSubmission, ReceivedSubmission
from referrals.submissions.targets import add_target
from tests.conftest import FrozenClock
from tests.console.at_a_desk import DeskWorld, plain
from tests.console.conftest import QUICK
from tests.console.world import PASSWORD
from tests.phones import Phone, intake
from tests.stores import store  # Kuwait's, on both databases

__all__ = ["store"]

CLERK, PARTNER = "clerk@kuwait.invalid", "partner@one.invalid"
CENTRE = "loc-kuwait-hawalli"


@pytest.fixture
def world(store: Store, clock: FrozenClock) -> DeskWorld:
    """Kuwait's programme with its sample staff, on both databases, and a partner of the first centre."""
    world = DeskWorld(store, clock).employ()

    def work(uow: UnitOfWork) -> None:
        person = add_staff(uow, PARTNER, "نورة (عيّنة)", PASSWORD, clock(), passwords=QUICK)
        add_membership(uow, person.id, "partner_admin", "kuwait", clock(), location=CENTRE)

    store.transact(work)
    return world


def arrives(world: DeskWorld, location: str = "") -> None:
    phone = Phone(world.store, world.clock, more={"location": location})
    assert phone.submits(intake(phone, place="KW-JA")).status_code == 201


def test_from_the_help_queue_to_a_referral(world: DeskWorld) -> None:
    arrives(world)
    clerk = world.clerk(CLERK)
    request = f"/console/help/{world.one(HelpRequest).id}"
    assert "طلب وصل من هاتف باحث" in clerk.opens("/console/help")
    page = plain(clerk.opens(request))
    assert world.one(Application).number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) in page
    assert "اختيار المركز مع الأسرة" in page
    status, done = clerk.sends(f"{request}/centre")
    assert status == 303
    assert clerk.sends(f"{request}/centre") == (303, done)
    assert world.count(DeskFilling) == 1
    path = done.removesuffix("/done")
    assert "موافقة الأسرة أولاً" in clerk.opens(done)
    assert clerk.sends(f"{path}/refer", centre="1", agreed="yes")[0] != 200
    assert clerk.sends(f"{path}/consent")[0] == 422
    assert world.count(Referral) == world.count(Consent) == 0
    assert clerk.sends(f"{path}/consent", agreed="yes") == (303, done)
    assert clerk.sends(f"{path}/consent", agreed="yes") == (303, done)
    assert world.count(Consent, purpose="intake", method="oral") == 1
    assert "أي مكان تختار الأسرة؟" in clerk.opens(done)
    status, page = clerk.sends(f"{path}/centre", centre="1")
    assert "لا شيء غير ذلك. هل توافقون؟" in page
    assert clerk.sends(f"{path}/refer", centre="1", agreed="yes")[1].endswith("said=referred")
    assert world.one(Referral).state == "requested"
    assert world.one(HelpRequest, kind="from_the_field").state == "closed"
    assert "أُرسل إلى" in clerk.opens(done)


def test_from_the_submission_by_the_phones_own_centre(world: DeskWorld) -> None:
    arrives(world, CENTRE)
    page = f"/console/submissions/{world.one(ReceivedSubmission).id}"
    partner = world.clerk(PARTNER)
    assert "اختيار المركز مع الأسرة" in partner.opens(page)
    status, done = partner.sends(f"{page}/centre")
    assert status == 303
    assert "موافقة الأسرة أولاً" in partner.opens(done)
    assert world.clerk("desk@two.invalid").get(done).status_code == 404
    supervisor = world.clerk("supervisor@kuwait.invalid")
    assert "اختيار المركز مع الأسرة" not in supervisor.opens(page)
    assert supervisor.sends(f"{page}/centre")[0] == 403


def test_who_does_not_agree_is_sent_nowhere(world: DeskWorld) -> None:
    arrives(world)
    clerk = world.clerk(CLERK)
    done = clerk.sends(f"/console/help/{world.one(HelpRequest).id}/centre")[1]
    _, where = clerk.sends(done.replace("/done", "/consent"), agreed="no")
    assert "فلن نرسل طلبها إلى أي مركز" in clerk.opens(where)
    assert world.one(Consent).refused
    assert "موافقة الأسرة أولاً" in clerk.opens(done)


def test_a_form_that_another_server_did_not_take_is_tried_again(world: DeskWorld) -> None:
    to = ("kuwait", "central", "https://central.invalid/v1/projects/1", "a@sample.invalid:secret")
    world.store.transact(lambda uow: add_target(uow, *to, world.clock()).id)
    arrives(world)
    parked = update(OutgoingSubmission).values(state="parked", reason="submitting: 400 sample", attempts=3)
    world.store.transact(lambda uow: uow.session.execute(parked))
    row = world.one(OutgoingSubmission).id
    supervisor = world.clerk("supervisor@kuwait.invalid")
    page = supervisor.opens("/console/parked")
    assert "submitting: 400 sample" in page
    assert "إعادة المحاولة<" in page
    assert world.clerk(CLERK).sends(f"/console/parked/pushes/{row}/again")[0] == 403
    assert supervisor.sends(f"/console/parked/pushes/{row}/again")[0] == 303
    again = world.one(OutgoingSubmission)
    assert (again.state, again.attempts) == ("waiting", 0)
    assert supervisor.sends(f"/console/parked/pushes/{row}/again")[0] == 404
