"""ODK Collect finds the programme's forms, fetches them with their files, and asks only for what changed."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import insert, select

from dialogs.form import load_xform
from referrals.definitions.records import COMPILED, Definition, DefinitionAttachment, DefinitionInForce
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.phones import Phone

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


def listed(phone: Phone, query: str = "") -> dict[str, dict[str, str]]:
    """What the list says of each form, by form id."""
    answer = phone.get(f"/formList{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    assert root.tag == f"{LIST}xforms"
    forms = [{str(part.tag).removeprefix(LIST): part.text or "" for part in form} for form in root]
    return {f"{form['formID']} {form['version']}" if query else form["formID"]: form for form in forms}


def second_version(store: Store, *, files: dict[str, bytes] | None = None) -> None:
    """A newer version of the visit form, in force, with files."""

    def work(uow: UnitOfWork) -> None:
        old = uow.session.scalars(select(Definition).filter_by(programme_id="kuwait", kind="form", name="visit")).one()
        compiled = uow.session.scalars(
            select(DefinitionAttachment.content).filter_by(definition_id=old.id, name=COMPILED)
        ).one()
        new = compiled.replace(f'version="{old.version}"'.encode(), b'version="2099010101"')
        row = {"programme_id": "kuwait", "kind": "form", "name": "visit", "version": "2099010101", "sha256": "f" * 64}
        new_id = secrets.randbelow(10**12) + 10**6  # definitions are remembered by id, in all copies of the template
        uow.connection.execute(insert(Definition).values(id=new_id, **row, content=b"", created_at=old.created_at))
        for name, content in {COMPILED: new, **(files or {})}.items():
            uow.connection.execute(
                insert(DefinitionAttachment).values(definition_id=new_id, name=name, content=content)
            )
        in_force = uow.session.get_one(DefinitionInForce, ("kuwait", "form", "visit"))
        in_force.definition_id = new_id

    store.transact(work)


def test_the_list_has_every_form_with_what_openrosa_asks_for(phone: Phone) -> None:
    forms = listed(phone)
    assert set(forms) == {"kuwait_intake", "kuwait_visit", "kuwait_follow_up", "kuwait_feedback"}
    visit = forms["kuwait_visit"]
    assert visit["name"] == "زيارة في البيت"
    assert visit["version"] == phone.version("visit")
    assert set(visit) == {"formID", "name", "version", "hash", "downloadUrl"}


def test_every_answer_carries_openrosas_headers(phone: Phone) -> None:
    for answer in (
        phone.get("/formList"),
        phone.get("/nothing"),
        phone.submits("no xml"),
        phone.client.head("/openrosa/kuwait/formList"),
    ):
        assert answer.headers["x-openrosa-version"] == "1.0"
        assert answer.headers["x-openrosa-accept-content-length"].isdigit()


def test_head_says_the_same_without_a_body(phone: Phone) -> None:
    answer = phone.client.head(f"{phone.server}/formList")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"] == phone.get("/formList").headers["etag"]


def test_a_form_that_is_fetched_has_the_hash_of_the_list_and_loads(phone: Phone) -> None:
    for form in listed(phone).values():
        answer = phone.client.get(form["downloadUrl"])
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert "md5:" + hashlib.md5(answer.content, usedforsecurity=False).hexdigest() == form["hash"]
        assert load_xform(answer.text).id == form["formID"]


def test_a_fetched_form_is_submitted_to_where_it_came_from(phone: Phone) -> None:
    xml = etree.fromstring(phone.client.get(listed(phone)["kuwait_visit"]["downloadUrl"]).content)
    (submission,) = xml.iter("{http://www.w3.org/2002/xforms}submission")
    assert dict(submission.attrib) == {"action": f"http://testserver{phone.server}/submission", "method": "post"}


def test_what_the_phone_has_is_not_sent_again(phone: Phone) -> None:
    address = listed(phone)["kuwait_visit"]["downloadUrl"]
    tag = phone.client.get(address).headers["etag"]
    again = phone.client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert phone.client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_one_form_may_be_asked_for_and_its_description(phone: Phone) -> None:
    assert list(listed(phone, "?formID=kuwait_visit")) == [f"kuwait_visit {phone.version('visit')}"]
    assert listed(phone, "?formID=nothing") == {}
    assert all(form["descriptionText"] for form in listed(phone, "?verbose=true").values())


def test_older_versions_are_listed_when_asked_for_and_stay_to_be_fetched(phone: Phone, store: Store) -> None:
    before = listed(phone)["kuwait_visit"]
    second_version(store)
    assert listed(phone)["kuwait_visit"]["version"] == "2099010101"
    versions = listed(phone, "?formID=kuwait_visit&listAllVersions=true")
    assert [name.split()[1] for name in versions] == ["2099010101", before["version"]]
    assert phone.client.get(before["downloadUrl"]).status_code == 200


def test_a_form_with_files_has_a_manifest(phone: Phone, store: Store) -> None:
    files = {"places.csv": "name,label\njahra,الجهراء\n".encode(), "صورة عيّنة.png": b"\x89PNG\r\n\x1a\nsample"}
    second_version(store, files=files)
    form = listed(phone)["kuwait_visit"]
    root = etree.fromstring(phone.client.get(form["manifestUrl"]).content)
    assert root.tag == f"{MANIFEST}manifest"
    fetched: dict[str, Any] = {}
    for entry in root:
        assert entry.get("type") is None
        name, digest, address = (entry.findtext(f"{MANIFEST}{part}") for part in ("filename", "hash", "downloadUrl"))
        answer = phone.client.get(str(address))
        assert digest == "md5:" + hashlib.md5(answer.content, usedforsecurity=False).hexdigest()
        assert answer.headers["content-disposition"] == "attachment"
        fetched[str(name)] = answer.content
    assert fetched == files
    assert COMPILED not in fetched


def test_a_phone_sees_the_forms_that_were_allowed_to_it(store: Store, clock: FrozenClock) -> None:
    every = listed(Phone(store, clock))
    phone = Phone(store, clock, more={"forms": ["visit"]})
    assert set(listed(phone)) == {"kuwait_visit"}
    number = every["kuwait_intake"]["downloadUrl"].rsplit("/", 1)[1]
    assert phone.get(f"/forms/{number}").status_code == 404


@pytest.mark.parametrize("path", ["/forms/999.xml", "/forms/x.xml", "/forms/1/manifest/x", f"/forms/{2**70}.xml", "/x"])
def test_what_is_not_there_is_404_in_openrosas_own_words(phone: Phone, path: str) -> None:
    answer = phone.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert etree.fromstring(answer.content).tag == "{http://openrosa.org/http/response}OpenRosaResponse"
