"""`sanad restore`: a backup in the place of an empty database."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

HELP = "Puts a backup in the place of an empty database, after checking it and that this master key opens it."
EXAMPLE = "SANAD_DATA=/srv/sanad sanad restore /var/backups/sanad-2026-11-01.db"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument("file", metavar="FILE", type=Path, help="made by: sanad backup")


def run(arguments: argparse.Namespace) -> int:
    """Refuses over a database that holds anything."""
    from bot.cli import CommandFailed
    from bot.settings import read_settings

    if not arguments.file.is_file():
        raise CommandFailed(f"{arguments.file} is not there")
    settings = read_settings()
    if settings.is_sqlite:
        _restore_sqlite(settings, arguments.file)
    else:
        _restore_postgres(settings, arguments.file)
    print(f"restored {arguments.file}")
    return 0


def _restore_sqlite(settings: Settings, file: Path) -> None:
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
        _check(settings, part)
        os.replace(part, target)
    finally:
        for name in ("", "-wal", "-shm"):
            part.with_name(part.name + name).unlink(missing_ok=True)


def _check(settings: Settings, copy: Path) -> None:
    """The copy is whole, is Sanad's, and opens with this key. Raises `CommandFailed` or `WrongKey`."""
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
    _open_with_this_key(settings, f"sqlite:///{copy.absolute()}")


def _open_with_this_key(settings: Settings, url: str) -> None:
    from bot.cli import CommandFailed
    from referrals.protection.keyring import KEY_FILE, master_keys
    from referrals.store.engine import open_engine
    from referrals.store.unit_of_work import Store

    if not settings.secret_key and not (settings.data / KEY_FILE).is_file():
        raise CommandFailed(f"set SANAD_SECRET_KEY, or put the key file of the backup at {settings.data / KEY_FILE}")
    engine = open_engine(url)
    try:
        with Store(engine, master_keys(settings.secret_key, settings.data)).reading() as uow:
            uow.vault.system_key("blind_index")
    finally:
        engine.dispose()


def _restore_postgres(settings: Settings, file: Path) -> None:
    from sqlalchemy import inspect
    from sqlalchemy.exc import OperationalError

    from bot.cli import CommandFailed
    from bot.cli.backup import run_postgres_tool
    from bot.cli.opened import unreachable
    from referrals.store.engine import open_engine

    engine = open_engine(settings.database_url)
    try:
        tables = inspect(engine).get_table_names()
    except OperationalError as failure:
        raise CommandFailed(unreachable(failure)) from failure
    finally:
        engine.dispose()
    if tables:
        raise CommandFailed("the database of SANAD_DATABASE_URL is not empty; make a new one and name that")
    run_postgres_tool(
        "pg_restore", ["--no-owner", "--single-transaction", "--exit-on-error", str(file)], settings.database_url
    )
    _open_with_this_key(settings, settings.database_url)
