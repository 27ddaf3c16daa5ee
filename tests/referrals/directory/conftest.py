"""Stores with a programme and its places, into which directories are imported."""

from __future__ import annotations

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.directory.importing import Importing
from tests.stores import databases, postgres_store, sqlite_store, store

__all__ = ["databases", "postgres_store", "sqlite_store", "store"]


@pytest.fixture
def importing(store: Store, clock: FrozenClock) -> Importing:
    """A programme in a fresh store, on both databases, and who imports directories into it."""
    return Importing(store, clock)


@pytest.fixture
def importing_once(sqlite_store: Store, clock: FrozenClock) -> Importing:
    """The same where the database makes no difference."""
    return Importing(sqlite_store, clock)
