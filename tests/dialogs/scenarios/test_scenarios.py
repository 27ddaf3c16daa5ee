"""What forms do, one small form and a script each, and what every function of expressions gives."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from dialogs.form import Instance, compile_xlsform, load_xform
from tests.dialogs.scenarios.reading import FOLDER, Row, Scenario, rows, scenarios
from tests.dialogs.scenarios.running import run_line

NOON = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
INSTANCE_ID = "3b241101-e2bb-4255-8caf-4136c566a962"
LISTS = FOLDER / "expressions"


def _filling(markdown: str) -> Instance:
    attachments = {
        path.name: path.read_bytes() for path in LISTS.iterdir() if path.suffix in (".csv", ".xml", ".geojson")
    }
    form = load_xform(compile_xlsform(markdown.encode(), name="scenario.md"), attachments)
    preload = {"deviceid": "dev:1", "username": "u"}
    return Instance.start(form, now=NOON, time_zone="UTC", instance_id=INSTANCE_ID, preload=preload)


@pytest.mark.parametrize("scenario", scenarios(), ids=str)
def test_scenario(scenario: Scenario) -> None:
    instance = _filling(scenario.form)
    for line in scenario.lines:
        amiss = run_line(instance, line)
        assert not amiss, f"{line}\n  but: {amiss}"
        instance = instance.copy()  # a session is taken up again after every answer


@cache
def _worked_out(table: str) -> dict[str, str]:
    """The result of every expression of a table, from one form that holds them all."""
    expressions = [row.expression for row in rows() if row.table == table]
    cells = (expression.replace("|", "\\|") for expression in expressions)
    calculates = "".join(f"| | calculate | e{at} | | {cell} | | |\n" for at, cell in enumerate(cells))
    survey, choices = (LISTS / "form.md").read_text(encoding="utf-8").split("\n\n", 1)
    instance = _filling(f"{survey}\n{calculates}\n{choices}")
    return {expression: instance.node(f"/data/e{at}").value for at, expression in enumerate(expressions)}


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.table}: {row.expression}")
def test_expression(row: Row) -> None:
    assert _worked_out(row.table)[row.expression] == row.result


def test_the_published_counts_are_these() -> None:
    published = (Path(__file__).parents[3] / "docs" / "conformance.md").read_text(encoding="utf-8")
    assert f"| expressions | {len(rows())} |" in published
    assert f"| scenarios | {len(scenarios())} |" in published
    assert f"| expressions where ODK Web Forms differs | {sum(bool(row.differs) for row in rows())} |" in published
