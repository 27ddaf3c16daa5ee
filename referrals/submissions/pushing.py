"""What is owed to ODK Central and KoboToolbox: written with the submission, leased, sent, tried again, parked."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from referrals.definitions.records import Definition
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.amended import push_key
from referrals.submissions.records import OutgoingSubmission, PushTarget
from referrals.submissions.targets import takes

BACKOFF_SECONDS = (5, 30, 120, 600, 3600)
HOURS_MORE = 7 * 24  # tries of a server that is away, one an hour, after those
JITTER = 0.2  # of the wait: many rows that failed together do not come back together
LEASE_SECONDS = 60  # renewed while a submission is under way; a dead worker's row comes back after this
LONGEST_REASON = 400


def owe_push(
    uow: UnitOfWork,
    *,
    programme_id: str,
    definition_id: int,
    at: datetime,
    application_id: int | None = None,
    submission_id: int | None = None,
    amended: int = 0,
) -> int:
    """Owes this submission to every target that wants its form, once; returns how many rows are new.

    `amended`: it is what that version of the application says instead of what went before. Call it in the transaction
    that files or amends the application, or keeps the submission.
    """
    wanted = select(PushTarget).where(PushTarget.programme_id == programme_id, PushTarget.ended_at.is_(None))
    found = uow.session.scalars(wanted).all()
    if not found:
        return 0
    uow.flush()
    form_name = uow.connection.execute(select(Definition.name).where(Definition.id == definition_id)).scalar_one()
    on = postgresql.insert if uow.connection.dialect.name == "postgresql" else sqlite.insert
    written = 0
    for target in found:
        if not takes(target, form_name):
            continue
        row = on(OutgoingSubmission).values(
            key=push_key(target.id, application_id, submission_id, amended),
            target_id=target.id,
            programme_id=programme_id,
            definition_id=definition_id,
            application_id=application_id,
            submission_id=submission_id,
            state="waiting",
            due_at=at,
            attempts=0,
            reason="",
            created_at=at,
        )
        once = row.on_conflict_do_nothing(index_elements=["key"]).returning(OutgoingSubmission.id)
        written += len(uow.connection.execute(once).all())
    return written


def targets_due(uow: UnitOfWork, at: datetime) -> list[int]:
    """The targets for which something is to be sent now."""
    due = or_(
        and_(OutgoingSubmission.state == "waiting", OutgoingSubmission.due_at <= at),
        and_(OutgoingSubmission.state == "leased", OutgoingSubmission.leased_until < at),
    )
    return list(uow.connection.execute(select(OutgoingSubmission.target_id).where(due).distinct()).scalars())


def lease_push(uow: UnitOfWork, target_id: int, at: datetime) -> int | None:
    """The next submission that is due for a target, leased; None when nothing is, or another worker is at this target.

    Only one is under way to a target, so a kill can repeat no more than that one. Leases of workers that died are
    taken back once their time is over.
    """
    mine = OutgoingSubmission.target_id == target_id
    over = update(OutgoingSubmission).where(
        mine, OutgoingSubmission.state == "leased", OutgoingSubmission.leased_until < at
    )
    uow.connection.execute(over.values(state="waiting", leased_until=None, due_at=at))
    if uow.connection.dialect.name == "postgresql":  # two workers must not both find the target free
        uow.connection.execute(select(PushTarget.id).where(PushTarget.id == target_id).with_for_update())
    underway = select(OutgoingSubmission.id).where(mine, OutgoingSubmission.state == "leased").limit(1)
    if uow.connection.execute(underway).first() is not None:
        return None
    query = (
        select(OutgoingSubmission.id, OutgoingSubmission.attempts)
        .where(mine, OutgoingSubmission.state == "waiting", OutgoingSubmission.due_at <= at)
        .order_by(OutgoingSubmission.due_at, OutgoingSubmission.id)
        .limit(1)
    )
    row = uow.connection.execute(query).one_or_none()
    if row is None:
        return None
    uow.connection.execute(
        update(OutgoingSubmission)
        .where(OutgoingSubmission.id == row.id)
        .values(state="leased", leased_until=at + timedelta(seconds=LEASE_SECONDS), attempts=row.attempts + 1)
    )
    return int(row.id)


def renew_lease(uow: UnitOfWork, row_id: int, at: datetime) -> None:
    """It is still under way: a form with its files, or a large picture over a slow line, takes minutes."""
    leased = update(OutgoingSubmission).where(OutgoingSubmission.id == row_id, OutgoingSubmission.state == "leased")
    uow.connection.execute(leased.values(leased_until=at + timedelta(seconds=LEASE_SECONDS)))


def give_back_pushes(uow: UnitOfWork) -> None:
    """Leases of a process that is known to be gone, at the start of the only one."""
    leased = update(OutgoingSubmission).where(OutgoingSubmission.state == "leased")
    uow.connection.execute(leased.values(state="waiting", leased_until=None))


def note_pushed(uow: UnitOfWork, row_id: int, at: datetime) -> None:
    """The target has it, from this try or from an earlier one whose answer was lost."""
    _settle(uow, row_id, state="sent", reason="", sent_at=at)


def note_push_parked(uow: UnitOfWork, row_id: int, reason: str) -> None:
    """It can never go as it is; staff see it with its reason."""
    _settle(uow, row_id, state="parked", reason=reason[:LONGEST_REASON])


def note_push_cancelled(uow: UnitOfWork, row_id: int, reason: str) -> None:
    """It is not owed any more: the family was erased, or the target ended."""
    _settle(uow, row_id, state="cancelled", reason=reason[:LONGEST_REASON])


def note_push_retry(
    uow: UnitOfWork, row_id: int, attempts: int, reason: str, at: datetime, *, away: bool = False
) -> None:
    """It did not go; again after 5 s, 30 s, 2 min, 10 min and an hour, then parked.

    `away`: no answer, or the server's own fault (5xx). Then it is tried every hour of seven more days first.
    """
    if attempts > len(BACKOFF_SECONDS) + (HOURS_MORE if away else 0):
        note_push_parked(uow, row_id, reason)
        return
    seconds = BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1] * random.uniform(1, 1 + JITTER)
    _settle(uow, row_id, state="waiting", reason=reason[:LONGEST_REASON], due_at=at + timedelta(seconds=seconds))


def note_push_wait(uow: UnitOfWork, row_id: int, reason: str, at: datetime, seconds: float) -> None:
    """It could not be tried yet: again later, and this was no try."""
    leased = update(OutgoingSubmission).where(OutgoingSubmission.id == row_id, OutgoingSubmission.state == "leased")
    later = {"state": "waiting", "due_at": at + timedelta(seconds=seconds), "reason": reason, "leased_until": None}
    uow.connection.execute(leased.values(attempts=OutgoingSubmission.attempts - 1, **later))


def try_again(uow: UnitOfWork, at: datetime, target_id: int | None = None, row_id: int | None = None) -> int:
    """Parked submissions wait again from now on, as if never tried: all, a target's, or one; returns how many."""
    parked = update(OutgoingSubmission).where(OutgoingSubmission.state == "parked")
    if target_id is not None:
        parked = parked.where(OutgoingSubmission.target_id == target_id)
    if row_id is not None:
        parked = parked.where(OutgoingSubmission.id == row_id)
    again = parked.values(state="waiting", attempts=0, due_at=at, reason="").returning(OutgoingSubmission.id)
    return len(uow.connection.execute(again).all())


def pushes(uow: UnitOfWork, target_id: int | None = None) -> dict[str, int]:
    """How many submissions are owed in each state; empty where no target ever was."""
    query = select(OutgoingSubmission.state, func.count()).group_by(OutgoingSubmission.state)
    if target_id is not None:
        query = query.where(OutgoingSubmission.target_id == target_id)
    return dict(uow.connection.execute(query).all())


def why_parked(uow: UnitOfWork, target_id: int) -> list[tuple[str, int]]:
    """The reasons for which submissions are parked, the commonest first."""
    query = (
        select(OutgoingSubmission.reason, func.count())
        .where(OutgoingSubmission.target_id == target_id, OutgoingSubmission.state == "parked")
        .group_by(OutgoingSubmission.reason)
        .order_by(func.count().desc())
    )
    return [(reason, count) for reason, count in uow.connection.execute(query)]


def waiting_behind(uow: UnitOfWork, ids: Collection[int]) -> dict[int, int]:
    """How many amendments wait for each of these submissions, by its id: they follow by themselves once it went."""
    later = aliased(OutgoingSubmission)
    same = and_(
        later.target_id == OutgoingSubmission.target_id,
        later.application_id == OutgoingSubmission.application_id,
        later.id > OutgoingSubmission.id,
        later.state.in_(("waiting", "leased")),
    )
    query = select(OutgoingSubmission.id, func.count()).join(later, same).group_by(OutgoingSubmission.id)
    return dict(uow.connection.execute(query.where(OutgoingSubmission.id.in_(ids))).all())


def _settle(uow: UnitOfWork, row_id: int, **values: Any) -> None:
    leased = update(OutgoingSubmission).where(OutgoingSubmission.id == row_id, OutgoingSubmission.state == "leased")
    uow.connection.execute(leased.values(leased_until=None, **values))
