"""At a desk: a family asks to be erased, somebody who may decides, the centres are told, and delete what they have."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from referrals.families.records import Person
from referrals.protection.records import AuditEvent
from referrals.protection.rights_records import ErasureNotice, ErasureRequest
from referrals.referral.records import Referral
from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]
ASKED = {"source": "phone", "proved_by": "called_back"}


@pytest.fixture
def clerk(visitor: Visiting) -> Visitor:
    return visitor("clerk@sanad.invalid")


@pytest.fixture
def supervisor(visitor: Visiting) -> Visitor:
    return visitor("supervisor@sanad.invalid")


def asked(world: World, clerk: Visitor) -> tuple[int, int]:
    """A family whose request was written down: its referral and the request."""
    referral = world.family(name="زينب (عيّنة)")
    clerk.opens("/console/rights")
    status, page = clerk.sends("/console/rights/ask", number=world.number(referral), **ASKED)
    assert (status, "سُجّل طلب المسح" in clerk.opens(page)) == (303, True)
    with world.store.reading() as uow:
        return referral, uow.session.scalars(select(ErasureRequest.id)).one()


def test_a_clerk_writes_it_down_and_does_not_decide(world: World, clerk: Visitor) -> None:
    _, request = asked(world, clerk)
    assert "مسح نهائي" not in clerk.opens("/console/rights")
    assert clerk.sends(f"/console/rights/{request}/erase", sure="yes")[0] == 403


def test_a_supervisor_erases_and_the_centre_is_told_nothing_but_the_number(
    world: World, clerk: Visitor, supervisor: Visitor, desk: Visitor
) -> None:
    referral, request = asked(world, clerk)
    assert "مسح نهائي" in supervisor.opens("/console/rights")
    assert supervisor.sends(f"/console/rights/{request}/erase")[0] == 422, "it is said twice"
    status, page = supervisor.sends(f"/console/rights/{request}/erase", sure="yes")
    assert (status, "مُسحت المعلومات" in supervisor.opens(page)) == (303, True)
    with world.store.reading() as uow:
        person = uow.session.get_one(Referral, referral).person_id
        assert uow.session.get_one(Person, person).erased_at is not None
        notice = uow.session.scalars(select(ErasureNotice)).one()
    queue = desk.opens("/console/referrals")
    assert "طلبت الأسرة مسح معلوماتها" in queue
    assert "زينب" not in queue
    status, page = desk.sends(f"/console/erased/{notice.id}/done")
    assert (status, "طلبت الأسرة مسح معلوماتها" in desk.opens(page)) == (303, False)
    assert supervisor.sends(f"/console/rights/{request}/erase", sure="yes")[0] == 303, "decided already: nothing more"


def test_another_centre_is_not_told(world: World, clerk: Visitor, supervisor: Visitor, visitor: Visiting) -> None:
    _, request = asked(world, clerk)
    supervisor.opens("/console/rights")
    supervisor.sends(f"/console/rights/{request}/erase", sure="yes")
    other = visitor("desk@qift.invalid")
    assert "طلبت الأسرة مسح معلوماتها" not in other.opens("/console/referrals")
    with world.store.reading() as uow:
        notice = uow.session.scalars(select(ErasureNotice.id)).one()
    assert other.sends(f"/console/erased/{notice}/done")[0] == 404


def test_a_refusal_has_a_reason_and_erases_nothing(world: World, clerk: Visitor, supervisor: Visitor) -> None:
    referral, request = asked(world, clerk)
    supervisor.opens("/console/rights")
    assert supervisor.sends(f"/console/rights/{request}/refuse", why="busy")[0] == 422
    status, page = supervisor.sends(f"/console/rights/{request}/refuse", why="not_them")
    assert (status, "ليس صاحب الطلب" in supervisor.opens(page)) == (303, True)
    assert world.referral(referral).state == "requested"


def test_what_we_know_is_printed_for_who_may_and_audited(world: World, clerk: Visitor, supervisor: Visitor) -> None:
    referral = world.family(name="زينب (عيّنة)")
    supervisor.opens("/console/rights")
    clerk.opens("/console/rights")
    number = world.number(referral)
    assert clerk.post("/console/rights/paper.pdf", data={"csrf": clerk.csrf, "number": number}).status_code == 403
    printed = supervisor.post("/console/rights/paper.pdf", data={"csrf": supervisor.csrf, "number": number})
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    assert not re.search(r"/rights/.*\d{4}", str(printed.url))
    with world.store.reading() as uow:
        assert "person.printed" in uow.session.scalars(select(AuditEvent.action)).all()


def test_a_number_of_nobody_says_so(world: World, clerk: Visitor) -> None:
    clerk.opens("/console/rights")
    assert clerk.sends("/console/rights/ask", number="0000", **ASKED)[0] == 422
    assert clerk.sends("/console/rights/ask", number=world.number(world.family()))[0] == 422, "how is it known?"


def test_a_legal_hold_keeps_a_family_until_it_is_ended(
    world: World, clerk: Visitor, supervisor: Visitor, visitor: Visiting
) -> None:
    referral, request = asked(world, clerk)
    number = world.number(referral)
    supervisor.opens("/console/rights")
    assert supervisor.sends("/console/rights/hold", number=number)[0] == 422, "why?"
    assert supervisor.sends("/console/rights/hold", number=number, why="court")[0] == 303
    page = supervisor.opens("/console/rights")
    assert "أوامر حفظ قائمة" in page
    (hold,) = re.findall(r"/rights/holds/(\d+)/end", page)
    assert clerk.sends(f"/console/rights/holds/{hold}/end")[0] == 403
    assert supervisor.sends(f"/console/rights/{request}/erase", sure="yes")[0] == 409, "the law has it kept"
    with world.store.reading() as uow:
        assert uow.session.get_one(Person, uow.session.get_one(Referral, referral).person_id).erased_at is None
    assert supervisor.sends(f"/console/rights/holds/{hold}/end")[0] == 303
    assert supervisor.sends(f"/console/rights/holds/{hold}/end")[0] == 404, "it has ended"
    assert supervisor.sends(f"/console/rights/{request}/erase", sure="yes")[0] == 303
    with world.store.reading() as uow:
        assert uow.session.get_one(Person, uow.session.get_one(Referral, referral).person_id).erased_at is not None
        assert {"hold.set", "hold.ended"} <= set(uow.session.scalars(select(AuditEvent.action)))
