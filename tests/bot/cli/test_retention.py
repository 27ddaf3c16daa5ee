"""`sanad retention` says by rule what would go, and takes it away only when it is told to."""

from __future__ import annotations

import json

import pytest

from tests.bot.cli.conftest import Sanad


def test_alone_it_shows_every_rule_of_every_programme(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("retention") == 0
    said = capsys.readouterr().out
    assert "unconsented_draft_days" in said and "audit_years" in said and "qena" in said
    assert sanad("retention", "show", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"programme", "rule", "rows", "oldest_at"} == set(lines[0])
    assert {line["programme"] for line in lines} == {"kuwait", "qena", None}


def test_a_dry_run_says_that_nothing_was_changed(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("retention", "run", "--dry-run") == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert sanad("retention", "run") == 0
    assert "0 rows have gone" in capsys.readouterr().out
