"""An erasure reaches the file of keys beside the backups, where this machine has it, and the log of a SQLite database,
without waiting for a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import func, select, update

from referrals.protection.keys.key_file import NotAKeyFile, about_keys, prune
from referrals.protection.records import DataKey
from referrals.protection.rights_records import BackupRun
from referrals.store.unit_of_work import Store, UnitOfWork

PATIENCE = 0.2  # seconds: whoever is writing goes first, and the next look does it
_folded: WeakKeyDictionary[Store, datetime] = WeakKeyDictionary()


def prune_key_file(store: Store, at: datetime) -> int:
    """Takes what was destroyed since the last time out of the file; returns how many keys.

    Where the file is not on this machine, nothing is done: the next `sanad backup` writes it anew.
    """
    with store.reading() as uow:
        found = _destroyed_since(uow)
        latest = uow.connection.execute(
            select(func.max(DataKey.destroyed_at)).where(DataKey.destroyed_at.is_not(None))
        ).scalar()
    if latest is not None and _folded.get(store) != latest and _fold_log(store):
        _folded[store] = latest
    if found is None:
        return 0
    about, path, keys = found
    try:
        if not path.is_file() or about_keys(path).database != about or not prune(path, keys):
            return 0
    except (OSError, NotAKeyFile, sqlite3.Error):  # read-only here, or not mounted: the next backup writes it anew
        return 0
    newest = max(destroyed for _, destroyed in keys)
    store.transact(
        lambda uow: uow.connection.execute(
            update(BackupRun).where(BackupRun.keys_path == str(path)).values(pruned_at=newest)
        )
    )
    return len(keys)


def _fold_log(store: Store) -> bool:
    """SQLite's log holds pages as they were, with keys that are destroyed: it is emptied; False where it is in use."""
    name = store.engine.url.database
    if store.engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return True
    with closing(sqlite3.connect(name, timeout=PATIENCE)) as log:
        busy: int = log.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
    return not busy


def _destroyed_since(uow: UnitOfWork) -> tuple[str, Path, list[tuple[int, datetime]]] | None:
    """The newest file of keys and what has to go from it; None where nothing has."""
    last = uow.connection.execute(
        select(BackupRun.database, BackupRun.keys_path, BackupRun.pruned_at).order_by(BackupRun.id.desc()).limit(1)
    ).one_or_none()
    if last is None or not last.keys_path or last.pruned_at is None:
        return None
    destroyed = select(DataKey.id, DataKey.destroyed_at).where(
        DataKey.destroyed_at.is_not(None), DataKey.destroyed_at > last.pruned_at
    )
    rows = uow.connection.execute(destroyed).all()
    if not rows:
        return None
    return last.database, Path(last.keys_path), [(row.id, row.destroyed_at) for row in rows]
