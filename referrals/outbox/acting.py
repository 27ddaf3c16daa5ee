"""Does what a refusal asks for, whether it came as the answer to a send or later in a status: one way for both."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError, OperationalError

from referrals.conversations.faults import reason_of
from referrals.conversations.outreach.elsewhere import go_elsewhere
from referrals.conversations.outreach.knocking import hold
from referrals.families.standing import note_presence
from referrals.outbox.blocked import put_aside
from referrals.outbox.buckets import block
from referrals.outbox.noting import note_attempt, note_parked, note_retry, note_stopped
from referrals.outbox.outcomes import Then, outcome_of
from referrals.senders.trouble import tell_staff
from referrals.store.group_commit import TransactionLost
from referrals.store.unit_of_work import UnitOfWork

log = logging.getLogger("sanad")


@dataclass(frozen=True)
class Refused:
    """What a platform said of a message that did not go. `reason` begins with a name of `outcomes`."""

    reason: str
    then: Then
    permanent: bool
    retry_after: float | None = None
    whole_account: bool = False


@dataclass(frozen=True)
class Tried:
    """The message: whether it has a template that may go where free text may not, and where it stood.

    `of` are the states it may be in: `leased` for the answer to a send, others for a status that came later.
    """

    row_id: int
    sender_id: int
    identity_id: int
    attempts: int
    has_template: bool
    last_inbound_at: datetime | None
    of: tuple[str, ...] = ("leased",)


def refused(reason: str) -> Refused:
    """What the reason of a failed status asks for, by the one table."""
    outcome = outcome_of(reason)
    return Refused(reason, outcome.then, outcome.permanent, outcome.retry_after, outcome.whole_account)


def act(uow: UnitOfWork, tried: Tried, failure: Refused, at: datetime, *, by: str = "", chance: float = 0.5) -> None:
    """Puts the message where the refusal sends it. A fault of ours within parks it: it holds nothing else up.

    Raises what a database that is gone raises: then nothing was noted.
    """
    fault = apart(uow, lambda: _act(uow, tried, failure, at, by, chance), f"what follows from {failure.reason}")
    if fault:
        note_parked(uow, tried.row_id, f"{failure.reason}; {fault}", at, by=by, of=tried.of)
    if failure.whole_account and failure.retry_after is not None:
        block(uow, tried.sender_id, failure.retry_after, at)


def apart(uow: UnitOfWork, work: Callable[[], object], what: str) -> str:
    """Does a part that is undone by itself when a fault of ours is in it; returns that fault, blank where none is.

    Raises what a database that is gone raises.
    """
    try:
        with uow.nested():
            work()
    except TransactionLost:
        raise
    except Exception as fault:  # one message we cannot deal with must not keep all others from being noted
        gone = isinstance(fault, DBAPIError) and fault.connection_invalidated
        if gone or isinstance(fault, OperationalError):  # also a clash of two transactions: this one runs again
            raise
        log.error("%s failed", what, exc_info=fault)
        return reason_of(fault)
    return ""


def _act(uow: UnitOfWork, tried: Tried, failure: Refused, at: datetime, by: str, chance: float) -> None:
    outcome, row_id, reason = outcome_of(failure.reason), tried.row_id, failure.reason
    if outcome.unreachable and failure.permanent:
        note_presence(uow, tried.identity_id, blocked=True, at=at)
        put_aside(uow, [tried.identity_id], at)
    if failure.then == "template":
        _as_template(uow, tried, reason, at, by)
    elif failure.then == "elsewhere":
        go_elsewhere(uow, row_id, at, reason)  # closes the row, and says so as an attempt
    elif failure.then == "stop":
        note_stopped(uow, row_id, reason, at, by=by, of=tried.of)
    elif failure.permanent:
        note_parked(uow, row_id, reason, at, by=by, of=tried.of)
    else:
        note_retry(uow, row_id, tried.attempts, reason, at, failure.retry_after, chance=chance, by=by, of=tried.of)
    if outcome.alert:
        log.error("sender %s: %s; somebody has to look at it", tried.sender_id, reason)
        tell_staff(uow, tried.sender_id, reason, at)


def _as_template(uow: UnitOfWork, tried: Tried, reason: str, at: datetime, by: str) -> None:
    """Its reason tells delivery to send the template; without one it is held, and one knock goes out."""
    if tried.has_template:
        note_retry(uow, tried.row_id, tried.attempts, reason, at, by=by, of=tried.of)
        return
    note_attempt(uow, tried.row_id, "held", reason, at, by)
    hold(uow, tried.row_id, tried.identity_id, tried.last_inbound_at, at)
