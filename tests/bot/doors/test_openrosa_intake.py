"""An intake from a researcher's phone is a pending application; a conversation's files go on with their endings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from lxml import etree
from sqlalchemy import select

from bot.clock import Clock
from bot.doors.pushing import Pusher
from referrals.applications.filing import SUBMISSION, facts_of
from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.families.identities import data_key_of
from referrals.media.keeping import store_content
from referrals.media.records import Media
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.records import OutgoingSubmission
from referrals.submissions.targets import add_target
from tests.conftest import FrozenClock
from tests.families import Families
from tests.phones import JPEG, Phone, intake
from tests.platforms.odk_central import EMAIL, PASSWORD, OdkCentral


def applications(store: Store) -> list[Application]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(Application).order_by(Application.id)))


def requests(store: Store) -> list[HelpRequest]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(HelpRequest).order_by(HelpRequest.id)))


@pytest.fixture
def central() -> Iterator[OdkCentral]:
    with OdkCentral() as server:
        yield server


def test_an_intake_becomes_a_pending_application_once(phone: Phone, store: Store) -> None:
    xml = intake(phone, "uuid:intake-1")
    assert phone.submits(xml).status_code == 201
    assert phone.submits(xml).status_code == 201
    (application,) = applications(store)
    assert (application.channel, application.submitted_by, application.state) == ("odk", "case_finder", "submitted")
    with store.reading() as uow:
        facts = facts_of(uow, application)
        assert facts["applicant_name"] == "فاطمة عيّنة"
        assert facts["household_size"] == "5"
    (row,) = phone.received()
    assert (row.state, row.application_id, row.person_id) == ("filed", application.id, application.person_id)


def test_a_filed_intake_stands_before_staff_at_once(phone: Phone, store: Store) -> None:
    xml = intake(phone, "uuid:intake-1")
    phone.submits(xml)
    phone.submits(xml)
    (application,) = applications(store)
    (request,) = requests(store)
    assert (request.kind, request.state, request.restricted) == ("from_the_field", "open", False)
    assert (request.programme_id, request.person_id) == ("kuwait", application.person_id)
    assert request.due_at <= application.answer_due
    with store.reading() as uow:
        assert uow.vault.open_text(request.text_sealed, TEXT) == application.number


def test_danger_told_in_an_intake_reaches_the_restricted_queue(phone: Phone, store: Store) -> None:
    assert phone.submits(intake(phone, own_name="زوجي يضربني كل يوم")).status_code == 201
    (alarm,) = [request for request in requests(store) if request.kind == "danger"]
    assert alarm.restricted
    assert len(applications(store)) == 1


def test_a_possible_double_from_the_field_is_for_staff_alone(phone: Phone, store: Store) -> None:
    phone.submits(intake(phone, "uuid:intake-1"))
    answer = phone.submits(intake(phone, "uuid:intake-2", own_name="زينب عيّنة"))
    assert answer.status_code == 201
    kinds = [each.kind for each in requests(store)]
    assert kinds == ["from_the_field", "from_the_field", "possible_duplicate"]
    assert requests(store)[2].person_id == applications(store)[1].person_id


def test_an_intake_waits_for_its_files(phone: Phone, store: Store) -> None:
    xml = intake(phone)
    assert phone.submits(xml, incomplete=True).status_code == 202
    assert applications(store) == []
    assert phone.submits(xml).status_code == 201
    assert len(applications(store)) == 1


def test_answers_that_the_form_would_not_take_do_not_lose_the_family(phone: Phone, store: Store) -> None:
    assert phone.submits(intake(phone, size="four hundred", number="x")).status_code == 201
    assert len(applications(store)) == 1
    (row,) = phone.received()
    assert "household_size" in row.reason


def test_a_correction_of_a_filed_intake_is_kept_for_staff(phone: Phone, store: Store) -> None:
    phone.submits(intake(phone, "uuid:intake-1"))
    better = intake(phone, "uuid:intake-2", own_name="زينب عيّنة").replace(
        "<instanceID>", "<deprecatedID>uuid:intake-1</deprecatedID><instanceID>"
    )
    assert phone.submits(better).status_code == 201
    assert len(applications(store)) == 1
    assert [(row.state, row.reason) for row in phone.received()][1] == ("received", "corrects_a_filed_one")


def test_a_filed_intake_goes_on_once_and_as_it_came(
    phone: Phone, store: Store, clock: FrozenClock, central: OdkCentral
) -> None:
    add(store, clock, central)
    xml = intake(phone, "uuid:intake-1")
    phone.submits(xml)
    push(store, clock)
    assert central.submissions["uuid:intake-1"].xml == xml.encode()
    assert central.posts == 1


def test_an_application_from_a_chat_goes_on_with_its_picture(
    families: Families, store: Store, clock: FrozenClock, central: OdkCentral
) -> None:
    add(store, clock, central)
    families.apply("100")
    picture(store)
    assert push(store, clock) == 1
    assert states(store) == ["waiting"]  # the picture is still at the messenger
    with store.reading() as uow:
        media = uow.session.scalars(select(Media).filter_by(kind="image")).one()
    arrive(store, media.id)
    clock.forward(seconds=61)
    assert push(store, clock) == 1
    (taken,) = central.submissions.values()
    assert taken.form_id == "kuwait_intake"
    assert taken.files == {f"{media.id}.jpg": JPEG}
    assert f"{media.id}.jpg" in etree.fromstring(taken.xml).itertext()


def add(store: Store, clock: FrozenClock, central: OdkCentral) -> None:
    secret = f"{EMAIL}:{PASSWORD}"
    store.transact(lambda uow: add_target(uow, "kuwait", "central", central.project, secret, clock()))


def push(store: Store, clock: FrozenClock) -> int:
    return asyncio.run(Pusher(store, Clock(store, movable=False, real=clock)).push())


def states(store: Store) -> list[str]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(OutgoingSubmission.state).order_by(OutgoingSubmission.id)))


def picture(store: Store) -> None:
    """A picture that a family sent as the answer to a question of the application, not fetched yet."""

    def work(uow: UnitOfWork) -> None:
        application = uow.session.scalars(select(Application)).one()
        key = data_key_of(uow, application.person_id)
        media = Media(
            person_id=application.person_id,
            kind="image",
            content_type="image/jpeg",
            state="owed",
            due_at=application.submitted_at,
            created_at=application.submitted_at,
        )
        uow.session.add(media)
        uow.flush()
        root = etree.fromstring(uow.vault.open(application.submission_sealed, SUBMISSION))
        asked = next(each for each in root.iter() if str(each.tag).endswith("documents"))
        asked.text = str(media.id)
        application.submission_sealed = uow.vault.seal(key, etree.tostring(root), SUBMISSION)

    store.transact(work)


def arrive(store: Store, media_id: int) -> None:
    def work(uow: UnitOfWork) -> None:
        person_id = uow.session.get_one(Media, media_id).person_id
        store_content(uow, media_id, data_key_of(uow, person_id), JPEG)

    store.transact(work)
