"""Stores with a programme and a partner's centre in it, for the tests of partners."""

from __future__ import annotations

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.partnered import Partnered
from tests.stores import databases, postgres_store, sqlite_store, store

__all__ = ["databases", "partnered", "postgres_store", "quick", "sqlite_store", "store"]


@pytest.fixture
def partnered(store: Store, clock: FrozenClock) -> Partnered:
    """On both databases."""
    return Partnered(store, clock)


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Partnered:
    """On SQLite alone, where the database makes no difference."""
    return Partnered(sqlite_store, clock)
