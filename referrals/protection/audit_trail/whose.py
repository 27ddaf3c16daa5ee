"""Whose file an event of the audit was about, by the number of the application, and the reason that was given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from referrals.applications.records import Application, ApplicationEvent
from referrals.protection.audit_trail.log import Line
from referrals.protection.audit_trail.who_saw import OF_A_PERSON
from referrals.protection.records import AuditedPerson
from referrals.referral.records import Referral, ReferralEvent
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

STEPS: dict[str, tuple[Any, Any]] = {
    "referral": (ReferralEvent, ReferralEvent.referral_id),
    "application": (ApplicationEvent, ApplicationEvent.application_id),
}


def numbers_of(uow: UnitOfWork, member: Member, lines: Sequence[Line]) -> dict[int, list[str]]:
    """By an event's number, the numbers of the applications that it was about, as far as this member may know them."""
    people = _people(uow, lines)
    everybody = {person for each in people.values() for person in each}
    query = select(Application.person_id, Application.number).where(Application.person_id.in_(everybody))
    query = visible_to(member, query, Application, Permission.READ_AUDIT).order_by(Application.id)
    latest: dict[int, str] = dict(uow.session.execute(query).all())
    own = _own_numbers(uow, member, lines)
    found: dict[int, list[str]] = {}
    for line in lines:
        numbers = [own[line.seq]] if line.seq in own else [latest[each] for each in people[line.seq] if each in latest]
        found[line.seq] = sorted(set(numbers))
    return found


def reasons_of(uow: UnitOfWork, lines: Sequence[Line]) -> dict[int, tuple[str, str]]:
    """By an event's number, the step that it was and the code of the reason that was chosen for it."""
    found: dict[int, tuple[str, str]] = {}
    for kind, (record, of) in STEPS.items():
        mine = [line for line in lines if line.object_kind == kind and line.object_id.isdigit()]
        query = select(of, record.event, record.at, record.reason).where(of.in_({int(line.object_id) for line in mine}))
        steps = {(owner, event, at): reason for owner, event, at, reason in uow.session.execute(query)}
        for line in mine:
            event = line.action.partition(".")[2]
            if reason := steps.get((int(line.object_id), event, line.at), ""):
                found[line.seq] = (event, reason)
    return found


def _people(uow: UnitOfWork, lines: Sequence[Line]) -> Mapping[int, list[int]]:
    shown = select(AuditedPerson.seq, AuditedPerson.person_id).where(
        AuditedPerson.seq.in_([each.seq for each in lines])
    )
    found = defaultdict[int, list[int]](list)
    for seq, person_id in uow.session.execute(shown):
        found[seq].append(person_id)
    for line in lines:
        if line.object_kind == "person" and line.object_id.isdigit():
            found[line.seq].append(int(line.object_id))
    for kind, record in OF_A_PERSON.items():
        ids = {line.seq: int(line.object_id) for line in lines if line.object_kind == kind and line.object_id.isdigit()}
        owners = uow.session.execute(select(record.id, record.person_id).where(record.id.in_(set(ids.values()))))
        by_id = {row_id: person_id for row_id, person_id in owners if person_id is not None}
        for seq, row_id in ids.items():
            found[seq] += [by_id[row_id]] if row_id in by_id else []
    return found


def _own_numbers(uow: UnitOfWork, member: Member, lines: Sequence[Line]) -> dict[int, str]:
    """Of an application itself, and of a referral, which one of a person's applications it was."""
    found: dict[int, str] = {}
    of_referral = select(Referral.id, Application.number).join(Application, Application.id == Referral.application_id)
    ways: dict[str, tuple[Any, Any]] = {
        "application": (Application.id, select(Application.id, Application.number)),
        "referral": (Referral.id, of_referral),
    }
    for kind, (key, query) in ways.items():
        ids = {line.seq: int(line.object_id) for line in lines if line.object_kind == kind and line.object_id.isdigit()}
        known = visible_to(member, query.where(key.in_(set(ids.values()))), Application, Permission.READ_AUDIT)
        numbers: dict[int, str] = dict(uow.session.execute(known).all())
        found |= {seq: numbers[row_id] for seq, row_id in ids.items() if row_id in numbers}
    return found
