"""An erasure reaches the file of keys beside the backups, where this machine has it, without waiting for a backup."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from referrals.protection.key_file import NotAKeyFile, about_keys, prune
from referrals.protection.records import DataKey
from referrals.protection.rights_records import BackupRun
from referrals.store.unit_of_work import Store, UnitOfWork


def prune_key_file(store: Store, at: datetime) -> int:
    """Takes what was destroyed since the last time out of the file; returns how many keys.

    Where the file is not on this machine, nothing is done: the next `sanad backup` writes it anew.
    """
    with store.reading() as uow:
        found = _destroyed_since(uow)
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
