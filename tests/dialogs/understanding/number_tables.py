"""The tables beside these tests: texts by the number they are, and texts by what is asked about them."""

from __future__ import annotations

import csv
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
