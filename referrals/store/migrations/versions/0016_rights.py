"""Retention, erasure and what a family may ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from referrals.store.record import UtcDateTime

revision = "0016"
down_revision = "0015"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state = 'open'")
HELD = sa.text("ended_at IS NULL")
LOOK = sa.text("erased_at IS NULL")
DESTROYED = sa.text("destroyed_at IS NOT NULL")


def upgrade() -> None:
    """Requests and notices, holds, what was taken away, backups; when a person is to be looked at next."""
    _requests()
    op.create_table(
        "legal_hold",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("set_by_id", ID, nullable=True),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_legal_hold_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index("ix_legal_hold_standing", "legal_hold", ["person_id"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_table(
        "retention_run",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("programme_id", sa.String(40), nullable=True),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("oldest_at", UtcDateTime(), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_retention_run_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_index(op.f("ix_retention_run_at"), "retention_run", ["at"])
    op.create_table(
        "backup_run",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("database", sa.String(64), nullable=False),
        sa.Column("keys_path", sa.String(1000), nullable=False),
        sa.Column("pruned_at", UtcDateTime(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_run")),
    )
    op.create_index(
        "ix_data_key_destroyed", "data_key", ["destroyed_at"], sqlite_where=DESTROYED, postgresql_where=DESTROYED
    )
    _only_added("retention_run")
    op.add_column("person", sa.Column("retention_look_at", UtcDateTime(), nullable=True))
    op.add_column("person", sa.Column("farewell", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_index(
        "ix_person_retention", "person", ["retention_look_at", "created_at"], sqlite_where=LOOK, postgresql_where=LOOK
    )
    op.add_column("application", sa.Column("anonymised_at", UtcDateTime(), nullable=True))
    op.add_column(
        "draft_purged", sa.Column("rule", sa.String(80), nullable=False, server_default="unconsented_draft_days")
    )


def _requests() -> None:
    op.create_table(
        "erasure_request",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("programme_id", sa.String(40), nullable=True),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("proved_by", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("answer", sa.String(80), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_request_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_erasure_request_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index(op.f("ix_erasure_request_person_id"), "erasure_request", ["person_id"])
    op.create_index(
        "ix_erasure_request_open",
        "erasure_request",
        ["programme_id", "asked_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "erasure_notice",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("programme_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("organization_id", ID, nullable=True),
        sa.Column("location_id", ID, nullable=True),
        sa.Column("target_id", ID, nullable=True),
        sa.Column("reference", sa.String(160), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["erasure_request.id"], name=op.f("fk_erasure_notice_request_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_erasure_notice_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_notice")),
    )
    op.create_index(op.f("ix_erasure_notice_request_id"), "erasure_notice", ["request_id"])
    op.create_index(
        "ix_erasure_notice_open",
        "erasure_notice",
        ["location_id", "created_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_erasure_notice_of_programme", "erasure_notice", ["programme_id", "state"])


def _only_added(table: str) -> None:
    """A row that stands is neither changed nor removed, whoever tries."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"create or replace function {table}_stays() returns trigger as $$ begin"
            f" raise exception '{table} is only ever added to'; end $$ language plpgsql"
        )
        op.execute(
            f"create trigger {table}_stays before update or delete on {table}"
            f" for each row execute function {table}_stays()"
        )
        return
    for change in ("update", "delete"):
        op.execute(
            f"create trigger {table}_no_{change} before {change} on {table}"
            f" begin select raise(abort, '{table} is only ever added to'); end"
        )


def downgrade() -> None:
    """All of it goes."""
    op.drop_column("draft_purged", "rule")
    op.drop_column("application", "anonymised_at")
    op.drop_index("ix_person_retention", "person")
    op.drop_column("person", "farewell")
    op.drop_column("person", "retention_look_at")
    op.drop_index("ix_data_key_destroyed", "data_key")
    for table in ("backup_run", "retention_run", "legal_hold", "erasure_notice", "erasure_request"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function if exists retention_run_stays()")
