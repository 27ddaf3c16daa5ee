"""A chain from a version without seals is whole after the upgrade, and sealed by it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import column, insert, select, table

from referrals.protection.audit import FIRST, hash_of
from referrals.protection.audit_trail.verifying import check
from referrals.protection.records import AuditAnchor, AuditEvent
from referrals.store import schema
from referrals.store.engine import open_engine
from referrals.store.opening import open_store
from tests.stores import KEYS

BEFORE_SEALS = "0014"


def test_an_upgrade_seals_the_end_that_it_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    _written_by_an_old_version(url)
    store = open_store(url, KEYS)
    with store.reading() as uow:
        assert (check(uow).rows, check(uow).wrong) == (2, None)
        assert uow.connection.execute(select(AuditAnchor.seal)).scalar_one() != ""
    store.engine.dispose()


def _written_by_an_old_version(url: str) -> None:
    engine, config, previous = open_engine(url), Config(), FIRST
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_SEALS)
        for number in (1, 2):
            event = {
                "seq": number,
                "at": datetime(2026, 1, number, tzinfo=UTC),
                "actor": "staff:1",
                "action": "referral.read",
                "object_kind": "referral",
                "object_id": "1",
                "details_sha256": "0" * 64,
                "previous": previous,
            }
            previous = hash_of({**event, "people": ""})
            whole = {**event, "hash": previous}
            old = table("audit_event", *(column(name, AuditEvent.__table__.c[name].type) for name in whole))
            connection.execute(insert(old), [whole])
        connection.commit()
    engine.dispose()
