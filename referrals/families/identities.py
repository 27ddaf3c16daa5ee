"""Finds the person behind an address, or makes one: the first thing done with any message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from referrals.conversations.records import Conversation
from referrals.families.records import Identity, IdentityAlias, Person
from referrals.inbound import Address
from referrals.protection.vault import fresh_id
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

VALUE = "identity.value"


# (sender_id, value_index) is unique: the one row behind an address.
BY_ADDRESS = Ready(
    select(Identity.id, Identity.person_id, Person.data_key_id)
    .join(Person, Person.id == Identity.person_id)
    .where(Identity.sender_id == bindparam("sender"), Identity.value_index == bindparam("index"))
)
# The same for the further addresses of an account.
BY_ALIAS = Ready(
    select(Identity.id, Identity.person_id, Person.data_key_id)
    .select_from(IdentityAlias)
    .join(Identity, Identity.id == IdentityAlias.identity_id)
    .join(Person, Person.id == Identity.person_id)
    .where(IdentityAlias.sender_id == bindparam("sender"), IdentityAlias.value_index == bindparam("index"))
)
NEW_PERSON = Ready(insert(Person).returning(Person.id), "data_key_id created_at farewell".split())
NEW_IDENTITY = Ready(
    insert(Identity).returning(Identity.id),
    (
        "person_id sender_id kind value_sealed value_index readers may_message silent_until_written "
        "quiet_from quiet_to created_at"
    ).split(),
)


def identity_of(uow: UnitOfWork, sender_id: int, address: Address, at: datetime) -> tuple[int, int, int]:
    """The identity, its person and that person's data key; all made when the address is new. Several addresses that
    one event names together are an account's (`accounts.py`)."""
    found = found_at(uow, sender_id, address)
    return (
        (found.id, found.person_id, found.data_key_id)
        if found is not None
        else new_identity(uow, sender_id, address, at)
    )


def found_at(uow: UnitOfWork, sender_id: int, address: Address) -> Any | None:
    """The row behind an address at one sender, its own or a further one: `id`, `person_id`, `data_key_id`."""
    index = index_of(uow, address)
    found = BY_ADDRESS.first(uow.connection, sender=sender_id, index=index)
    return found if found is not None else BY_ALIAS.first(uow.connection, sender=sender_id, index=index)


def identities_at(uow: UnitOfWork, kind: str, value: str) -> list[int]:
    """The identities that have this address, at any sender."""
    index = uow.vault.index(f"identity:{kind}", value)
    own = select(Identity.id).where(Identity.value_index == index)
    further = select(IdentityAlias.identity_id).where(IdentityAlias.value_index == index)
    return list(dict.fromkeys([*uow.connection.execute(own).scalars(), *uow.connection.execute(further).scalars()]))


def index_of(uow: UnitOfWork, address: Address) -> bytes:
    """The blind index that an address is found by."""
    return uow.vault.index(f"identity:{address.kind}", address.value)


def new_person(uow: UnitOfWork, at: datetime) -> tuple[int, int]:
    """A person and the data key that seals everything of theirs; returns both ids."""
    key = fresh_id()
    person_id = NEW_PERSON.value(uow.connection, data_key_id=key, created_at=at, farewell=False)
    assert person_id is not None
    return person_id, uow.vault.new_key(person_id, at, key)


def new_identity(uow: UnitOfWork, sender_id: int, address: Address, at: datetime) -> tuple[int, int, int]:
    """A new person at a new address: the identity, the person, the data key."""
    person_id, key = new_person(uow, at)
    identity_id = NEW_IDENTITY.value(
        uow.connection,
        person_id=person_id,
        sender_id=sender_id,
        kind=address.kind,
        value_sealed=uow.vault.seal_text(key, address.value, VALUE),
        value_index=index_of(uow, address),
        readers="unknown",
        may_message=True,
        silent_until_written=False,
        quiet_from="",
        quiet_to="",
        created_at=at,
    )
    assert identity_id is not None
    return identity_id, person_id, key


def join_person(uow: UnitOfWork, identity_id: int, person_id: int, at: datetime) -> None:
    """The identity turns out to be another person's, who proved it; what was said before stays under the old key.

    Only for an identity of somebody without a past: two who have one each are two people who share it.
    """
    old = person_at(uow, identity_id)
    if old == person_id:
        return
    uow.connection.execute(update(Identity).where(Identity.id == identity_id).values(person_id=person_id))
    uow.connection.execute(
        update(Conversation)
        .where(Conversation.identity_id == identity_id, Conversation.person_id == old)
        .values(person_id=person_id)
    )
    others = uow.connection.execute(select(Identity.id).where(Identity.person_id == old).limit(1)).first()
    if others is None:
        uow.connection.execute(update(Person).where(Person.id == old).values(merged_into_id=person_id))


def person_at(uow: UnitOfWork, identity_id: int) -> int:
    """Who speaks at an identity now."""
    return uow.connection.execute(select(Identity.person_id).where(Identity.id == identity_id)).scalar_one()


def data_key_of(uow: UnitOfWork, person_id: int) -> int:
    """The key that seals a person's fields."""
    return uow.connection.execute(select(Person.data_key_id).where(Person.id == person_id)).scalar_one()
