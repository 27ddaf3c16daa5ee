"""Rotation of the master key: every data key and system key is wrapped again with the key in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from referrals.protection.audit import audit
from referrals.protection.records import DataKey, SystemKey
from referrals.protection.vault import MasterKeys, _wrap, key_id  # `_wrap`: the vault's own format, in one place
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 500  # keys in one transaction: the service beside us waits for a few milliseconds only


@dataclass(frozen=True)
class Rotated:
    """How many keys were wrapped again, and how many were already under the key in force."""

    data_keys: int
    system_keys: int
    left: int


def rotate(store: Store, at: datetime) -> Rotated:
    """Wraps every key again with the first key of SANAD_SECRET_KEY; what is sealed stays as it is.

    May be run again after it was ended half-way. Raises `WrongKey` where a key is wrapped by a master key that is
    not given: nothing of that batch is changed then.
    """
    keys = store.vault.keys
    system = store.transact(lambda uow: _rewrap_system_keys(uow, keys))
    data, batch = 0, AT_A_TIME
    while batch == AT_A_TIME:
        batch = store.transact(lambda uow: _rewrap_some(uow, keys))
        data += batch
    current = key_id(keys.current)

    def note(uow: UnitOfWork) -> int:
        details = {"data_keys": data, "system_keys": system}
        audit(
            uow, at=at, actor="operator", action="keys.rotated", object_kind="key", object_id=current, details=details
        )
        under_it = select(func.count()).select_from(DataKey).where(DataKey.master_key_id == current)
        return uow.connection.execute(under_it).scalar_one() - data

    return Rotated(data, system, store.transact(note))


def _rewrap_system_keys(uow: UnitOfWork, keys: MasterKeys) -> int:
    current = key_id(keys.current)
    rows = uow.connection.execute(select(SystemKey).where(SystemKey.master_key_id != current)).all()
    for row in rows:
        wrapped = _rewrapped(uow, keys, row.wrapped, row.master_key_id)
        uow.connection.execute(
            update(SystemKey).where(SystemKey.kind == row.kind).values(wrapped=wrapped, master_key_id=current)
        )
    return len(rows)


def _rewrap_some(uow: UnitOfWork, keys: MasterKeys) -> int:
    current = key_id(keys.current)
    rows = uow.connection.execute(
        select(DataKey.id, DataKey.wrapped, DataKey.master_key_id)
        .where(DataKey.master_key_id != current, DataKey.wrapped.is_not(None))
        .limit(AT_A_TIME)
        .with_for_update()
    ).all()
    for row in rows:
        wrapped = _rewrapped(uow, keys, row.wrapped, row.master_key_id)
        uow.connection.execute(
            update(DataKey).where(DataKey.id == row.id).values(wrapped=wrapped, master_key_id=current)
        )
    return len(rows)


def _rewrapped(uow: UnitOfWork, keys: MasterKeys, wrapped: bytes, master_key_id: str) -> bytes:
    return _wrap(keys.current, uow.vault._unwrapped(wrapped, master_key_id))
