"""The way of one message from webhook to outcome, step by step: what happened and when, and never what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.books.records import Settled
from referrals.books.references import Narrow, Reference, everything
from referrals.conversations.records import InboxMessage
from referrals.families.records import Identity
from referrals.outbox.records import OutboxAttempt, OutboxMessage
from referrals.senders.records import Sender
from referrals.store.unit_of_work import UnitOfWork

LANES = ("reply", "reminder", "campaign")
MOST_OF_A_PERSON = 200  # messages of one application that are listed, the latest
ELSEWHERE = "@"  # «reminder:17:48h@55»: owed to identity 55 in the place of another (`conversations/elsewhere.py`)
_IN = (
    InboxMessage.id,
    InboxMessage.sender_id,
    InboxMessage.kind,
    InboxMessage.status,
    InboxMessage.state,
    InboxMessage.attempts,
    InboxMessage.reason,
    InboxMessage.due_at,
    InboxMessage.received_at,
    InboxMessage.handled_at,
    InboxMessage.identity_id,
    InboxMessage.external_id,
)
_OUT = (
    OutboxMessage.id,
    OutboxMessage.key,
    OutboxMessage.sender_id,
    OutboxMessage.identity_id,
    OutboxMessage.lane,
    OutboxMessage.purpose,
    OutboxMessage.state,
    OutboxMessage.delivery,
    OutboxMessage.reason,
    OutboxMessage.attempts,
    OutboxMessage.due_at,
    OutboxMessage.expires_at,
    OutboxMessage.external_id,
    OutboxMessage.created_at,
    OutboxMessage.sent_at,
)


@dataclass(frozen=True)
class Step:
    """One thing that happened to the message that `reference` names."""

    at: datetime
    what: str
    """received handled waiting parked owed attempt leased uncertain sent delivered read failed expired cancelled
    settled"""
    reference: Reference
    channel: str = ""
    kind: str = ""
    """Of what was received its kind or status; of what is owed its purpose."""
    lane: str = ""
    key: str = ""
    attempts: int = 0
    reason: str = ""
    by: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Trace:
    """All steps in the order of time. `of` is what was asked for; `copies` were owed elsewhere in its place."""

    of: Reference
    steps: tuple[Step, ...]


def trace(uow: UnitOfWork, reference: Reference, narrow: Narrow = everything) -> Trace | None:
    """The way of what the reference names; None when it is not there, or not to be seen."""
    channels = dict(uow.connection.execute(select(Sender.id, Sender.channel)).all())
    reader = _Reader(uow, narrow, channels)
    steps = {"in": reader.inbox, "out": reader.outbox, "ap": reader.application}[reference.kind](reference.id)
    return Trace(reference, tuple(sorted(steps, key=_in_order))) if steps else None


def lane_name(lane: int | str) -> str:
    """What a lane is called; one that nobody knows, written by hand perhaps, by what it is."""
    known = dict(zip(map(str, range(len(LANES))), LANES, strict=True))
    return known.get(str(lane), str(lane))


def _in_order(step: Step) -> tuple[datetime, bool, int]:
    return step.at, step.reference.kind != "in", step.reference.id


@dataclass(frozen=True)
class _Reader:
    uow: UnitOfWork
    narrow: Narrow
    channels: dict[int, str]

    def inbox(self, row_id: int) -> list[Step]:
        """What came in, and what it owed. A status belongs to the message that it is the news of."""
        row = self._one(select(*_IN).where(InboxMessage.id == row_id), InboxMessage)
        if row is None:
            return []
        if row.kind == "status":
            return [*self._received(row), *self._reported(row)]
        owed = self._rows(
            select(*_OUT).where(OutboxMessage.identity_id == row.identity_id, _begins(f"turn:{row.id}:")), OutboxMessage
        )
        return [*self._received(row), *(step for each in owed for step in self._with_copies(each))]

    def outbox(self, row_id: int) -> list[Step]:
        """What was owed, what it answered, and what went elsewhere in its place."""
        row = self._one(select(*_OUT).where(OutboxMessage.id == row_id), OutboxMessage)
        if row is None:
            return []
        first_key = row.key.partition(ELSEWHERE)[0]
        query = select(*_OUT).where(OutboxMessage.key == first_key)
        first = row if row.key == first_key else self._one(query, OutboxMessage) or row
        return [*self._cause(first_key), *self._with_copies(first)]

    def application(self, row_id: int) -> list[Step]:
        """Everything that came from or went to who applied, the latest 200 each way, each with its last step alone."""
        person_id = self._one(select(Application.person_id).where(Application.id == row_id), Application)
        if person_id is None:
            return []
        theirs = select(Identity.id).where(Identity.person_id == person_id[0])
        came = select(*_IN).where(InboxMessage.identity_id.in_(theirs)).order_by(InboxMessage.id.desc())
        went = select(*_OUT).where(OutboxMessage.identity_id.in_(theirs)).order_by(OutboxMessage.id.desc())
        return [
            *(self._received(row)[0] for row in self._rows(came.limit(MOST_OF_A_PERSON), InboxMessage)),
            *(self._owed(row) for row in self._rows(went.limit(MOST_OF_A_PERSON), OutboxMessage)),
        ]

    def _received(self, row: Any) -> list[Step]:
        reference, channel = Reference("in", row.id), self.channels.get(row.sender_id, "")
        kind = row.status if row.kind == "status" else row.kind
        at = row.handled_at if row.state == "handled" and row.handled_at else row.due_at
        now = Step(
            at, row.state, reference, channel, kind, attempts=row.attempts + (row.state == "handled"), reason=row.reason
        )
        return [Step(row.received_at, "received", reference, channel, kind), now, *self._settled("inbox", reference)]

    def _reported(self, row: Any) -> list[Step]:
        query = select(*_OUT).where(
            OutboxMessage.sender_id == row.sender_id, OutboxMessage.external_id == row.external_id
        )
        return [self._owed(each) for each in self._rows(query.limit(2), OutboxMessage)]

    def _cause(self, key: str) -> list[Step]:
        """The message whose turn owed it, where one did: `turn:<inbox id>:…`."""
        kind, _, rest = key.partition(":")
        number = rest.partition(":")[0]
        if not number.isdigit():
            return []
        if kind == "turn":
            row = self._one(select(*_IN).where(InboxMessage.id == int(number)), InboxMessage)
            return self._received(row) if row is not None else []
        return []

    def _with_copies(self, row: Any) -> list[Step]:
        person = select(Identity.person_id).where(Identity.id == row.identity_id).scalar_subquery()
        theirs = select(Identity.id).where(Identity.person_id == person)
        first_key = row.key.partition(ELSEWHERE)[0]
        copies = self._rows(
            select(*_OUT).where(OutboxMessage.identity_id.in_(theirs), _begins(f"{first_key}{ELSEWHERE}")),
            OutboxMessage,
        )
        others = [each for each in copies if each.id != row.id]
        return [*self._way(row), *(step for each in others for step in self._way(each))]

    def _owed(self, row: Any) -> Step:
        return Step(
            row.created_at,
            "owed",
            Reference("out", row.id),
            self.channels.get(row.sender_id, ""),
            row.purpose,
            lane_name(row.lane),
            row.key,
        )

    def _way(self, row: Any) -> Iterable[Step]:
        reference, channel = Reference("out", row.id), self.channels.get(row.sender_id, "")
        yield self._owed(row)
        last = row.sent_at or row.created_at
        for each in self.uow.connection.execute(
            select(OutboxAttempt.__table__).where(OutboxAttempt.outbox_id == row.id).order_by(OutboxAttempt.number)
        ):
            last = max(last, each.at)
            yield Step(
                each.at,
                "attempt",
                reference,
                channel,
                attempts=each.number,
                reason=each.reason,
                by=each.by,
                outcome=each.outcome,
            )
        if row.sent_at is not None:
            yield Step(row.sent_at, "sent", reference, channel, attempts=row.attempts)
        news = self._news(row)
        yield from news
        if row.state != "sent":
            last = max([last, *(step.at for step in news)])
            at = row.due_at if row.state == "waiting" else row.expires_at if row.state == "expired" else last
            yield Step(at, row.state, reference, channel, attempts=row.attempts, reason=row.reason)
        yield from self._settled("outbox", reference)

    def _news(self, row: Any) -> list[Step]:
        """What the platform told of it, each from the webhook that said so."""
        if not row.external_id:
            return []
        told = select(*_IN).where(
            InboxMessage.sender_id == row.sender_id,
            InboxMessage.kind == "status",
            InboxMessage.external_id == row.external_id,
        )
        return [
            Step(each.received_at, each.status, Reference("in", each.id), self.channels.get(each.sender_id, ""))
            for each in self._rows(told, InboxMessage)
            if each.status != "sent"
        ]

    def _settled(self, book: str, reference: Reference) -> list[Step]:
        rows = self.uow.connection.execute(
            select(Settled.at, Settled.how, Settled.staff_id).where(
                Settled.book == book, Settled.row_id == reference.id
            )
        )
        return [Step(row.at, "settled", reference, outcome=row.how, by=f"staff:{row.staff_id}") for row in rows]

    def _one(self, query: Any, record: Any) -> Any:
        return self.uow.connection.execute(self.narrow(query, record)).first()

    def _rows(self, query: Any, record: Any) -> list[Any]:
        return list(self.uow.connection.execute(self.narrow(query, record)).all())


def _begins(prefix: str) -> Any:
    return OutboxMessage.key.startswith(prefix, autoescape=True)
