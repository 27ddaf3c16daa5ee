"""Every record of Sanad, so that migrations and tests see one whole schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

import referrals.applications.records
import referrals.appointments.records
import referrals.conversations.records
import referrals.definitions.records
import referrals.directory.records
import referrals.families.records
import referrals.filling.records
import referrals.media.records
import referrals.outbox.records
import referrals.protection.records
import referrals.referral.records
import referrals.senders.records
import referrals.staff.records
import referrals.submissions.records
import referrals.transcribing.records  # noqa: F401 - imported for their tables
from referrals.store.record import Record

metadata = Record.metadata
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Brings the database to the newest version; does nothing when it is there."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def is_prepared(engine: Engine) -> bool:
    """Whether the newest migration has run, told without loading the migrations."""
    newest = max(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    if not inspect(engine).has_table("alembic_version"):
        return False
    with engine.connect() as connection:
        return connection.execute(text("select version_num from alembic_version")).scalar() == newest
