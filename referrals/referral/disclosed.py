"""What a centre may read of a family in a referral: the fields it agreed to, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from referrals.families.consents import stands
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.referral.handling import Actor, open_referral
from referrals.referral.in_sight import HIDDEN, one_referral
from referrals.referral.records import Referral
from referrals.referral.sending import DISCLOSED, EXPLANATION
from referrals.staff.roles import Permission
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork

SEEN_AFTER_CLOSING = timedelta(days=30)  # a recipient's access to what was disclosed (reference: protection)


def read_disclosed(uow: UnitOfWork, member: Member, referral: Referral, at: datetime) -> list[dict[str, str]] | None:
    """What the family agreed to show, audited; a desk acknowledges by reading. None once the access has ended."""
    if access_ended(uow, referral, at):
        return None
    try:
        if one_referral(uow, member, referral.id, Permission.HANDLE_REFERRAL) is not None:
            return open_referral(uow, referral, Actor(member.staff_id), at)
        shown: list[dict[str, str]] = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    except Erased:
        return None
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="referral.read",
        object_kind="referral",
        object_id=referral.id,
    )
    return shown


def disclosed_now(uow: UnitOfWork, referral: Referral, at: datetime, *, agreed: bool | None = None) -> dict[str, str]:
    """The disclosed values by code, empty once the access has ended; the caller audits what it shows.

    `agreed`: whether the consent stands, where the caller has asked already for a whole page.
    """
    if agreed is None:
        agreed = stands(uow, referral.consent_id, at)
    if not agreed or _over(referral, at):
        return {}
    try:
        fields = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    except Erased:
        return {}
    return {field["code"]: field["value"] for field in fields}


def access_ended(uow: UnitOfWork, referral: Referral, at: datetime) -> bool:
    """Whether the centre may no longer see the family: it took its word back, or the referral closed 30 days ago."""
    return _over(referral, at) or not stands(uow, referral.consent_id, at)


def _over(referral: Referral, at: datetime) -> bool:
    if referral.state in ("cancelled", *HIDDEN):
        return True
    return referral.closed_at is not None and at - referral.closed_at > SEEN_AFTER_CLOSING


def explanation_of(uow: UnitOfWork, referral: Referral) -> dict[str, Any]:
    """Why this centre, as the matcher said it then; empty once the family was erased."""
    try:
        found: dict[str, Any] = uow.vault.open_json(referral.explanation_sealed, EXPLANATION)
    except Erased:
        return {}
    return found
