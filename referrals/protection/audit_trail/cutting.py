"""Takes off the audit what is older than its time: the rows go, a sealed mark of where they ended stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select

from referrals.protection.audit import CUT, audit, seal_of
from referrals.protection.records import AuditAnchor, AuditedPerson, AuditEvent
from referrals.store.unit_of_work import UnitOfWork


def cut_audit(uow: UnitOfWork, before: datetime, at: datetime, *, most: int = 10_000) -> int:
    """Removes at most `most` events from before that moment, the oldest first; returns how many went.

    The rest is as verifiable as before: the mark holds the number and the hash of the last row that went, sealed.
    """
    oldest: int | None = uow.connection.execute(select(func.min(AuditEvent.seq))).scalar()
    if oldest is None:
        return 0
    # The chain is in the order of its commits: everything up to the last old row of the portion is old enough.
    young = select(func.min(AuditEvent.seq)).where(AuditEvent.seq < oldest + most, AuditEvent.at >= before)
    stop = uow.connection.execute(young).scalar_one() or oldest + most
    last = uow.connection.execute(
        select(AuditEvent.seq, AuditEvent.hash).where(AuditEvent.seq < stop).order_by(AuditEvent.seq.desc()).limit(1)
    ).one_or_none()
    if last is None:
        return 0
    seal = seal_of(uow, CUT, last.seq, last.hash)
    uow.connection.execute(insert(AuditAnchor).values(kind=CUT, seq=last.seq, hash=last.hash, seal=seal, at=at))
    uow.connection.execute(delete(AuditedPerson).where(AuditedPerson.seq <= last.seq))
    uow.connection.execute(delete(AuditEvent).where(AuditEvent.seq <= last.seq))
    gone = int(last.seq - oldest + 1)
    audit(
        uow, at=at, actor="system", action="audit.cut", object_kind="audit", object_id=last.seq, details={"rows": gone}
    )
    return gone
