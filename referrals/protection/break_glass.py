"""A closed file is opened once more, with a written reason: it is audited, and those who answer for it are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.families.identities import data_key_of
from referrals.protection.audit import audit
from referrals.protection.records import OpenedAgain
from referrals.protection.vault import Erased
from referrals.referral.records import Referral
from referrals.referral.sending import DISCLOSED
from referrals.staff.records import Staff
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork

REASON = "opened_again.reason"
SHORTEST_REASON = 10  # signs: «تحقق» alone says nothing to who reads it a year later
KIND = "file_opened"
MOST = 50


class ReasonMissing(ValueError):
    """A closed file is only opened with a reason in words: write why it is needed, and who asked for it."""


@dataclass(frozen=True)
class Opening:
    """One opening as those who answer for it see it. `reason` is blank once the family was erased."""

    at: datetime
    staff_id: int
    staff_name: str
    number: str
    reason: str


def open_again(
    uow: UnitOfWork, member: Member, referral: Referral, reason: str, at: datetime
) -> list[dict[str, str]] | None:
    """What was disclosed, this one time; None where the family was erased: then there is nothing left to open.

    Raises `ReasonMissing`. The restricted queue is told at once, the family when it asks who saw its file.
    """
    words = reason.strip()
    if len(words) < SHORTEST_REASON:
        raise ReasonMissing(ReasonMissing.__doc__)
    try:
        shown: list[dict[str, str]] = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
        sealed = uow.vault.seal_text(data_key_of(uow, referral.person_id), words, REASON)
    except Erased:
        return None
    uow.session.add(
        OpenedAgain(
            programme_id=referral.programme_id,
            referral_id=referral.id,
            person_id=referral.person_id,
            staff_id=member.staff_id,
            reason_sealed=sealed,
            at=at,
        )
    )
    uow.session.add(
        HelpRequest(
            programme_id=referral.programme_id,
            person_id=referral.person_id,
            kind=KIND,
            restricted=True,
            state="open",
            created_at=at,
            due_at=at,
        )
    )
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="closed_file.read",
        object_kind="referral",
        object_id=referral.id,
        people=(referral.person_id,),
    )
    return shown


def openings(uow: UnitOfWork, programmes: tuple[str, ...]) -> list[Opening]:
    """The latest openings of these programmes, for those who read the audit; the caller notes the reading."""
    query = (
        select(OpenedAgain, Staff.name, Application.number)
        .join(Staff, Staff.id == OpenedAgain.staff_id)
        .join(Referral, Referral.id == OpenedAgain.referral_id)
        .join(Application, Application.id == Referral.application_id)
        .where(OpenedAgain.programme_id.in_(programmes))
        .order_by(OpenedAgain.id.desc())
        .limit(MOST)
    )
    return [
        Opening(row.at, row.staff_id, name, number, _reason(uow, row))
        for row, name, number in uow.session.execute(query)
    ]


def _reason(uow: UnitOfWork, row: OpenedAgain) -> str:
    try:
        return uow.vault.open_text(row.reason_sealed, REASON)
    except Erased:
        return ""
