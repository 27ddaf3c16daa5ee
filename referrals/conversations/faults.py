"""Why something failed, as it may stand unsealed beside a row and in front of staff."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable

# Whose exceptions say what is wrong with a machine or a setting. Any other's words may be what it was given to read.
OURS = ("bot", "console", "dialogs", "referrals")
OF_MACHINES = ("OperationalError", "InterfaceError", "OSError", "ImportError", "TimeoutError")
MACHINE_WORD = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
LONG_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){7,}")  # a telephone, an account, an identity number
FOREIGN = re.compile(r"[^\x00-\x7f]+")
WITHHELD = "..."
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"|«([^»]*)»")


def reason_of(failure: BaseException) -> str:
    """Why something failed, for staff: what was raised and where. Its message only where it cannot be a family's words:
    this stands unsealed, so nothing that is quoted, nothing in Arabic and no longer number is kept of it."""
    said = QUOTED.sub(_unquoted, next(iter(str(failure).splitlines()), "")) if _speaks_of_us(failure) else ""
    told = f": {said}" if said and said.isascii() and not re.search(r"\d{4}", said) else ""
    return f"{type(failure).__name__}{told} ({_where(failure)})"


def harmless(said: str, ours: Iterable[str] = ()) -> str:
    """What another system answered, without what it may have repeated of ours: `ours` are values that it was given.

    Nothing quoted, nothing in Arabic and no long number stays either; a word of another language is told as left out.
    """
    told = QUOTED.sub(_unquoted, said)
    for value in sorted({each.strip() for each in ours if len(each.strip()) > 2}, key=len, reverse=True):
        told = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", WITHHELD, told)
    return LONG_NUMBER.sub(WITHHELD, FOREIGN.sub(WITHHELD, told))


def _speaks_of_us(failure: BaseException) -> bool:
    kinds = type(failure).__mro__
    return kinds[0].__module__.partition(".")[0] in OURS or any(kind.__name__ in OF_MACHINES for kind in kinds)


def _unquoted(found: re.Match[str]) -> str:
    """A name of a column or an index stays; what else is quoted is what somebody wrote."""
    inside = next((each for each in found.groups() if each is not None), "")
    return f"'{inside}'" if MACHINE_WORD.fullmatch(inside) else "'...'"


def _where(failure: BaseException) -> str:
    frames = traceback.extract_tb(failure.__traceback__)
    last = frames[-1] if frames else None
    return f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}" if last else ""
