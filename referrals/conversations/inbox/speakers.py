"""Whose the events of a batch are, and under which key each is sealed: all looked up at once, who is new made known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, union_all
from sqlalchemy.exc import IntegrityError

from referrals.families.accounts import settle_account
from referrals.families.identities import identity_of, new_identity
from referrals.families.records import Identity, IdentityAlias, Person
from referrals.inbound import OF_NOBODY, ONLY_IF_KNOWN, Address, Inbound
from referrals.protection.records import DataKey
from referrals.senders.records import Sender
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

Place = tuple[int, bytes]
"""A sender, and the blind index of an address there."""
AT_ONCE = (1, 4, 16, 64, 256)  # addresses of one look: a few shapes, so that each is compiled once


@dataclass(frozen=True)
class Arrived:
    """An event of one of our senders."""

    sender_id: int
    event: Inbound


class Speakers:
    """Everybody in a batch. Nothing is remembered from one transaction to the next: neither an erasure, nor somebody
    who moved, nor another process can have changed it unseen."""

    def __init__(self, uow: UnitOfWork, at: datetime) -> None:
        self.uow, self.at = uow, at
        self._known: dict[Place, tuple[int, int]] = {}
        self._by_address: dict[Address, bytes] = {}
        self._places_of: dict[int, list[Place]] = {}
        self._sender_keys: dict[int, int] = {}

    def look_up(self, arrived: Iterable[Arrived]) -> None:
        """Finds every address of the batch; then makes those who are new."""
        persons = [each for each in arrived if each.event.kind not in OF_NOBODY]
        wanted: dict[int, dict[bytes, None]] = {}
        for each in persons:
            places = self._places_of[id(each)] = self._places(each)
            wanted.setdefault(each.sender_id, {}).update((index, None) for _, index in places)
        for sender_id, indexes in wanted.items():
            self._find(sender_id, list(indexes))
        for each in persons:
            if each.event.kind not in ONLY_IF_KNOWN:
                self._meet(each)

    def of(self, arrived: Arrived) -> tuple[int | None, int]:
        """The identity, None of nobody's event, and the key."""
        for place in self._places_of.get(id(arrived), ()):
            found = self._known.get(place)
            if found is not None:
                return found
        return None, self.sender_key(arrived.sender_id)

    def sender_key(self, sender_id: int) -> int:
        """What is sealed for nobody in particular."""
        key = self._sender_keys.get(sender_id)
        if key is None:
            key = self._sender_keys[sender_id] = _SENDER_KEY.all(self.uow.connection, sender=sender_id)[0][0]
        return key

    def _meet(self, arrived: Arrived) -> None:
        """Makes who is new. Identities that turn out to be one account, or whose number became another's, are looked up
        again wherever else the batch names them."""
        places = self._places_of[id(arrived)]
        found = {self._known.get(place) for place in places}
        if len(found) == 1 and None not in found:
            return
        met = _met(self.uow, arrived, self.at)
        if found != {None}:
            for sender_id, index in [place for place, identity in self._known.items() if identity in found]:
                del self._known[sender_id, index]
                self._find(sender_id, [index])
        self._known |= dict.fromkeys(places, met)

    def _find(self, sender_id: int, indexes: list[bytes]) -> None:
        for index, identity_id, key, wrapped, master in _found(self.uow, sender_id, indexes):
            self._known[sender_id, index] = identity_id, key
            self.uow.vault.learn(key, wrapped, master)

    def _places(self, arrived: Arrived) -> list[Place]:
        event = arrived.event
        return [(arrived.sender_id, self._index(address)) for address in (event.address, *event.also_known_as)]

    def _index(self, address: Address) -> bytes:
        known = self._by_address.get(address)
        if known is None:
            known = self._by_address[address] = self.uow.vault.index(f"identity:{address.kind}", address.value)
        return known


def _met(uow: UnitOfWork, arrived: Arrived, at: datetime) -> tuple[int, int]:
    """The identity and the data key of who speaks; two processes may meet a new family at the same moment."""
    event = arrived.event
    if uow.on_sqlite and not event.also_known_as:  # nobody else writes, and they were looked for a moment ago
        identity_id, _, key = new_identity(uow, arrived.sender_id, event.address, at)
        return identity_id, key
    if not uow.on_sqlite:
        try:
            with uow.nested():
                return _found_or_made(uow, arrived, at)
        except IntegrityError:  # the other process was faster: its identity is there now
            pass
    return _found_or_made(uow, arrived, at)


def _found_or_made(uow: UnitOfWork, arrived: Arrived, at: datetime) -> tuple[int, int]:
    """By its address; by all of them where the event names several of one account (a phone beside a hidden user id):
    they are kept, and whichever comes alone later leads to the same person."""
    event, sender_id = arrived.event, arrived.sender_id
    if event.also_known_as:
        identity_id, _, key = settle_account(uow, sender_id, (event.address, *event.also_known_as), at)
    else:
        identity_id, _, key = identity_of(uow, sender_id, event.address, at)
    return identity_id, key


def _found(
    uow: UnitOfWork, sender_id: int, indexes: list[bytes]
) -> Iterator[tuple[bytes, int, int, bytes | None, str | None]]:
    """Index, identity, data key, the key wrapped and its master key, of each address that is known."""
    most = AT_ONCE[-1]
    for some in (indexes[start : start + most] for start in range(0, len(indexes), most)):
        size = next(size for size in AT_ONCE if size >= len(some))
        padded = some + [some[-1]] * (size - len(some))
        named = {f"index_{place}": index for place, index in enumerate(padded)}
        if uow.on_sqlite:
            told = json.loads(_KNOWN_AS_JSON[size].value(uow.connection, sender=sender_id, **named) or "[]")
            for index, identity_id, key, wrapped, master in told:
                yield bytes.fromhex(index), identity_id, key, bytes.fromhex(wrapped) or None, master
            continue
        rows = _KNOWN[size].all(uow.connection, sender=sender_id, **named)
        if len(rows) < len(some):
            rows += _KNOWN_ELSEWISE[size].all(uow.connection, sender=sender_id, **named)
        for row in rows:
            yield bytes(row[0]), row[1], row[2], row[3], row[4]


def _indexes_of(size: int) -> list[Any]:
    return [bindparam(f"index_{place}", type_=Identity.value_index.type) for place in range(size)]


def _known(size: int) -> Any:
    """Everybody behind so many addresses of one sender."""
    return (
        select(Identity.value_index, Identity.id, Person.data_key_id, DataKey.wrapped, DataKey.master_key_id)
        .join(Person, Person.id == Identity.person_id)
        .outerjoin(DataKey, DataKey.id == Person.data_key_id)
        .where(Identity.sender_id == bindparam("sender"), Identity.value_index.in_(_indexes_of(size)))
    )


def _known_elsewise(size: int) -> Any:
    """The same by further addresses of an account."""
    return (
        select(IdentityAlias.value_index, Identity.id, Person.data_key_id, DataKey.wrapped, DataKey.master_key_id)
        .join(Identity, Identity.id == IdentityAlias.identity_id)
        .join(Person, Person.id == Identity.person_id)
        .outerjoin(DataKey, DataKey.id == Person.data_key_id)
        .where(IdentityAlias.sender_id == bindparam("sender"), IdentityAlias.value_index.in_(_indexes_of(size)))
    )


def _held(query: Any) -> Any:
    """On PostgreSQL their rows are held until the commit: an erasure, which destroys the key, waits until what was said
    is stored, and so finds it; or it is over, and the look finds the new key."""
    return query.with_for_update(read=True, key_share=True, of=Identity)


def _as_json(size: int) -> Any:
    # Python's driver lets other threads run at every row it fetches, and then waits for them: one row tells it all.
    both = union_all(_known(size), _known_elsewise(size)).subquery().c
    return select(
        func.json_group_array(
            func.json_array(
                func.hex(both.value_index), both.id, both.data_key_id, func.hex(both.wrapped), both.master_key_id
            )
        )
    )


_KNOWN = {size: Ready(_held(_known(size))) for size in AT_ONCE}
_KNOWN_ELSEWISE = {size: Ready(_held(_known_elsewise(size))) for size in AT_ONCE}
_KNOWN_AS_JSON = {size: Ready(_as_json(size)) for size in AT_ONCE}
_SENDER_KEY = Ready(select(Sender.data_key_id).where(Sender.id == bindparam("sender")))
