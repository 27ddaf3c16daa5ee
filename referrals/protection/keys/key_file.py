"""The one file of keys beside all backups: every wrapped key as it stands now, so that an old backup opens no more
than today's database does. Whoever was erased since is in no file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from referrals.protection.records import DataKey, SystemKey
from referrals.protection.rights_records import BackupRun, ErasureRequest

FORMAT = 1
AT_ONCE = 1000
LEFT_OUT = ("data_key", "system_key")
"""The tables that stand in this file and in no backup."""
_TABLES = """
create table about (format integer, database text, serial integer, made_at text);
create table data_key (id integer primary key, person_id integer, master_key_id text, wrapped blob,
    created_at text, destroyed_at text);
create table system_key (kind text primary key, master_key_id text, wrapped blob);
create table erased (person_id integer primary key);
"""


class NotAKeyFile(ValueError):
    """This is no file of keys as `sanad backup` writes it. Name the newest one with --keys."""


class KeysOfAnother(ValueError):
    """These are the keys of another database. Every database has its own file: name another one with --keys."""


@dataclass(frozen=True)
class About:
    """Which database the keys are of, and the number of the last backup that they belong to."""

    database: str
    serial: int
    made_at: str


def note_backup(connection: Connection, keys_path: Path, at: datetime) -> About:
    """Writes down that a backup begins, in the database that is about to be copied; returns its number."""
    last = last_backup(connection)
    about = About(last.database if last else uuid4().hex, last.serial + 1 if last else 1, at.isoformat())
    path = str(keys_path.absolute())[:1000]
    connection.execute(insert(BackupRun).values(id=about.serial, database=about.database, keys_path=path, at=at))
    return about


def last_backup(connection: Connection) -> About | None:
    """The backup that a copy of the database was made by; None where it was copied in another way."""
    row = connection.execute(select(BackupRun).order_by(BackupRun.id.desc()).limit(1)).mappings().one_or_none()
    return About(row["database"], row["id"], row["at"].isoformat()) if row else None


def write_key_file(connection: Connection, path: Path, about: About, at: datetime) -> int:
    """Writes every key as it stands now, whole or not at all, in the place of the file before; returns how many.

    To be called after the database was copied: then no key of the copy is missing. Raises `KeysOfAnother` before it
    would replace the keys of another database.
    """
    if path.exists() and (there := about_keys(path)).database != about.database:
        raise KeysOfAnother(f"{KeysOfAnother.__doc__} ({path} was written {there.made_at})")
    part = path.with_name(path.name + ".part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        with closing(sqlite3.connect(part)) as file:
            file.executescript(_TABLES)
            file.execute("insert into about values (?, ?, ?, ?)", (FORMAT, about.database, about.serial, _said(at)))
            count = _copy_keys(connection, file)
            file.commit()
        _overwrite(path)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    connection.execute(update(BackupRun).where(BackupRun.id == about.serial).values(pruned_at=at))
    return count


def _copy_keys(connection: Connection, file: sqlite3.Connection) -> int:
    count = 0
    rows = connection.execute(select(DataKey.__table__).execution_options(yield_per=AT_ONCE)).mappings()
    for row in rows:
        file.execute(
            "insert into data_key values (?, ?, ?, ?, ?, ?)",
            (
                row["id"],
                row["person_id"],
                row["master_key_id"],
                row["wrapped"],
                _said(row["created_at"]),
                _said(row["destroyed_at"]) if row["destroyed_at"] else None,
            ),
        )
        count += 1
    for each in connection.execute(select(SystemKey.__table__)).mappings():
        file.execute("insert into system_key values (?, ?, ?)", (each["kind"], each["master_key_id"], each["wrapped"]))
    asked = connection.execute(select(ErasureRequest.person_id).where(ErasureRequest.state == "done")).scalars()
    file.executemany("insert or ignore into erased values (?)", ((person,) for person in asked))
    return count


def about_keys(path: Path) -> About:
    """What a file of keys says of itself. Raises `NotAKeyFile`."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            row = file.execute("select format, database, serial, made_at from about").fetchone()
    except sqlite3.DatabaseError as failure:
        raise NotAKeyFile(f"{NotAKeyFile.__doc__} ({path}: {failure})") from failure
    if row is None or row[0] != FORMAT:
        raise NotAKeyFile(f"{NotAKeyFile.__doc__} ({path})")
    return About(row[1], row[2], row[3])


def put_keys(connection: Connection, path: Path) -> None:
    """The keys of the file stand in the database, and no others do."""
    for table in (DataKey, SystemKey):
        connection.execute(table.__table__.delete())  # type: ignore[attr-defined]  # a Table
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
        for batch in _batches(file.execute("select * from data_key")):
            connection.execute(insert(DataKey), [_data_key(row) for row in batch])
        system = file.execute("select kind, master_key_id, wrapped from system_key").fetchall()
    connection.execute(
        insert(SystemKey), [{"kind": row[0], "master_key_id": row[1], "wrapped": row[2]} for row in system]
    )


def erased_in(path: Path) -> list[tuple[int, bool]]:
    """The people whose keys are destroyed in the file, and whether they had asked for it; the others' time was over."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
        rows = file.execute(
            "select distinct d.person_id, e.person_id is not null from data_key d"
            " left join erased e on e.person_id = d.person_id"
            " where d.destroyed_at is not null and d.person_id is not null"
            # who asked comes first: whoever turned out to be them is erased with them, and the centres are told
            " order by e.person_id is null, d.person_id"
        ).fetchall()
    return [(int(row[0]), bool(row[1])) for row in rows]


def prune(path: Path, keys: list[tuple[int, datetime]]) -> bool:
    """Takes destroyed keys out of the file as well, overwriting them; False where the file is not here."""
    if not path.is_file():
        return False
    with closing(sqlite3.connect(path)) as file:
        file.execute("pragma secure_delete = on")
        file.executemany(
            "update data_key set wrapped = null, destroyed_at = ? where id = ?",
            [(_said(at), key) for key, at in keys],
        )
        file.commit()
    return True


def _data_key(row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "id": row[0],
        "person_id": row[1],
        "master_key_id": row[2],
        "wrapped": row[3],
        "created_at": datetime.fromisoformat(row[4]),
        "destroyed_at": datetime.fromisoformat(row[5]) if row[5] else None,
    }


def _batches(found: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while batch := found.fetchmany(AT_ONCE):
        yield batch


def _overwrite(path: Path) -> None:
    """What the old file held is written over before it goes, as far as a file system lets us."""
    if path.is_file():
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())


def _said(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
