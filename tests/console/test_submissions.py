"""What phones sent, as staff read it: their own places' rows, answers in Arabic, files that are only saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update

from dialogs.form import compile_xlsform
from referrals.definitions.in_force import form_by_id
from referrals.definitions.records import COMPILED, Definition, DefinitionAttachment, DefinitionInForce
from referrals.families.records import Person
from referrals.protection.records import AuditEvent
from referrals.spoken_numbers import shown
from referrals.staff.accounts import add_membership, add_staff
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.app_users import add_app_user, app_user_by_token, credentials_of
from referrals.submissions.receiving import Origin, receive_submission
from referrals.submissions.records import AppUser, ReceivedSubmission
from tests.console.conftest import QUICK, Visitor
from tests.console.world import PASSWORD, ROOT, World, add_programme

Visiting = Callable[..., Visitor]
VISIT = (ROOT / "programmes" / "qena" / "visit.md").read_bytes()
COMPILED_VISIT = compile_xlsform(VISIT, name="visit.md").encode()
SUPERVISOR, RESEARCHER, PARTNER = "supervisor@sanad.invalid", "researcher@sanad.invalid", "partner@qous.invalid"
JPEG = b"\xff\xd8\xff\xe0 sample picture"


class Field:
    """The visit form in force, and phones of the programme and of one centre that send it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.phones: dict[str, AppUser] = {}
        world.store.transact(self._lay_out)

    def _lay_out(self, uow: UnitOfWork) -> None:
        at = self.world.clock()
        version = re.search(rb'version="(\d{10})"', COMPILED_VISIT)
        assert version is not None
        row = {"programme_id": "qena", "kind": "form", "name": "visit", "version": version[1].decode()}
        form = Definition(**row, sha256="1" * 64, content=VISIT, created_at=at)
        uow.session.add(form)
        uow.flush()
        uow.session.add(DefinitionAttachment(definition_id=form.id, name=COMPILED, content=COMPILED_VISIT))
        force = {"programme_id": "qena", "kind": "form", "name": "visit"}
        uow.session.add(DefinitionInForce(**force, definition_id=form.id, since=at))
        self.version = form.version
        for email, role, place in ((RESEARCHER, "researcher", ""), (PARTNER, "partner_admin", "loc-qous")):
            person = add_staff(uow, email, f"{role} (عيّنة)", PASSWORD, at, passwords=QUICK)
            add_membership(uow, person.id, role, "qena", at, location=place)
        for place in ("", "loc-qous", "loc-qift"):
            user, _ = add_app_user(uow, "qena", f"هاتف {place} (عيّنة)", at, actor="operator", location=place)
            self.phones[place] = user

    def sends(self, place: str = "", *, number: str = "", more: str = "", files: dict[str, bytes] | None = None) -> int:
        """A visit from a phone of that place; the submission's id."""
        user = self.phones[place]
        xml = (
            f'<data id="qena_visit" version="{self.version}"><about><application_number>{number}</application_number>'
            "<visit_date>2026-10-30</visit_date><visit_result>done</visit_result></about>"
            "<seen><present>applicant children</present><household_size>5</household_size></seen>"
            f"{more}<meta><instanceID>uuid:sample-{len(self.rows())}</instanceID></meta></data>"
        )
        origin = Origin(user.id, None, user.organization_id, user.location_id)

        def work(uow: UnitOfWork) -> int:
            at = self.world.clock()
            return receive_submission(uow, "qena", xml.encode(), files or {}, origin=origin, at=at).id

        return self.world.store.transact(work)

    def rows(self) -> list[ReceivedSubmission]:
        with self.world.store.reading() as uow:
            return list(uow.session.scalars(select(ReceivedSubmission)))


@pytest.fixture
def field(world: World) -> Field:
    return Field(world)


def plain(page: str) -> str:
    """A page's text without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_a_visit_is_listed_and_read_in_arabic(field: Field, world: World, visitor: Visiting) -> None:
    referral = world.family()
    submission = field.sends(number=world.number(referral))
    researcher = visitor(RESEARCHER)
    assert "زيارة في البيت" in researcher.opens("/console/submissions")
    page = plain(researcher.opens(f"/console/submissions/{submission}"))
    assert "متى كانت الزيارة؟ ٣٠/١٠/٢٠٢٦" in page
    assert "كيف انتهت الزيارة؟ جرت الزيارة" in page
    assert "من قدّم الطلب، الأبناء" in page
    assert "مرتبطة بطلب" in page
    assert shown(world.number(referral), "arab") in page
    with world.store.reading() as uow:
        actions = set(uow.connection.execute(select(AuditEvent.action)).scalars())
    assert "submission.read" in actions


def test_a_centre_sees_what_its_own_phones_sent_and_nothing_else(field: Field, visitor: Visiting) -> None:
    mine, theirs, whole = field.sends("loc-qous"), field.sends("loc-qift"), field.sends()
    partner = visitor(PARTNER)
    page = partner.opens("/console/submissions")
    assert [f"/console/submissions/{each}" in page for each in (mine, theirs, whole)] == [True, False, False]
    assert partner.get(f"/console/submissions/{mine}").status_code == 200
    for other in (theirs, whole):
        assert partner.get(f"/console/submissions/{other}").status_code == 404
        assert partner.get(f"/console/submissions/{other}/files/1").status_code == 404
    assert visitor("desk@qous.invalid").get("/console/submissions").status_code == 403


def test_what_is_marked_restricted_is_for_those_who_may_read_danger(field: Field, visitor: Visiting) -> None:
    worry = (
        "<severity_now><safety_worry>yes</safety_worry><safety_note>كلام لا يقرؤه كل أحد</safety_note></severity_now>"
    )
    submission = field.sends(more=worry)
    assert "كلام لا يقرؤه كل أحد" not in visitor(RESEARCHER).opens(f"/console/submissions/{submission}")
    assert "يقرؤه المشرفون المختصون وحدهم" in visitor(RESEARCHER).opens(f"/console/submissions/{submission}")
    assert "كلام لا يقرؤه كل أحد" in visitor(SUPERVISOR).opens(f"/console/submissions/{submission}")


def test_a_file_is_saved_and_never_shown_as_a_page(field: Field, world: World, visitor: Visiting) -> None:
    hostile = b"<html><script>alert(1)</script>"
    for content, content_type, ending in ((JPEG, "image/jpeg", "jpg"), (hostile, "application/octet-stream", "bin")):
        submission = field.sends(more="<next><photo>p.html</photo></next>", files={"p.html": content})
        supervisor = visitor(SUPERVISOR)
        page = supervisor.opens(f"/console/submissions/{submission}")
        (address,) = re.findall(rf"/console/submissions/{submission}/files/\d+", page)
        answer = supervisor.get(address)
        assert answer.content == content
        assert answer.headers["content-type"] == content_type
        assert re.fullmatch(rf'attachment; filename="file-\d+-\d+\.{ending}"', answer.headers["content-disposition"])
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_of_a_restricted_question_is_for_those_who_may_read_danger(
    field: Field, visitor: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = field.sends(more="<next><photo>p.jpg</photo></next>", files={"p.jpg": JPEG})
    page = visitor(RESEARCHER).opens(f"/console/submissions/{submission}")
    (address,) = re.findall(rf"/console/submissions/{submission}/files/\d+", page)
    assert visitor(RESEARCHER).get(address).status_code == 200
    known = form_by_id

    def restricting(uow: UnitOfWork, definition_id: int) -> Any:
        form = known(uow, definition_id)
        marked = (replace(q, chat={"restricted": "yes"}) if q.name == "photo" else q for q in form.questions)
        return SimpleNamespace(questions=tuple(marked))

    monkeypatch.setattr("referrals.submissions.shown.form_by_id", restricting)
    assert visitor(RESEARCHER).get(address).status_code == 404
    assert visitor(SUPERVISOR).get(address).status_code == 200


def test_a_family_that_was_erased_is_linked_to_nothing(field: Field, world: World, visitor: Visiting) -> None:
    referral = world.family()
    submission = field.sends(number="لا أعرف")
    supervisor = visitor(SUPERVISOR)
    supervisor.opens(f"/console/submissions/{submission}")
    world.store.transact(lambda uow: uow.connection.execute(update(Person).values(erased_at=world.clock())))
    assert supervisor.sends(f"/console/submissions/{submission}/link", number=world.number(referral))[0] == 422
    assert [row.state for row in field.rows()] == ["unlinked"]


def test_a_supervisor_links_what_has_no_number(field: Field, world: World, visitor: Visiting) -> None:
    referral = world.family()
    submission = field.sends(number="لا أعرف")
    supervisor = visitor(SUPERVISOR)
    assert "ليس رقم طلب" in supervisor.opens(f"/console/submissions/{submission}")
    assert supervisor.sends(f"/console/submissions/{submission}/link", number="٩٩٩")[0] == 422
    number = shown(world.number(referral), "arab")
    assert supervisor.sends(f"/console/submissions/{submission}/link", number=number)[0] == 303
    (row,) = field.rows()
    assert row.state == "linked"
    assert "رُبطت" in supervisor.opens(f"/console/submissions/{submission}?said=linked")
    assert visitor(PARTNER).sends(f"/console/submissions/{submission}/link", number=number)[0] == 403


def test_erasure_reaches_what_was_linked(field: Field, world: World, visitor: Visiting) -> None:
    submission = field.sends(number="لا أعرف")
    (row,) = field.rows()
    world.store.transact(lambda uow: uow.vault.destroy(row.data_key_id, world.clock()))
    assert "مُسحت معلومات هذه الأسرة" in visitor(SUPERVISOR).opens(f"/console/submissions/{submission}")


def test_a_supervisor_adds_a_phone_and_shows_its_code(field: Field, world: World, visitor: Visiting) -> None:
    supervisor = visitor(SUPERVISOR)
    supervisor.opens("/console/app-users")
    status, place = supervisor.sends("/console/app-users", name="هاتف هدى (عيّنة)", centre="loc-qift", forms=["visit"])
    assert status == 303
    page = supervisor.opens(place)
    assert 'src="data:image/svg+xml' in page
    with world.store.reading() as uow:
        user = uow.session.scalars(select(AppUser).order_by(AppUser.id.desc())).first()
        assert user is not None
        given = credentials_of(uow, user)
        assert app_user_by_token(uow, given.token) is not None
    assert user.location_id == world.places["qift"]
    assert given.password in page
    assert given.token not in page  # only the code holds it
    assert supervisor.sends(f"/console/app-users/{user.id}/revoke")[0] == 303
    with world.store.reading() as uow:
        assert app_user_by_token(uow, given.token) is None
        actions = list(uow.connection.execute(select(AuditEvent.action)).scalars())
    assert {"app_user.added", "app_user.code_read", "app_user.revoked"} <= set(actions)
    assert "أُوقف" in supervisor.opens(f"/console/app-users/{user.id}")


def test_a_phone_without_a_name_is_not_made(field: Field, visitor: Visiting) -> None:
    supervisor = visitor(SUPERVISOR)
    supervisor.opens("/console/app-users")
    assert supervisor.sends("/console/app-users", name="  ")[0] == 422


def test_phones_are_nobodys_who_may_not_manage_them(field: Field, world: World, visitor: Visiting) -> None:
    for email in (RESEARCHER, PARTNER, "desk@qous.invalid"):
        browser = visitor(email)
        assert browser.get("/console/app-users").status_code == 403
        assert browser.sends("/console/app-users", name="x")[0] == 403


def test_another_programmes_phone_is_not_there(field: Field, world: World, visitor: Visiting) -> None:
    def elsewhere(uow: UnitOfWork) -> int:
        add_programme(uow, world.clock(), "kuwait", "Asia/Kuwait")
        return add_app_user(uow, "kuwait", "هاتف (عيّنة)", world.clock(), actor="operator")[0].id

    other = world.store.transact(elsewhere)
    supervisor = visitor(SUPERVISOR)
    assert supervisor.get(f"/console/app-users/{other}").status_code == 404
    assert supervisor.sends(f"/console/app-users/{other}/revoke")[0] == 404


def test_superseded_ones_stay_to_be_read(field: Field, world: World, visitor: Visiting) -> None:
    first, second = field.sends(), field.sends()

    def supersede(uow: UnitOfWork) -> None:
        newer: dict[str, Any] = {"superseded_by_id": second}
        uow.connection.execute(update(ReceivedSubmission).where(ReceivedSubmission.id == first).values(**newer))

    world.store.transact(supersede)
    page = visitor(SUPERVISOR).opens(f"/console/submissions/{first}")
    assert f"/console/submissions/{second}" in page
    assert "حلّت مكانها نسخة أحدث" in visitor(SUPERVISOR).opens("/console/submissions")
