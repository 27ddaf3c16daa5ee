"""Tables of what people write and what it means, read by the tests beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def lines_of(name: str) -> Iterator[str]:
    """The lines of a table; its first two lines say what it is."""
    yield from (HERE / name).read_text(encoding="utf-8").splitlines()[2:]


def cells_of(row: str) -> list[str]:
    """The phrases of a row, parted by bars."""
    return [cell.strip() for cell in row.split(" | ") if cell.strip()]
