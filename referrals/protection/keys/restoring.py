"""After a restore: who was erased since that backup is erased in it too, though nothing of theirs opens any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update

from referrals.conversations.records import Conversation, InboxMessage
from referrals.families.accounts import _nowhere  # spelt in one place
from referrals.families.people import forget_thread
from referrals.families.records import Identity, IdentityAlias, Person
from referrals.families.sources import forget_source
from referrals.outbox.records import OutboxMessage
from referrals.protection.erasure.erasing import erase_unread
from referrals.protection.records import DataKey
from referrals.store.unit_of_work import UnitOfWork


def erase_again(uow: UnitOfWork, person_id: int, at: datetime, *, asked: bool) -> bool:
    """Erases a person whose key is gone; whoever was given something is told again where they had `asked`.

    False where this backup knows nothing of them, or they were erased in it already.
    """
    person = uow.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        return False
    people = erase_unread(uow, person_id, at, tell=asked)
    _leave_addresses(uow, people)
    return True


def without_a_key(uow: UnitOfWork) -> int:
    """How many people of the database have no key among those that were put in: they are of an older file."""
    known = exists().where(DataKey.id == Person.data_key_id)
    return int(uow.connection.execute(select(func.count()).select_from(Person).where(~known)).scalar_one())


def _leave_addresses(uow: UnitOfWork, people: list[int]) -> None:
    """No address leads to them; a telephone that others use too is theirs. What they wrote last is answered no more."""
    talking = select(Conversation.identity_id).where(Conversation.person_id.in_(people))
    mine = select(Identity.id, Identity.person_id).where(or_(Identity.person_id.in_(people), Identity.id.in_(talking)))
    for identity in uow.connection.execute(mine.order_by(Identity.id)).all():
        others = select(Conversation.person_id).where(
            Conversation.identity_id == identity.id, Conversation.person_id.not_in(people)
        )
        stays = uow.connection.execute(others.order_by(Conversation.updated_at.desc()).limit(1)).scalar()
        if stays is not None:
            uow.connection.execute(update(Identity).where(Identity.id == identity.id).values(person_id=stays))
            threads = select(Conversation.id).where(
                Conversation.identity_id == identity.id, Conversation.person_id.in_(people)
            )
            for thread_id in uow.connection.execute(threads).scalars().all():
                forget_thread(uow, thread_id)
            continue
        forget_source(uow, identity.id)
        uow.connection.execute(delete(IdentityAlias).where(IdentityAlias.identity_id == identity.id))
        uow.connection.execute(
            update(Identity).where(Identity.id == identity.id).values(value_index=_nowhere(identity.id))
        )
        owed = update(OutboxMessage).where(
            OutboxMessage.identity_id == identity.id, OutboxMessage.state.in_(("waiting", "leased", "uncertain"))
        )
        uow.connection.execute(owed.values(state="cancelled", reason="erased", leased_until=None))
        said = update(InboxMessage).where(InboxMessage.identity_id == identity.id, InboxMessage.state != "handled")
        uow.connection.execute(said.values(state="handled", reason="erased"))
