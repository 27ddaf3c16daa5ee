"""What the console keeps to itself: other centres' rows, other roles' pages, other sites' forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import update

from console.app import PAGES, make_console
from console.security import HEADERS
from referrals.appointments.records import Appointment
from referrals.conversations.records import HelpRequest
from referrals.families.records import Person
from referrals.referral.records import Referral
from referrals.staff.accounts import add_membership
from referrals.staff.roles import ROLES
from referrals.store.unit_of_work import UnitOfWork
from tests.conftest import FrozenClock
from tests.console.conftest import BASE, QUICK, Visitor
from tests.console.world import STAFF, World, add_programme

Visiting = Callable[..., Visitor]
CONSOLE = Path(__file__).resolve().parents[2] / "console"
OPEN_TO_ALL = {"/sign-in", "/enter/{token}", "/invitation/{token}"}
EVERY_MEMBER = {"/", "/account", "/account/sessions", "/account/programme", "/sign-out"}
AT_A_CENTRE = {
    "GET /referrals",
    "GET /referrals/{referral_id}",
    "POST /referrals/search",
    "POST /referrals/{referral_id}/accept",
    "POST /referrals/{referral_id}/reject",
    "POST /referrals/{referral_id}/start",
    "POST /referrals/{referral_id}/complete",
    "POST /referrals/{referral_id}/pause",
    "POST /referrals/{referral_id}/resume",
    "POST /referrals/{referral_id}/undo",
    "POST /referrals/{referral_id}/fail",
    "POST /referrals/{referral_id}/transfer",
    "POST /referrals/{referral_id}/transfer/back",
    "GET /transfers",
    "POST /transfers/{transfer_id}/accept",
    "POST /transfers/{transfer_id}/decline",
    "POST /transfers/{transfer_id}/undo",
    "POST /referrals/{referral_id}/offer",
    "GET /appointments",
    "GET /appointments/{day}",
    "POST /appointments/{appointment_id}/arrive",
    "POST /appointments/{appointment_id}/missed",
    "POST /appointments/{appointment_id}/fulfil",
    "POST /referrals/{referral_id}/waitlist",
    "GET /week",
    "GET /week/{location_id}/{day}",
    "GET /check-in",
    "GET /capacity",
    "POST /capacity/{given_id}",
    "POST /check-in",
    "GET /referrals/{referral_id}/letter.pdf",
    "GET /appointments/{appointment_id}/paper.pdf",
}
TIMES = {
    "GET /times",
    "GET /times/{location_id}",
    "POST /times/{location_id}/rule",
    "POST /times/{location_id}/closing",
    "POST /times/{location_id}/closed",
    "POST /times/{location_id}/closures/{closure_id}/reopen",
}
VISITS = {
    "GET /visits",
    "POST /visits/{visit_id}/assign",
    "POST /visits/{visit_id}/not-home",
    "POST /visits/{visit_id}/replan",
    "POST /visits/{visit_id}/done",
    "POST /visits/{visit_id}/refused",
}
CALENDAR = {
    "GET /calendar",
    "POST /calendar",
    "POST /calendar/{day_id}/confirm",
    "POST /calendar/{day_id}/move",
    "POST /calendar/{day_id}/drop",
}
HELP = {
    "GET /help",
    "GET /help/{request_id}",
    "POST /help/{request_id}/answer",
    "POST /help/{request_id}/close",
}
FILLING = {
    "GET /filling",
    "GET /filling/new",
    "POST /filling/new",
    "GET /filling/refused",
    "POST /filling/find",
    "GET /filling/{filling_id}",
    "GET /filling/{filling_id}/danger",
    "POST /filling/{filling_id}/danger",
    "POST /filling/{filling_id}/hand-back",
    "POST /filling/{filling_id}/phone",
    "POST /filling/{filling_id}/put-away",
    "GET /filling/{filling_id}/pages/{key}",
    "POST /filling/{filling_id}/pages/{key}",
    "POST /filling/{filling_id}/members/{key}",
    "GET /filling/{filling_id}/files/{media_id}",
    "GET /filling/{filling_id}/media/{name}",
    "GET /filling/{filling_id}/review",
    "POST /filling/{filling_id}/review",
    "POST /filling/{filling_id}/reveal",
    "GET /filling/{filling_id}/done",
    "GET /filling/{filling_id}/receipt",
    "GET /filling/{filling_id}/receipt.pdf",
    "POST /filling/{filling_id}/centre",
    "POST /filling/{filling_id}/refer",
    "POST /filling/{filling_id}/consent",
    "POST /submissions/{submission_id}/centre",
    "POST /help/{request_id}/centre",
    "POST /referrals/{referral_id}/forms/{name}",
    "POST /applications/{application_id}/answers",
}
READING = {
    "GET /referrals",
    "GET /referrals/{referral_id}",
    "POST /referrals/search",
    "GET /referrals/{referral_id}/letter.pdf",
}
POSTERS = {"GET /poster", "POST /poster", "POST /poster/poster.png", "POST /poster/poster.pdf"}
DAY = {"GET /appointments", "GET /appointments/{day}", "GET /week", "GET /week/{location_id}/{day}"}
SUBMISSIONS = {
    "GET /submissions",
    "GET /submissions/{submission_id}",
    "GET /submissions/{submission_id}/files/{file_id}",
    "POST /submissions/{submission_id}/link",
}
APP_USERS = {
    "GET /app-users",
    "POST /app-users",
    "GET /app-users/{user_id}",
    "POST /app-users/{user_id}/revoke",
}
RECORDINGS = {
    "GET /recordings",
    "GET /recordings/{row_id}",
    "GET /recordings/{row_id}/file",
    "POST /recordings/{row_id}/write",
    "POST /recordings/{row_id}/unheard",
}
SENDING = {
    "GET /overdue",
    "GET /referrals/{referral_id}/elsewhere",
    "POST /referrals/{referral_id}/elsewhere",
    "POST /referrals/{referral_id}/cancel",
    "POST /referrals/{referral_id}/cancel/undo",
    "POST /transfers/{transfer_id}/family",
}
IN_ITS_PLACE = {  # what a supervisor does in the place of a desk, and says why
    *(f"POST /referrals/{{referral_id}}/{step}" for step in ("accept", "reject", "start", "pause", "resume")),
    *(
        f"POST /referrals/{{referral_id}}/{step}"
        for step in ("complete", "fail", "void", "undo", "transfer", "transfer/back")
    ),
}
CLAIMS = {"GET /claims", "POST /claims/{claim_id}/approve", "POST /claims/{claim_id}/refuse"}
SHOWN = {"GET /referrals/{referral_id}/recordings/{media_id}"}
PARKED = {
    "GET /parked",
    "GET /parked/{book}/all",
    "POST /parked/{book}/all",
    "POST /parked/{book}/{row_id}/again",
    "POST /parked/{book}/{row_id}/settle",
    "GET /notices",
    "POST /notices/{notice_id}/seen",
    "GET /ledger",
    "POST /ledger/trace",
    "GET /ledger/trace/{kind}/{row_id}",
    "GET /partners",
    "GET /partners/{partner_id}",
    "POST /partners/{partner_id}/again",
    "POST /partners/{partner_id}/deliveries/{row_id}/again",
}
CONSENTS = {
    "GET /consents",
    "POST /consents",
    "GET /consents/{application_id}",
    "POST /consents/{application_id}/withdraw",
    "POST /consents/{application_id}/guardian",
}
AUDIT = {"GET /audit", "POST /audit", "POST /audit/file.csv"}
CLOSED_FILES = {"GET /referrals/{referral_id}/open-again", "POST /referrals/{referral_id}/open-again"}
DUPLICATES = {
    "GET /duplicates",
    "GET /duplicates/{pair_id}",
    "POST /duplicates/{pair_id}/decide",
    "POST /duplicates/{pair_id}/undo",
    "POST /duplicates/{pair_id}/note",
    "POST /duplicates/{pair_id}/correct-id",
}
KNOWN = {"GET /known-family", "POST /known-family"}
ASKING = {"GET /rights", "POST /rights/ask"}
ERASING = {
    "POST /rights/paper.pdf",
    "POST /rights/{erasure_id}/erase",
    "POST /rights/{erasure_id}/refuse",
    "POST /rights/notices/{notice_id}/done",
    "POST /rights/hold",
    "POST /rights/holds/{hold_id}/end",
}
DELETED = {"POST /erased/{notice_id}/done"}
INCIDENTS = {
    "GET /incidents",
    "POST /incidents",
    "GET /incidents/{incident_id}",
    "POST /incidents/{incident_id}/touched/{entry_id}/back",
    *(
        f"POST /incidents/{{incident_id}}/{step}"
        for step in ("note", "data", "touched", "authority", "families", "by-hand", "close")
    ),
}
APPLICATIONS = {
    "GET /applications",
    "POST /applications/search",
    "GET /applications/{application_id}",
    "GET /applications/{application_id}/ask",
    *(
        f"POST /applications/{{application_id}}/{step}"
        for step in ("start", "take", "ask", "signpost", "decline", "appeal", "reopen", "undo")
    ),
}
INCIDENT_FILE = {"POST /incidents/{incident_id}/touched.csv"}
MATRIX: dict[str, set[str]] = {
    "desk": AT_A_CENTRE | TIMES | VISITS | DELETED | HELP | FILLING | RECORDINGS | SHOWN | KNOWN,
    "clerk": APPLICATIONS | SENDING | ASKING | HELP | FILLING | RECORDINGS | CLAIMS | CONSENTS | DUPLICATES | KNOWN,
    "supervisor": RECORDINGS
    | APPLICATIONS
    | ASKING
    | ERASING
    | DELETED
    | SENDING
    | IN_ITS_PLACE
    | SHOWN
    | HELP
    | READING
    | DAY
    | TIMES
    | VISITS
    | CALENDAR
    | SUBMISSIONS
    | APP_USERS
    | PARKED
    | POSTERS
    | CLAIMS
    | DUPLICATES
    | CONSENTS
    | AUDIT
    | CLOSED_FILES
    | INCIDENTS
    | {"GET /coverage", "GET /help/danger"},
    "dpo": ASKING | ERASING | CONSENTS | AUDIT | CLOSED_FILES | INCIDENTS | INCIDENT_FILE,
    "auditor": AUDIT,
    "volunteer": set(),
}


def every_route() -> Iterator[tuple[str, str]]:
    for pages in PAGES:
        for route in pages.routes.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                yield method, route.path


GUARDED = [f"{method} {path}" for method, path in every_route() if path not in OPEN_TO_ALL | EVERY_MEMBER]


def filled(path: str) -> str:
    """A path with something in its places: no such row, and a real day."""
    return "/console" + re.sub(r"\{\w+\}", "999999", path.replace("{day}", "2026-11-02"))


def test_every_route_is_in_the_matrix() -> None:
    known = set().union(*MATRIX.values())
    assert set(GUARDED) == known


@pytest.mark.parametrize("email", [row[0] for row in STAFF if row[2] in MATRIX])
def test_every_role_has_its_pages_and_no_others(world: World, visitor: Visiting, email: str) -> None:
    role = next(row[2] for row in STAFF if row[0] == email)
    browser = visitor(email)
    for name in GUARDED:
        method, _, path = name.partition(" ")
        if method == "GET":
            status = browser.get(filled(path)).status_code
        else:
            status = browser.post(filled(path), data={"csrf": browser.csrf}).status_code
        assert (status == 403) == (name not in MATRIX[role]), f"{role}: {name} gave {status}"


def test_nobody_sees_a_page_without_signing_in(world: World, visitor: Visiting) -> None:
    stranger = visitor()
    for method, path in every_route():
        if path not in OPEN_TO_ALL:
            response = stranger.request(method, filled(path))
            assert response.status_code == 303, path
            assert response.headers["location"].startswith("/console/sign-in")


def test_a_role_of_the_table_that_has_no_pages_yet_is_told_so(world: World, visitor: Visiting) -> None:
    assert {"dpo", "auditor", "fund_mgr", "campaign_editor", "programme_mgr"} < set(ROLES)
    assert "لا صفحات لهذا الدور بعد" in visitor("volunteer@sanad.invalid").opens("/console/")


def test_another_centres_referral_is_not_there_to_read_or_to_change(world: World, desk: Visitor) -> None:
    theirs = world.family("qift", name="زينب (عيّنة)")
    path = f"/console/referrals/{theirs}"
    assert desk.get(path).status_code == 404
    desk.opens("/console/account")
    for action in ("accept", "reject", "start", "complete", "offer"):
        status, page = desk.sends(f"{path}/{action}", reason="no-capacity", outcome="helped", slot="1")
        assert status == 404, action
        assert "زينب" not in page
    assert world.referral(theirs).state == "requested"
    assert desk.sends("/console/referrals/search", number=world.number(theirs))[0] == 422
    assert "زينب" not in desk.opens("/console/referrals")


def test_another_centres_appointment_is_not_there(world: World, desk: Visitor, visitor: Visiting) -> None:
    theirs = world.family("qift")
    other = visitor("desk@qift.invalid")
    other.opens(f"/console/referrals/{theirs}")
    other.sends(f"/console/referrals/{theirs}/accept")
    times = re.findall(r'value="(\d+)" checked', other.opens(f"/console/referrals/{theirs}"))
    other.sends(f"/console/referrals/{theirs}/offer", slot=times)
    with world.store.reading() as uow:
        appointment = uow.session.query(Appointment).one().id
    for action in ("arrive", "missed"):
        assert desk.sends(f"/console/appointments/{appointment}/{action}")[0] == 404


def test_a_form_without_the_token_or_from_another_site_is_refused(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    path = f"/console/referrals/{referral_id}/accept"
    desk.opens(f"/console/referrals/{referral_id}")
    right = {"csrf": desk.csrf}
    refused = [
        desk.post(path),
        desk.post(path, data={"csrf": "x" * 43}),
        desk.post(path, data=right, headers={"sec-fetch-site": "cross-site"}),
        desk.post(path, data=right, headers={"sec-fetch-site": "same-site"}),
        desk.post(path, data=right, headers={"origin": "https://elsewhere.invalid"}),
        desk.post(path, data=right, headers={"origin": "null"}),
    ]
    assert [response.status_code for response in refused] == [403] * 6
    assert world.referral(referral_id).state == "received"
    assert desk.post(path, data=right, headers={"sec-fetch-site": "same-origin"}).status_code == 303


def test_the_door_refuses_forms_of_other_sites_too(world: World, visitor: Visiting) -> None:
    browser = visitor()
    browser.opens("/console/sign-in")
    form = {"csrf": browser.csrf, "email": "desk@qous.invalid", "password": "x"}
    assert browser.post("/console/sign-in", data=form, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert visitor().post("/console/sign-in", data=form).status_code == 403


def test_every_answer_carries_the_headers_errors_included(world: World, desk: Visitor, visitor: Visiting) -> None:
    answers = [
        visitor().get("/console/sign-in"),
        visitor().get("/console/referrals"),
        desk.get("/console/"),
        desk.get("/console/nothing-here"),
        desk.get("/console/referrals/not-a-number"),
        desk.get("/console/parked"),
        desk.post("/console/referrals/1/accept"),
        desk.put("/console/referrals"),
        desk.post("/console/check-in", data={"csrf": desk.csrf, "number": "x" * 70}),
        desk.post("/console/check-in", content=b"x" * 70_000),
    ]
    assert [each.status_code for each in answers] == [200, 303, 200, 404, 404, 403, 403, 405, 422, 413]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, f"{answer.request.url}: {name}"
        if answer.status_code != 303:
            assert "charset=utf-8" in answer.headers["content-type"]


def test_a_failure_shows_no_trace_and_carries_the_headers(world: World, clock: FrozenClock) -> None:
    console = make_console(world.store, clock, base_url=BASE, secure_cookies=False, passwords=QUICK)

    @console.get("/broken")
    def broken() -> None:
        raise RuntimeError("a secret of the inside")

    app = FastAPI()
    app.mount("/console", console)
    answer = TestClient(app, base_url=BASE, raise_server_exceptions=False).get("/console/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "عذراً، حدث خطأ عندنا" in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_there_is_no_page_of_documentation(desk: Visitor) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/metrics"):
        assert desk.get(f"/console{path}").status_code == 404


def test_names_are_shown_as_they_were_written_and_do_nothing(world: World, desk: Visitor) -> None:
    referral_id = world.family(name='<script>alert("x")</script>\u202e')
    page = desk.opens(f"/console/referrals/{referral_id}")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_pages_have_nothing_inline_and_no_address_holds_a_name_or_number(world: World, desk: Visitor) -> None:
    for template in sorted((CONSOLE / "templates").glob("*.html")):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|hx-on|javascript:", text), template.name
    referral_id = world.family()
    number = world.number(referral_id)
    for path in ("/console/", "/console/referrals", f"/console/referrals/{referral_id}", "/console/check-in"):
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', desk.opens(path)):
            assert address.startswith(("/console", "/assets/", "#", "tel:"))
            assert number not in address
            assert address.startswith("tel:") or "0100000" not in address


def test_what_was_disclosed_is_gone_once_the_family_withdrew_or_thirty_days_after_the_end(
    world: World, desk: Visitor, clock: FrozenClock
) -> None:
    withdrawn, closed = world.family(), world.family()

    def change(uow: UnitOfWork) -> None:
        states = {withdrawn: "cancelled", closed: "completed"}
        for referral_id, state in states.items():
            uow.connection.execute(
                update(Referral).where(Referral.id == referral_id).values(state=state, closed_at=world.clock())
            )

    world.store.transact(change)
    assert "فاطمة" not in desk.opens(f"/console/referrals/{withdrawn}")
    assert "فاطمة" in desk.opens(f"/console/referrals/{closed}")
    clock.forward(days=31)
    desk.signs_in("desk@qous.invalid")
    page = desk.opens(f"/console/referrals/{closed}")
    assert "فاطمة" not in page
    assert "انتهى حق المركز" in page


def test_an_erased_family_breaks_no_page(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    desk.opens(f"/console/referrals/{referral_id}")

    def erase(uow: UnitOfWork) -> None:
        person = uow.session.get_one(Person, uow.session.get_one(Referral, referral_id).person_id)
        uow.vault.destroy(person.data_key_id, world.clock())

    world.store.transact(erase)
    for path in ("/console/", "/console/referrals", f"/console/referrals/{referral_id}"):
        page = desk.get(path)
        assert page.status_code == 200
        assert "فاطمة" not in page.text


def test_fields_that_no_form_has_change_nothing(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    desk.opens(f"/console/referrals/{referral_id}")
    desk.sends(f"/console/referrals/{referral_id}/accept", state="completed", priority="urgent", programme_id="kuwait")
    assert world.referral(referral_id).state == "accepted"
    assert world.referral(referral_id).priority == "normal"


def test_who_works_for_two_programmes_sees_one_at_a_time(world: World, desk: Visitor) -> None:
    referral_id = world.family()
    person, at = world.staff["desk@qous.invalid"], world.clock()

    def join_another(uow: UnitOfWork) -> None:
        add_programme(uow, at, "kuwait", "Asia/Kuwait")
        add_membership(uow, person, "supervisor", "kuwait", at)

    world.store.transact(join_another)
    assert "المتابعة الاجتماعية" in desk.opens("/console/account")
    assert desk.sends("/console/account/programme", programme="elsewhere")[0] == 404
    assert desk.sends("/console/account/programme", programme="kuwait") == (303, "/console/")
    assert desk.get(f"/console/referrals/{referral_id}").status_code == 404
    assert desk.get("/console/parked").status_code == 200
    assert desk.get("/console/check-in").status_code == 403
    desk.sends("/console/account/programme", programme="qena")
    assert desk.get(f"/console/referrals/{referral_id}").status_code == 200
    assert desk.get("/console/parked").status_code == 403


def test_who_asked_before_a_programme_was_known_is_seen_by_staff_and_by_no_centre(
    world: World, desk: Visitor, visitor: Visiting
) -> None:
    question = world.question(world.family(), "أنا في مشكلة")

    def forget_programme(uow: UnitOfWork) -> None:
        uow.session.get_one(HelpRequest, question).programme_id = None

    world.store.transact(forget_programme)
    clerk = visitor("clerk@sanad.invalid")
    assert "أنا في مشكلة" in clerk.opens(f"/console/help/{question}")
    assert clerk.sends(f"/console/help/{question}/answer", text="نتصل بكم")[0] == 303
    assert desk.get(f"/console/help/{question}").status_code == 404
