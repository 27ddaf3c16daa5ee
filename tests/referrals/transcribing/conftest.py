"""Stores, families and staff for the tests of this folder."""

from __future__ import annotations

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.filling.desks import Desks
from tests.stores import databases, sqlite_store, store

__all__ = ["databases", "desks", "families", "sqlite_store", "store"]


@pytest.fixture
def families(store: Store, clock: FrozenClock) -> Families:
    """A sender on Telegram in a fresh store, on both databases."""
    return Families(store, clock)


@pytest.fixture
def desks(store: Store, clock: FrozenClock) -> Desks:
    """The staff of Kuwait's sample: two centres' desks and a clerk of the programme."""
    return Desks.employed(store, clock)
