"""The second lock: a page that forgets `visible_to` finds, reads and changes nothing of somebody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Response
from sqlalchemy import select, update

from console.signed_in import Acting, Visiting
from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.referral.records import Referral
from referrals.staff.fence import SAID_BY_THE_ROW, UNFENCED
from referrals.staff.scope import Membership, reach_of
from referrals.store.record import Record
from tests.console.conftest import Visitor
from tests.console.world import World

Asking = Callable[..., Visitor]
CONSOLE = Path(__file__).resolve().parents[2] / "console"
QOUS, QIFT = "desk@qous.invalid", "desk@qift.invalid"


def forgetful() -> APIRouter:
    """Routes as somebody in a hurry would write them: none of them asks whose the row is."""
    routes = APIRouter()

    @routes.get("/forgot/{row_id}")
    def by_id(visit: Visiting, row_id: int) -> Response:
        with visit.console.store.reading() as uow:
            return Response(str(uow.session.get(Referral, row_id)))

    @routes.get("/forgot-all/{row_id}")
    def in_a_list(visit: Visiting, row_id: int) -> Response:
        with visit.console.store.reading() as uow:
            return Response(str([row.person_id for row in uow.session.scalars(select(Referral))]))

    @routes.get("/forgot-application/{row_id}")
    def application(visit: Visiting, row_id: int) -> Response:
        with visit.console.store.reading() as uow:
            referral = uow.connection.execute(select(Referral.application_id).where(Referral.id == row_id)).scalar()
            return Response(uow.session.get_one(Application, referral).number)

    @routes.post("/forgot/{row_id}")
    def changing(visit: Acting, row_id: int) -> Response:
        def work(uow: Any) -> None:
            uow.session.get_one(Referral, row_id).state = "cancelled"

        visit.console.store.transact(work)
        return Response("done")

    @routes.post("/forgot-many/{row_id}")
    def changing_many(visit: Acting, row_id: int) -> Response:
        def work(uow: Any) -> None:
            uow.session.execute(update(Referral).where(Referral.id == row_id).values(state="cancelled"))

        visit.console.store.transact(work)
        return Response("done")

    @routes.post("/forgot-question/{row_id}")
    def asking(visit: Acting, row_id: int) -> Response:
        def work(uow: Any) -> None:
            at, person = visit.at, uow.connection.execute(select(Referral.person_id)).scalars().first()
            request = HelpRequest(programme_id="kuwait", person_id=person, kind="call", state="open", created_at=at)
            request.due_at = at
            uow.session.add(request)

        visit.console.store.transact(work)
        return Response("done")

    return routes


READS = ("/forgot/{row_id}", "/forgot-all/{row_id}", "/forgot-application/{row_id}")
CHANGES = ("/forgot/{row_id}", "/forgot-many/{row_id}", "/forgot-question/{row_id}")


@pytest.fixture
def planted(web: FastAPI) -> FastAPI:
    """The console with the forgetful routes in it."""
    (mounted,) = [route for route in web.routes if getattr(route, "path", "") == "/console"]
    mounted.app.include_router(forgetful())  # type: ignore[attr-defined]  # a mount has its application
    return web


def browser(planted: FastAPI, email: str) -> Visitor:
    one = Visitor(planted)
    assert one.signs_in(email)[0] == 303
    return one


def test_a_forgetful_page_finds_nothing_of_another_centre(world: World, planted: FastAPI) -> None:
    referral = world.family("qous")
    mine, other = browser(planted, QOUS), browser(planted, QIFT)
    for path in READS:
        address = "/console" + path.format(row_id=referral)
        assert mine.get(address).status_code == 200, path
        refused = other.get(address)
        assert refused.status_code == 404, path
        never = other.get("/console/referrals/999999")
        assert _bare(refused.text) == _bare(never.text), "nobody can tell it from a row that is not there"


def test_a_forgetful_form_changes_nothing_of_another_centre(world: World, planted: FastAPI) -> None:
    referral = world.family("qous")
    other = browser(planted, QIFT)
    for path in CHANGES:
        assert other.post("/console" + path.format(row_id=referral), data={"csrf": other.csrf}).status_code == 404, path
    assert world.referral(referral).state == "requested"
    assert world.count(HelpRequest) == 0


def test_who_works_elsewhere_altogether_finds_nothing(world: World, planted: FastAPI) -> None:
    referral = world.family("qous")
    volunteer = browser(planted, "volunteer@sanad.invalid")
    supervisor = browser(planted, "supervisor@sanad.invalid")
    assert supervisor.get(f"/console/forgot/{referral}").status_code == 200
    assert volunteer.get(f"/console/forgot/{referral}").status_code == 404, "nothing of families is a volunteer's"
    world.store.transact(_moved)
    for one in (volunteer, supervisor):
        assert one.get(f"/console/forgot/{referral}").status_code == 404


def test_every_record_that_is_narrowed_has_its_second_lock_or_says_why_not() -> None:
    whole = Membership("qena", "supervisor")
    narrowed = {mapper.class_ for mapper in Record.registry.mappers if _is_narrowed(mapper.class_, whole)}
    named = {record.__tablename__ for record in narrowed - set(SAID_BY_THE_ROW)}
    assert named == set(UNFENCED)


def test_no_page_goes_past_the_session() -> None:
    """What is read by columns, or beside the session, is looked at by nobody: pages leave that to the casework."""
    past = re.compile(r"uow\.connection|\.engine\b")
    allowed = {"console/reminder_notes.py"}  # what became of the reminders of a page's own appointments
    found = {
        str(path.relative_to(CONSOLE.parent))
        for path in CONSOLE.rglob("*.py")
        if past.search(path.read_text(encoding="utf-8"))
    }
    assert found <= allowed, found


def _is_narrowed(record: type[Record], membership: Membership) -> bool:
    try:
        reach_of(record, [membership])
    except TypeError:
        return False
    return True


def _moved(uow: Any) -> None:
    from referrals.definitions.records import Programme
    from referrals.staff.records import StaffMembership

    uow.session.add(Programme(id="elsewhere", name_ar="x", name_en="x", country="EG", time_zone="Africa/Cairo"))
    uow.flush()
    uow.connection.execute(update(Referral).values(programme_id="elsewhere"))
    assert uow.session.scalars(select(StaffMembership)).first() is not None


def _bare(text: str) -> str:
    return re.sub(r'value="[\w-]{20,}"|\d+', "", text)
