"""A database is prepared once, opened by whoever has its key, and refused to others in words that help."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text

from referrals.protection.records import SystemKey
from referrals.protection.vault import BadSecretKey, MasterKeys, WrongKey
from referrals.store.engine import UnknownDatabase, open_engine
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store
from tests.conftest import SUNDAY_MORNING
from tests.stores import KEYS, ROOT


@pytest.fixture
def address(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def test_opening_again_changes_nothing(store: Store, address: str) -> None:
    before = _system_keys(store)
    again = open_store(address, KEYS)
    assert _system_keys(again) == before
    assert load_programmes(again, [ROOT / "programmes" / "kuwait"], SUNDAY_MORNING) == {"kuwait": []}
    again.engine.dispose()


def test_the_wrong_master_key_is_told_at_the_start_and_clearly(store: Store, address: str) -> None:
    with pytest.raises(WrongKey, match="SANAD_SECRET_KEY"):
        open_store(address, MasterKeys.parse(MasterKeys.new()))


def test_an_older_key_still_opens_what_was_sealed_under_it(store: Store, address: str) -> None:
    both = open_store(address, MasterKeys(MasterKeys.parse(MasterKeys.new()).current, (KEYS.current,)))
    with both.reading() as uow:
        assert uow.vault.index("sample", "x") == store.transact(lambda own: own.vault.index("sample", "x"))
    both.engine.dispose()


@pytest.mark.parametrize("given", ["", "x", "c2hvcnQ=", "not base64 at all!", ","])
def test_a_key_that_is_no_key_says_what_a_key_is(given: str) -> None:
    with pytest.raises(BadSecretKey, match="32 random bytes in base64"):
        MasterKeys.parse(given)


@pytest.mark.parametrize("given", ["mysql://localhost/x", "oracle://localhost/x"])
def test_another_database_is_refused_with_what_is_expected(given: str) -> None:
    with pytest.raises(UnknownDatabase, match="sqlite:/// or postgresql"):
        open_engine(given)


def test_sqlite_is_opened_durable(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'sanad.db'}")
    with engine.connect() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    engine.dispose()
    assert told == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 15000,
    }


def test_a_folder_for_the_database_is_made(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'new' / 'folder' / 'sanad.db'}", KEYS)
    assert (tmp_path / "new" / "folder" / "sanad.db").exists()
    store.engine.dispose()


def test_several_who_prepare_an_empty_database_at_once_prepare_it_once(postgres_url: str) -> None:
    def prepare(_: int) -> list[tuple[str, bytes]]:
        store = open_store(postgres_url, KEYS)
        try:
            with store.alone():
                load_programmes(store, [ROOT / "programmes" / "kuwait"], SUNDAY_MORNING)
            return _system_keys(store)
        finally:
            store.engine.dispose()

    with ThreadPoolExecutor(3) as pool:
        first, *others = pool.map(prepare, range(3))
    assert [first, first] == others


def test_an_error_of_the_database_never_holds_the_values(store: Store) -> None:
    """They end up in logs and in the reasons of parked rows, and may be a family's words."""
    with store.reading() as uow, pytest.raises(Exception) as told:
        uow.connection.execute(text("select nothing from nowhere where x = :x"), {"x": "فاطمة عيّنة"})
    assert "فاطمة" not in str(told.value)


def _system_keys(store: Store) -> list[tuple[str, bytes]]:
    with store.reading() as uow:
        return [(row.kind, bytes(row.wrapped)) for row in uow.connection.execute(select(SystemKey.__table__))]
