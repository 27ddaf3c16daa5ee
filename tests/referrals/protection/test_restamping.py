"""Whoever was stored under an older folding is found under the one in force."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from dialogs.understanding import FOLDING_VERSION, name_key
from referrals.families.identifiers import NAME, block_index
from referrals.families.identities import identity_of, new_person
from referrals.families.records import ContactPoint, Identifier, Identity, NameKey
from referrals.inbound import Address
from referrals.protection.keys.restamping import restamp
from referrals.senders.records import Sender
from referrals.store.opening import open_store
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.stores import KEYS

OLD = bytes([FOLDING_VERSION - 1])
FATIMA = Address("telegram", "7001")
WHOLE_NAME = "فاطمة عبد الرحمن سالم عيّنة"


def add_sender(uow: UnitOfWork, clock: FrozenClock) -> int:
    """A sample account that speaks."""
    sender = Sender(
        channel="telegram", account="sample", data_key_id=uow.vault.new_key(None, clock()), created_at=clock()
    )
    uow.session.add(sender)
    uow.flush()
    return sender.id


def keep(uow: UnitOfWork, clock: FrozenClock) -> int:
    """A person with an address, a telephone and a name; returns their id."""
    sender = add_sender(uow, clock)
    _, person, key = identity_of(uow, sender, FATIMA, clock())
    vault = uow.vault
    uow.session.add(
        ContactPoint(
            person_id=person,
            kind="phone",
            value_sealed=vault.seal_text(key, "+201001234567", "contact_point.value"),
            value_index=vault.index("phone", "+201001234567"),
            created_at=clock(),
        )
    )
    uow.session.add(
        Identifier(
            person_id=person,
            kind=NAME,
            value_sealed=vault.seal_text(key, WHOLE_NAME, "identifier.value"),
            value_index=vault.index(NAME, name_key(WHOLE_NAME)),
            last2="",
            created_at=clock(),
        )
    )
    uow.flush()
    return person


def make_old(uow: UnitOfWork, table: Any) -> None:
    """As the folding before this one stored it; a name's key was another then."""
    for row in uow.connection.execute(select(table.id, table.kind, table.value_index)):
        index = OLD + (b"x" * 32 if row.kind == NAME else bytes(row.value_index[1:]))
        uow.connection.execute(update(table).where(table.id == row.id).values(value_index=index))


def test_an_identity_stored_under_an_older_folding_is_still_found(store: Store, clock: FrozenClock) -> None:
    person = store.transact(lambda uow: keep(uow, clock))
    with store.unit_of_work() as uow:
        for table in (Identity, ContactPoint, Identifier):
            make_old(uow, table)
    address = store.engine.url.render_as_string(hide_password=False)
    again = open_store(address, KEYS)
    with again.unit_of_work() as uow:
        sender = uow.connection.execute(select(Identity.sender_id).where(Identity.person_id == person)).scalar_one()
        assert identity_of(uow, sender, FATIMA, clock())[1] == person
        for table, kind, value in (
            (ContactPoint, "phone", "+201001234567"),
            (Identifier, NAME, name_key("فاطمه عبدالرحمن السالم عينة")),
        ):
            index = uow.vault.index(kind, value)
            found = uow.connection.execute(select(table.person_id).where(table.value_index == index)).scalars().all()
            assert found == [person]
        assert restamp(uow) == 0
    again.engine.dispose()


def test_an_address_that_came_again_meanwhile_stays_as_it_is_now(store: Store, clock: FrozenClock) -> None:
    with store.unit_of_work() as uow:
        keep(uow, clock)
        make_old(uow, Identity)
        sender = uow.connection.execute(select(Identity.sender_id)).scalar_one()
        newer = identity_of(uow, sender, FATIMA, clock())[1]
        restamp(uow)
        assert identity_of(uow, sender, FATIMA, clock())[1] == newer


def test_who_was_erased_is_found_by_nothing(store: Store, clock: FrozenClock) -> None:
    with store.unit_of_work() as uow:
        person, key = new_person(uow, clock())
        uow.session.add(
            Identifier(
                person_id=person,
                kind=NAME,
                value_sealed=uow.vault.seal_text(key, WHOLE_NAME, "identifier.value"),
                value_index=OLD + b"x" * 32,
                last2="",
                created_at=clock(),
            )
        )
        uow.flush()
        uow.vault.destroy(key, clock())
        assert restamp(uow) == 1
        index = uow.vault.index(NAME, name_key(WHOLE_NAME))
        assert uow.connection.execute(select(Identifier.id).where(Identifier.value_index == index)).first() is None


@pytest.mark.parametrize("version", [FOLDING_VERSION - 1, FOLDING_VERSION + 1])
def test_many_keys_of_any_other_folding_are_brought_over(store: Store, clock: FrozenClock, version: int) -> None:
    with store.unit_of_work() as uow:
        person, key = new_person(uow, clock())
        sealed = uow.vault.seal_text(key, "x", "contact_point.value")
        for number in range(1_201):
            index = bytes([version]) + uow.vault.index("phone", str(number))[1:]
            uow.session.add(
                ContactPoint(person_id=person, kind="phone", value_sealed=sealed, value_index=index, created_at=clock())
            )
        uow.flush()
        assert restamp(uow) == 1_201
        last = uow.vault.index("phone", "1200")
        assert uow.connection.execute(select(ContactPoint.id).where(ContactPoint.value_index == last)).first()


def test_who_is_filed_under_an_older_folding_is_filed_again(store: Store, clock: FrozenClock) -> None:
    def file(uow: UnitOfWork) -> bytes:
        person = keep(uow, clock)
        index = block_index(uow, "ends", "فاطمة عينة|KW-JA")
        uow.session.add(NameKey(person_id=person, kind="ends", value_index=OLD + index[1:]))
        uow.flush()
        return index

    store.transact(file)
    assert store.transact(restamp) >= 1
    with store.reading() as uow:
        left = uow.session.scalars(select(NameKey.value_index)).all()
        assert all(bytes(each[:1]) == bytes([FOLDING_VERSION]) for each in left)
