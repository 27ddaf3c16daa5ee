"""What runs for every message, or every second, is a range of an index, however many rows wait, are sent or expire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, text

from referrals.outbox import settling, statements
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.outbox.owing import Owing


def plan(connection: Connection, ready: Ready, values: Mapping[str, Any]) -> str:
    """How the database would go about it; on PostgreSQL as for a table too large to be read whole."""
    statement = ready._of(connection.dialect.name)
    compiled = statement.compile(dialect=connection.dialect)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        given = {name: values.get(name, default) for name, default in compiled.params.items()}
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {compiled}", given))
    places = [values.get(name, compiled.params[name]) for name in compiled.positiontup]
    given_in_order = tuple(str(each) if not isinstance(each, int | str | None) else each for each in places)
    return "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", given_in_order))


@pytest.mark.parametrize(
    ("ready", "index"),
    [
        (statements.OWED, "ix_outbox_message_due"),
        (statements.NEXT, "ix_outbox_message_due"),
        (settling._SETTLE, "ix_outbox_message_leased"),
        (settling._OVERDUE, "ix_outbox_message_leased"),
        (settling._EXPIRE, "ix_outbox_message_expiring"),
    ],
    ids=["owed", "next", "settle", "overdue", "expire"],
)
def test_it_reads_one_range_of_its_index(store: Store, clock: FrozenClock, ready: Ready, index: str) -> None:
    owing = Owing(store, clock, channel="telegram")
    for lane in ("reply", "campaign"):
        owing.owe("a", lane, lane=lane)
    values = {"sender": owing.sender_id, "of_lane": 2, "at": clock(), "most": 2}
    with store.unit_of_work() as uow:
        told = plan(uow.connection, ready, values)
    assert index in told
    assert "TEMP B-TREE" not in told
    assert "Sort" not in told
    assert "SCAN outbox_message" not in told
