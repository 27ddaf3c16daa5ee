"""Whether a reminder that became due is said, now or later, or not at all, and why; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from referrals.quiet_hours import APART, LAST_CALL, Hours, next_decent

CURRENT = ("booked", "confirmed")
SAID = ("owed", "sent", "delivered")
TOO_LATE, QUIET, QUIET_UNTIL = "too late", "quiet hours", "quiet hours until the appointment"
JUST_SAID, NEARER = "one was just said", "a nearer one is due"


class Sibling(Protocol):
    """Another reminder of the same appointment."""

    @property
    def state(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def owed_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Verdict:
    """The event of the reminder's life cycle that comes next, its reason, and when it is due where it is put off."""

    event: Literal["owe", "put_off", "skip", "cancel", "supersede"]
    reason: str = ""
    until: datetime | None = None


def verdict(
    state: str,
    starts_at: datetime | None,
    due_at: datetime,
    siblings: Sequence[Sibling],
    zone: ZoneInfo,
    hours: Hours,
    at: datetime,
) -> Verdict:
    """What becomes of a reminder at the moment the clock finds it due, however late the clock is.

    `state` and `starts_at` are the appointment's. It is said at once while half an hour is left; in quiet hours it
    waits for their end; never within half an hour of another one of the same appointment.
    """
    if state not in CURRENT or starts_at is None:
        return Verdict("cancel", f"appointment {state}")
    last = starts_at - LAST_CALL
    if at > last:
        return Verdict("skip", TOO_LATE)
    decent = next_decent(at, zone, hours)
    if decent is None or decent > last:
        return Verdict("skip", QUIET_UNTIL)
    if any(each.state == "planned" and due_at <= each.due_at <= decent + APART for each in siblings):
        return Verdict("supersede", NEARER)
    just_said = [each.owed_at + APART for each in siblings if each.state in SAID and each.owed_at is not None]
    free = max([decent, *(each for each in just_said if each > decent)])
    if free == at:
        return Verdict("owe")
    if free > last:
        return Verdict("skip", JUST_SAID)
    return Verdict("put_off", QUIET if free == decent else JUST_SAID, free)
