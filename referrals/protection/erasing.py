"""Erasure: the person's keys are destroyed and what they sealed is noise (older backups: docs/how-to/restore.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from referrals.conversations.inbox import reseal_waiting
from referrals.conversations.records import Conversation, InterviewSession
from referrals.families.identities import VALUE, new_person
from referrals.families.records import ContactPoint, Identifier, Identity, Person
from referrals.media.records import Media
from referrals.outbox.records import OutboxMessage
from referrals.protection.audit import audit
from referrals.protection.records import DataKey
from referrals.transcribing.records import Transcription

if TYPE_CHECKING:
    from referrals.conversations.desk import Desk


def erase_person(desk: Desk) -> None:
    """Erases who stands at this desk, with everybody who turned out to be them. One last message is still sent,
    under a key that holds nothing else.

    Their identities stay, on every channel, as numbers without a past: if they write again, they are new to us.
    """
    from referrals.conversations.desk import BEGINNING

    uow, person_id = desk.uow, desk.person_id
    goodbye = desk.voice.say("stop.erased")
    people = _same_person(desk)
    identities = uow.connection.execute(select(Identity).where(Identity.person_id.in_(people))).all()
    for identity in identities:
        _cancel_owed(desk, identity.id)
        _begin_as_new(desk, identity.id, uow.vault.open(identity.value_sealed, VALUE))
    for table in (ContactPoint, Identifier, Transcription, Media):
        uow.connection.execute(delete(table).where(table.person_id.in_(people)))
    uow.connection.execute(
        update(InterviewSession)
        .where(InterviewSession.person_id.in_(people))
        .values(journal_sealed=b"", status="stopped")
    )
    for key in uow.connection.execute(select(DataKey.id).where(DataKey.person_id.in_(people))).scalars().all():
        uow.vault.destroy(key, desk.at)
    uow.connection.execute(update(Person).where(Person.id.in_(people)).values(name_sealed=None, erased_at=desk.at))
    audit(
        uow, at=desk.at, actor=f"person:{person_id}", action="person.erased", object_kind="person", object_id=person_id
    )
    uow.session.expire_all()
    desk.state.clear()
    desk.session_id = None
    desk.pend(BEGINNING)
    desk.tell(goodbye)


def _same_person(desk: Desk) -> list[int]:
    """The person, and everyone who was merged into them: what those said stays under their own old keys."""
    people = [desk.person_id]
    for each in people:
        merged = desk.uow.connection.execute(select(Person.id).where(Person.merged_into_id == each)).scalars()
        people += [other for other in merged if other not in people]
    return people


def _cancel_owed(desk: Desk, identity_id: int) -> None:
    """Whatever was to be sent, for whatever purpose; what is on its way at this moment cannot be called back."""
    desk.uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.identity_id == identity_id, OutboxMessage.state.in_(("waiting", "uncertain")))
        .values(state="cancelled", reason="erased", leased_until=None)
    )


def _begin_as_new(desk: Desk, identity_id: int, address: bytes) -> None:
    """The identity belongs to a new person, under a new key; what they said after asking for this is theirs."""
    from referrals.conversations.desk import BEGINNING, STATE

    uow = desk.uow
    person_id, key = new_person(uow, desk.at)
    uow.connection.execute(
        update(Identity)
        .where(Identity.id == identity_id)
        .values(person_id=person_id, value_sealed=uow.vault.seal(key, address, VALUE))
    )
    reseal_waiting(uow, identity_id, key, after=desk.inbox_id or 0)
    if identity_id == desk.identity_id:
        desk.person_id, desk.data_key_id = person_id, key
        return
    uow.connection.execute(
        update(Conversation)
        .where(Conversation.identity_id == identity_id)
        .values(
            person_id=person_id,
            stage=BEGINNING,
            state_sealed=uow.vault.seal_json(key, {}, STATE),
            session_id=None,
            version=Conversation.version + 1,
            updated_at=desk.at,
        )
    )
