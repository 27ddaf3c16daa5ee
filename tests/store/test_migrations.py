"""The migrations make exactly the schema that the records describe, on both databases, and can be taken back."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from referrals.store.schema import MIGRATIONS, is_prepared, metadata, migrate
from referrals.store.unit_of_work import Store


def differences(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata, "compare_type": True})
        return list(compare_metadata(context, metadata))


def test_the_migrations_make_what_the_records_say(store: Store) -> None:
    assert is_prepared(store.engine)
    assert differences(store) == []


def test_a_database_of_the_first_schema_comes_up_to_date(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        connection.commit()
    assert "app_user" not in inspect(store.engine).get_table_names()
    assert not is_prepared(store.engine)
    migrate(store.engine)
    assert differences(store) == []
