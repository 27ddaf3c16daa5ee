"""An answer that comes late begins with a word of apology, once for everything that waited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from referrals.conversations.desk import Desk
from referrals.inbound import Inbound

LATE = timedelta(minutes=10)
REDELIVERED_FOR = timedelta(days=7)  # WhatsApp's; Telegram's are a day. A clock that says more is wrong


def spoken_at(event: Inbound, received_at: datetime) -> datetime:
    """When they said it: by the platform's clock, where that can be true, else when we had it."""
    if not event.sent_at:
        return received_at
    told = datetime.fromtimestamp(event.sent_at, UTC)
    return told if received_at - REDELIVERED_FOR <= told <= received_at else received_at


def apologise(desk: Desk, spoken: datetime) -> None:
    """Puts «عذراً على التأخر» before an answer that took over ten minutes.

    Not where we have answered them since they spoke: then it was said already, or they tapped below an older question.
    """
    if not desk.owed or desk.at - spoken <= LATE or (desk.seen_at is not None and desk.seen_at > spoken):
        return
    first = desk.owed[0]
    desk.owed[0] = replace(first, text=f"{desk.voice.say('desk.late')}\n{first.text}")
