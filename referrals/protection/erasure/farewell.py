"""The identities of somebody who is erased: left to who shares them, or kept for a last word and then forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, or_, select, update

from referrals.conversations.desk import Desk
from referrals.conversations.inbox.waiting import reseal_waiting
from referrals.conversations.pending import BEGINNING
from referrals.conversations.records import Conversation, InboxMessage
from referrals.conversations.threads import STATE, hand_over, open_desk
from referrals.families.accounts import _nowhere, reseal_addresses  # `_nowhere`: spelt in one place
from referrals.families.identities import data_key_of, new_person
from referrals.families.owed import keys_of, owed_to
from referrals.families.people import forget_thread
from referrals.families.records import Identity, IdentityAlias, Person
from referrals.families.sources import forget_source
from referrals.outbox.records import OutboxMessage
from referrals.protection.records import DataKey
from referrals.store.unit_of_work import UnitOfWork

UNDER_WAY = ("waiting", "leased", "uncertain")
LOOK_AGAIN = timedelta(minutes=30)  # by then the last word was sent, or waits for a platform that is away


def part_with(uow: UnitOfWork, people: list[int], at: datetime, desk: Desk | None = None) -> set[int]:
    """Each identity of theirs goes to who shares it, or to a new person without a past; who stays is returned.

    `desk` is where they stand at this moment: what they said after asking for this is the new person's.
    """
    talking = select(Conversation.identity_id).where(Conversation.person_id.in_(people))
    mine = select(Identity).where(or_(Identity.person_id.in_(people), Identity.id.in_(talking)))
    others = set[int]()
    # What arrives at this moment waits, and is sealed as somebody's who is still there.
    for identity in uow.connection.execute(mine.order_by(Identity.id).with_for_update()).all():
        stays = _who_stays(uow, identity.id, people)
        if stays is None:
            _cancel_owed(uow, identity.id)
            forget_source(uow, identity.id)
            _begin_as_new(uow, identity.id, at, desk)
        else:
            _leave_to(uow, identity, people, stays, at, desk)
            others.add(stays)
    return others


def _cancel_owed(uow: UnitOfWork, identity_id: int) -> None:
    """Whatever was to be sent, for whatever purpose; what is on its way at this moment cannot be called back."""
    uow.connection.execute(
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


def _leave_to(uow: UnitOfWork, identity: Any, people: list[int], stays: int, at: datetime, desk: Desk | None) -> None:
    """A telephone that others use too: what is theirs stays as it is, and it is they who speak there now."""
    after = desk.inbox_id or 0 if desk is not None else 0
    keys = frozenset[int]().union(*(keys_of(uow, each) for each in people))
    gone = owed_to(uow, identity.id, keys, ("waiting", "uncertain"))
    if gone:
        ended = update(OutboxMessage).where(OutboxMessage.id.in_(gone))
        uow.connection.execute(ended.values(state="cancelled", reason="erased", leased_until=None))
    key = data_key_of(uow, stays)
    reseal_addresses(uow, identity.id, key)
    reseal_waiting(uow, identity.id, key, after=after)
    if identity.person_id in people:
        uow.connection.execute(update(Identity).where(Identity.id == identity.id).values(person_id=stays))
    threads = select(Conversation.id).where(Conversation.identity_id == identity.id, Conversation.person_id.in_(people))
    for thread_id in uow.connection.execute(threads).scalars().all():
        if desk is not None and thread_id == desk.thread_id:
            hand_over(
                desk, open_desk(uow, identity.id, at, reason=desk.reason, inbox_id=desk.inbox_id, person_id=stays)
            )
        forget_thread(uow, thread_id)


def _begin_as_new(uow: UnitOfWork, identity_id: int, at: datetime, desk: Desk | None) -> None:
    """The identity belongs to a new person, under a new key; what they said after asking for this is theirs."""
    person_id, key = new_person(uow, at)
    uow.connection.execute(
        update(Person).where(Person.id == person_id).values(farewell=True, retention_look_at=at + LOOK_AGAIN)
    )
    reseal_addresses(uow, identity_id, key)
    uow.connection.execute(update(Identity).where(Identity.id == identity_id).values(person_id=person_id))
    reseal_waiting(uow, identity_id, key, after=desk.inbox_id or 0 if desk is not None else 0)
    if desk is not None and identity_id == desk.identity_id:
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
            updated_at=at,
        )
    )


def wrote_again(uow: UnitOfWork, person_id: int) -> bool:
    """Whether somebody who was made for a last word has begun a conversation since."""
    going_on = select(Conversation.id).where(Conversation.person_id == person_id, Conversation.stage != BEGINNING)
    return uow.connection.execute(going_on.limit(1)).first() is not None


def forget_address(uow: UnitOfWork, person_id: int, at: datetime) -> bool:
    """The addresses of who is left there for a last word, once it was said: the key goes, nothing leads here any more.

    False while something is still on its way, or they are writing at this moment.
    """
    mine = select(Identity.id).where(Identity.person_id == person_id)
    identities = list(uow.connection.execute(mine.with_for_update()).scalars())
    for book, states in ((OutboxMessage, UNDER_WAY), (InboxMessage, ("waiting", "parked"))):
        busy: Any = exists().where(book.identity_id.in_(identities), book.state.in_(states))
        if uow.connection.execute(select(busy)).scalar_one():
            return False
    for identity_id in identities:
        uow.connection.execute(delete(IdentityAlias).where(IdentityAlias.identity_id == identity_id))
        mine_only = update(Identity).where(Identity.id == identity_id)
        uow.connection.execute(mine_only.values(value_index=_nowhere(identity_id)))
    for key in uow.connection.execute(select(DataKey.id).where(DataKey.person_id == person_id)).scalars().all():
        uow.vault.destroy(key, at)
    gone = update(Person).where(Person.id == person_id)
    uow.connection.execute(gone.values(erased_at=at, retention_look_at=None))
    return True
