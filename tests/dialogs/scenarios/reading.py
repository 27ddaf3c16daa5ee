"""Reads the files of this folder: tables of expressions; scenarios, each a form, steps, and what holds after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Row:
    """One expression of a table, what it gives, and why ODK's engine says otherwise ("" where it does not)."""

    table: str
    expression: str
    result: str
    differs: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One `##` section: `form` is its tables, `lines` its script."""

    file: str
    title: str
    form: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def rows() -> list[Row]:
    """Every row of every table in `expressions/`."""
    found: list[Row] = []
    for path in sorted((FOLDER / "expressions").glob("*.md")):
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if len(cells) == 3 and cells[1].startswith("«"):
                found.append(Row(path.stem, cells[0].replace("\\|", "|"), cells[1][1:-1], cells[2]))
    return found


def scenarios() -> list[Scenario]:
    """Every scenario of every file beside this one."""
    return [found for path in sorted(FOLDER.glob("*.md")) for found in _scenarios(path)]


def _scenarios(path: Path) -> Iterator[Scenario]:
    text = path.read_text(encoding="utf-8")
    shared = ""
    for part in re.split(r"^## ", text, flags=re.MULTILINE):
        title, _, body = part.partition("\n")
        tables = "\n".join(line for line in body.splitlines() if line.startswith("|") or not line.strip())
        lines = tuple(line[2:].strip() for line in body.splitlines() if line.startswith("- "))
        if not lines:
            shared = tables  # lists that the forms of this file have in common
        else:
            yield Scenario(path.stem, title.strip(), _joined(tables, shared), lines)


def _joined(tables: str, shared: str) -> str:
    lists = "" if "| choices" in tables else shared
    return f"{tables}\n\n{lists}\n\n| settings | form_id | version |\n| | scenario | 1 |\n"
