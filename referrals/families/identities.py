"""Finds the person behind an address, or makes one: the first thing done with any message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from referrals.families.records import Identity, Person
from referrals.inbound import Address
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

VALUE = "identity.value"


# (sender_id, value_index) is unique: the one row behind an address.
BY_ADDRESS = Ready(
    select(Identity.id, Identity.person_id, Person.data_key_id)
    .join(Person, Person.id == Identity.person_id)
    .where(Identity.sender_id == bindparam("sender"), Identity.value_index == bindparam("index"))
)


def identity_of(
    uow: UnitOfWork, sender_id: int, address: Address, at: datetime, also: tuple[Address, ...] = ()
) -> tuple[int, int, int]:
    """The identity, its person and that person's data key; all made when the address is new.

    `also` are other addresses of the same person on the same channel (a phone beside a hidden user id).
    """
    for each in (address, *also):
        index = uow.vault.index(f"identity:{each.kind}", each.value)
        found = BY_ADDRESS.first(uow.connection, sender=sender_id, index=index)
        if found is not None:
            return found.id, found.person_id, found.data_key_id
    person_id, key = new_person(uow, at)
    index = uow.vault.index(f"identity:{address.kind}", address.value)
    return _new_identity(uow, sender_id, address, index, person_id, key, at), person_id, key


def new_person(uow: UnitOfWork, at: datetime) -> tuple[int, int]:
    """A person and the data key that seals everything of theirs; returns both ids."""
    key = uow.vault.new_key(None, at)
    person_id = uow.connection.execute(
        insert(Person).values(data_key_id=key, created_at=at).returning(Person.id)
    ).scalar_one()
    uow.vault.belongs_to(key, person_id)
    return person_id, key


def _new_identity(
    uow: UnitOfWork, sender_id: int, address: Address, index: bytes, person_id: int, key: int, at: datetime
) -> int:
    return uow.connection.execute(
        insert(Identity)
        .values(
            person_id=person_id,
            sender_id=sender_id,
            kind=address.kind,
            value_sealed=uow.vault.seal_text(key, address.value, VALUE),
            value_index=index,
            readers="unknown",
            may_message=True,
            silent_until_written=False,
            created_at=at,
        )
        .returning(Identity.id)
    ).scalar_one()


def address_of(uow: UnitOfWork, identity: Identity) -> Address:
    """Where an identity is reached."""
    return Address(identity.kind, uow.vault.open_text(identity.value_sealed, VALUE))  # type: ignore[arg-type]  # stored from an AddressKind


def join_person(uow: UnitOfWork, identity_id: int, person_id: int, at: datetime) -> None:
    """The identity turns out to be another person's, who proved it; what was said before stays under the old key."""
    old = uow.connection.execute(select(Identity.person_id).where(Identity.id == identity_id)).scalar_one()
    if old == person_id:
        return
    uow.connection.execute(update(Identity).where(Identity.id == identity_id).values(person_id=person_id))
    others = uow.connection.execute(select(Identity.id).where(Identity.person_id == old).limit(1)).first()
    if others is None:
        uow.connection.execute(update(Person).where(Person.id == old).values(merged_into_id=person_id))


def data_key_of(uow: UnitOfWork, person_id: int) -> int:
    """The key that seals a person's fields."""
    return uow.connection.execute(select(Person.data_key_id).where(Person.id == person_id)).scalar_one()
