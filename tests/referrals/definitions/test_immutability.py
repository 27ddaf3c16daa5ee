"""A definition never changes: whoever names a version finds the very words that were decided."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from referrals.conversations.records import InterviewSession
from referrals.definitions.importing import import_programme
from referrals.definitions.in_force import definition_id, form_by_id, settings_of
from referrals.definitions.records import Definition, DefinitionAttachment, Immutable
from referrals.definitions.settings import BadProgramme
from referrals.store.opening import load_programmes
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.stores import ROOT


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """On SQLite: it is the session, not the database, that refuses."""
    return sqlite_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Kuwait's folder that a test may change."""
    shutil.copytree(ROOT / "programmes" / "kuwait", tmp_path / "kuwait")
    return tmp_path / "kuwait"


def _count(store: Store) -> int:
    with store.reading() as uow:
        return uow.session.scalar(select(func.count()).select_from(Definition)) or 0


@pytest.mark.parametrize("kind", [Definition, DefinitionAttachment])
def test_changing_a_definition_raises(store: Store, kind: type[Any]) -> None:
    def work(uow: UnitOfWork) -> None:
        row = uow.session.scalars(select(kind).limit(1)).one()
        row.content = b"something else"
        uow.flush()

    with pytest.raises(Immutable, match="Store another version"):
        store.transact(work)


@pytest.mark.parametrize("statement", [update(Definition).values(content=b"x"), delete(Definition)])
def test_changing_definitions_by_a_statement_raises(store: Store, statement: Any) -> None:
    with pytest.raises(Immutable):
        store.transact(lambda uow: uow.session.execute(statement))


def test_removing_a_definition_raises(store: Store) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.session.delete(uow.session.scalars(select(DefinitionAttachment).limit(1)).one())
        uow.flush()

    with pytest.raises(Immutable):
        store.transact(work)


def test_importing_the_same_folder_again_changes_nothing(store: Store, folder: Path, clock: FrozenClock) -> None:
    before = _count(store)
    assert load_programmes(store, [folder], clock()) == {"kuwait": []}
    assert _count(store) == before


def test_a_changed_file_becomes_another_version_and_the_old_one_stays(
    store: Store, folder: Path, clock: FrozenClock
) -> None:
    before = _count(store)
    with store.reading() as uow:
        old = definition_id(uow, "kuwait", "settings", "programme")
    text = (folder / "programme.toml").read_text()
    (folder / "programme.toml").write_text(text.replace("الشؤون الاجتماعية", "الشؤون الاجتماعية (عيّنة)"))
    assert load_programmes(store, [folder], clock()) == {"kuwait": ["settings/programme"]}
    assert _count(store) == before + 1
    with store.reading() as uow:
        new = definition_id(uow, "kuwait", "settings", "programme")
        assert new != old
        assert "(عيّنة)" in settings_of(uow, "kuwait").owner_ar
    (folder / "programme.toml").write_text(text)
    load_programmes(store, [folder], clock())
    with store.reading() as uow:
        assert definition_id(uow, "kuwait", "settings", "programme") == new, "a start brings in only what it never saw"
    store.transact(lambda uow: import_programme(uow, folder, clock()))
    with store.reading() as uow:
        assert definition_id(uow, "kuwait", "settings", "programme") == old, "an import by hand goes back to it"
    assert _count(store) == before + 1


def test_a_folder_that_cannot_be_used_says_so_and_leaves_everything_as_it_was(
    store: Store, folder: Path, clock: FrozenClock
) -> None:
    before = _count(store)
    (folder / "consent" / "intake.ar.txt").write_text("نص آخر")
    (folder / "intake.md").write_text("| survey | type | name |\n|---|---|---|\n| | select_one nothing | x |\n")
    with pytest.raises(BadProgramme, match="intake"):
        load_programmes(store, [folder], clock())
    assert _count(store) == before


def test_an_interview_goes_on_with_the_version_it_began_with(
    families: Families, folder: Path, clock: FrozenClock
) -> None:
    families.apply("501", until="كم العمر")
    form = (folder / "intake.md").read_text()
    assert "كم العمر بالسنوات؟" in form
    (folder / "intake.md").write_text(form.replace("كم العمر بالسنوات؟", "كم سنة عشتم؟"))
    load_programmes(families.store, [folder], clock())
    assert "كم العمر" in families.say("501", "السلام عليكم")[-1].text
    families.apply("502", until="كم سنة عشتم")
    families.all_handled()
    with families.store.reading() as uow:
        pinned = uow.session.scalars(select(InterviewSession.form_id).order_by(InterviewSession.id)).all()
        assert pinned[0] != pinned[1]
        assert form_by_id(uow, pinned[0]) is not form_by_id(uow, pinned[1])
