"""Stores, and books that are written by hand, for the tests of this folder."""

from __future__ import annotations

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.books.writing import Writing
from tests.stores import databases, postgres_store, sqlite_store, store

__all__ = ["databases", "postgres_store", "sqlite_store", "store"]


@pytest.fixture
def writing(store: Store, clock: FrozenClock) -> Writing:
    """A sender in a fresh store, on both databases, and who writes rows into its books."""
    return Writing(store, clock)
