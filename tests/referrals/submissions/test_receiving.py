"""Forms that were filled here stand beside those of phones; a programme may name the question with the number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from referrals.applications.records import Application
from referrals.definitions.in_force import definition_id, settings_of
from referrals.definitions.settings import Settings
from referrals.families.identities import data_key_of
from referrals.media.keeping import add_drawing
from referrals.staff.records import Staff
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.attaching import names_and_media
from referrals.submissions.linking import link_of
from referrals.submissions.outgoing import outgoing
from referrals.submissions.reading import read_submission
from referrals.submissions.receiving import keep_filled
from referrals.submissions.records import OutgoingSubmission, ReceivedSubmission
from referrals.submissions.targets import add_target
from tests.conftest import FrozenClock
from tests.families import Families
from tests.phones import JPEG, Phone


@pytest.fixture
def application(families: Families) -> Application:
    families.apply("100")
    with families.store.reading() as uow:
        return uow.session.scalars(select(Application)).one()


def test_a_form_filled_at_a_desk_is_kept_once_with_the_files_it_names(
    application: Application, store: Store, clock: FrozenClock
) -> None:
    phone = Phone(store, clock)
    url = "https://central.example.org/v1/projects/7"
    store.transact(lambda uow: add_target(uow, "kuwait", "central", url, "a@b.invalid:c", clock()))

    def work(uow: UnitOfWork) -> int:
        key = data_key_of(uow, application.person_id)
        media = add_drawing(uow, application.person_id, key, JPEG, clock())
        return keep_filled(
            uow,
            programme_id="kuwait",
            definition_id=definition_id(uow, "kuwait", "form", "visit") or 0,
            form_name="visit",
            instance_id="uuid:desk-1",
            application_id=application.id,
            staff_id=1,
            person_id=application.person_id,
            data_key_id=key,
            xml=phone.visit("uuid:desk-1", photo=str(media)),
            at=clock(),
        )

    mona = Staff(id=1, email="mona@sample.invalid", name="منى (عيّنة)", data_key_id=1, created_at=clock())
    store.transact(lambda uow: uow.session.add(mona))
    first = store.transact(work)
    assert store.transact(work) == first
    with store.reading() as uow:
        row = uow.session.get_one(ReceivedSubmission, first)
        assert (row.state, row.staff_id, row.complete) == ("linked", 1, True)
        ((file, name),) = names_and_media(uow, row)
        assert name == str(file.media_id)
        owed = uow.session.scalars(select(OutgoingSubmission)).one()
        one = outgoing(uow, owed.id)
        assert one.files == {f"{name}.png": (JPEG, "image/png")}  # a drawing says itself what it is
        assert one.instance_id == "uuid:desk-1"


def test_a_programme_may_name_the_question_with_the_number(
    application: Application, store: Store, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named(uow: UnitOfWork, programme_id: str) -> Settings:
        return replace(settings_of(uow, programme_id), raw={"visit": {"application": "family_words"}})

    monkeypatch.setattr("referrals.submissions.linking.settings_of", named)
    filled = read_submission(Phone(store, clock).visit(words=f"طلب {application.number}").encode())
    with store.reading() as uow:
        assert link_of(uow, "kuwait", filled, "visit").application_id == application.id
