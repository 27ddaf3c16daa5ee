"""Statements compiled once give what SQLAlchemy's own execution gives, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from referrals.senders.records import Sender
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store

AT = datetime(2026, 11, 1, 10, 0, tzinfo=timezone(timedelta(hours=3)))
BY_ACCOUNT = (
    select(Sender.id, Sender.name, Sender.active, Sender.secrets_sealed, Sender.created_at)
    .where(Sender.account == bindparam("account"), Sender.active)
    .limit(1)
)
NEW = Ready(
    insert(Sender).returning(Sender.id), "channel account name data_key_id secrets_sealed active created_at".split()
)
FIND = Ready(BY_ACCOUNT)
RENAME = Ready(update(Sender).where(Sender.id == bindparam("row_id")).values(name=bindparam("to")))


def _add(store: Store, account: str) -> int:
    row = {"channel": "web", "account": account, "name": "عيّنة", "data_key_id": 1, "active": True, "created_at": AT}
    return store.transact(lambda uow: int(NEW.value(uow.connection, **row, secrets_sealed=b"\x00\xff") or 0))


def test_values_and_columns_are_converted_as_sqlalchemy_does(store: Store) -> None:
    _add(store, "a")
    with store.reading() as uow:
        ours = FIND.first(uow.connection, account="a")
        theirs = uow.connection.execute(BY_ACCOUNT, {"account": "a"}).one()
        assert ours is not None
        assert tuple(ours) == tuple(theirs)
        assert ours.created_at == AT.astimezone(UTC) and ours.active is True and ours.secrets_sealed == b"\x00\xff"
        assert FIND.first(uow.connection, account="nobody") is None


def test_a_statement_that_returns_nothing_runs(store: Store) -> None:
    row_id = _add(store, "b")
    assert store.transact(lambda uow: RENAME.all(uow.connection, row_id=row_id, to="عيّنة أخرى")) == []
    with store.reading() as uow:
        found = FIND.first(uow.connection, account="b")
    assert found is not None and found.name == "عيّنة أخرى"


def test_an_error_is_sqlalchemys_own(store: Store) -> None:
    _add(store, "twice")
    with pytest.raises(IntegrityError, match=r"parameters hidden|UNIQUE"):
        _add(store, "twice")


def test_a_naive_time_is_refused(store: Store) -> None:
    row = {"channel": "web", "account": "c", "name": "", "data_key_id": 1, "active": True, "secrets_sealed": None}
    with pytest.raises((ValueError, StatementError), match="without its zone"):
        store.transact(lambda uow: NEW.all(uow.connection, **row, created_at=AT.replace(tzinfo=None)))
