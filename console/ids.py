"""The ids of rows in addresses: what no database can hold is not found, instead of an error."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

LARGEST = 2**63 - 1  # a 64-bit key

RowId = Annotated[int, Path(ge=1, le=LARGEST)]
