"""Every record of Sanad, so that migrations and tests see one whole schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

import referrals.applications.records
import referrals.appointments.centre_records
import referrals.appointments.records
import referrals.appointments.visits.records
import referrals.books.records
import referrals.conversations.records
import referrals.definitions.records
import referrals.directory.records
import referrals.families.records
import referrals.filling.records
import referrals.flows.records
import referrals.matching.records
import referrals.media.records
import referrals.outbox.records
import referrals.partners.records
import referrals.protection.incidents.records
import referrals.protection.records
import referrals.protection.rights_records
import referrals.referral.records
import referrals.senders.records
import referrals.staff.records
import referrals.submissions.records
import referrals.transcribing.records  # noqa: F401 - imported for their tables
from referrals.books import counting
from referrals.protection.audit_trail import append_only
from referrals.store.record import Record

metadata = Record.metadata
MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaBroken(RuntimeError):
    """Rows refer to rows that are not there. Restore the backup that was made before; see docs/how-to/restore.md."""


def has_seals(engine: Engine) -> bool:
    """Whether the end of the audit is sealed by whoever writes it: false for a database of a version before that."""
    return inspect(engine).has_table("audit_anchor")


def migrate(engine: Engine) -> None:
    """Brings the database to the newest version; does nothing when it is there."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection, _tables_may_be_rebuilt(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        counting.start(connection)  # SQLite forgets the triggers of a table that a migration made anew
        append_only.start(connection)
        connection.commit()


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which is refused while others refer to it; they are checked after."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection  # outside any transaction, or SQLite does not listen
    driver.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield
        lost = driver.execute("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise SchemaBroken(f"{SchemaBroken.__doc__} {sorted({row[0] for row in lost})}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON").close()


def is_prepared(engine: Engine) -> bool:
    """Whether the newest migration has run, told without loading the migrations."""
    newest = max(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    if not inspect(engine).has_table("alembic_version"):
        return False
    with engine.connect() as connection:
        return connection.execute(text("select version_num from alembic_version")).scalar() == newest
