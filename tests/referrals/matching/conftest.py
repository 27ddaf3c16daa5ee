"""Stores for the tests of matching."""

from __future__ import annotations

from tests.stores import databases, postgres_store, sqlite_store, store

__all__ = ["databases", "postgres_store", "sqlite_store", "store"]
