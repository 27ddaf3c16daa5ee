"""A store with our programmes, for what the service looks at when it starts."""

from __future__ import annotations

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.stores import databases, sqlite_store

__all__ = ["databases", "families", "sqlite_store"]


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    """Families of our programmes."""
    return Families(sqlite_store, clock)
