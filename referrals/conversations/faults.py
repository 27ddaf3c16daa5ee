"""Why something failed, as it may stand unsealed beside a row and in front of staff."""

from __future__ import annotations

import re
import traceback


def reason_of(failure: BaseException) -> str:
    """Why something failed, for staff: what was raised and where. Its message only where it cannot be a family's words:
    this stands unsealed, so nothing in Arabic and no longer number is kept of it."""
    said = next(iter(str(failure).splitlines()), "")  # a database's further lines name values
    told = f": {said}" if said.isascii() and not re.search(r"\d{4}", said) else ""
    return f"{type(failure).__name__}{told} ({_where(failure)})"


def _where(failure: BaseException) -> str:
    frames = traceback.extract_tb(failure.__traceback__)
    last = frames[-1] if frames else None
    return f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}" if last else ""
