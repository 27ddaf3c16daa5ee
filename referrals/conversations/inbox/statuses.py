"""News of messages that we sent: many in one transaction, apart from families' turns, so that neither waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from referrals.appointments.reminders.following import follow_statuses
from referrals.conversations.faults import reason_of
from referrals.conversations.inbox.waiting import Claimed, claim_statuses, event_of, failed, handled_together, put_back
from referrals.inbound import Inbound
from referrals.outbox.statuses import note_deliveries
from referrals.store.unit_of_work import UnitOfWork

STATUSES_IN_ONE_COMMIT = 256
STATUS_KEPT_FOR = 5  # attempts: a status may arrive before our own note that the message was sent
EARLY = "no message of ours by that id yet"
NOT_OURS = "no message of ours"


def take_statuses(uow: UnitOfWork, at: datetime) -> int:
    """Notes what is waiting and due, at most a commit's worth; returns how many rows were looked at.

    A status of a message that we do not know waits: it may be earlier than our own note of the send. In the end it is
    handled, with that reason. Where noting many together fails, each is noted by itself: a bad one takes nobody along.
    """
    claimed = claim_statuses(uow, at, STATUSES_IN_ONE_COMMIT)
    opened: dict[int, list[tuple[Claimed, Inbound]]] = {}
    for row in claimed:
        try:
            opened.setdefault(row.sender_id, []).append((row, event_of(uow, row)))
        except Exception as failure:  # a payload nobody can open is one failed row and not the end of all
            failed(uow, row.id, row.attempts, reason_of(failure), at)
    for sender_id, told in opened.items():
        _note(uow, sender_id, told, at)
    return len(claimed)


def _note(uow: UnitOfWork, sender_id: int, told: Sequence[tuple[Claimed, Inbound]], at: datetime) -> None:
    news = [(event.external_id, event.status, event.status_reason, event.reply_to) for _, event in told]
    try:
        with uow.nested():
            known = note_deliveries(uow, sender_id, news, at)
            done = [row.id for (row, _), is_ours in zip(told, known, strict=True) if is_ours]
            follow_statuses(uow, [(event.reply_to, event.status) for _, event in told], at)
            handled_together(uow, done, at)
            _look_again(uow, [row for (row, _), is_ours in zip(told, known, strict=True) if not is_ours], at)
    except Exception as failure:  # the loop of the service: whatever noting raises is kept with the row, never lost
        if len(told) == 1:
            failed(uow, told[0][0].id, told[0][0].attempts, reason_of(failure), at)
            return
        for one in told:
            _note(uow, sender_id, [one], at)


def _look_again(uow: UnitOfWork, early: Sequence[Claimed], at: datetime) -> None:
    for attempts in range(STATUS_KEPT_FOR - 1):
        put_back(uow, [row.id for row in early if row.attempts == attempts], attempts, EARLY, at)
    handled_together(uow, [row.id for row in early if row.attempts >= STATUS_KEPT_FOR - 1], at, NOT_OURS)
