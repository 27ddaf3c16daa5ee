"""Stores and families for the tests of this folder."""

from __future__ import annotations

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.stores import databases, postgres_store, sqlite_store, store

__all__ = ["databases", "families", "postgres_store", "sqlite_store", "store"]


@pytest.fixture
def families(store: Store, clock: FrozenClock) -> Families:
    """A sender on Telegram in a fresh store, on both databases."""
    return Families(store, clock)
