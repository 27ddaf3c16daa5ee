"""The tables beside these tests: what people write, and what it means or what is asked about it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def table(name: str) -> list[tuple[str, list[str]]]:
    """The lines «left = text | text» of a file, comments left out."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return [(left.strip(), [text.strip() for text in right.split(" | ")]) for left, _, right in pairs]


def facts(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines_of(name: str) -> Iterator[str]:
    """The lines of a table; its first two lines say what it is."""
    yield from (HERE / name).read_text(encoding="utf-8").splitlines()[2:]


def cells_of(row: str) -> list[str]:
    """The phrases of a row, parted by bars."""
    return [cell.strip() for cell in row.split(" | ") if cell.strip()]
