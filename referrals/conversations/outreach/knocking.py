"""Where a platform's window for free text is closed: what is owed is held, and one approved message knocks instead."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from referrals.conversations.answers_owed import owe_answers
from referrals.conversations.threads import open_desk
from referrals.outbox.records import OutboxMessage
from referrals.store.unit_of_work import UnitOfWork

HELD = "held until they write"
HELD_FOR = timedelta(days=30)
NEWS, TEMPLATE = "news", "news_waiting"
KNOCK = "knock:"  # how the reason of a knock begins


def hold(uow: UnitOfWork, row_id: int, identity_id: int, last_inbound_at: datetime | None, at: datetime) -> None:
    """Keeps a message for when they write, and owes one knock for each time the window closed, not one a message."""
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id)
        .values(state="waiting", reason=HELD, due_at=at + HELD_FOR, attempts=0, leased_until=None)
    )
    since = last_inbound_at.isoformat() if last_inbound_at else "never"
    desk = open_desk(uow, identity_id, at, reason=f"{KNOCK}{identity_id}:{since}")
    desk.tell(
        desk.voice.say("desk.news_waiting"),
        [desk.choice("menu", NEWS, "button.show_answer")],
        template=TEMPLATE,
    )
    owe_answers(desk)


def release_held(uow: UnitOfWork, identity_id: int, at: datetime) -> int:
    """They wrote: what was held for them is due now, before whatever this turn answers. Returns how many there were."""
    released = uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.identity_id == identity_id, OutboxMessage.state == "waiting", OutboxMessage.reason == HELD)
        .values(due_at=at, reason="")
        .returning(OutboxMessage.id)
    ).all()
    return len(released)
