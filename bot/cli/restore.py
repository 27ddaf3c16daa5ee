"""`sanad restore`: a backup in the place of an empty database, with the newest keys; who was erased since stays so."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.settings import Settings
    from referrals.protection.keys.key_file import About
    from referrals.store.unit_of_work import Store

HELP = (
    "Puts a backup in the place of an empty database, after checking it, that the file of keys belongs to it and is no "
    "older, and that this master key opens it. Whoever was erased since the backup was made is erased in it again."
)
EXAMPLE = "SANAD_DATA=/srv/sanad sanad restore /var/backups/sanad-2026-11-01.db --keys /var/keys/sanad.keys"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --keys."""
    parser.add_argument("file", metavar="FILE", type=Path, help="made by: sanad backup")
    parser.add_argument(
        "--keys", metavar="KEYS", type=Path, help="the newest file of keys; sanad.keys beside FILE when left out"
    )


def run(arguments: argparse.Namespace) -> int:
    """Refuses over a database that holds anything."""
    from bot.cli import CommandFailed
    from bot.cli.backup import KEY_FILE
    from bot.settings import read_settings
    from referrals.protection.keys.key_file import NotAKeyFile, about_keys

    file: Path = arguments.file
    keys: Path = arguments.keys or file.with_name(KEY_FILE)
    if not file.is_file():
        raise CommandFailed(f"{file} is not there")
    if not keys.is_file():
        raise CommandFailed(
            f"the file of keys {keys} is not there, and no backup holds any key: name the newest one with --keys"
        )
    try:
        about = about_keys(keys)
    except NotAKeyFile as wrong:
        raise CommandFailed(str(wrong)) from wrong
    settings = read_settings()
    restore = _restore_sqlite if settings.is_sqlite else _restore_postgres
    again = restore(settings, file, keys, about)
    print(f"restored {file} with the keys of {about.made_at}")
    print(f"erased again: {again} people who were erased after this backup was made")
    return 0


def _restore_sqlite(settings: Settings, file: Path, keys: Path, about: About) -> int:
    import shutil

    from bot.cli import CommandFailed
    from bot.cli.backup import sqlite_file

    target = sqlite_file(settings.database_url)
    if target.exists() and target.stat().st_size:
        raise CommandFailed(f"{target} is not empty; end the service, move it away, and try again")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".restoring")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        shutil.copyfile(file, part)
        _check_whole(part)
        again = _take_over(settings, f"sqlite:///{part.absolute()}", keys, about)
        _fold_log(part)
        os.replace(part, target)
    finally:
        for name in ("", "-wal", "-shm"):
            part.with_name(part.name + name).unlink(missing_ok=True)
    return again


def _check_whole(copy: Path) -> None:
    """The copy is whole and is Sanad's. Raises `CommandFailed`."""
    import sqlite3
    from contextlib import closing

    from bot.cli import CommandFailed

    try:
        with closing(sqlite3.connect(copy)) as found:
            whole = found.execute("PRAGMA integrity_check").fetchone()[0]
            tables = {row[0] for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError as failure:
        raise CommandFailed(f"this is no backup of SQLite: {failure}") from failure
    if whole != "ok" or "system_key" not in tables:
        raise CommandFailed(f"this is no whole backup of Sanad ({whole}); take another one")


def _fold_log(part: Path) -> None:
    """Everything stands in the one file that is moved to its place."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(part)) as written:
        written.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        written.execute("PRAGMA journal_mode=DELETE")


def _take_over(settings: Settings, url: str, keys: Path, about: About) -> int:
    """Puts the keys in, opens with the master key, brings the schema up to date, erases again; returns how many."""
    from bot.cli import CommandFailed
    from referrals.protection.keys.key_file import put_keys
    from referrals.protection.keys.keyring import KEY_FILE, master_keys
    from referrals.protection.keys.restoring import without_a_key
    from referrals.store.engine import open_engine
    from referrals.store.schema import migrate
    from referrals.store.unit_of_work import Store

    if not settings.secret_key and not (settings.data / KEY_FILE).is_file():
        raise CommandFailed(f"set SANAD_SECRET_KEY, or put the key file of the backup at {settings.data / KEY_FILE}")
    engine = open_engine(url)
    try:
        _belongs(engine, keys, about)
        with engine.connect().execution_options(sanad_begin="IMMEDIATE") as connection, connection.begin():
            put_keys(connection, keys)
        store = Store(engine, master_keys(settings.secret_key, settings.data))
        with store.reading() as uow:
            uow.vault.system_key("blind_index")
            lost = without_a_key(uow)
        if lost:
            raise CommandFailed(
                f"{keys} lacks the keys of {lost} people of this backup; name the newest one with --keys"
            )
        migrate(engine)
        _go_on_counting(store, keys, about)
        return _erase_again(store, keys)
    finally:
        engine.dispose()


def _belongs(engine: Any, keys: Path, about: About) -> None:
    """The keys are this database's, and no older than the backup. Raises `CommandFailed`."""
    from sqlalchemy import inspect

    from bot.cli import CommandFailed
    from referrals.protection.keys.key_file import last_backup

    with engine.connect() as connection:
        made = last_backup(connection) if inspect(connection).has_table("backup_run") else None
    if made is None:
        raise CommandFailed("this is a copy of a database that was not made by `sanad backup`; take one that was")
    if made.database != about.database:
        raise CommandFailed(f"{keys} holds the keys of another database; name this one's with --keys")
    if made.serial > about.serial:
        raise CommandFailed(
            f"{keys} is older (written {about.made_at}) than this backup ({made.made_at}): it lacks keys, and still "
            "holds those of people who were erased since; name the newest one with --keys"
        )


def _go_on_counting(store: Store, keys: Path, about: About) -> None:
    """The next backup's number comes after every one that these keys were written for."""
    from datetime import UTC, datetime

    from sqlalchemy import insert, select

    from referrals.protection.rights_records import BackupRun

    at = datetime.now(UTC)
    row = {"id": about.serial, "database": about.database, "keys_path": str(keys.absolute())[:1000], "at": at}

    def note(uow: Any) -> None:
        if uow.connection.execute(select(BackupRun.id).where(BackupRun.id == about.serial)).first() is None:
            uow.connection.execute(insert(BackupRun).values(**row, pruned_at=at))

    store.transact(note)


def _erase_again(store: Store, keys: Path) -> int:
    from datetime import UTC, datetime

    from referrals.protection.keys.key_file import erased_in
    from referrals.protection.keys.restoring import erase_again

    at = datetime.now(UTC)
    done = 0
    for person_id, asked in erased_in(keys):
        done += store.transact(partial(erase_again, person_id=person_id, at=at, asked=asked))
    return done


def _restore_postgres(settings: Settings, file: Path, keys: Path, about: About) -> int:
    from sqlalchemy import inspect
    from sqlalchemy.exc import OperationalError

    from bot.cli import CommandFailed
    from bot.cli.opened import unreachable
    from referrals.store.copying import NoCopy, copy_in
    from referrals.store.engine import open_engine

    engine = open_engine(settings.database_url)
    try:
        if inspect(engine).get_table_names():
            raise CommandFailed("the database of SANAD_DATABASE_URL is not empty; make a new one and name that")
        copy_in(engine, file)
    except NoCopy as wrong:
        raise CommandFailed(str(wrong)) from wrong
    except OperationalError as failure:
        raise CommandFailed(unreachable(failure)) from failure
    finally:
        engine.dispose()
    return _take_over(settings, settings.database_url, keys, about)
