"""The audit as a page: by number, object and colleague; without names for an auditor; and closed files opened again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import update

from referrals.conversations.records import HelpRequest
from referrals.families.records import Person
from referrals.protection.audit import audit
from referrals.protection.audit_trail.log import cell
from referrals.protection.audit_trail.who_saw import who_saw
from referrals.protection.records import AuditEvent, OpenedAgain
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.console.at_a_desk import plain
from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]
AUDITOR, DPO, SUPERVISOR = "auditor@sanad.invalid", "dpo@sanad.invalid", "supervisor@sanad.invalid"
WHY = "شكوى من الأسرة، وطلب المدير مراجعتها (عيّنة)"


@pytest.fixture
def read(world: World, desk: Visitor) -> int:
    """A referral that the desk has opened."""
    referral_id = world.family()
    desk.opens(f"/console/referrals/{referral_id}")
    return referral_id


def closed(world: World, clock: FrozenClock) -> int:
    """A referral that ended long ago."""
    referral_id = world.family()
    change = update(Referral).values(state="completed", closed_at=clock())
    world.store.transact(lambda uow: uow.connection.execute(change))
    clock.forward(days=40)
    return referral_id


def test_an_auditor_reads_roles_and_numbers_and_no_name(world: World, read: int, visitor: Visiting) -> None:
    auditor = visitor(AUDITOR)
    page = plain(auditor.opens("/console/audit"))
    assert "referral.read" in page
    assert f"referral:{read}" in page
    assert "مكتب الاستقبال · مركز الخدمة في قوص" in page
    assert "منى" not in page
    assert "فاطمة" not in page
    assert "منى" in plain(visitor(DPO).opens("/console/audit"))


def test_everything_about_a_family_is_found_by_its_number(world: World, read: int, visitor: Visiting) -> None:
    auditor = visitor(AUDITOR)
    auditor.opens("/console/audit")
    other = world.family("qift")
    status, page = auditor.sends("/console/audit", number=world.number(read))
    assert status == 200
    assert f"referral:{read}" in page
    assert f"referral:{other}" not in page
    assert world.count(AuditEvent, action="audit.read", object_kind="person") == 1
    with world.store.reading() as uow:
        roles = {each.role_word for each in who_saw(uow, [world.referral(read).person_id])}
    assert roles == {"desk", "auditor"}


def test_by_colleague_and_by_object(world: World, read: int, visitor: Visiting) -> None:
    dpo = visitor(DPO)
    dpo.opens("/console/audit")
    staff = "desk@qous.invalid"
    assert "referral.read" in dpo.sends("/console/audit", staff=staff)[1]
    assert "referral.read" not in plain(dpo.sends("/console/audit", staff="desk@qift.invalid")[1])
    assert "referral.read" in dpo.sends("/console/audit", kind="referral", object_id=str(read))[1]
    for wrong in ({"staff": "nobody@x.invalid"}, {"number": "99999"}, {"kind": "x"}, {"object_id": "1 or 1"}):
        assert dpo.sends("/console/audit", **wrong)[0] == 422


def test_the_file_for_a_spreadsheet_holds_no_formula(world: World, read: int, visitor: Visiting) -> None:
    def odd(uow: UnitOfWork) -> None:
        actor = f"staff:{world.staff['desk@qous.invalid']}"
        audit(uow, at=world.clock(), actor=actor, action="=cmd|' /c calc'!A1", object_kind="x", object_id="1")

    world.store.transact(odd)
    auditor = visitor(AUDITOR)
    auditor.opens("/console/audit")
    answer = auditor.post("/console/audit/file.csv", data={"csrf": auditor.csrf})
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert any(row["action"] == "'=cmd|' /c calc'!A1" for row in rows)
    assert [cell(text) for text in ("=1", "+1", "-1", "@x", "\tx", "x=1")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "x=1",
    ]


def test_a_closed_file_opens_once_for_a_written_reason_and_others_are_told(
    world: World, visitor: Visiting, clock: FrozenClock
) -> None:
    referral_id = closed(world, clock)
    supervisor = visitor(SUPERVISOR)
    page = supervisor.opens(f"/console/referrals/{referral_id}")
    assert "فاطمة" not in page
    path = f"/console/referrals/{referral_id}/open-again"
    assert path in page
    assert "فاطمة" not in supervisor.opens(path)
    assert supervisor.sends(path, reason="تحقق")[0] == 422
    assert world.count(OpenedAgain) == 0
    status, shown = supervisor.sends(path, reason=WHY)
    assert (status, "فاطمة" in shown) == (200, True)
    assert "فاطمة" not in supervisor.opens(f"/console/referrals/{referral_id}")
    assert world.count(HelpRequest, kind="file_opened", restricted=True, state="open") == 1
    assert world.count(AuditEvent, action="closed_file.read", object_id=str(referral_id)) == 1
    assert WHY in plain(visitor(DPO).opens("/console/audit"))
    assert WHY not in plain(visitor(AUDITOR).opens("/console/audit"))
    with world.store.reading() as uow:
        seen = who_saw(uow, [world.referral(referral_id).person_id])
    assert ("supervisor", "file") in {(each.role_word, each.what) for each in seen}


def test_what_was_erased_is_opened_by_no_reason(world: World, visitor: Visiting, clock: FrozenClock) -> None:
    referral_id = closed(world, clock)

    def erase(uow: UnitOfWork) -> None:
        person = uow.session.get_one(Person, uow.session.get_one(Referral, referral_id).person_id)
        uow.vault.destroy(person.data_key_id, world.clock())

    world.store.transact(erase)
    dpo = visitor(DPO)
    path = f"/console/referrals/{referral_id}/open-again"
    dpo.opens(path)
    assert dpo.sends(path, reason=WHY) == (303, f"{path}?said=nothing_left")


def test_older_pages_are_reached(world: World, visitor: Visiting) -> None:
    def many(uow: UnitOfWork) -> None:
        for number in range(130):
            actor = f"staff:{world.staff['desk@qous.invalid']}"
            audit(uow, at=world.clock(), actor=actor, action="queue.read", object_kind="queue", object_id=number)

    world.store.transact(many)
    auditor = visitor(AUDITOR)
    page = auditor.opens("/console/audit")
    assert "queue:129" in page
    assert "queue:0<" not in page
    before = page.split('name="before" value="')[1].split('"')[0]
    assert "queue:0<" in auditor.sends("/console/audit", before=before)[1]
