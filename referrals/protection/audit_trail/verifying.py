"""Whether the audit chain is whole: every row follows from the one before it, and neither end was taken off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.families.records import Consent
from referrals.protection.audit import CUT, FIRST, HEAD, hash_of, seal_of
from referrals.protection.audit_trail import append_only
from referrals.protection.records import AuditAnchor, AuditedPerson, AuditEvent
from referrals.store.unit_of_work import UnitOfWork

Wrong = Literal["changed", "missing", "end_missing", "end_changed", "cut_changed", "people_changed", "unguarded"]
AT_ONCE = 2000


@dataclass(frozen=True)
class Checked:
    """What a look at the whole chain found; `broken` is the number of the first row that is not as it was written."""

    rows: int
    first: int
    last: int
    hash: str
    broken: int | None = None
    wrong: Wrong | None = None


def check(uow: UnitOfWork) -> Checked:
    """Reads the whole chain from its first row, or from where it was cut when its time was over."""
    cut, head = _anchor(uow, CUT), _anchor(uow, HEAD)
    previous, last = (cut.hash, cut.seq) if cut else (FIRST, 0)
    first, rows = last + 1, 0
    if cut and cut.seal != seal_of(uow, CUT, cut.seq, cut.hash):
        return Checked(rows, first, last, previous, first, "cut_changed")
    for row in _rows(uow, last):
        if row["seq"] != last + 1:
            return Checked(rows, first, last, previous, last + 1, "missing")
        if row["previous"] != previous or row.pop("hash") != (now := hash_of(row)):
            return Checked(rows, first, last, previous, row["seq"], "changed")
        if row["action"] == "audit.end_changed":
            return Checked(rows, first, last, previous, row["seq"], "end_changed")
        previous, last, rows = now, row["seq"], rows + 1
    found = Checked(rows, first, last, previous)
    wrong = _end(uow, found, head)
    return Checked(rows, first, last, previous, *wrong) if wrong else found


def _end(uow: UnitOfWork, found: Checked, head: Any) -> tuple[int, Wrong] | None:
    """What is wrong behind the last row that stands."""
    if head is None:
        if found.rows:
            return found.last, "end_changed"
        return (found.first, "end_missing") if _was_anything_done(uow) else None
    if head.seq > found.last:
        return found.last + 1, "end_missing"
    if head.seal != seal_of(uow, HEAD, head.seq, head.hash) or (head.seq, head.hash) != (found.last, found.hash):
        return found.last, "end_changed"
    if stray := _stray_link(uow, found.first):
        return stray, "people_changed"
    return (found.last, "unguarded") if append_only.missing(uow.connection) else None


def _was_anything_done(uow: UnitOfWork) -> bool:
    """Whether there is what cannot be there without an event: then a chain without a row is one that was taken off."""
    agreed, filed = (uow.connection.execute(select(each).limit(1)).first() for each in (Consent.id, Application.id))
    return agreed is not None or filed is not None


def _stray_link(uow: UnitOfWork, first: int) -> int | None:
    """The first event that names people otherwise than the index by person does."""
    linked: dict[int, set[int]] = {}
    for row in uow.connection.execute(select(AuditedPerson.seq, AuditedPerson.person_id)):
        linked.setdefault(row.seq, set()).add(row.person_id)
    named = select(AuditEvent.seq, AuditEvent.people).where(AuditEvent.people != "", AuditEvent.seq >= first)
    for event in uow.connection.execute(named.order_by(AuditEvent.seq)):
        if linked.pop(event.seq, set()) != set(map(int, event.people.split(","))):
            return int(event.seq)
    return min(linked, default=None)


def _anchor(uow: UnitOfWork, kind: str) -> Any:
    query = select(AuditAnchor.seq, AuditAnchor.hash, AuditAnchor.seal).where(AuditAnchor.kind == kind)
    return uow.connection.execute(query.order_by(AuditAnchor.id.desc()).limit(1)).one_or_none()


def _rows(uow: UnitOfWork, after: int) -> Iterable[dict[str, Any]]:
    """In portions, so that a chain of millions takes no more memory than one of thousands."""
    while True:
        query = select(AuditEvent.__table__).where(AuditEvent.seq > after).order_by(AuditEvent.seq).limit(AT_ONCE)
        portion: list[Any] = list(uow.connection.execute(query).mappings())
        for row in portion:
            yield dict(row)
        if len(portion) < AT_ONCE:
            return
        after = portion[-1]["seq"]
