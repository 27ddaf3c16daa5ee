"""Opens a store ready for work: database prepared, keys made, senders and programmes there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from referrals.definitions.importing import import_programme
from referrals.protection.audit import seal_carried_over
from referrals.protection.keys.restamping import restamp
from referrals.protection.vault import MasterKeys
from referrals.store.engine import open_engine
from referrals.store.unit_of_work import Store, UnitOfWork


def open_store(url: str, keys: MasterKeys) -> Store:
    """A store on a migrated database. The migrations are only loaded where something is left to do.

    Raises `WrongKey` when the database was made with another master key.
    """
    from referrals.store import schema

    engine = open_engine(url)
    try:
        store = Store(engine, keys)
        with store.alone():
            prepared, sealing = schema.is_prepared(engine), schema.has_seals(engine)
            if not prepared:
                schema.migrate(engine)
            store.transact(lambda uow: uow.vault.make_system_keys())
            if not sealing:
                store.transact(seal_carried_over)
            store.transact(restamp)
    except BaseException:  # nobody gets this engine: its connections end here
        engine.dispose()
        raise
    return store


def load_programmes(store: Store, folders: Iterable[Path], at: datetime) -> dict[str, list[str]]:
    """Imports every folder whose content is new; returns what changed, by folder name."""
    changed = {}
    for folder in folders:
        changed[folder.name] = store.transact(partial(_import, folder=folder, at=at))
    return changed


def _import(uow: UnitOfWork, *, folder: Path, at: datetime) -> list[str]:
    return import_programme(uow, folder, at, only_unknown=True)
