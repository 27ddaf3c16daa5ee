"""A database with conversations in it comes up to the schema in which several people share an identity."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from referrals.store.schema import MIGRATIONS, migrate
from referrals.store.unit_of_work import Store

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROWS = (
    "insert into sender (id, channel, account, name, data_key_id, active, created_at)"
    " values (1, 'telegram', '1', '', 1, true, :now)",
    "insert into person (id, data_key_id, created_at) values (1, 1, :now)",
    "insert into identity (id, person_id, sender_id, kind, value_sealed, value_index, readers, may_message,"
    " silent_until_written, created_at) values (1, 1, 1, 'telegram', :blob, :blob, 'alone', true, false, :now)",
    "insert into conversation (id, identity_id, person_id, sender_id, language, stage, state_sealed, version,"
    " updated_at) values (7, 1, 1, 1, 'ar', 'menu', :blob, 3, :now)",
    "insert into move_code (id, code_index, conversation_id, created_at, expires_at) values (1, :blob, 7, :now, :now)",
    "insert into help_request (id, conversation_id, person_id, kind, restricted, state, created_at, due_at)"
    " values (1, 7, 1, 'question', false, 'open', :now, :now)",
)


def test_conversations_and_what_refers_to_them_come_along(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0009")
        connection.commit()
        values: dict[str, Any] = {"now": NOW if store.engine.dialect.name == "postgresql" else "2026-11-01 00:00:00"}
        for row in ROWS:
            given = values | ({"blob": b"\x01sample"} if ":blob" in row else {})
            connection.execute(text(row), given)
        connection.commit()
    migrate(store.engine)
    with store.engine.connect() as connection:
        thread = connection.execute(text("select id, person_id, version, may_message from conversation")).one()
        assert tuple(thread) == (7, 1, 3, None)
        assert connection.execute(text("select conversation_id from move_code")).scalar_one() == 7
        assert connection.execute(text("select conversation_id from help_request")).scalar_one() == 7
        if store.is_sqlite:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
