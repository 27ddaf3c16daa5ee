"""A database of their own for commands: Kuwait's programme, compiled once and copied for each test."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main

ROOT = Path(__file__).resolve().parents[3]
Sanad = Callable[..., int]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which both programmes were loaded by a first command."""
    folder = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANAD_DATA", str(folder))
        assert main(["programme", "list"]) == 0
    return folder


@pytest.fixture
def data(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, and no setting but that."""
    folder = tmp_path / "data"
    shutil.copytree(founded, folder)
    for name in ("SANAD_DATABASE_URL", "SANAD_SECRET_KEY", "SANAD_PROGRAMMES", "SANAD_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SANAD_DATA", str(folder))
    return folder


@pytest.fixture
def sanad(data: Path, monkeypatch: pytest.MonkeyPatch) -> Sanad:
    """Runs a command on that folder; `said` is what stands on its standard input."""

    def run(*words: str, said: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        return main(words)

    return run
