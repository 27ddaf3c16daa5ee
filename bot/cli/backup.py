"""`sanad backup`: the whole database in one file while the service runs, and its keys in another."""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.settings import Settings
    from referrals.protection.keys.key_file import About

KEY_FILE = "sanad.keys"
HELP = (
    "Copies the database to FILE while the service goes on, without any key, and writes the wrapped keys as they stand "
    "now to one file for all backups, in the place of the one before: whoever was erased since can be read in no "
    "backup, however old. The master key is in neither: back it up apart, without it nothing of a family can be read."
)
EXAMPLE = "sanad backup /var/backups/sanad-2026-11-01.db --keys /var/keys/sanad.keys"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --keys."""
    parser.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="must not be there yet; left out, only the keys are written"
    )
    parser.add_argument(
        "--keys",
        metavar="KEYS",
        type=Path,
        help=f"the one file of keys for all backups of this database; {KEY_FILE} beside FILE when left out",
    )


def run(arguments: argparse.Namespace) -> int:
    """Writes each file whole or not at all."""
    from bot.cli import CommandFailed
    from bot.settings import read_settings

    target: Path | None = arguments.file
    keys: Path | None = arguments.keys or (target.with_name(KEY_FILE) if target else None)
    if keys is None:
        raise CommandFailed("name the FILE to write, or with --keys the file of keys to write anew")
    if target is not None and target.exists():
        raise CommandFailed(f"{target} is there already; name another file")
    for folder in {path.parent for path in (target, keys) if path is not None}:
        if not folder.is_dir():
            raise CommandFailed(f"the folder {folder} is not there")
    settings = read_settings()
    if settings.is_sqlite and not sqlite_file(settings.database_url).is_file():
        raise CommandFailed(
            f"SANAD_DATABASE_URL: {sqlite_file(settings.database_url)} is not there, so there is nothing to back up"
        )
    _back_up(settings, target, keys)
    return 0


def _back_up(settings: Settings, target: Path | None, keys: Path) -> None:
    from datetime import UTC

    from sqlalchemy.exc import OperationalError

    from bot.cli import CommandFailed
    from bot.cli.opened import unreachable
    from referrals.protection.keys.key_file import KeysOfAnother, NotAKeyFile
    from referrals.store.engine import open_engine

    engine = open_engine(settings.database_url)
    at = datetime.now(UTC)
    try:
        _may_write(engine, keys)
        about = _begin(engine, keys, at)
        if target is not None:
            _copy(settings, engine, target)
        # After the copy: no key of it is missing, and whoever is erased meanwhile is in neither.
        count = _write_keys(engine, keys, about, at)
    except (NotAKeyFile, KeysOfAnother) as wrong:
        raise CommandFailed(str(wrong)) from wrong
    except OperationalError as failure:
        raise CommandFailed(unreachable(failure)) from failure
    finally:
        engine.dispose()
    if target is not None:
        print(f"{target}: {target.stat().st_size:,} bytes, no key in it")
    print(f"{keys}: {count:,} keys, wrapped; it takes the place of any older one. The master key is in neither file")


def _may_write(engine: Any, keys: Path) -> None:
    """Raises before anything is copied where the file of keys is another database's."""
    from referrals.protection.keys.key_file import KeysOfAnother, about_keys, last_backup

    if not keys.exists():
        return
    there = about_keys(keys)
    with engine.connect() as connection:
        mine = last_backup(connection)
    if mine is None or mine.database != there.database:
        raise KeysOfAnother(f"{KeysOfAnother.__doc__} ({keys} was written {there.made_at})")


def _begin(engine: Any, keys: Path, at: datetime) -> About:
    from bot.cli import CommandFailed
    from referrals.protection.keys.key_file import note_backup
    from referrals.store.schema import is_prepared

    if not is_prepared(engine):
        raise CommandFailed("this database is of an older version: start the service once, then back it up")
    with engine.connect().execution_options(sanad_begin="IMMEDIATE") as connection, connection.begin():
        return note_backup(connection, keys, at)


def _write_keys(engine: Any, keys: Path, about: About, at: datetime) -> int:
    from referrals.protection.keys.key_file import write_key_file

    with engine.connect() as connection, connection.begin():
        return write_key_file(connection, keys, about, at)


def _copy(settings: Settings, engine: Any, target: Path) -> None:
    from referrals.protection.keys.key_file import LEFT_OUT
    from referrals.store.copying import copy_out

    part = target.with_name(target.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # nobody else may read it, from the start
    os.close(descriptor)
    try:
        if settings.is_sqlite:
            _copy_sqlite(settings.database_url, part)
        else:
            copy_out(engine, part, LEFT_OUT)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(url: str, target: Path) -> None:
    """SQLite's own online backup: consistent, and writers go on meanwhile. The keys go from the copy, and from its free
    pages too."""
    import sqlite3
    from contextlib import closing

    from referrals.protection.keys.key_file import LEFT_OUT

    with closing(sqlite3.connect(sqlite_file(url))) as from_, closing(sqlite3.connect(target)) as to:
        from_.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        for table in LEFT_OUT:
            to.execute(f"delete from {table}")
        to.commit()
        to.execute("VACUUM")  # written anew: what was deleted stands in no free page


def sqlite_file(url: str) -> Path:
    """The file of a SQLite address. Raises `CommandFailed` for a database that is only in memory."""
    from sqlalchemy import make_url

    from bot.cli import CommandFailed

    name = make_url(url).database
    if not name or name == ":memory:":
        raise CommandFailed("SANAD_DATABASE_URL: this database is only in memory")
    return Path(name)
