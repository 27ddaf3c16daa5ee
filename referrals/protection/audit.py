"""The audit chain: every step on a person's file, each row sealed to the one before it by a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text

from referrals.protection.records import AuditEvent
from referrals.store.unit_of_work import UnitOfWork

CHAIN_LOCK = 7_233_001  # PostgreSQL advisory lock: two writers must not continue the same row
FIRST = "0" * 64


def audit(
    uow: UnitOfWork,
    *,
    at: datetime,
    actor: str,
    action: str,
    object_kind: str,
    object_id: str | int,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Adds one event. `details` are hashed, not kept: the chain proves them without telling them."""
    if uow.connection.dialect.name == "postgresql":
        uow.connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    last = uow.connection.execute(
        select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous = (last.seq + 1, last.hash) if last else (1, FIRST)
    row = {
        "seq": seq,
        "at": at,
        "actor": actor,
        "action": action,
        "object_kind": object_kind,
        "object_id": str(object_id),
        "details_sha256": hashlib.sha256(json.dumps(details or {}, sort_keys=True).encode()).hexdigest(),
        "previous": previous,
    }
    uow.connection.execute(insert(AuditEvent).values(**row, hash=_hash(row)))


def broken_link(uow: UnitOfWork) -> int | None:
    """The number of the first row that does not follow from the one before it; None when the chain is whole."""
    previous, expected = FIRST, 1
    for row in _rows(uow):
        if row["seq"] != expected or row["previous"] != previous or row.pop("hash") != (now := _hash(row)):
            return expected
        previous, expected = now, expected + 1
    return None


def _rows(uow: UnitOfWork) -> Iterable[dict[str, Any]]:
    for row in uow.connection.execute(select(AuditEvent.__table__).order_by(AuditEvent.seq)).mappings():
        yield dict(row)


def _hash(row: Mapping[str, Any]) -> str:
    at: datetime = row["at"]
    parts = [str(row[name]) for name in ("seq", "actor", "action", "object_kind", "object_id", "details_sha256")]
    chained = "\n".join([row["previous"], at.astimezone(UTC).isoformat(), *parts])
    return hashlib.sha256(chained.encode()).hexdigest()
