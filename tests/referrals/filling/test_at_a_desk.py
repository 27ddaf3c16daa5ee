"""A clerk fills the form for a family: begun, answered, filed; only by whose desk it is at, and never twice."""

from __future__ import annotations

import pytest

from referrals.applications.filing import SUBMISSION, facts_of
from referrals.applications.records import Application, ApplicationEvent
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import HelpRequest, InterviewSession
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.settings import Settings
from referrals.families.records import Consent, ContactPoint, Household, Identity, Person
from referrals.filling.centres import agreement, look_for_centres, none_suits, offers_of, refer
from referrals.filling.ending import filed_application, put_away
from referrals.filling.records import DeskFilling
from referrals.filling.working import unfinished
from referrals.protection.audit_trail.verifying import check
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.referrals.filling.desks import Desks


def test_a_new_family_is_a_person_with_a_key_who_agreed_to_words_that_were_read_aloud(desks: Desks) -> None:
    filling = desks.begins()
    consent = desks.one(Consent)
    assert (consent.purpose, consent.method, consent.given_by, consent.refused) == (
        "intake",
        "oral",
        "self",
        False,
    )
    assert consent.text_definition_id is not None
    assert desks.count(Identity) == 0
    assert desks.one(Person).data_key_id
    row = desks.one(DeskFilling)
    assert (row.id, row.state, row.origin, row.form_name, row.consent_id) == (
        filling,
        "open",
        "desk",
        "intake",
        consent.id,
    )
    assert desks.count(AuditEvent, action="filling.begun", object_kind="person", object_id=str(row.person_id)) == 1


def test_every_answer_is_kept_at_once_and_audited(desks: Desks) -> None:
    filling = desks.begins()
    desks.answers(filling, for_whom="my_home")
    desks.answers(filling, own_name="فاطمة عيّنة")
    found = desks.opens(filling)
    assert found is not None
    assert found.version == 2
    assert [entry.value for entry in found.session.journal] == ["my_home", "فاطمة عيّنة"]
    with desks.store.unit_of_work() as uow:
        (line,) = unfinished(uow, desks.members["one"], desks.clock())
    assert (line.name, line.filling.settled) == ("فاطمة عيّنة", 2)
    assert desks.count(AuditEvent, action="filling.answered") == 2


def test_what_one_page_did_not_see_is_not_overwritten(desks: Desks) -> None:
    filling = desks.begins()
    desks.answers(filling, for_whom="my_home")
    with pytest.raises(TwoTurnsAtOnce):
        desks.answers(filling, seen=0, for_whom="relative")
    found = desks.opens(filling)
    assert found is not None and found.session.journal[-1].value == "my_home"


def test_it_is_filed_once_as_a_clerks_application(desks: Desks) -> None:
    filling = desks.begins()
    early = desks.files(filling)
    assert early.filed is None and len(early.missing) > 3
    assert desks.count(Application) == 0
    desks.answers_all(filling)
    ended = desks.files(filling)
    assert ended.filed is not None and not ended.told
    application = desks.one(Application)
    assert (application.submitted_by, application.channel, application.state) == ("clerk", "desk", "submitted")
    assert desks.count(Household) == 1
    assert desks.count(ContactPoint) == 1
    assert desks.one(ApplicationEvent).actor == "clerk"
    staff = desks.members["one"].staff_id
    assert desks.count(AuditEvent, action="application.submitted", actor=f"staff:{staff}") == 1
    assert desks.one(InterviewSession).status == "completed"
    assert desks.opens(filling) is None  # nobody reads the answers at this desk any more
    with desks.store.reading() as uow:
        row = uow.session.get_one(DeskFilling, filling)
        found = filed_application(uow, row)
        assert found is not None
        assert facts_of(uow, found)["applicant_name"] == "فاطمة عيّنة"
        assert "<own_name>فاطمة عيّنة</own_name>" in uow.vault.open_text(found.submission_sealed, SUBMISSION)
        assert check(uow).broken is None


def test_the_family_chooses_a_centre_at_the_desk_and_agrees_to_what_it_sees(desks: Desks) -> None:
    filling = desks.begins()
    desks.answers_all(filling)
    desks.files(filling)

    def choose(uow: UnitOfWork, kuwait: Settings) -> int:
        row = uow.session.get_one(DeskFilling, filling)
        offers = look_for_centres(uow, kuwait, row, desks.clock())
        assert 1 <= len(offers.centres) <= 3
        assert all(each.name and each.reason for each in offers.centres)
        told = agreement(uow, kuwait, row, offers.centres[0])
        assert offers.centres[0].name in told.text
        referral = refer(uow, desks.members["one"], kuwait, row, offers.centres[0], desks.clock())
        assert offers_of(uow, row).centres == ()
        return referral.id

    referral = desks.does(choose)
    row = desks.one(Referral)
    assert (row.id, row.state) == (referral, "requested")
    consent = desks.one(Consent, purpose="referral")
    assert (consent.method, consent.recipient_location_id, row.consent_id) == (
        "oral",
        row.to_location_id,
        consent.id,
    )


def test_who_has_no_chat_is_called_when_there_is_news(desks: Desks) -> None:
    filling = desks.begins()
    desks.answers_all(filling)
    desks.files(filling)
    person = desks.one(DeskFilling).person_id
    for _ in range(2):
        told = desks.does(
            lambda uow, _: reach(uow, person, "kuwait", desks.clock(), reason="test", compose=lambda desk: None)
        )
        assert not told
    request = desks.one(HelpRequest, kind="call")
    assert (request.person_id, request.conversation_id) == (person, None)
    assert desks.count(HelpRequest) == 1


def test_a_double_is_for_staff_alone(desks: Desks) -> None:
    for _ in range(2):
        filling = desks.begins()
        desks.answers_all(filling)
        desks.files(filling)
    assert desks.count(HelpRequest, kind="possible_duplicate") == 1


def test_none_of_the_centres_leaves_it_to_staff(desks: Desks) -> None:
    filling = desks.begins()
    desks.answers_all(filling)
    desks.files(filling)

    def decline(uow: UnitOfWork, kuwait: Settings) -> None:
        row = uow.session.get_one(DeskFilling, filling)
        look_for_centres(uow, kuwait, row, desks.clock())
        none_suits(uow, desks.members["one"], row, desks.clock())

    desks.does(decline)
    assert desks.count(HelpRequest, kind="none_suits") == 1
    assert desks.count(Referral) == 0


def test_another_desk_sees_nothing_and_the_programmes_clerk_everything(desks: Desks) -> None:
    filling = desks.begins()
    assert desks.opens(filling, "two") is None
    assert desks.opens(filling, "volunteer") is None
    assert desks.opens(filling, "clerk") is not None
    with desks.store.unit_of_work() as uow:
        assert unfinished(uow, desks.members["two"], desks.clock()) == []
        assert len(unfinished(uow, desks.members["clerk"], desks.clock())) == 1


def test_what_was_put_away_leaves_the_list(desks: Desks) -> None:
    filling = desks.begins()
    desks.does(
        lambda uow, _: put_away(uow, desks.members["one"], uow.session.get_one(DeskFilling, filling), desks.clock())
    )
    assert desks.opens(filling) is None
    assert desks.one(DeskFilling).state == "stopped"
