"""What the command line promises of every command: help, an example, a place on the page, one clear line when wrong."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import COMMANDS, main
from bot.cli.handbook import commands_page
from tests.bot.cli.conftest import ROOT, Sanad

PAGE = ROOT / "docs" / "commands.md"
NAMES = [name for name, _ in COMMANDS]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert "example: " in capsys.readouterr().out
    module = importlib.import_module(f"bot.cli.{name.replace('-', '_')}")
    assert module.HELP.endswith(".") and f"sanad {name}" in module.EXAMPLE


@pytest.mark.parametrize(
    "name", [name for name in NAMES if hasattr(importlib.import_module(f"bot.cli.{name.replace('-', '_')}"), "ACTIONS")]
)
def test_every_action_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for action in importlib.import_module(f"bot.cli.{name.replace('-', '_')}").ACTIONS:
        with pytest.raises(SystemExit):
            main([name, action.name, "--help"])
        assert "example: " in capsys.readouterr().out
        assert f"sanad {name} {action.name}" in action.example


def test_the_page_of_commands_is_what_the_help_texts_say(record: bool) -> None:
    page = commands_page()
    if record:
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "write it again: pytest tests/bot/cli --record"


def test_help_loads_nothing_that_is_slow() -> None:
    slow = ("sqlalchemy", "aiogram", "telegram", "fastapi", "pyxform", "lxml", "asyncio")
    asked = f"import sys, bot.cli; bot.cli.make_parser('form'); sys.exit(' '.join(set({slow}) & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_wrong_setting_is_one_line_with_its_name(
    sanad: Sanad, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANAD_DATABASE_URL", "mysql://nobody@localhost/x")
    assert sanad("ledger") == 2
    said = capsys.readouterr().err
    assert said.startswith("sanad ledger: SANAD_DATABASE_URL: expected sqlite:///") and said.count("\n") == 1


def test_a_database_that_is_away_is_one_line_with_its_setting(
    sanad: Sanad, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANAD_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/x")
    assert sanad("ledger") == 2
    said = capsys.readouterr().err
    assert said.startswith("sanad ledger: SANAD_DATABASE_URL: the database cannot be reached")


def test_an_unknown_command_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fly"])
    assert ended.value.code == 2
    assert "understand" in capsys.readouterr().err


def test_two_processes_need_postgresql(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("worker") == 2
    assert "use `sanad run`" in capsys.readouterr().err
    assert sanad("web", "--port", "0") == 2
    assert "SANAD_DATABASE_URL" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_before_anything_is_loaded(
    data: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.cli.serving import listen

    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert sanad("run", "--port", str(port)) == 2
    assert f"port {port}" in capsys.readouterr().err
