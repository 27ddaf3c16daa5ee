"""Erasure: the person's keys are destroyed and what they sealed is noise (older backups: docs/how-to/restore.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, update

from referrals.conversations.inbox.waiting import reseal_waiting
from referrals.conversations.records import Conversation, InterviewSession
from referrals.families.accounts import reseal_addresses
from referrals.families.identities import data_key_of, new_person
from referrals.families.people import forget_thread, whole_person
from referrals.families.records import Claim, ContactPoint, Identifier, Identity, Person
from referrals.families.sources import forget_source
from referrals.media.records import Media
from referrals.outbox.records import OutboxMessage
from referrals.protection.audit import audit
from referrals.protection.records import DataKey
from referrals.store.unit_of_work import UnitOfWork
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
    people = whole_person(uow, person_id)
    talking = select(Conversation.identity_id).where(Conversation.person_id.in_(people))
    mine = select(Identity).where(or_(Identity.person_id.in_(people), Identity.id.in_(talking)))
    others: set[int] = set()
    # What arrives at this moment waits, and is sealed as somebody's who is still there.
    for identity in uow.connection.execute(mine.order_by(Identity.id).with_for_update()).all():
        stays = _who_stays(uow, identity.id, people)
        if stays is None:
            _cancel_owed(desk, identity.id)
            forget_source(uow, identity.id)
            _begin_as_new(desk, identity.id)
        else:
            _leave_to(desk, identity, people, stays)
            others.add(stays)
    for table in (ContactPoint, Identifier, Transcription, Media):
        uow.connection.execute(delete(table).where(table.person_id.in_(people)))
    uow.connection.execute(
        update(Claim)
        .where(Claim.person_id.in_(people))
        .values(person_id=None, application_id=None, code_index=None, last2_sealed=None)
    )
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
    if desk.person_id in others:  # whoever shares this telephone goes on where they were
        desk.tell(goodbye)
        return
    desk.state.clear()
    desk.session_id = None
    desk.pend(BEGINNING)
    desk.tell(goodbye)


def _cancel_owed(desk: Desk, identity_id: int) -> None:
    """Whatever was to be sent, for whatever purpose; what is on its way at this moment cannot be called back."""
    desk.uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.identity_id == identity_id, OutboxMessage.state.in_(("waiting", "uncertain")))
        .values(state="cancelled", reason="erased", leased_until=None)
    )


def _who_stays(uow: UnitOfWork, identity_id: int, people: list[int]) -> int | None:
    """Of those who share a telephone the one who spoke there last and is not erased."""
    others = select(Conversation.person_id).where(
        Conversation.identity_id == identity_id, Conversation.person_id.not_in(people)
    )
    return uow.connection.execute(others.order_by(Conversation.updated_at.desc()).limit(1)).scalar()


def _leave_to(desk: Desk, identity: Any, people: list[int], stays: int) -> None:
    """A telephone that others use too: what is theirs stays as it is, and it is they who speak there now."""
    from referrals.conversations.desk import open_desk
    from referrals.families.owed import keys_of, owed_to

    uow = desk.uow
    keys = frozenset[int]().union(*(keys_of(uow, each) for each in people))
    gone = owed_to(uow, identity.id, keys, ("waiting", "uncertain"))
    if gone:
        ended = update(OutboxMessage).where(OutboxMessage.id.in_(gone))
        uow.connection.execute(ended.values(state="cancelled", reason="erased", leased_until=None))
    key = data_key_of(uow, stays)
    reseal_addresses(uow, identity.id, key)
    reseal_waiting(uow, identity.id, key, after=desk.inbox_id or 0)
    if identity.person_id in people:
        uow.connection.execute(update(Identity).where(Identity.id == identity.id).values(person_id=stays))
    threads = select(Conversation.id).where(Conversation.identity_id == identity.id, Conversation.person_id.in_(people))
    for thread_id in uow.connection.execute(threads).scalars().all():
        if thread_id == desk.thread_id:
            desk.become(
                open_desk(uow, identity.id, desk.at, reason=desk.reason, inbox_id=desk.inbox_id, person_id=stays)
            )
        forget_thread(uow, thread_id)


def _begin_as_new(desk: Desk, identity_id: int) -> None:
    """The identity belongs to a new person, under a new key; what they said after asking for this is theirs."""
    from referrals.conversations.desk import BEGINNING, STATE

    uow = desk.uow
    person_id, key = new_person(uow, desk.at)
    reseal_addresses(uow, identity_id, key)
    uow.connection.execute(update(Identity).where(Identity.id == identity_id).values(person_id=person_id))
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
