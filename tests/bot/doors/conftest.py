"""Phones and stores for the tests of the doors."""

from __future__ import annotations

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.phones import Phone
from tests.stores import databases, postgres_store, sqlite_store, store

__all__ = ["databases", "families", "phone", "postgres_store", "sqlite_store", "store"]


@pytest.fixture
def phone(store: Store, clock: FrozenClock) -> Phone:
    """A researcher's phone, on both databases."""
    return Phone(store, clock)


@pytest.fixture
def families(store: Store, clock: FrozenClock) -> Families:
    """Families who write to the same store."""
    return Families(store, clock)
