"""Sealed under a key per person, wrapped by the master key; found again by blind indexes; gone once the key is gone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import select, update

from dialogs.understanding import FOLDING_VERSION
from referrals.protection.keys.keyring import master_keys
from referrals.protection.records import DataKey, SystemKey
from referrals.protection.vault import BadSecretKey, Erased, MasterKeys, Vault, WrongKey
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock

NAME = "فاطمة عيّنة"


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """On SQLite: what is sealed is bytes to any database."""
    return sqlite_store


def test_what_is_sealed_opens_again_and_looks_different_each_time(store: Store, clock: FrozenClock) -> None:
    with store.unit_of_work() as uow:
        key = uow.vault.new_key(1, clock())
        first, second = (uow.vault.seal_text(key, NAME, "person.name") for _ in range(2))
        assert uow.vault.open_text(first, "person.name") == uow.vault.open_text(second, "person.name") == NAME
    assert first != second
    assert NAME.encode() not in first


def test_a_sealed_field_does_not_open_in_another_column(store: Store, clock: FrozenClock) -> None:
    with store.unit_of_work() as uow:
        sealed = uow.vault.seal_text(uow.vault.new_key(1, clock()), NAME, "person.name")
        with pytest.raises(WrongKey):
            uow.vault.open(sealed, "outbox.body")


@pytest.mark.parametrize("position", [-1, 9, 21, 30])
def test_a_changed_byte_is_noticed(store: Store, clock: FrozenClock, position: int) -> None:
    with store.unit_of_work() as uow:
        sealed = bytearray(uow.vault.seal_text(uow.vault.new_key(1, clock()), NAME, "person.name"))
        sealed[position] ^= 1
        with pytest.raises(WrongKey):
            uow.vault.open(bytes(sealed), "person.name")


def test_a_destroyed_key_is_told_as_erased(store: Store, clock: FrozenClock) -> None:
    with store.unit_of_work() as uow:
        key = uow.vault.new_key(1, clock())
        sealed = uow.vault.seal_text(key, NAME, "person.name")
        uow.vault.destroy(key, clock())
        with pytest.raises(Erased):
            uow.vault.open(sealed, "person.name")
        with pytest.raises(Erased):
            uow.vault.seal(key, b"more", "person.name")


def test_a_key_whose_transaction_was_undone_opens_nothing_later(store: Store, clock: FrozenClock) -> None:
    sealed: list[bytes] = []
    with pytest.raises(LookupError), store.unit_of_work() as uow:
        sealed.append(uow.vault.seal_text(uow.vault.new_key(1, clock()), NAME, "person.name"))
        raise LookupError
    fresh = Vault(store.vault.keys)
    with store.reading() as uow, pytest.raises(WrongKey):
        fresh.within(uow.connection).open(sealed[0], "person.name")


def test_another_master_key_is_told_with_the_settings_name(store: Store, clock: FrozenClock) -> None:
    with store.unit_of_work() as uow:
        sealed = uow.vault.seal_text(uow.vault.new_key(1, clock()), NAME, "person.name")
    stranger = Vault(MasterKeys.parse(MasterKeys.new()))
    with store.reading() as uow, pytest.raises(WrongKey, match="SANAD_SECRET_KEY"):
        stranger.within(uow.connection).open(sealed, "person.name")


def test_a_damaged_wrapped_key_is_told_as_the_wrong_key(store: Store, clock: FrozenClock) -> None:
    with store.unit_of_work() as uow:
        key = uow.vault.new_key(1, clock())
        sealed = uow.vault.seal_text(key, NAME, "person.name")
        uow.connection.execute(update(DataKey).where(DataKey.id == key).values(wrapped=os.urandom(60)))
    with store.reading() as uow, pytest.raises(WrongKey):
        Vault(store.vault.keys).within(uow.connection).open(sealed, "person.name")


def test_a_blind_index_finds_equal_values_of_one_kind_and_tells_nothing(store: Store) -> None:
    with store.reading() as uow:
        index = uow.vault.index
        assert index("phone", "96550012345") == index("phone", "96550012345")
        assert index("phone", "96550012345") != index("civil_id", "96550012345")
        assert index("phone", "96550012345") != index("phone", "96550012346")
        assert b"96550012345" not in index("phone", "96550012345")
        assert index("phone", "x")[0] == FOLDING_VERSION
        assert len(index("phone", "x")) == 33


def test_the_blind_index_of_another_database_is_another(store: Store) -> None:
    other = Vault(store.vault.keys)
    other._system["blind_index"] = os.urandom(32)
    with store.reading() as uow:
        assert uow.vault.index("phone", "1") != other.within(uow.connection).index("phone", "1")
        assert uow.connection.execute(select(SystemKey.kind)).scalars().all()


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = master_keys(None, tmp_path / "data")
    assert "Back it up" in caplog.text
    assert master_keys(None, tmp_path / "data") == first
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert master_keys(MasterKeys.new(), tmp_path / "data") != first


def test_a_key_file_that_was_emptied_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("\n")
    with pytest.raises(BadSecretKey, match="32 random bytes"):
        master_keys(None, tmp_path)
