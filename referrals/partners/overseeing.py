"""Partners as supervisors see them: within their own programmes, what went and what stopped, trying it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from referrals.directory.records import Organization
from referrals.partners.delivering import deliveries, delivery_counts, try_again
from referrals.partners.records import Partner
from referrals.protection.audit import audit
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

STATES = ("parked", "waiting", "sent")


@dataclass(frozen=True)
class PartnerSeen:
    """A partner's system with its counts; `host` is blank where it only asks."""

    id: int
    name: str
    organization: str
    host: str
    active: bool
    last_used_at: datetime | None
    sent: int
    waiting: int
    parked: int


@dataclass(frozen=True)
class Delivered:
    """One event of a partner's feed."""

    id: int
    sequence: int
    referral_id: int
    event: str
    state: str
    attempts: int
    status: int | None
    reason: str
    created_at: datetime


def partners_seen(uow: UnitOfWork, member: Member) -> list[PartnerSeen]:
    """The partners of the member's programmes, by name."""
    query = visible_to(member, select(Partner).order_by(Partner.name, Partner.id), Partner, Permission.SEE_PARKED)
    return [_seen(uow, row) for row in uow.session.scalars(query)]


def one_partner(uow: UnitOfWork, member: Member, partner_id: int) -> PartnerSeen | None:
    """The partner where it is the member's to see; None otherwise, as for one that never was."""
    query = select(Partner).where(Partner.id == partner_id)
    row = uow.session.scalar(visible_to(member, query, Partner, Permission.SEE_PARKED))
    return _seen(uow, row) if row is not None else None


def shown_deliveries(uow: UnitOfWork, partner_id: int, state: str) -> list[Delivered]:
    """Its events, the latest first; of one state, or all."""
    return [
        Delivered(
            row.id,
            row.sequence,
            row.referral_id,
            row.event,
            "waiting" if row.state == "leased" else row.state,
            row.attempts,
            row.last_status,
            row.reason,
            row.created_at,
        )
        for row in deliveries(uow, partner_id, state)
    ]


def try_partner_again(uow: UnitOfWork, member: Member, partner_id: int, row_id: int | None, at: datetime) -> int:
    """What stopped on the way to a partner of the member's is tried anew: all, or one; returns how many."""
    if one_partner(uow, member, partner_id) is None:
        return 0
    again = try_again(uow, at, partner_id, row_id)
    if again:
        actor = f"staff:{member.staff_id}"
        audit(uow, at=at, actor=actor, action="partner.retried", object_kind="partner", object_id=partner_id)
    return again


def _seen(uow: UnitOfWork, row: Partner) -> PartnerSeen:
    counts = delivery_counts(uow, row.id)
    return PartnerSeen(
        row.id,
        row.name,
        uow.session.get_one(Organization, row.organization_id).name,
        urlsplit(row.url).hostname or "" if row.url else "",
        row.state == "active",
        row.last_used_at,
        counts.get("sent", 0),
        counts.get("waiting", 0) + counts.get("leased", 0),
        counts.get("parked", 0),
    )
