"""«سجل الحوادث»: opened with its clocks, whom it touched found by the register itself, told, taken out, closed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from referrals.clockwork import tick
from referrals.families.records import Identity, Person
from referrals.protection.audit_trail.who_saw import who_saw
from referrals.protection.incidents.records import Incident, IncidentEntry, IncidentTold
from referrals.protection.records import AuditEvent
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.console.at_a_desk import plain
from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]
DPO, SUPERVISOR, DESK = "dpo@sanad.invalid", "supervisor@sanad.invalid", "desk@qous.invalid"
CAIRO = ZoneInfo("Africa/Cairo")
WHAT = "ضاع هاتف المكتب في الطريق (عيّنة)"
WHY = "كُلّم مكتب حماية البيانات هاتفياً (عيّنة)"


@pytest.fixture
def dpo(visitor: Visiting) -> Visitor:
    """The officer, with the register open."""
    officer = visitor(DPO)
    officer.opens("/console/incidents")
    return officer


def opened(dpo: Visitor, **more: str | list[str]) -> str:
    """An incident; its address."""
    said: dict[str, str | list[str]] = {"kind": "lost_device", "words": WHAT, "data": ["names", "phones"]}
    status, where = dpo.sends("/console/incidents", **{**said, **more})
    assert status == 303
    where = where.partition("?")[0]
    dpo.opens(where)
    return where


def test_the_clocks_run_from_when_it_was_known_and_remind_by_themselves(
    world: World, clock: FrozenClock, dpo: Visitor, visitor: Visiting
) -> None:
    where = opened(dpo)
    page = plain(dpo.opens(where))
    assert "مهلة ٢٤ ساعة: تنتهي بعد" in page
    assert "مهلة ٧٢ ساعة: تنتهي بعد" in page
    clock.forward(hours=13)
    assert tick(world.store, clock()) >= 1
    tick(world.store, clock())
    assert world.count(IncidentEntry, kind="reminder", code="24") == 1
    clock.forward(hours=12)
    tick(world.store, clock())
    supervisor = plain(visitor(SUPERVISOR).opens("/console/"))
    assert "مهلة ٢٤ ساعة فاتت" in supervisor, "whoever answers for it reads it on the first page"
    assert "حادثة مفتوحة" not in plain(visitor(DESK).opens("/console/"))


def test_once_the_authority_was_told_the_clocks_stand_still(world: World, clock: FrozenClock, dpo: Visitor) -> None:
    where = opened(dpo, known_at=(clock() - timedelta(hours=30)).astimezone(CAIRO).strftime("%Y-%m-%dT%H:%M"))
    assert "مهلة ٢٤ ساعة: فاتت" in plain(dpo.opens(where))
    assert dpo.sends(f"{where}/authority", code="told", words=WHY)[0] == 303
    page = plain(dpo.opens(where))
    assert "مهلة ٢٤ ساعة: أُبلغت بعدها" in page
    assert "مهلة ٧٢ ساعة: أُبلغت قبلها" in page
    before = world.count(IncidentEntry, kind="reminder")
    clock.forward(days=3)
    tick(world.store, clock())
    assert world.count(IncidentEntry, kind="reminder") == before


def test_whom_it_touched_is_found_by_the_audit_and_the_rows(world: World, dpo: Visitor, desk: Visitor) -> None:
    seen, other = world.family(), world.family("qift")
    desk.opens(f"/console/referrals/{seen}")
    where = opened(dpo)
    assert dpo.sends(f"{where}/touched", by="staff", who=DESK)[0] == 303
    assert "تأثرت أسرة واحدة" in plain(dpo.opens(where))
    assert dpo.sends(f"{where}/touched", by="place", who=str(world.places["qift"]))[0] == 303
    assert "تأثرت أسرتان" in plain(dpo.opens(where))
    with world.store.reading() as uow:
        entry = uow.session.scalars(select(IncidentEntry).filter_by(kind="touched", by="place")).one()
    assert dpo.sends(f"{where}/touched/{entry.id}/back")[0] == 303
    page = plain(dpo.opens(where))
    assert "تأثرت أسرة واحدة" in page
    assert "أُلغي أثره" in page, "what was wrong stays to be read"
    for wrong in ({"by": "staff", "who": "nobody@x.invalid"}, {"by": "period"}, {"by": "place", "who": "999"}):
        assert dpo.sends(f"{where}/touched", **wrong)[0] == 422
    assert other


def test_the_list_is_taken_out_by_the_officer_alone_and_the_family_can_be_told_so(
    world: World, dpo: Visitor, visitor: Visiting
) -> None:
    referral = world.family()
    where = opened(dpo)
    dpo.sends(f"{where}/touched", by="place", who=str(world.places["qous"]))
    supervisor = visitor(SUPERVISOR)
    supervisor.opens(where)
    assert supervisor.sends(f"{where}/touched.csv")[0] == 403
    rows = list(csv.DictReader(io.StringIO(dpo.post(f"{where}/touched.csv", data={"csrf": dpo.csrf}).text)))
    assert [row["application"] for row in rows] == [world.number(referral)]
    assert world.count(AuditEvent, action="incident.exported", object_kind="incident") == 2, "the look and the line"
    assert world.count(IncidentEntry, kind="exported", count=1) == 1
    with world.store.reading() as uow:
        assert "dpo" in {each.role_word for each in who_saw(uow, [world.referral(referral).person_id])}


def test_families_are_told_by_a_decision_in_neutral_words_and_who_may_be_in_danger_is_not(
    world: World, clock: FrozenClock, dpo: Visitor
) -> None:
    told, endangered, erased = world.family(), world.family(), world.family()
    world.question(endangered, "كلام (عيّنة)", kind="danger", restricted=True)
    gone = world.referral(erased).person_id
    world.store.transact(
        lambda uow: uow.connection.execute(update(Person).where(Person.id == gone).values(erased_at=clock()))
    )
    where = opened(dpo)
    dpo.sends(f"{where}/touched", by="all")
    tick(world.store, clock())
    before = len(world.owed())
    assert dpo.sends(f"{where}/families", code="told", words="قد يتصل بها غيرنا (عيّنة)")[0] == 303
    for _ in range(3):
        tick(world.store, clock())
    new = world.owed()[before:]
    assert len(new) == 1, new
    assert "هاتف" not in new[0]
    assert "حادث" not in new[0]
    with world.store.reading() as uow:
        rows = {row.person_id: row.state for row in uow.session.scalars(select(IncidentTold))}
    assert rows == {world.referral(told).person_id: "written", world.referral(endangered).person_id: "by_hand"}
    assert dpo.sends(f"{where}/by-hand", number=world.number(endangered))[0] == 303
    assert dpo.sends(f"{where}/by-hand", number=world.number(endangered))[0] == 422, "once is enough"


def test_it_is_closed_with_findings_once_everything_was_decided_and_no_line_is_ever_changed(
    world: World, dpo: Visitor
) -> None:
    where = opened(dpo)
    finding = "أُقفل الهاتف من بعيد، ولم يُفتح (عيّنة)"
    assert "قبل إبلاغ السلطة" in dpo.sends(f"{where}/close", words=finding)[1]
    dpo.sends(f"{where}/authority", code="not_needed", words=WHY)
    assert "قبل قرار عن إخبار" in dpo.sends(f"{where}/close", words=finding)[1]
    dpo.sends(f"{where}/families", code="not_needed", words="لم يُفتح الهاتف (عيّنة)")
    assert "ما تبيّن" in dpo.sends(f"{where}/close", words="لا")[1]
    assert dpo.sends(f"{where}/close", words=finding)[0] == 303
    assert finding in plain(dpo.opens(where))
    assert dpo.sends(f"{where}/touched", by="all")[0] == 409
    assert dpo.sends(f"{where}/note", words="عُرف بعد ذلك (عيّنة)")[0] == 303
    for change in (
        lambda uow: uow.connection.execute(update(IncidentEntry).values(code="x")),
        lambda uow: uow.connection.execute(IncidentEntry.__table__.delete()),  # type: ignore[attr-defined]  # a Table
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            world.store.transact(change)


def test_another_programme_has_a_register_of_its_own(world: World, clock: FrozenClock, dpo: Visitor) -> None:
    where = opened(dpo)

    def moved(uow: UnitOfWork) -> None:
        from tests.console.world import add_programme

        add_programme(uow, clock(), "kuwait", "Asia/Kuwait")
        uow.connection.execute(update(Incident).values(programme_id="kuwait"))

    world.store.transact(moved)
    assert dpo.get(where).status_code == 404
    assert where not in dpo.opens("/console/incidents")


def test_a_family_reached_nowhere_is_called(world: World, clock: FrozenClock, dpo: Visitor) -> None:
    world.family()
    world.store.transact(lambda uow: uow.connection.execute(update(Identity).values(may_message=False)))
    where = opened(dpo)
    dpo.sends(f"{where}/touched", by="all")
    dpo.sends(f"{where}/families", code="told", words="يلزم أن تعرف (عيّنة)")
    tick(world.store, clock())
    with world.store.reading() as uow:
        assert [row.state for row in uow.session.scalars(select(IncidentTold))] == ["by_hand"]
