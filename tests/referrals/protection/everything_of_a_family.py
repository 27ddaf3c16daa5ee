"""A family with a row of theirs in every table that can hold one, with words that are looked for afterwards."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.conversations.records import Conversation, HelpRequest, InterviewSession
from referrals.conversations.stages.helping import TEXT
from referrals.families.identities import data_key_of, new_person
from referrals.families.records import (
    Claim,
    DuplicatePair,
    FamilyMerge,
    Identifier,
    IdentityAlias,
    Membership,
    NameKey,
    Person,
    PrivateNote,
)
from referrals.filling.records import DeskFilling
from referrals.flows.records import FlowOffer, PublishedFlow
from referrals.media.keeping import CONTENT, NAME, add_drawing
from referrals.media.records import Media
from referrals.protection.records import OpenedAgain
from referrals.referral.records import Referral, ReferralEvent
from referrals.senders.records import ContactSource
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import OutgoingSubmission, PushTarget, ReceivedSubmission, SubmissionFile
from referrals.transcribing.records import Transcription
from tests.families import Families

WHO = "501777123"
SECRETS = (
    *("فاطمة عيّنة", "فاطمة", "50012345", "٥٠٠١٢٣٤٥", "4821", "٤٨٢١", WHO, "284010112345"),
    *("كلمة-سرّ-البيت", "secret-of-the-house", "سالم-الصغير", "poster-of-the-house"),
)
SECRET, LATIN, CHILD, POSTER = SECRETS[8:]


def seed(families: Families) -> int:
    """Applies, is referred, booked, asks, is heard, visited and pushed on; the person's id."""
    families.booked(WHO, families.clock() + timedelta(days=2))
    families.say(WHO, f"عندي سؤال عن {SECRET}")
    families.all_handled()
    return families.store.transact(lambda uow: _more(uow, families))


def _more(uow: UnitOfWork, families: Families) -> int:
    at = families.clock()
    application = uow.session.scalars(select(Application)).one()
    referral = uow.session.scalars(select(Referral)).one()
    thread = uow.session.scalars(select(Conversation).filter_by(person_id=application.person_id)).one()
    person_id = application.person_id
    key = data_key_of(uow, person_id)

    def sealed(about: str, text: str = SECRET) -> bytes:
        return uow.vault.seal_text(key, text, about)

    uow.session.add_all(
        [
            ContactSource(identity_id=thread.identity_id, code=POSTER, created_at=at),
            IdentityAlias(
                identity_id=thread.identity_id,
                sender_id=thread.sender_id,
                kind="phone",
                value_sealed=sealed("identity.value", "96550012345"),
                value_index=uow.vault.index("identity:phone", "96550012345"),
                created_at=at,
            ),
            Identifier(
                person_id=person_id,
                kind="civil_id",
                value_sealed=sealed("identifier.value", "284010112345"),
                value_index=uow.vault.index("civil_id", "284010112345"),
                last2="45",
                created_at=at,
            ),
            NameKey(person_id=person_id, kind="ends", value_index=uow.vault.index("name", "فاطمة")),
            PrivateNote(
                person_id=person_id,
                programme_id="kuwait",
                text_sealed=sealed("private_note.text"),
                staff_id=1,
                at=at,
            ),
            HelpRequest(
                programme_id="kuwait",
                conversation_id=thread.id,
                person_id=person_id,
                kind="danger",
                restricted=True,
                text_sealed=sealed(TEXT),
                answer_sealed=sealed("help_request.answer"),
                state="open",
                created_at=at,
                due_at=at,
            ),
            Claim(
                kind="phone_changed",
                identity_id=thread.identity_id,
                person_id=person_id,
                programme_id="kuwait",
                application_id=application.id,
                channel="telegram",
                state="refused",
                code_index=uow.vault.index("code", "123456"),
                last2_sealed=sealed("claim.last2", "4821"),
                due_at=at,
                created_at=at,
            ),
            OpenedAgain(
                referral_id=referral.id,
                person_id=person_id,
                staff_id=1,
                reason_sealed=sealed("opened_again.reason"),
                at=at,
                programme_id="kuwait",
            ),
            ReferralEvent(
                referral_id=referral.id,
                event="note",
                from_state=referral.state,
                to_state=referral.state,
                actor="desk",
                note_sealed=sealed("referral_event.note"),
                at=at,
            ),
        ]
    )
    _of_the_house(uow, families, person_id, application)
    _files(uow, families, person_id, key, application)
    _forms(uow, families, person_id, key, application)
    uow.connection.execute(
        update(Referral).where(Referral.id == referral.id).values(outcome_note_sealed=sealed("referral.outcome_note"))
    )
    return person_id


def _of_the_house(uow: UnitOfWork, families: Families, person_id: int, application: Application) -> None:
    at = families.clock()
    child, key = new_person(uow, at)
    named = uow.vault.seal_text(key, CHILD, "person.name")
    uow.connection.execute(update(Person).where(Person.id == child).values(name_sealed=named, told_by_id=person_id))
    uow.session.add(
        Membership(
            household_id=application.household_id,
            person_id=child,
            relation="child",
            head=False,
            caregiver=False,
            form_ref="member[1]",
            since=at,
            left_because="",
        )
    )
    stranger, _ = new_person(uow, at)
    pair = DuplicatePair(
        programme_id="kuwait",
        one_id=person_id,
        other_id=stranger,
        application_id=application.id,
        state="open",
        decision="",
        score=90,
        evidence="phone",
        opened_at=at,
    )
    uow.session.add(pair)
    uow.flush()
    uow.session.add(
        FamilyMerge(kind="person", pair_id=pair.id, from_id=person_id, into_id=stranger, made_by_id=1, made_at=at)
    )


def _files(uow: UnitOfWork, families: Families, person_id: int, key: int, application: Application) -> None:
    at = families.clock()
    add_drawing(uow, person_id, key, LATIN.encode(), at)
    photo = Media(
        person_id=person_id,
        kind="image",
        content_type="image/png",
        file_name_sealed=uow.vault.seal_text(key, SECRET, NAME),
        content_sealed=uow.vault.seal(key, LATIN.encode(), CONTENT),
        digest=uow.vault.digest(LATIN.encode()),
        size=1,
        state="stored",
        due_at=at,
        created_at=at,
    )
    uow.session.add(photo)
    uow.flush()
    uow.session.add(
        Media(
            person_id=person_id,
            kind="image",
            content_type="image/png",
            same_as_id=photo.id,
            state="stored",
            due_at=at,
            created_at=at,
        )
    )
    uow.session.add(
        Transcription(
            programme_id="kuwait",
            session_id=application.session_id,
            person_id=person_id,
            media_id=photo.id,
            kind="voice",
            state="written",
            caption_sealed=uow.vault.seal_text(key, SECRET, "transcription.caption"),
            words_sealed=uow.vault.seal_text(key, SECRET, "transcription.words"),
            created_at=at,
        )
    )


def _forms(uow: UnitOfWork, families: Families, person_id: int, key: int, application: Application) -> None:
    at = families.clock()
    session = uow.session.get_one(InterviewSession, application.session_id)
    received = ReceivedSubmission(
        programme_id="kuwait",
        definition_id=session.form_id,
        form_name="visit",
        instance_id="uuid:visit-of-the-house",
        person_id=person_id,
        data_key_id=key,
        application_id=application.id,
        xml_sealed=uow.vault.seal_text(key, SECRET, "submission.xml"),
        xml_digest=uow.vault.digest(SECRET.encode()),
        device_sealed=uow.vault.seal_text(key, SECRET, "submission.device"),
        state="linked",
        received_at=at,
    )
    target = PushTarget(
        programme_id="kuwait",
        kind="central",
        url="https://central.example/v1/projects/1",
        data_key_id=key,
        secret_sealed=uow.vault.seal_text(uow.vault.new_key(None, at), "x", "push_target.secret"),
        created_at=at,
    )
    flow = PublishedFlow(
        sender_id=families.sender_id,
        form_id=session.form_id,
        container="household",
        language="ar",
        flow_id="1",
        state="published",
        created_at=at,
    )
    uow.session.add_all([received, target, flow])
    uow.flush()
    uow.session.add_all(
        [
            SubmissionFile(
                submission_id=received.id,
                name_digest=uow.vault.digest(b"1.jpg"),
                name_sealed=uow.vault.seal_text(key, SECRET, "submission_file.name"),
            ),
            _owed(
                target.id, session.form_id, f"push:{target.id}:application", at, "sent", application_id=application.id
            ),
            _owed(target.id, session.form_id, f"push:{target.id}:submission", at, "sent", submission_id=received.id),
            FlowOffer(
                published_id=flow.id,
                session_id=session.id,
                sender_id=families.sender_id,
                identity_id=0,
                token_hash="t" * 64,
                state="open",
                expires_at=at,
                created_at=at,
            ),
            DeskFilling(
                programme_id="kuwait",
                staff_id=_somebody(uow, at),
                form_name="intake",
                session_id=session.id,
                person_id=person_id,
                application_id=application.id,
                origin="desk",
                state="filed",
                name_sealed=uow.vault.seal_text(key, SECRET, "desk_filling.name"),
                offers_sealed=uow.vault.seal_text(key, SECRET, "desk_filling.offers"),
                created_at=at,
                updated_at=at,
            ),
        ]
    )
    uow.flush()


def _owed(target_id: int, form_id: int, key: str, at: object, state: str, **about: int) -> OutgoingSubmission:
    return OutgoingSubmission(
        key=key,
        target_id=target_id,
        programme_id="kuwait",
        definition_id=form_id,
        state=state,
        due_at=at,
        created_at=at,
        **about,
    )


def _somebody(uow: UnitOfWork, at: object) -> int:
    from referrals.staff.records import Staff

    member = Staff(email="desk@sanad.invalid", name="منى (عيّنة)", data_key_id=0, created_at=at)
    uow.session.add(member)
    uow.flush()
    return member.id
