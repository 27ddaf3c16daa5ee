"""What has had its time and is no single person's: the audit, and the words of incidents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from referrals.definitions.in_force import programmes, settings_of
from referrals.protection.audit import audit
from referrals.protection.audit_trail.cutting import cut_audit
from referrals.protection.incidents.forgetting import forget_incidents, old_incidents
from referrals.protection.records import AuditEvent
from referrals.protection.retention.rules import AUDIT, INCIDENT, Retention, strictest
from referrals.protection.rights_records import RetentionRun
from referrals.store.unit_of_work import Store, UnitOfWork

AUDIT_AT_ONCE = 5_000
Rules = Mapping[str | None, Retention]

_OLDEST_EVENT = select(AuditEvent.at).order_by(AuditEvent.seq).limit(1)


def any_old(uow: UnitOfWork, rules: Rules, at: datetime) -> bool:
    """Whether anything of it is due: the end of an index each."""
    oldest = uow.connection.execute(_OLDEST_EVENT).scalar()
    if oldest is not None and oldest < _audit_before(rules, at):
        return True
    return any(count for count, _ in incidents_due(uow, rules, at).values())


def incidents_due(uow: UnitOfWork, rules: Rules, at: datetime) -> dict[str, tuple[int, datetime | None]]:
    """How many incidents of each programme had their time, and since when the oldest is closed."""
    return {each: old_incidents(uow, each, _incidents_before(rules, each, at)) for each in rules if each is not None}


def old_audit(uow: UnitOfWork, rules: Rules, at: datetime) -> tuple[int, datetime | None]:
    """How many events of the audit had their time, and when the oldest was written."""
    before = _audit_before(rules, at)
    row = uow.connection.execute(
        select(func.count(), func.min(AuditEvent.at)).select_from(AuditEvent).where(AuditEvent.at < before)
    ).one()
    return int(row[0]), row[1]


def forget_old_incidents(store: Store, at: datetime, by: str) -> int:
    """Takes away the words of incidents that were closed long ago, some a commit; returns of how many."""

    def work(uow: UnitOfWork) -> int:
        rules, total = rules_in_force(uow), 0
        for programme_id, (_, oldest) in incidents_due(uow, rules, at).items():
            if oldest is not None:
                gone = forget_incidents(uow, programme_id, _incidents_before(rules, programme_id, at), at)
                note_run(uow, programme_id, INCIDENT, gone, oldest, by, at)
                total += gone
        return total

    total = 0
    while gone := store.transact(work):
        total += gone
    return total


def cut_old_audit(store: Store, at: datetime, by: str) -> int:
    """The audit is every programme's: what is old by the longest rule goes; returns how many events went."""

    def work(uow: UnitOfWork) -> int:
        before = _audit_before(rules_in_force(uow), at)
        oldest = uow.connection.execute(_OLDEST_EVENT).scalar()
        if oldest is None or oldest >= before:
            return 0
        gone = cut_audit(uow, before, at, most=AUDIT_AT_ONCE)
        if gone:
            note_run(uow, None, AUDIT, gone, oldest, by, at)
        return gone

    total = 0
    while gone := store.transact(work):
        total += gone
    return total


def _audit_before(rules: Rules, at: datetime) -> datetime:
    """What was written before then is old by the longest rule."""
    return at - max(each.how_long(AUDIT) for each in rules.values())


def _incidents_before(rules: Rules, programme_id: str, at: datetime) -> datetime:
    return at - rules[programme_id].how_long(INCIDENT)


def rules_in_force(uow: UnitOfWork) -> dict[str | None, Retention]:
    """The rules of every programme by its id; under None the strictest, for who belongs to none yet."""
    rules: dict[str | None, Retention] = {each.id: settings_of(uow, each.id).kept_for for each in programmes(uow)}
    rules[None] = strictest(list(rules.values()))
    return rules


def note_run(
    uow: UnitOfWork, programme_id: str | None, rule: str, rows: int, oldest: datetime, by: str, at: datetime
) -> None:
    """Writes down what went, for good."""
    run = RetentionRun(programme_id=programme_id, rule=rule, rows=rows, oldest_at=oldest, by=by, at=at)
    uow.session.add(run)
    uow.flush()
    details = {"rows": rows, "programme": programme_id or "", "rule": rule}
    audit(uow, at=at, actor=by, action="retention.run", object_kind="retention", object_id=run.id, details=details)
