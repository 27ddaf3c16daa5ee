"""The audit chain: every step on a person's file, each row sealed to the one before it by a hash.

What a unit of work notes is written as its last statement, all at once: the one row that every writer waits for is held
no longer than the commit takes, and nobody who waits for it holds anything that another could be waiting for.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text, update

from referrals.protection.records import AuditAnchor, AuditedPerson, AuditEvent
from referrals.store.unit_of_work import UnitOfWork

CHAIN_LOCK = 7_233_001  # PostgreSQL advisory lock: two writers must not continue the same row
FIRST = "0" * 64
HEAD, CUT = "head", "cut"
OLD_SHAPE = ("seq", "actor", "action", "object_kind", "object_id", "details_sha256")


@dataclass(frozen=True)
class Noted:
    """An event that is to be written."""

    at: datetime
    actor: str
    action: str
    object_kind: str
    object_id: str
    people: tuple[int, ...]
    details_sha256: str


def audit(
    uow: UnitOfWork,
    *,
    at: datetime,
    actor: str,
    action: str,
    object_kind: str,
    object_id: str | int,
    details: Mapping[str, Any] | None = None,
    people: Iterable[int] = (),
) -> None:
    """Adds one event. `details` are hashed, not kept: the chain proves them without telling them.

    `people` are the ids of those whom a list showed, where the object alone does not say whose data were read.
    """
    digest = hashlib.sha256(json.dumps(details or {}, sort_keys=True).encode()).hexdigest()
    seen = tuple(sorted(set(people)))
    uow.write_noted = _write
    uow.noted.append(Noted(at, actor, action, object_kind, str(object_id), seen, digest))


def seal_of(uow: UnitOfWork, kind: str, seq: int, last_hash: str) -> str:
    """What only who has the key can say of an end of the chain."""
    return hmac.digest(uow.vault.system_key("audit"), f"{kind}\n{seq}\n{last_hash}".encode(), "sha256").hex()


def hash_of(row: Mapping[str, Any]) -> str:
    """The hash of a row over the one before it; people are part of it where there are any."""
    at: datetime = row["at"]
    parts = [str(row[name]) for name in OLD_SHAPE] + ([row["people"]] if row["people"] else [])
    chained = "\n".join([row["previous"], at.astimezone(UTC).isoformat(), *parts])
    return hashlib.sha256(chained.encode()).hexdigest()


def seal_carried_over(uow: UnitOfWork) -> None:
    """Seals the end that a version without seals left: once, while its database is brought up to date. Later an end
    without a seal is one that somebody made."""
    end = select(AuditAnchor.id, AuditAnchor.seq, AuditAnchor.hash).where(AuditAnchor.kind == HEAD)
    for row in uow.connection.execute(end.where(AuditAnchor.seal == "")).all():
        seal = seal_of(uow, HEAD, row.seq, row.hash)
        uow.connection.execute(update(AuditAnchor).where(AuditAnchor.id == row.id).values(seal=seal))


def hold_chain(uow: UnitOfWork) -> None:
    """Nobody else writes to the chain before this unit of work ends: for what has to become visible in its order."""
    if not uow.on_sqlite:
        uow.connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})


def _standing_end(uow: UnitOfWork) -> tuple[int, str]:
    """Number and hash of the last row where nothing says where the end is: of none, in a new database."""
    last = select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
    row = uow.connection.execute(last).one_or_none()
    return (row.seq, row.hash) if row else (0, FIRST)


def _write(uow: UnitOfWork) -> None:
    """Everything that was noted, behind the head as it stands now."""
    hold_chain(uow)
    head = uow.connection.execute(
        select(AuditAnchor.id, AuditAnchor.seq, AuditAnchor.hash, AuditAnchor.seal).where(AuditAnchor.kind == HEAD)
    ).one_or_none()
    seq, previous = (head.seq, head.hash) if head else _standing_end(uow)
    rows, links = list[dict[str, Any]](), list[dict[str, int]]()
    noted = list(uow.noted)
    sealed = head.seal == seal_of(uow, HEAD, seq, previous) if head else seq == 0
    if not sealed:
        # The chain goes on, or nothing could be done any more; that its end had been changed is said in it for good.
        noted.insert(0, Noted(noted[0].at, "system", "audit.end_changed", "audit", str(seq), (), "0" * 64))
    for event in noted:
        seq += 1
        row = {**vars(event), "seq": seq, "previous": previous, "people": ",".join(map(str, event.people))}
        previous = row["hash"] = hash_of(row)
        rows.append(row)
        links += [{"person_id": person, "seq": seq} for person in event.people]
    uow.connection.execute(insert(AuditEvent), rows)
    if links:
        uow.connection.execute(insert(AuditedPerson), links)
    ends = {"seq": seq, "hash": previous, "seal": seal_of(uow, HEAD, seq, previous), "at": rows[-1]["at"]}
    if head:
        uow.connection.execute(update(AuditAnchor).where(AuditAnchor.id == head.id).values(**ends))
    else:
        uow.connection.execute(insert(AuditAnchor).values(kind=HEAD, **ends))
