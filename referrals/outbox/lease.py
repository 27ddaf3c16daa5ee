"""Leases what is owed: replies, then reminders, then campaigns, in order for each person, at the pace of the sender."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from referrals.families.identities import VALUE
from referrals.inbound import Address
from referrals.messages import Message
from referrals.outbox import pace
from referrals.outbox.blocked import put_aside
from referrals.outbox.buckets import Pace, SenderLevel, keep_chats, keep_level
from referrals.outbox.noting import note_parked
from referrals.outbox.owe import BODY, LANES, from_json
from referrals.outbox.records import OutboxMessage
from referrals.outbox.statements import LEASE, LOOK, NEXT, OWED, PUT_OFF
from referrals.protection.vault import Erased, WrongKey
from referrals.store.unit_of_work import UnitOfWork

LEASE_SECONDS = 15  # a worker that lives renews its leases long before; one that died gives them back after this
EVERY_LANE = tuple(LANES.values())
MOST_LOOKS = 20  # times one lease looks again because whom it found must wait


@dataclass(frozen=True)
class Leased:
    """A message that this worker, and nobody else, may send now."""

    id: int
    key: str
    identity_id: int
    address: Address
    message: Message
    attempts: int
    last_inbound_at: datetime | None
    began: float = 0.0
    """Unix seconds of the lease: what the sender's second counts it as until its answer came."""
    reason: str = ""
    """Why it did not go the last time."""
    lane: int = 0
    gone: int = 0
    """Pieces of it that are in the chat already."""


@dataclass(frozen=True)
class Leases:
    """What may be sent now. `more` says that tokens are left over while rows wait: this worker does not keep the pace.

    `wait_seconds` is how long the pace, or a ban, lets nothing go; None when it is not the pace that stands between.
    """

    rows: list[Leased] = field(default_factory=list)
    more: bool = False
    dry: bool = False
    """Nothing waits that may go now."""
    blocked_until: datetime | None = None
    """The platform's ban, while it lasts."""
    wait_seconds: float | None = None


@dataclass
class _Chosen:
    """Rows picked so far; one a person."""

    wanted: int
    rows: list[Any] = field(default_factory=list)
    chats: dict[int, float] = field(default_factory=dict)
    more: bool = False

    @property
    def left(self) -> int:
        return self.wanted - len(self.rows)


def lease(
    uow: UnitOfWork,
    sender_id: int,
    bucket: SenderLevel,
    worker: str,
    at: datetime,
    most: int = 10,
    *,
    answered: Iterable[tuple[float, float]] = (),
    pending: Iterable[float] = (),
    further: int = 0,
    lanes: Sequence[int] = EVERY_LANE,
) -> Leases:
    """Up to `most` messages whose turn it is. `bucket` is what `level_of` locked.

    `answered` are sends whose answers came meanwhile (began, counts as of), `pending` the beginnings of those that are
    still on their way, `further` how many pieces the answered ones had beyond one each.
    """
    now, sender = at.timestamp(), bucket.paces.sender
    level = pace.finished(pace.believable(bucket.level, sender, now), answered, now)
    level = pace.took(level, sender, further, now) if further else level
    banned = (bucket.blocked_until - at).total_seconds() if bucket.blocked_until is not None else 0.0
    as_if_arriving = pace.finished(level, ((began, now) for began in pending), now)
    may = 0 if banned > 0 else pace.free(as_if_arriving, sender, now)
    chosen = _choose(uow, sender_id, min(may, most), bucket.paces.chat, at, lanes)
    if chosen.rows:
        level = pace.took(level, sender, len(chosen.rows), now)
        _take(uow, chosen, worker, at)
    if level != bucket.level:
        keep_level(uow, sender_id, level)
    opened = [each for row in chosen.rows if (each := _opened(uow, row, at)) is not None]
    ban = bucket.blocked_until if banned > 0 else None
    if most and not may:
        return Leases(blocked_until=ban, wait_seconds=max(banned, pace.wait_seconds(as_if_arriving, sender, now)))
    wait = pace.wait_seconds(level, sender, now) if chosen.more else None
    behind, dry = chosen.more and may > len(chosen.rows), most > 0 and not chosen.rows
    return Leases(opened, more=behind, dry=dry, blocked_until=ban, wait_seconds=wait)


def next_due_seconds(uow: UnitOfWork, sender_id: int, at: datetime) -> float | None:
    """How long until the next message of this sender is due; None when nothing is planned."""
    found = [NEXT.value(uow.connection, sender=sender_id, of_lane=lane, at=at) for lane in LANES.values()]
    due = min((moment for moment in found if moment is not None), default=None)
    return (due - at).total_seconds() if due is not None else None


def seconds_of_rest(uow: UnitOfWork, sender_id: int, at: datetime, longest: float) -> float:
    """How long nothing is to be done for a sender, at most so long; 0 when something is. It locks nothing."""
    lanes, expires, is_open = (found := LOOK.all(uow.connection, sender=sender_id)[0])[:3], found[3], found[4]
    soonest = min((moment for moment in (*lanes, expires) if moment is not None), default=None)
    if is_open:
        return 0.0
    return longest if soonest is None else min(longest, max(0.0, (soonest - at).total_seconds()))


def _choose(uow: UnitOfWork, sender_id: int, wanted: int, chat: Pace, at: datetime, lanes: Sequence[int]) -> _Chosen:
    chosen = _Chosen(wanted)
    if not wanted:
        return chosen
    for lane in lanes:
        for _ in range(MOST_LOOKS):
            # one beyond what is wanted tells whether more rows wait
            rows = OWED.all(uow.connection, sender=sender_id, of_lane=lane, at=at, most=chosen.left + 1)
            if not _pick(uow, chosen, rows, chat, at):
                break
        if chosen.more:
            break
    return chosen


def _pick(uow: UnitOfWork, chosen: _Chosen, rows: list[Any], chat: Pace, at: datetime) -> bool:
    """Takes of the rows what may go; True when some were put off, so that a second look finds others."""
    now = at.timestamp()
    blocked: list[int] = []
    put_off: dict[int, float] = {}
    for row in rows:
        level = pace.believable(pace.Level(row.full_at or 0.0), chat, now)
        if row.identity_id in chosen.chats:
            continue
        if row.blocked_at is not None:
            blocked.append(row.identity_id)
        elif not pace.free(level, chat, now):
            put_off[row.identity_id] = level.full_at
            due = at + timedelta(seconds=pace.wait_seconds(level, chat, now))
            PUT_OFF.all(uow.connection, identity=row.identity_id, at=at, new_due=due)
        elif chosen.left:
            chosen.rows.append(row)
            chosen.chats[row.identity_id] = pace.took(level, chat, 1, now).full_at
        else:
            chosen.more = True
    if blocked:
        put_aside(uow, blocked, at)
    keep_chats(uow, put_off)
    return bool(blocked or put_off) and not chosen.more


def _take(uow: UnitOfWork, chosen: _Chosen, worker: str, at: datetime) -> None:
    ids = json.dumps([row.id for row in chosen.rows])
    LEASE.all(uow.connection, ids=ids, worker=worker[:60], until=at + timedelta(seconds=LEASE_SECONDS))
    keep_chats(uow, chosen.chats)


def _opened(uow: UnitOfWork, row: Any, at: datetime) -> Leased | None:
    """The message, None when nobody can open it any more: it must not keep the others from being sent."""
    try:
        uow.vault.learn(row.data_key_id, row.wrapped, row.master_key_id)
        address = Address(row.kind, uow.vault.open_text(row.value_sealed, VALUE))
        message = from_json(uow.vault.open_json(row.body_sealed, BODY))
    except Erased:
        gone = update(OutboxMessage).where(OutboxMessage.id == row.id)
        uow.connection.execute(gone.values(state="cancelled", reason="erased", leased_until=None))
        return None
    except WrongKey:
        note_parked(uow, row.id, "unreadable: sealed under a key that is not here", at)
        return None
    began = at.timestamp()
    return Leased(
        row.id,
        row.key,
        row.identity_id,
        address,
        message,
        row.attempts + 1,
        row.last_inbound_at,
        began,
        row.reason,
        row.lane,
        row.gone,
    )
