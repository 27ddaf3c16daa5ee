"""What a centre hears and reads of a family's recordings: only those that the family showed it."""

from __future__ import annotations

from datetime import datetime

from referrals.media.keeping import content_of, is_of_person
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.referral.records import Referral
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork


def hear_disclosed(uow: UnitOfWork, member: Member, referral: Referral, media_id: int, at: datetime) -> bytes | None:
    """The file, audited; None where it is not this family's, or not here. The caller says that it was disclosed."""
    if not is_of_person(uow, media_id, referral.person_id):
        return None
    try:
        found = content_of(uow, media_id)
    except Erased:
        return None
    if found is None:
        return None
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="recording.listened",
        object_kind="referral",
        object_id=referral.id,
        details={"media": media_id},
    )
    return found[0]
