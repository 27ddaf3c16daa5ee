"""An old backup brings back nobody who was erased since: the keys stand in a file of their own, always the newest."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli import main
from referrals.applications.records import Application
from referrals.families.records import ContactPoint, Identity, Person
from referrals.protection.audit_trail.verifying import check
from referrals.protection.keys.key_file import about_keys
from referrals.protection.keys.pruning import prune_key_file
from referrals.protection.records import DataKey
from referrals.protection.rights_records import ErasureNotice, ErasureRequest
from referrals.protection.vault import Erased
from referrals.store.opening import open_store
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.stores import BOTH, KEYS, KEYS_TEXT, Databases, databases

__all__ = ["databases"]
FATIMA, HODA = "501", "502"


class Place:
    """A database with two families in it, the commands that speak of it, and an empty one to restore into."""

    def __init__(self, store: Store, empty: str, folder: Path, clock: FrozenClock, env: pytest.MonkeyPatch) -> None:
        self.store, self.empty, self.folder, self.env = store, empty, folder, env
        self.families = Families(store, clock)
        env.setenv("SANAD_SECRET_KEY", KEYS_TEXT)
        env.setenv("SANAD_DATA", str(folder / "data"))
        self.speak_of(store.engine.url.render_as_string(hide_password=False))

    def speak_of(self, url: str) -> None:
        self.env.setenv("SANAD_DATABASE_URL", url)

    def erase(self, who: str) -> None:
        self.families.say(who, "امسحوا بياناتي")
        self.families.tap(who, "نعم، امسحوها")


@pytest.fixture(params=BOTH)
def place(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path: Path,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Place:
    if request.param == "postgresql":
        empty = request.getfixturevalue("postgres_url")
    else:
        empty = f"sqlite:///{tmp_path / 'restored.db'}"
    store = request.getfixturevalue("enter")(databases.store(request.param))
    place = Place(store, empty, tmp_path, clock, monkeypatch)
    place.families.refer(FATIMA)
    place.families.apply(HODA)
    return place


@pytest.fixture
def enter() -> Iterator[Callable[..., Store]]:
    """Enters a context for as long as the test runs."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield stack.enter_context


def people(store: Store) -> dict[bool, list[int]]:
    with store.reading() as uow:
        rows = uow.connection.execute(select(Person.id, Person.erased_at, Person.name_sealed)).all()
    return {gone: [row.id for row in rows if (row.erased_at is not None) is gone] for gone in (True, False)}


def test_who_was_erased_since_is_unreadable_in_the_old_backup_and_the_others_are_fine(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = place.folder / "old.backup", place.folder / "new.backup"
    assert main(["backup", str(old)]) == 0
    with place.store.reading() as uow:
        fatima, hoda = uow.connection.execute(select(Application.person_id).order_by(Application.id)).scalars().all()
    place.erase(FATIMA)
    assert main(["backup", str(new)]) == 0
    place.speak_of(place.empty)
    assert main(["restore", str(old)]) == 0
    assert "erased again: 1 " in capsys.readouterr().out
    restored = open_store(place.empty, KEYS)
    with restored.reading() as uow:
        sealed = dict(uow.connection.execute(select(Application.person_id, Application.facts_sealed)).all())
        with pytest.raises(Erased):
            uow.vault.open(sealed[fatima], "application.facts")
        assert uow.vault.open_json(sealed[hoda], "application.facts") != {}
        assert uow.session.get_one(Person, fatima).erased_at is not None
        assert uow.session.scalars(select(ContactPoint).filter_by(person_id=fatima)).all() == []
        assert uow.session.scalars(select(ContactPoint).filter_by(person_id=hoda)).all() != []
        assert uow.session.scalars(select(ErasureRequest.source)).all() == ["restore"]
        assert uow.session.scalars(select(ErasureNotice.kind)).all() == ["centre"]
        assert check(uow).broken is None
    restored.engine.dispose()


def test_nobody_is_found_at_the_address_of_who_was_erased(place: Place) -> None:
    old = place.folder / "old.backup"
    assert main(["backup", str(old)]) == 0
    place.erase(FATIMA)
    assert main(["backup", "--keys", str(place.folder / "sanad.keys")]) == 0
    place.speak_of(place.empty)
    assert main(["restore", str(old)]) == 0
    restored = open_store(place.empty, KEYS)
    again = Families(restored, place.families.clock)
    again._count = 1000
    assert "بماذا نبدأ" in again.say(FATIMA, "السلام عليكم")[-1].text, "they are new to us"
    again.all_handled()
    assert again.books().balance
    assert "فاطمة" in "".join(message.text for message in again.say(HODA, "معلوماتي")), "and she is not"
    restored.engine.dispose()


def test_a_file_of_keys_that_is_older_than_the_backup_is_refused(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    first, keys, kept = place.folder / "1.backup", place.folder / "sanad.keys", place.folder / "older.keys"
    assert main(["backup", str(first)]) == 0
    shutil.copyfile(keys, kept)
    assert main(["backup", str(place.folder / "2.backup")]) == 0
    place.speak_of(place.empty)
    assert main(["restore", str(place.folder / "2.backup"), "--keys", str(kept)]) == 2
    assert "older" in capsys.readouterr().err
    assert main(["restore", str(first), "--keys", str(place.folder / "none.keys")]) == 2
    assert "no backup holds any key" in capsys.readouterr().err


def test_no_backup_holds_a_key_not_even_in_its_free_pages(place: Place) -> None:
    backup = place.folder / "1.backup"
    assert main(["backup", str(backup)]) == 0
    content = backup.read_bytes()
    with place.store.reading() as uow:
        wrapped = uow.connection.execute(select(DataKey.wrapped).where(DataKey.wrapped.is_not(None))).scalars().all()
    assert wrapped
    assert [each for each in wrapped if each is not None and each in content] == []
    keys = place.folder / "sanad.keys"
    assert os.stat(keys).st_mode & 0o077 == 0, "nobody else may read it"
    assert about_keys(keys).serial == 1


def test_an_erasure_reaches_the_file_of_keys_without_another_backup(place: Place, clock: FrozenClock) -> None:
    keys = place.folder / "sanad.keys"
    assert main(["backup", str(place.folder / "1.backup")]) == 0
    with place.store.reading() as uow:
        fatima = uow.connection.execute(select(Application.person_id).order_by(Application.id)).scalars().first()
        wrapped = uow.connection.execute(select(DataKey.wrapped).filter_by(person_id=fatima)).scalar_one()
    assert wrapped is not None
    assert wrapped in keys.read_bytes()
    clock.now = clock.now.replace(year=clock.now.year + 30)  # the command's own clock is the real one
    place.erase(FATIMA)
    assert prune_key_file(place.store, clock()) > 0
    assert wrapped not in keys.read_bytes(), "overwritten, not only marked"
    assert prune_key_file(place.store, clock()) == 0


def test_the_keys_of_another_database_are_never_replaced_nor_used(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = place.folder / "sanad.keys"
    assert main(["backup", str(place.folder / "1.backup")]) == 0
    with sqlite3.connect(keys) as file:
        file.execute("update about set database = 'another'")
    file.close()
    assert main(["backup", str(place.folder / "2.backup")]) == 2
    assert "another database" in capsys.readouterr().err
    assert not (place.folder / "2.backup").exists()
    place.speak_of(place.empty)
    assert main(["restore", str(place.folder / "1.backup")]) == 2
    assert "another database" in capsys.readouterr().err


def test_what_is_restored_goes_on_being_backed_up_with_the_same_keys(place: Place) -> None:
    assert main(["backup", str(place.folder / "1.backup")]) == 0
    assert main(["backup", str(place.folder / "2.backup")]) == 0
    place.speak_of(place.empty)
    assert main(["restore", str(place.folder / "1.backup")]) == 0
    assert main(["backup", str(place.folder / "3.backup")]) == 0
    assert about_keys(place.folder / "sanad.keys").serial == 3
    restored = open_store(place.empty, KEYS)
    with restored.reading() as uow:
        assert uow.session.scalars(select(Identity.id)).all() != []
    restored.engine.dispose()
