"""Our profile of HSDS 3.1: JSON Merge Patches (RFC 7386), one for each schema of HSDS that it changes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def profile_files() -> tuple[str, ...]:
    """The names of the patches, as HSDS names the schemas."""
    return tuple(sorted(file.name for file in FOLDER.glob("*.json")))


@cache
def profile_file(name: str) -> Any:
    """The patch of that name; None where the profile leaves that schema as it is."""
    if name not in profile_files():
        return None
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
