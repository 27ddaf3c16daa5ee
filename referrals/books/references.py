"""What names a message to staff: `in-123`, `out-456`, `ap-7`; and which of them was meant by what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from referrals.applications.records import Application
from referrals.conversations.records import InboxMessage
from referrals.digits import in_digits
from referrals.outbox.records import OutboxMessage
from referrals.protection.external_ids import kept_id
from referrals.senders.records import Sender
from referrals.spoken_numbers import read_back
from referrals.store.record import Record
from referrals.store.unit_of_work import UnitOfWork

RECORDS: dict[str, type[Record]] = {"in": InboxMessage, "out": OutboxMessage, "ap": Application}
KINDS = "message tap status edit revoke presence renamed preference notice ignored unread".split()
MOST_FOUND = 20
LARGEST = 2**63 - 1  # a 64-bit key
_REFERENCE = re.compile(r"\s*(in|out|ap)\s*[-–: ]?\s*(\d{1,19})\s*", re.IGNORECASE)

Narrow = Callable[[Any, type[Record]], Any]
"""Leaves of a query only the rows of a record that may be seen."""


def everything(query: Any, _: type[Record]) -> Any:
    """For who may see all: the command line."""
    return query


@dataclass(frozen=True)
class Reference:
    """The name of an inbox row, an outbox row or an application."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.id}"


def reference_of(text: str) -> Reference | None:
    """The reference that a text is; None when it is none."""
    found = _REFERENCE.fullmatch(in_digits(text, arabic=False))
    if found is None or not 0 < int(found[2]) <= LARGEST:
        return None
    return Reference(found[1].lower(), int(found[2]))


def find(uow: UnitOfWork, typed: str, narrow: Narrow = everything) -> list[Reference]:
    """What a text may name: a reference of ours, a key, a platform's id of a message, an application's number.

    Empty when there is no such row, or none that may be seen.
    """
    words = typed.strip()
    reference = reference_of(words)
    if reference is not None:
        record: Any = RECORDS[reference.kind]
        return [reference] if _ids(uow, select(record.id).where(record.id == reference.id), record, narrow) else []
    found = [Reference("ap", each) for each in _applications(uow, words, narrow)] if words else []
    if words:
        by_key = select(OutboxMessage.id).where(OutboxMessage.key == words[:120])
        found += [Reference("out", each) for each in _ids(uow, by_key, OutboxMessage, narrow)]
        found += _by_platform(uow, words, narrow)
    return list(dict.fromkeys(found))[:MOST_FOUND]


def _applications(uow: UnitOfWork, words: str, narrow: Narrow) -> list[int]:
    number = read_back(words)
    if number is None:
        return []
    return _ids(uow, select(Application.id).where(Application.number == number), Application, narrow)


def _by_platform(uow: UnitOfWork, words: str, narrow: Narrow) -> list[Reference]:
    """Rows by a platform's own id, which is stored as a hash where it holds a telephone number."""
    kept = kept_id(uow, words)
    found: list[Reference] = []
    for sender_id in uow.connection.execute(select(Sender.id)).scalars().all():
        sent = select(OutboxMessage.id).where(OutboxMessage.sender_id == sender_id, OutboxMessage.external_id == kept)
        found += [Reference("out", each) for each in _ids(uow, sent, OutboxMessage, narrow)]
        came = select(InboxMessage.id).where(
            InboxMessage.sender_id == sender_id, InboxMessage.kind.in_(KINDS), InboxMessage.external_id == kept
        )
        found += [Reference("in", each) for each in _ids(uow, came, InboxMessage, narrow)]
    return found


def _ids(uow: UnitOfWork, query: Select[Any], record: type[Record], narrow: Narrow) -> list[int]:
    return list(uow.connection.execute(narrow(query, record).limit(MOST_FOUND)).scalars())
