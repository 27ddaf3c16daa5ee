"""An application from a researcher's phone at a desk: opened once, in the phone's place; no centre before a consent."""

from __future__ import annotations

from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.definitions.in_force import settings_of
from referrals.families.consents import has_consent
from referrals.families.records import Consent, Person
from referrals.filling.centres import look_for_centres, offers_of, refer
from referrals.filling.ending import filed_application
from referrals.filling.from_the_field import choosing_for, keep_consent, submission_asked_about
from referrals.filling.records import DeskFilling
from referrals.filling.working import open_filling, unfinished
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import ReceivedSubmission
from tests.phones import Phone, intake
from tests.referrals.filling.desks import Desks


def arrives(desks: Desks, location: str = "") -> int:
    """A filed intake from a phone of that centre, or of the whole programme; the submission's id."""
    phone = Phone(desks.store, desks.clock, more={"location": location})
    assert phone.submits(intake(phone, place="KW-JA")).status_code == 201
    return phone.received()[-1].id


def opens(desks: Desks, submission_id: int, who: str = "clerk") -> int | None:
    def work(uow: UnitOfWork) -> int | None:
        row = uow.session.get_one(ReceivedSubmission, submission_id)
        found = choosing_for(uow, desks.members[who], row, desks.clock())
        return found.id if found else None

    return desks.store.transact(work)


def test_it_is_opened_once_without_an_interview(desks: Desks) -> None:
    row = arrives(desks)
    first = opens(desks, row)
    assert first is not None
    assert opens(desks, row) == first
    filling = desks.one(DeskFilling)
    assert (filling.session_id, filling.origin, filling.state) == (None, "odk", "filed")
    assert filling.application_id == desks.one(Application).id

    def at_the_desk(uow: UnitOfWork) -> None:
        clerk, here = desks.members["clerk"], uow.session.get_one(DeskFilling, first)
        assert filed_application(uow, here) is not None
        assert open_filling(uow, clerk, first) is None
        assert unfinished(uow, clerk, desks.clock()) == []

    desks.store.transact(at_the_desk)


def test_it_belongs_to_the_place_of_the_phone(desks: Desks) -> None:
    row = arrives(desks, "loc-kuwait-hawalli")
    assert opens(desks, row, "two") is None
    first = opens(desks, row, "one")
    assert first is not None
    assert opens(desks, row, "clerk") == first
    assert opens(desks, row, "volunteer") is None
    assert opens(desks, arrives(desks), "one") is None


def test_the_request_names_its_submission(desks: Desks) -> None:
    row = arrives(desks)
    with desks.store.reading() as uow:
        (request,) = uow.session.query(HelpRequest).all()
        found = submission_asked_about(uow, request)
        assert found is not None
        assert found.id == row


def test_nobody_who_was_erased_is_opened(desks: Desks) -> None:
    row = arrives(desks)
    desks.store.transact(lambda uow: uow.session.query(Person).update({"erased_at": desks.clock()}))
    assert opens(desks, row) is None
    assert desks.count(DeskFilling) == 0


def test_they_agree_then_choose_and_the_request_leaves_the_queue(desks: Desks) -> None:
    first = opens(desks, arrives(desks))
    clerk = desks.members["clerk"]

    def agree(uow: UnitOfWork) -> None:
        filling = uow.session.get_one(DeskFilling, first)
        assert not has_consent(uow, filling.person_id, "kuwait", "intake")
        settings = settings_of(uow, "kuwait")
        keep_consent(uow, clerk, settings, filling, True, desks.clock())
        assert look_for_centres(uow, settings, filling, desks.clock()).centres

    def choose(uow: UnitOfWork) -> None:
        filling = uow.session.get_one(DeskFilling, first)
        refer(uow, clerk, settings_of(uow, "kuwait"), filling, offers_of(uow, filling).centres[0], desks.clock())

    desks.store.transact(agree)
    consent = desks.one(Consent, purpose="intake")
    assert (consent.method, consent.refused, consent.text_definition_id is not None) == ("oral", False, True)
    assert desks.one(HelpRequest, kind="from_the_field").state == "open"
    desks.store.transact(choose)
    assert desks.one(Referral).state == "requested"
    assert desks.one(HelpRequest, kind="from_the_field").state == "closed"


def test_a_refusal_is_kept_and_nothing_is_agreed(desks: Desks) -> None:
    first = opens(desks, arrives(desks))

    def refuse(uow: UnitOfWork) -> None:
        filling = uow.session.get_one(DeskFilling, first)
        keep_consent(uow, desks.members["clerk"], settings_of(uow, "kuwait"), filling, False, desks.clock())
        assert not has_consent(uow, filling.person_id, "kuwait", "intake")

    desks.store.transact(refuse)
    assert desks.one(Consent, purpose="intake").refused
