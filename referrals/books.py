"""The books: every accepted message is handled, waiting or parked; everything owed is in exactly one state."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from referrals.conversations.records import InboxMessage
from referrals.outbox.records import OutboxMessage
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import OutgoingSubmission

INBOX_STATES = ("handled", "waiting", "parked")
OUTBOX_STATES = ("waiting", "leased", "uncertain", "sent", "parked", "expired", "cancelled")
PUSH_STATES = ("waiting", "leased", "sent", "parked", "cancelled")


@dataclass(frozen=True)
class Books:
    """Counts by state, and how many rows there are in all."""

    inbox: dict[str, int]
    outbox: dict[str, int]
    pushes: dict[str, int]
    """Submissions for ODK Central or KoboToolbox; empty where none was ever owed."""
    accepted: int
    owed: int

    @property
    def balance(self) -> bool:
        """accepted = handled + waiting + parked; owed = the sum of its seven states; a push is in one of its five."""
        return (
            self.accepted == sum(self.inbox.get(state, 0) for state in INBOX_STATES)
            and self.owed == sum(self.outbox.get(state, 0) for state in OUTBOX_STATES)
            and set(self.pushes) <= set(PUSH_STATES)
        )


def books(uow: UnitOfWork) -> Books:
    """The books as they stand."""
    inbox = _by_state(uow, InboxMessage)
    outbox = _by_state(uow, OutboxMessage)
    accepted = uow.connection.execute(select(func.count()).select_from(InboxMessage)).scalar_one()
    owed = uow.connection.execute(select(func.count()).select_from(OutboxMessage)).scalar_one()
    return Books(inbox, outbox, _by_state(uow, OutgoingSubmission), accepted, owed)


def _by_state(
    uow: UnitOfWork, kind: type[InboxMessage] | type[OutboxMessage] | type[OutgoingSubmission]
) -> dict[str, int]:
    query = select(kind.state, func.count()).group_by(kind.state)
    return dict(uow.connection.execute(query).all())
