"""The numbers in addresses, of rows and of pages: what no database can hold is not found, instead of an error."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

LARGEST = 2**63 - 1  # a 64-bit key

RowId = Annotated[int, Path(ge=1, le=LARGEST)]


def page_number(asked: str) -> int:
    """Which page of a list an address asks for, counted from 1; 0 where it says nothing of the kind."""
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
