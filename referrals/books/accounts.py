"""Whose lines the books have: senders, and servers that forms are sent on to, each with the zone of its days."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from referrals.definitions.records import Programme
from referrals.senders.records import Sender, SenderProgramme
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import PushTarget


@dataclass(frozen=True)
class Account:
    """A sender, or a server that forms are sent on to: what speaks, where its days begin, whose it is."""

    id: int
    channel: str
    name: str
    zone: ZoneInfo
    programmes: tuple[str, ...] = ()


def accounts(uow: UnitOfWork, book: str) -> dict[int, Account]:
    """Everything that the book has lines for, by id."""
    zones = {
        row.id: ZoneInfo(row.time_zone) for row in uow.connection.execute(select(Programme.id, Programme.time_zone))
    }
    if book == "push":
        targets = uow.connection.execute(select(PushTarget.id, PushTarget.kind, PushTarget.programme_id))
        return {
            row.id: Account(row.id, row.kind, str(row.id), zones[row.programme_id], (row.programme_id,))
            for row in targets
        }
    speaks_for: dict[int, list[str]] = {}
    pairs = select(SenderProgramme.sender_id, SenderProgramme.programme_id).order_by(SenderProgramme.programme_id)
    for sender_id, programme_id in uow.connection.execute(pairs):
        speaks_for.setdefault(sender_id, []).append(programme_id)
    somewhere = next(iter(zones.values()), ZoneInfo("UTC"))
    found = {}
    for row in uow.connection.execute(select(Sender.id, Sender.channel, Sender.account).order_by(Sender.id)):
        mine = tuple(speaks_for.get(row.id, ()))
        zone = zones[mine[0]] if mine else somewhere
        found[row.id] = Account(row.id, row.channel, row.account, zone, mine)
    return found
