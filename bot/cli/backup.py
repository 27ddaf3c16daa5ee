"""`sanad backup`: the whole database in one file, while the service runs."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

HELP = (
    "Copies the database to a file while the service goes on. The master key is not in it: back it up apart, "
    "for without it nothing of a family can be read."
)
EXAMPLE = "sanad backup /var/backups/sanad-2026-11-01.db"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument("file", metavar="FILE", type=Path, help="must not be there yet")


def run(arguments: argparse.Namespace) -> int:
    """Writes the file whole or not at all."""
    from bot.cli import CommandFailed
    from bot.settings import read_settings

    target: Path = arguments.file
    if target.exists():
        raise CommandFailed(f"{target} is there already; name another file")
    if not target.parent.is_dir():
        raise CommandFailed(f"the folder {target.parent} is not there")
    settings = read_settings()
    part = target.with_name(target.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # nobody else may read it, from the start
    os.close(descriptor)
    try:
        if settings.is_sqlite:
            _copy_sqlite(settings.database_url, part)
        else:
            _dump_postgres(settings.database_url, part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    print(f"{target}: {target.stat().st_size:,} bytes; the master key is not in it")
    return 0


def _copy_sqlite(url: str, target: Path) -> None:
    """SQLite's own online backup: consistent, and writers go on meanwhile."""
    import sqlite3
    from contextlib import closing

    from bot.cli import CommandFailed

    source = sqlite_file(url)
    if not source.is_file():
        raise CommandFailed(f"SANAD_DATABASE_URL: {source} is not there, so there is nothing to back up")
    with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(target)) as to:
        from_.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        to.commit()


def _dump_postgres(url: str, target: Path) -> None:
    run_postgres_tool("pg_dump", ["--format=custom", "--no-owner", f"--file={target}"], url)


def sqlite_file(url: str) -> Path:
    """The file of a SQLite address. Raises `CommandFailed` for a database that is only in memory."""
    from sqlalchemy import make_url

    from bot.cli import CommandFailed

    name = make_url(url).database
    if not name or name == ":memory:":
        raise CommandFailed("SANAD_DATABASE_URL: this database is only in memory")
    return Path(name)


def run_postgres_tool(tool: str, words: list[str], url: str) -> None:
    """Runs pg_dump or pg_restore; the password goes by environment, where other users cannot read it."""
    import shutil
    import subprocess

    from sqlalchemy import make_url

    from bot.cli import CommandFailed

    if shutil.which(tool) is None:
        raise CommandFailed(f"{tool} is not installed; it comes with PostgreSQL's client (postgresql-client)")
    address = make_url(url)
    plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(address.password)} if address.password else {})}
    done = subprocess.run(
        [tool, *words, f"--dbname={plain}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no reason was given"]
        raise CommandFailed(f"{tool}: {reason[-1]}")
