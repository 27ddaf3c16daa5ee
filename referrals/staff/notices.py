"""What platforms told of the accounts that speak for a member's programmes, and nobody has seen yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.senders.notices import facts_of, open_notices
from referrals.senders.records import Sender, SenderProgramme
from referrals.staff.roles import Permission
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Notice:
    """One notice as a page shows it."""

    id: int
    channel: str
    about: str
    subject: str
    event: str
    facts: Mapping[str, str]
    at: datetime


def shown_notices(uow: UnitOfWork, member: Member) -> list[Notice]:
    """The open ones, the newest first."""
    mine = {each.programme_id for each in member.holding(Permission.SEE_PARKED) if each.whole_programme}
    theirs = select(SenderProgramme.sender_id).where(SenderProgramme.programme_id.in_(mine))
    channels = dict(uow.connection.execute(select(Sender.id, Sender.channel).where(Sender.id.in_(theirs))).all())
    return [
        Notice(row.id, channels[row.sender_id], row.about, row.subject, row.event, facts_of(row), row.told_at)
        for row in open_notices(uow)
        if row.sender_id in channels
    ]
