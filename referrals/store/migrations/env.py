"""Runs the migrations on the connection that `migrate` hands over."""

from __future__ import annotations

from alembic import context

from referrals.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="record.",
)
with context.begin_transaction():
    context.run_migrations()
