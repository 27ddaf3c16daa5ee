"""The paper leaves nothing out but what is said with its reason: words, questions, what was noted; table by table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.families.identities import data_key_of
from referrals.families.records import Consent, HouseholdTargetGroup
from referrals.families.telling.everything import what_we_know
from referrals.families.telling.sources import NOT_TOLD, TOLD
from referrals.protection.incidents.keeping import open_incident
from referrals.protection.incidents.records import IncidentTold
from referrals.referral.records import Referral
from referrals.staff.help_desk import ANSWER
from referrals.store.schema import metadata
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.families.test_telling import words_of

THEIRS = {
    *("person.id", "conversation.id", "interview_session.id", "application.id", "referral.id", "media.id"),
    *("identity.id", "household.id", "inbox_message.id", "outbox_message.id", "received_submission.id"),
    "appointment.id",
}
NAMED_SO = {"person_id", "referral_id", "application_id", "identity_id", "conversation_id"}
BLOW = "زوجي يضربني"


def test_every_table_that_holds_something_of_a_person_is_told_or_says_why_not() -> None:
    held = set()
    for table in metadata.sorted_tables:
        points = {key.target_fullname for column in table.columns for key in column.foreign_keys}
        if points & THEIRS or NAMED_SO & set(table.c.keys()):
            held.add(table.name)
    assert sorted(held - set(TOLD) - set(NOT_TOLD)) == []
    assert not set(TOLD) & set(NOT_TOLD)
    assert sorted((set(TOLD) | set(NOT_TOLD)) - set(metadata.tables)) == [], "and none is listed that is no more"


def test_their_questions_their_words_and_what_was_noted_stand_on_it(families: Families) -> None:
    families.booked("501", families.clock() + timedelta(days=2))
    families.say("501", "عندي سؤال عن الورق المطلوب")
    families.store.transact(lambda uow: _more(uow, families))
    told = _paper(families)
    for word in ("عندي سؤال عن الورق", "هل أحضر ورق الإيجار", "أحضروا الهوية", "وصل طلبكم إلينا", "الديون"):
        assert word in told, word
    assert "حدث أمر يخص معلوماتكم" in told
    assert "نُشرت" not in told, "what happened is said by a person, not on a paper that others may find"
    assert "المتعثرة" not in told
    assert "الأسر التي" not in told, "no label stands on a family's own paper"


def test_what_was_said_in_a_danger_stands_on_no_paper(families: Families) -> None:
    families.refer("501")
    families.clock.forward(days=3)
    families.say("501", "شكراً لكم على المساعدة")
    families.clock.forward(days=3)
    families.say("501", BLOW)
    families.say("501", "0501112223")
    families.clock.forward(days=3)
    told = _paper(families)
    assert "شكراً لكم على المساعدة" in told
    for word in (BLOW, "يضرب", "0501112223", "112"):
        assert word not in told, word


def _paper(families: Families) -> str:
    with families.store.reading() as uow:
        person = uow.session.scalars(select(Referral.person_id)).one()
        return words_of(what_we_know(uow, person, "kuwait", "ar", families.clock()))


def _more(uow: UnitOfWork, families: Families) -> None:
    at = families.clock()
    application = uow.session.scalars(select(Application)).one()
    person = application.person_id
    incident = open_incident(uow, "kuwait", "leak", "نُشرت قائمة (عيّنة)", ["names"], known_at=at, at=at, staff_id=1)
    told = IncidentTold(incident_id=incident.id, person_id=person, state="written", due_at=at, told_at=at)
    standing = select(HouseholdTargetGroup.id).filter_by(household_id=application.household_id, code="debt")
    if uow.session.scalar(standing) is None:
        uow.session.add(HouseholdTargetGroup(household_id=application.household_id, code="debt", since=at))
    uow.session.add(told)
    uow.connection.execute(update(Consent).where(Consent.purpose == "intake").values(withdrawn_at=at))
    key = data_key_of(uow, person)
    uow.session.add(
        HelpRequest(
            programme_id="kuwait",
            person_id=person,
            kind="question",
            text_sealed=uow.vault.seal_text(key, "هل أحضر ورق الإيجار؟", TEXT),
            answer_sealed=uow.vault.seal_text(key, "أحضروا الهوية", ANSWER),
            state="answered",
            created_at=at,
            due_at=at,
            answered_at=at,
        )
    )
    uow.flush()
