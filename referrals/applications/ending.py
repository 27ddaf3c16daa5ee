"""A family stops its whole application: whatever its review has come to ends with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from referrals.applications.asking_info import ENDED, WAITING, last_request, settle
from referrals.applications.interviews import close_again
from referrals.applications.records import Application
from referrals.applications.stepping import Actor, take_step
from referrals.store.unit_of_work import UnitOfWork

OVER = ("withdrawn", "merged", "expired", "not_eligible", "signposted")  # an answer that was given stays one


def withdraw_applications(uow: UnitOfWork, people: Sequence[int], at: datetime) -> int:
    """Every application of theirs that is still somebody's to read; how many there were."""
    mine = select(Application).where(Application.person_id.in_(people), Application.state.not_in(OVER))
    found = uow.session.scalars(mine.where(Application.anonymised_at.is_(None)).with_for_update()).all()
    for application in found:
        take_step(uow, application, "withdraw", Actor("family", person_id=application.person_id), at)
        request = last_request(uow, application.id)
        if request is not None and request.state == WAITING:
            settle(uow, request, ENDED, at)
        close_again(uow, application, at, "system", amend=False)
    return len(found)
