"""Keeps the audit, and what is noted of incidents, append-only within the database: triggers refuse every change."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

TABLES = ("audit_event", "audited_person", "audit_anchor", "incident_entry")
_CUT = "exists (select 1 from audit_anchor where kind = 'cut' and seq >= old.seq)"
NOT_CUT = f"not {_CUT}"
# What may not be done to a row, beside what the table itself refuses. The head moves on and is never taken away; rows
# go only when a cut says that their time is over, and whether a cut is ours `sanad audit verify` tells by its seal.
REFUSED: tuple[tuple[str, str, str], ...] = (
    ("audit_event", "update", "true"),
    ("audit_event", "delete", NOT_CUT),
    ("audited_person", "update", "true"),
    ("audited_person", "delete", NOT_CUT),
    ("audit_anchor", "update", "not (old.kind = 'head' and new.kind = 'head' and new.seq >= old.seq)"),
    ("audit_anchor", "delete", "true"),
    ("incident_entry", "update", "true"),
    ("incident_entry", "delete", "true"),
)
REASON = "the audit is append-only"
GUARD = "refuse_audit_change"
_STANDING = {
    "sqlite": "select count(*) from sqlite_master where type = 'trigger' and name like :like",
    "postgresql": "select count(*) from pg_trigger where tgname like :like and tgenabled <> 'D'",
}


def start(connection: Connection) -> None:
    """Puts the triggers where they are missing: after every migration, for SQLite forgets those of a rebuilt table."""
    there = set(inspect(connection).get_table_names())
    if not set(TABLES) <= there or not missing(connection):
        return
    stop(connection)
    if connection.dialect.name == "postgresql":
        _start_postgresql(connection)
    else:
        _start_sqlite(connection)


def stop(connection: Connection) -> None:
    """Takes the triggers away."""
    on_postgresql = connection.dialect.name == "postgresql"
    for name, table in _names():
        on = f" on {table}" if on_postgresql else ""
        connection.execute(text(f"drop trigger if exists {name}{on}"))
    if on_postgresql:
        connection.execute(text(f"drop function if exists {GUARD}()"))
        connection.execute(text(f"drop function if exists {GUARD}_unless_cut()"))


def missing(connection: Connection) -> int:
    """How many of the triggers do not stand (any more)."""
    standing = connection.execute(text(_STANDING[connection.dialect.name]), {"like": f"{GUARD}%"}).scalar_one()
    expected = len(REFUSED) + (len(TABLES) if connection.dialect.name == "postgresql" else 1)
    return expected - int(standing)


def _start_sqlite(connection: Connection) -> None:
    for table, what, when in REFUSED:
        connection.execute(
            text(
                f"create trigger {GUARD}_{table}_{what} before {what} on {table} when {when}"
                f" begin select raise(abort, '{REASON}'); end"
            )
        )
    # `insert or replace` takes a row away without a delete that a trigger would see
    connection.execute(
        text(
            f"create trigger {GUARD}_audit_event_insert before insert on audit_event"
            " when exists (select 1 from audit_event where seq = new.seq)"
            f" begin select raise(abort, '{REASON}'); end"
        )
    )


def _start_postgresql(connection: Connection) -> None:
    connection.execute(
        text(
            f"create function {GUARD}() returns trigger as $$ begin raise exception '{REASON}'; end $$ language plpgsql"
        )
    )
    # a trigger's condition may ask no other table there, so whether a cut allows it is asked within
    connection.execute(
        text(
            f"create function {GUARD}_unless_cut() returns trigger as $$ begin if not {_CUT} then"
            f" raise exception '{REASON}'; end if; return old; end $$ language plpgsql"
        )
    )
    for table, what, when in REFUSED:
        within = when == NOT_CUT
        condition, function = ("", f"{GUARD}_unless_cut") if within else (f" when ({when})", GUARD)
        connection.execute(
            text(
                f"create trigger {GUARD}_{table}_{what} before {what} on {table} for each row{condition}"
                f" execute function {function}()"
            )
        )
    for table in TABLES:
        connection.execute(
            text(
                f"create trigger {GUARD}_{table}_truncate before truncate on {table} for each statement"
                f" execute function {GUARD}()"
            )
        )


def _names() -> list[tuple[str, str]]:
    plain = [(f"{GUARD}_{table}_{what}", table) for table, what, _ in REFUSED]
    return [
        *plain,
        *((f"{GUARD}_{table}_truncate", table) for table in TABLES),
        (f"{GUARD}_audit_event_insert", "audit_event"),
    ]
