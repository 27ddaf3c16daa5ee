"""Whom to call about an application: for a role that may know it, each reading in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.staff.roles import Permission
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Contact:
    """How staff reach a family: as its application has it."""

    name: str
    phone: str
    number: str
    """The application's."""


def contact_in(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> Contact | None:
    """Name and phone, audited; None without the permission, or once they were erased."""
    if not member.may(Permission.READ_IDENTITY):
        return None
    try:
        facts = uow.vault.open_json(application.facts_sealed, FACTS)
    except Erased:
        return None
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="person.read",
        object_kind="person",
        object_id=application.person_id,
    )
    return Contact(str(facts.get("applicant_name") or ""), str(facts.get("phone") or ""), application.number)
