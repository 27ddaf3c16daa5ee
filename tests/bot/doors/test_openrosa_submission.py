"""A filled form is kept once, whole and sealed; what is no submission of a form of ours changes nothing."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import func, select, update

from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.families.records import Person
from referrals.media.keeping import content_of
from referrals.media.records import Media
from referrals.protection.audit_trail.verifying import check
from referrals.protection.records import AuditEvent, DataKey
from referrals.spoken_numbers import with_check
from referrals.store.unit_of_work import Store
from referrals.submissions.attaching import names_and_media
from referrals.submissions.receiving import xml_of
from referrals.submissions.records import ReceivedSubmission
from tests.conftest import FrozenClock
from tests.families import Families
from tests.phones import JPEG, Phone

RESPONSE = "{http://openrosa.org/http/response}"
BOMB = """<?xml version="1.0"?><!DOCTYPE data [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<data id="kuwait_visit" version="1"><about>&b;</about><meta><instanceID>uuid:1</instanceID></meta></data>"""


def told(answer: Any) -> str:
    """The message of the envelope."""
    root = etree.fromstring(answer.content)
    assert root.tag == f"{RESPONSE}OpenRosaResponse"
    return str(root.findtext(f"{RESPONSE}message"))


def counts(store: Store) -> tuple[int, ...]:
    """How many rows there are of everything that a post could leave behind."""
    tables = (ReceivedSubmission, Media, DataKey, AuditEvent)
    with store.reading() as uow:
        return tuple(uow.connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables)


def number_of_application(families: Families) -> str:
    """A family that applied in the chat; its number."""
    families.apply("100")
    with families.store.reading() as uow:
        return uow.session.scalars(select(Application.number)).one()


def test_head_says_where_to_post(phone: Phone) -> None:
    answer = phone.client.head(f"{phone.server}/submission?deviceID=collect%3Asample")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["location"] == f"http://testserver{phone.server}/submission"


def test_a_filled_form_is_received_and_kept_byte_for_byte(phone: Phone, store: Store) -> None:
    xml = phone.visit("uuid:sample-1", words="كلام الأسرة \u202eمقلوب 😀")
    answer = phone.submits(xml)
    assert (answer.status_code, told(answer)) == (201, "وصلت الاستمارة.")
    (row,) = phone.received()
    assert (row.form_name, row.instance_id, row.complete) == ("visit", "uuid:sample-1", True)
    assert (row.app_user_id, row.superseded_by_id) == (phone.user_id, None)
    with store.reading() as uow:
        assert xml_of(uow, row) == xml.encode()
        assert check(uow).broken is None
        assert "submission.received" in set(uow.connection.execute(select(AuditEvent.action)).scalars())
    assert phone.user().last_used_at is not None


def test_nothing_of_it_stands_in_the_database_unsealed(phone: Phone, store: Store) -> None:
    phone.submits(phone.visit(photo="wedding-of-fatima.jpg", words="كلام الأسرة"), {"wedding-of-fatima.jpg": JPEG})
    with store.reading() as uow:
        rows = [uow.connection.execute(select(each.__table__)).all() for each in (ReceivedSubmission, Media)]
        raw = repr(rows).encode() + b"".join(value for row in rows[0] for value in row if isinstance(value, bytes))
    for secret in (b"wedding", "كلام".encode(), b"sample picture", b"collect:sample"):
        assert secret not in raw


def test_english_where_the_phone_asks_for_it(phone: Phone) -> None:
    answer = phone.submits(phone.visit(), headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (told(answer), answer.headers["content-language"]) == ("The form was received.", "en")


def test_the_files_are_kept_by_what_they_are(phone: Phone, store: Store) -> None:
    assert phone.submits(phone.visit(photo="1.jpg"), {"1.jpg": JPEG}).status_code == 201
    assert phone.submits(phone.visit(photo="2.jpg"), {"2.jpg": b"<script>no picture</script>"}).status_code == 201
    with store.reading() as uow:
        found = [content_of(uow, row.media_id or 0) for row in phone.files()]
    assert found == [(JPEG, "image/jpeg"), (b"<script>no picture</script>", "application/octet-stream")]


def test_files_in_several_posts_make_one_submission(phone: Phone, store: Store) -> None:
    xml = phone.visit(photo="1.jpg")
    first = phone.submits(xml, incomplete=True)
    assert first.status_code == 202
    assert not phone.received()[0].complete
    assert phone.files()[0].media_id is None
    assert phone.submits(xml, {"1.jpg": JPEG}).status_code == 201
    (row,) = phone.received()
    assert row.complete
    assert phone.submits(xml, {"1.jpg": JPEG}).status_code == 201  # its answer was lost: sent again
    assert phone.submits(xml, incomplete=True).status_code == 201
    with store.reading() as uow:
        assert [name for _, name in names_and_media(uow, row)] == ["1.jpg"]
        assert uow.connection.execute(select(func.count()).select_from(Media)).scalar_one() == 1


def test_the_same_again_changes_nothing(phone: Phone, store: Store) -> None:
    xml = phone.visit("uuid:again", photo="1.jpg")
    phone.submits(xml, {"1.jpg": JPEG})
    before = counts(store)
    again = phone.submits(xml, {"1.jpg": JPEG})
    assert (again.status_code, told(again)) == (201, "وصلت هذه الاستمارة من قبل.")
    assert counts(store) == before


def test_many_posts_of_the_same_at_once_are_one(phone: Phone, store: Store) -> None:
    xml = phone.visit("uuid:at-once")
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: phone.submits(xml).status_code, range(6)))
    assert set(statuses) == {201}
    assert len(phone.received()) == 1


def test_another_submission_under_the_same_id_is_a_conflict(phone: Phone, store: Store) -> None:
    xml = phone.visit("uuid:taken", words="أولاً")
    phone.submits(xml)
    before = counts(store)
    answer = phone.submits(xml.replace("أولاً", "ثانياً"))
    assert answer.status_code == 409
    assert "uuid:taken" in told(answer)
    assert counts(store) == before


def test_a_phone_that_was_set_up_anew_may_send_the_same_again(phone: Phone, store: Store, clock: FrozenClock) -> None:
    xml = phone.visit("uuid:1", photo="1.jpg")
    phone.submits(xml, incomplete=True)
    assert Phone(store, clock).submits(xml, {"1.jpg": JPEG}).status_code == 201
    (row,) = phone.received()
    assert (row.app_user_id, row.complete) == (phone.user_id, True)


def test_a_centres_phone_corrects_its_centres_forms_only(phone: Phone, store: Store, clock: FrozenClock) -> None:
    phone.submits(phone.visit("uuid:whole"))
    centre = Phone(store, clock, more={"location": "loc-kuwait-rawda"})
    assert centre.submits(phone.visit("uuid:other", deprecated="uuid:whole")).status_code == 404
    assert centre.submits(phone.visit("uuid:own")).status_code == 201
    assert centre.submits(phone.visit("uuid:own-2", deprecated="uuid:own")).status_code == 201
    assert phone.submits(phone.visit("uuid:own-3", deprecated="uuid:own-2")).status_code == 201


def test_a_worry_about_safety_reaches_the_restricted_queue_once(phone: Phone, store: Store) -> None:
    worry = "<alert>safety</alert><orx:meta>"
    note = "<severity_now><safety_worry>yes</safety_worry><safety_note>رأيت ما يقلق</safety_note></severity_now>"
    xml = phone.visit("uuid:1").replace("<orx:meta>", note + worry)
    assert phone.submits(xml).status_code == 201
    assert phone.submits(xml).status_code == 201
    phone.submits(phone.visit())
    with store.reading() as uow:
        (request,) = uow.session.scalars(select(HelpRequest))
        assert (request.kind, request.restricted, request.state) == ("danger", True, "open")
        assert uow.vault.open_text(request.text_sealed, TEXT) == "رأيت ما يقلق"


def test_a_worry_does_not_wait_for_the_photos(phone: Phone, store: Store) -> None:
    xml = phone.visit("uuid:1", photo="1.jpg").replace("<orx:meta>", "<alert>safety</alert><orx:meta>")
    assert phone.submits(xml, incomplete=True).status_code == 202
    for _ in range(2):
        with store.reading() as uow:
            assert len(uow.session.scalars(select(HelpRequest)).all()) == 1
        assert phone.submits(xml, {"1.jpg": JPEG}).status_code == 201


def test_an_application_of_an_erased_family_is_nobodys(phone: Phone, families: Families) -> None:
    number = number_of_application(families)
    person = update(Person).values(erased_at=families.clock())
    families.store.transact(lambda uow: uow.connection.execute(person))
    phone.submits(phone.visit(number=number))
    assert [(row.state, row.reason) for row in phone.received()] == [("unlinked", "number_unknown")]


def test_another_file_under_the_same_name_is_a_conflict(phone: Phone, store: Store) -> None:
    xml = phone.visit(photo="1.jpg")
    phone.submits(xml, {"1.jpg": JPEG})
    before = counts(store)
    assert phone.submits(xml, {"1.jpg": JPEG + b"another"}).status_code == 409
    assert counts(store) == before


def test_a_correction_supersedes_and_keeps_the_files(phone: Phone, store: Store) -> None:
    phone.submits(phone.visit("uuid:first", photo="1.jpg"), {"1.jpg": JPEG})
    better = phone.visit("uuid:second", photo="1.jpg", deprecated="uuid:first", words="صُحّح")
    assert phone.submits(better).status_code == 201
    first, second = phone.received()
    assert first.superseded_by_id == second.id
    assert [row.media_id is not None for row in phone.files()] == [True, True]
    assert phone.submits(better).status_code == 201  # the answer was lost
    late = phone.submits(phone.visit("uuid:third", deprecated="uuid:first"))
    assert late.status_code == 409
    assert phone.submits(phone.visit("uuid:fourth", deprecated="uuid:nobody")).status_code == 404
    assert len(phone.received()) == 2


def wrong(phone: Phone) -> dict[str, tuple[str, int]]:
    """What is sent, and the status that it meets."""
    right = phone.visit("uuid:wrong")
    return {
        "no xml": ("this is no xml", 400),
        "cut off": (right[:-9], 400),
        "an entity": (BOMB, 400),
        "a document type": (right.replace("<data", "<!DOCTYPE data><data", 1), 400),
        "no form": (right.replace('id="kuwait_visit"', ""), 400),
        "no instance": (right.replace("uuid:wrong", ""), 400),
        "a long instance": (right.replace("uuid:wrong", "x" * 121), 400),
        "an instance of two words": (right.replace("uuid:wrong", "uuid: wrong"), 400),
        "an unknown node": (right.replace("<about>", "<about><secret>1</secret>"), 400),
        "an unknown node below": (right.replace("</data>", "<extra><deep>1</deep></extra></data>"), 400),
        "an answer twice": (right.replace("</about>", "<visit_result>refused</visit_result></about>"), 400),
        "deep nesting": (right.replace("<about>", "<about>" + "<a>" * 300 + "</a>" * 300), 400),
        "encrypted": (right.replace("</data>", "<encryptedXmlFile>x</encryptedXmlFile></data>"), 400),
        "an unknown form": (right.replace("kuwait_visit", "qena_visit"), 404),
        "an unknown version": (right.replace(phone.version("visit"), "1999010101"), 404),
        "no version": (right.replace(f'version="{phone.version("visit")}"', ""), 404),
    }


def test_what_is_no_submission_of_ours_changes_nothing(phone: Phone, store: Store) -> None:
    phone.get("/formList")
    before = counts(store)
    for what, (content, status) in wrong(phone).items():
        answer = phone.submits(content, {"1.jpg": JPEG})
        assert answer.status_code == status, what
        assert told(answer), what
    assert counts(store) == before


def test_unknown_nodes_are_named(phone: Phone) -> None:
    answer = phone.submits(phone.visit().replace("<about>", "<about><secret>1</secret>"))
    assert "/data/about/secret" in told(answer)


def test_a_body_that_is_no_multipart_is_refused(phone: Phone, store: Store) -> None:
    before = counts(store)
    address = f"{phone.server}/submission"
    xml = phone.visit()
    bodies: list[dict[str, Any]] = [
        {"content": xml.encode(), "headers": {"Content-Type": "text/xml"}},
        {"content": b"", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        {"files": [("other", ("x.xml", xml.encode(), "text/xml"))]},
        {"files": [("xml_submission_file", ("x.xml", xml.encode(), "text/xml"))] * 2},
        {
            "content": gzip.compress(xml.encode()),
            "headers": {"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "gzip"},
        },
    ]
    for body in bodies:
        answer = phone.client.post(address, **body)
        assert answer.status_code == 400, body
        assert told(answer)
    assert counts(store) == before


def test_what_is_too_large_is_refused_with_413(phone: Phone, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts(store)
    monkeypatch.setattr("bot.doors.openrosa_posting.LARGEST", 1000)
    assert phone.submits(phone.visit(photo="1.jpg"), {"1.jpg": b"x" * 1001}).status_code == 413
    monkeypatch.setattr("bot.doors.openrosa_posting.LARGEST_XML", 2000)
    assert phone.submits(phone.visit(words="x" * 2000)).status_code == 413
    monkeypatch.setattr("bot.doors.openrosa_posting.LARGEST_BODY", 3000)
    assert phone.submits(phone.visit(photo="1.jpg"), {"1.jpg": b"x" * 4000}).status_code == 413
    assert counts(store) == before


@pytest.mark.parametrize("charset", ["unicode_escape", "raw_unicode_escape", "utf-16", "punycode", "undefined"])
def test_the_phone_chooses_no_codec(phone: Phone, charset: str) -> None:
    xml = phone.visit(words="كلام").encode() + b"<!-- \\ud800 -->"
    part = b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"\r\n\r\n'
    kind = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    answer = phone.client.post(f"{phone.server}/submission", content=part + xml + b"\r\n--x--\r\n", headers=kind)
    assert answer.status_code == 201


def test_a_body_without_its_last_boundary_is_not_taken_for_whole(phone: Phone, store: Store) -> None:
    """Its last file may be cut off: with 201 the phone would forget that file."""
    before = counts(store)
    xml = phone.visit(photo="1.jpg").encode()
    head = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n'
    body = head % (b"xml_submission_file", b"v.xml") + xml + b"\r\n" + head % (b"1.jpg", b"1.jpg") + JPEG
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert phone.client.post(f"{phone.server}/submission", content=body, headers=kind).status_code == 400
    assert counts(store) == before
    whole = body + b"\r\n--x--"
    assert phone.client.post(f"{phone.server}/submission", content=whole, headers=kind).status_code == 201
    assert phone.files()[0].media_id is not None


def test_a_refusal_repeats_little_of_what_was_sent(phone: Phone) -> None:
    xml = phone.visit().replace("kuwait_visit", "n" * 1_000_000)
    answer = phone.submits(xml)
    assert answer.status_code == 404
    assert len(answer.content) < 1000
    assert len(phone.submits(phone.visit(version="9" * 1_000_000)).content) < 1000


def test_names_lead_nowhere(phone: Phone, store: Store) -> None:
    xml = phone.visit(photo="../../etc/1.jpg")
    assert phone.submits(xml, {"..\\..\\1.jpg": JPEG, "../../../other.jpg": JPEG}).status_code == 201
    with store.reading() as uow:
        (row,) = phone.received()
        assert [(name, file.media_id is not None) for file, name in names_and_media(uow, row)] == [("1.jpg", True)]
        assert uow.connection.execute(select(func.count()).select_from(Media)).scalar_one() == 1


def test_an_empty_file_does_not_keep_the_answers_on_the_phone(phone: Phone) -> None:
    xml = phone.visit(photo="1.jpg")
    assert phone.submits(xml, {"1.jpg": b""}).status_code == 201
    assert [file.media_id for file in phone.files()] == [None]
    assert phone.submits(xml, {"1.jpg": JPEG}).status_code == 201
    assert phone.files()[0].media_id is not None


def test_a_post_that_comes_again_after_an_erasure_keeps_nothing(phone: Phone, store: Store, families: Families) -> None:
    xml = phone.visit(number=number_of_application(families), photo="1.jpg")
    assert phone.submits(xml, incomplete=True).status_code == 202
    (row,) = phone.received()
    store.transact(lambda uow: uow.vault.destroy(row.data_key_id, families.clock()))
    before = counts(store)
    assert phone.submits(xml, {"1.jpg": JPEG}).status_code == 201
    assert counts(store) == before


def test_answers_of_any_length_and_script_are_kept(phone: Phone) -> None:
    for words in ("ا" * 200_000, "\u202e\u2066x\u200f", "<b>&amp;</b>", "\t\n", "𐤀𐤁"):
        assert phone.submits(phone.visit(words=words)).status_code == 201


@pytest.mark.parametrize("written", ["{}", " رقم الطلب: {} ", "طلب {}"])
def test_the_number_links_it_to_the_application(phone: Phone, families: Families, written: str) -> None:
    number = number_of_application(families)
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for form in (number, arabic):
        assert (
            phone.submits(phone.visit(number=written.format(form), photo="1.jpg"), {"1.jpg": JPEG}).status_code == 201
        )
    for row in phone.received():
        assert row.state == "linked"
        assert row.application_id is not None
    with phone.store.reading() as uow:
        people = {media.person_id for media in uow.session.scalars(select(Media))}
    assert people == {row.person_id for row in phone.received()}


@pytest.mark.parametrize(
    ("written", "reason"),
    [("4824", "number_wrong"), ("لا أعرف", "number_wrong"), (with_check(482), "number_unknown")],
)
def test_a_number_that_leads_nowhere_is_kept_for_a_supervisor(phone: Phone, written: str, reason: str) -> None:
    answer = phone.submits(phone.visit(number=written))
    assert answer.status_code == 201
    assert "سيربطها المشرف" in told(answer)
    (row,) = phone.received()
    assert (row.state, row.application_id, row.reason) == ("unlinked", None, reason)
