"""What is owed to somebody who blocked us waits aside, where no look for the next message meets it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, literal_column, update

from referrals.outbox.batches import DIALECTS, ids_of
from referrals.outbox.records import OutboxMessage
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

ASIDE = "blocked: waits until they write"
ASIDE_FOR = timedelta(hours=1)  # then it is looked at again, so that a block that was lifted unnoticed keeps nothing


def put_aside(uow: UnitOfWork, identity_ids: Iterable[int], at: datetime) -> None:
    """What is due for these identities waits; nothing of it is lost, and what expires meanwhile expires."""
    _PUT_ASIDE.all(uow.connection, ids=json.dumps(sorted(set(identity_ids))), at=at, later=at + ASIDE_FOR)


def release_blocked(uow: UnitOfWork, identity_id: int, at: datetime) -> int:
    """They wrote, or lifted the block: what was put aside is due now. Returns how many messages there were."""
    return len(_RELEASE.all(uow.connection, identity=identity_id, at=at))


def _put_aside(dialect: str) -> Any:
    return (
        update(OutboxMessage)
        .where(
            OutboxMessage.identity_id.in_(ids_of(dialect)),
            OutboxMessage.state == literal_column("'waiting'"),
            OutboxMessage.due_at <= bindparam("at"),
        )
        # tried or not, it stands in nobody's way: an answer to them goes even if this stays aside
        .values(due_at=bindparam("later"), reason=ASIDE, attempts=0, deferred=False)
    )


_PUT_ASIDE = Ready({dialect: _put_aside(dialect) for dialect in DIALECTS})
_RELEASE = Ready(
    update(OutboxMessage)
    .where(
        OutboxMessage.identity_id == bindparam("identity"),
        OutboxMessage.state == literal_column("'waiting'"),
        OutboxMessage.reason == ASIDE,
    )
    .values(due_at=bindparam("at"), reason="")
    .returning(OutboxMessage.id)
)
