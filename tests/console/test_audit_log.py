"""The audit as a page: by number, object and colleague; without names for an auditor; and closed files opened again."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from console.audit_words import done_words
from console.words import Words
from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.families.records import Person
from referrals.lifecycles.application import APPLICATION
from referrals.lifecycles.referral import REFERRAL
from referrals.protection.audit import audit
from referrals.protection.audit_trail.log import cell
from referrals.protection.audit_trail.who_saw import who_saw
from referrals.protection.records import AuditEvent, OpenedAgain
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice, common_catalogue
from tests.conftest import FrozenClock
from tests.console.at_a_desk import plain
from tests.console.conftest import Visitor
from tests.console.world import World, add_programme
from tests.stores import ROOT
from tests.story import ARABIC

Visiting = Callable[..., Visitor]
AUDITOR, DPO, SUPERVISOR = "auditor@sanad.invalid", "dpo@sanad.invalid", "supervisor@sanad.invalid"
DID = "قراءة إحالة"
WHY = "شكوى من الأسرة، وطلب المدير مراجعتها (عيّنة)"


@pytest.fixture
def read(world: World, desk: Visitor) -> int:
    """A referral that the desk has opened."""
    referral_id = world.family()
    desk.opens(f"/console/referrals/{referral_id}")
    return referral_id


def arabic(number: object) -> str:
    """The number as the page shows it."""
    return str(number).translate(ARABIC)


def closed(world: World, clock: FrozenClock) -> int:
    """A referral that ended long ago."""
    referral_id = world.family()
    change = update(Referral).values(state="completed", closed_at=clock())
    world.store.transact(lambda uow: uow.connection.execute(change))
    clock.forward(days=40)
    return referral_id


def test_an_auditor_reads_roles_and_numbers_and_no_name(world: World, read: int, visitor: Visiting) -> None:
    auditor = visitor(AUDITOR)
    opened = auditor.opens("/console/audit")
    assert f'data-object="referral:{read}"' in opened
    page = plain(opened)
    assert f"موظف رقم {arabic(world.staff['desk@qous.invalid'])}" in page
    assert f"قراءة إحالة طلب رقم {arabic(world.number(read))}" in page
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
    assert DID in dpo.sends("/console/audit", staff="desk@qous.invalid")[1]
    assert DID not in plain(dpo.sends("/console/audit", staff="desk@qift.invalid")[1])
    assert DID in dpo.sends("/console/audit", kind="referral", object_id=str(read))[1]
    assert DID in dpo.sends("/console/audit", by="staff")[1]
    assert DID not in plain(dpo.sends("/console/audit", by="app_user")[1])
    odd = ({"staff": "nobody@x.invalid"}, {"number": "99999"}, {"kind": "x"}, {"object_id": "1 or 1"}, {"by": "x"})
    for wrong in (*odd, {"by": "family"}, {"since": "2026-13-01"}, {"since": "2026-12-02", "until": "2026-12-01"}):
        assert dpo.sends("/console/audit", **wrong)[0] == 422


def test_by_day_as_days_are_where_the_programme_is(world: World, read: int, visitor: Visiting) -> None:
    dpo = visitor(DPO)
    dpo.opens("/console/audit")
    today = world.clock().date()
    before, after = (str(today + timedelta(days=days)) for days in (-1, 1))
    assert DID in dpo.sends("/console/audit", since=str(today), until=str(today))[1]
    assert DID not in plain(dpo.sends("/console/audit", until=before)[1])
    assert DID not in plain(dpo.sends("/console/audit", since=after)[1])


def test_a_step_is_told_with_its_reason_and_a_list_with_how_many_it_showed(
    world: World, desk: Visitor, visitor: Visiting
) -> None:
    one = world.family()
    world.family()
    desk.opens("/console/referrals")
    desk.opens(f"/console/referrals/{one}")
    desk.sends(f"/console/referrals/{one}/reject", reason="no-capacity", note="")
    page = plain(visitor(AUDITOR).opens("/console/audit"))
    assert "اعتذر المركز" in page
    assert "السبب: لا مكان الآن" in page
    assert "فتح قائمة الإحالات ملفات أسرتين" in page


def test_no_line_shows_the_number_of_a_family_of_another_programme(world: World, read: int, visitor: Visiting) -> None:
    number, dpo = arabic(world.number(read)), visitor(DPO)
    assert number in plain(dpo.opens("/console/audit"))
    move = update(Application).where(Application.id == world.referral(read).application_id)

    def elsewhere(uow: UnitOfWork) -> None:
        add_programme(uow, world.clock(), "kuwait", "Asia/Kuwait")
        uow.flush()
        uow.connection.execute(move.values(programme_id="kuwait"))

    world.store.transact(elsewhere)
    page = plain(dpo.opens("/console/audit"))
    assert DID in page
    assert number not in page


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everything_that_is_audited_has_words(language: str) -> None:
    words = Words(Voice(common_catalogue(language, "console"), language, "latn", "UTC"))
    actions = set(noted_in_the_code())
    assert len(actions) > 60
    unsaid = {words.t("audit.did.read"), words.t("audit.did.changed")}
    assert sorted(action for action in actions if done_words(words, action) in unsaid) == []
    assert done_words(words, "something.new") == words.t("audit.did.changed")
    assert done_words(words, "something.read") == words.t("audit.did.read")


def noted_in_the_code() -> Iterator[str]:
    """The actions that are written as they are where something is audited, and the steps of both life cycles."""
    for folder in ("referrals", "console", "bot"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
                if isinstance(call.func, ast.Name) and call.func.id == "audit":
                    given = next((each.value for each in call.keywords if each.arg == "action"), None)
                    if isinstance(given, ast.Constant):
                        yield str(given.value)
    for kind, cycle in (("referral", REFERRAL), ("application", APPLICATION)):
        yield from (f"{kind}.{row.event}" for row in cycle.transitions)


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
    assert '"queue:0"' not in page
    before = page.split('name="before" value="')[1].split('"')[0]
    assert '"queue:0"' in auditor.sends("/console/audit", before=before)[1]
