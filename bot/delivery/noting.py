"""Notes what became of the messages that were sent, all of them in one transaction."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

from bot.channels.failures import DeliveryFailed
from bot.delivery.sending import Outcome
from referrals.families.renaming import rename_identity
from referrals.outbox.acting import Refused, Tried, act, apart
from referrals.outbox.buckets import block
from referrals.outbox.noting import Sent, note_all_sent, note_gone, note_retry, note_uncertain
from referrals.outbox.settling import WITH_STATUSES
from referrals.store.unit_of_work import UnitOfWork


def note_outcomes(
    uow: UnitOfWork, sender_id: int, channel: str, noted: Sequence[Outcome], at: datetime, by: str
) -> None:
    """Notes each; what went is one statement for all. Raises what a database that is gone raises, and nothing else."""
    note_all_sent(uow, [Sent(each.row.id, each.external_id, each.row.attempts) for each in noted if each.sent], at, by)
    for each in noted:
        if each.gone != each.row.gone and not each.sent:
            note_gone(uow, each.row.id, each.row.attempts, each.gone)
        if each.moved_to is not None:
            _note_moved(uow, each, at)
        if each.failure is not None:
            _note_failure(uow, sender_id, channel, each, each.failure, at, by)
        elif each.fault:
            note_retry(uow, each.row.id, each.row.attempts, each.fault, at, chance=random.random(), by=by)


def _note_moved(uow: UnitOfWork, outcome: Outcome, at: datetime) -> None:
    """The platform said where this chat is now."""
    moved_to = outcome.moved_to
    if moved_to is not None:
        apart(uow, lambda: rename_identity(uow, outcome.row.identity_id, moved_to, at), "keeping a chat's new address")


def _note_failure(
    uow: UnitOfWork, sender_id: int, channel: str, outcome: Outcome, failure: DeliveryFailed, at: datetime, by: str
) -> None:
    row, chance = outcome.row, random.random()
    ban = failure.whole_account and not outcome.banned
    if failure.permanent or not failure.uncertain:
        template = bool(row.message.template) and not outcome.as_template
        tried = Tried(row.id, sender_id, row.identity_id, row.attempts, template, row.last_inbound_at)
        refused = Refused(failure.reason, failure.then, failure.permanent, failure.retry_after, ban)
        act(uow, tried, refused, at, by=by, chance=chance)
        return
    statuses = channel in WITH_STATUSES
    note_uncertain(uow, row.id, row.attempts, failure.reason, at, statuses=statuses, chance=chance, by=by)
    if ban and failure.retry_after is not None:
        block(uow, sender_id, failure.retry_after, at)
