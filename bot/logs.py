"""What a process writes to its log: what failed and where, and nothing that a family said, whoever is speaking."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import TextIO

from referrals.conversations.faults import reason_of

SHAPE = "%(asctime)s %(levelname)s %(name)s %(message)s"
IN_A_TERMINAL = "%(message)s"  # whoever typed a command knows when, and what spoke
OURS = ("sanad", "referrals", "bot", "console", "dialogs")
# These name addresses with a bot's token, and whole requests, in lines that are no warnings.
TALKATIVE = ("httpx", "httpcore", "telegram", "aiogram", "aiohttp", "asyncio", "urllib3", "multipart", "PIL", "pyxform")
TOKEN = re.compile(r"(?<!\d)\d{5,}:[\w-]{20,}")
LONG_NUMBER = re.compile(r"\+?\d{8,}")  # a telephone, an account on a platform, an identity number
LONGEST = 1000
WITHHELD = "…"


class Discreet(logging.Formatter):
    """A line names no telephone and no token and is one line; a fault is told by its kind and place, not by its words.

    What an exception says may be what somebody wrote to us («invalid literal for int(): …»), and so may what a library
    says beside it; only our own loggers' words stand beside a fault.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The whole line, with the places of a fault below it."""
        record.message = self._said(record)
        record.asctime = self.formatTime(record)
        told = [self.formatMessage(record)]
        if record.exc_info and record.exc_info[1] is not None:
            told.append(told_of(record.exc_info[1]))
        return "\n".join(told)

    def _said(self, record: logging.LogRecord) -> str:
        foreign = record.name.partition(".")[0] not in OURS
        if foreign and record.exc_info:
            return "failed"
        said = "".join(each if each.isprintable() else " " for each in record.getMessage())
        if foreign and not said.isascii():
            said = "".join(each if each.isascii() else WITHHELD for each in said)
        return LONG_NUMBER.sub(WITHHELD, TOKEN.sub(WITHHELD, said))[:LONGEST]


class Written(logging.StreamHandler[TextIO]):
    """To standard error; where a line cannot be written, that is said without what was to stand in it."""

    def handleError(self, record: logging.LogRecord) -> None:
        """One short line in the place of the whole of it, which Python would print with all arguments."""
        with suppress(OSError, ValueError):
            self.stream.write(f"a line of {record.name} could not be written ({record.filename}:{record.lineno})\n")


def told_of(failure: BaseException) -> str:
    """A fault and what led to it: their kinds and where they came from, the outermost place first."""
    return "\n".join(line for each in _chain(failure) for line in _places(each))


def write_logs(level: int = logging.WARNING, shape: str = SHAPE) -> None:
    """From now on this process writes only so; uvicorn has to be told `log_config=None`."""
    handler = Written()
    handler.setFormatter(Discreet(shape))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # its warnings show what a slow step was called with
    sys.excepthook = _uncaught
    threading.excepthook = lambda hooked: _uncaught(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)
    sys.unraisablehook = lambda hooked: _uncaught(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)


def _uncaught(kind: type[BaseException], failure: BaseException | None, _: TracebackType | None) -> None:
    if failure is not None and not issubclass(kind, SystemExit | KeyboardInterrupt):
        logging.getLogger("sanad").critical("ended by a fault", exc_info=failure)


def _chain(failure: BaseException) -> Iterator[BaseException]:
    seen = set[int]()
    waiting = [failure]
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        behind = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        waiting += [*(one.exceptions if isinstance(one, BaseExceptionGroup) else ()), *([behind] if behind else [])]


def _places(failure: BaseException) -> Iterator[str]:
    yield f"  {LONG_NUMBER.sub(WITHHELD, TOKEN.sub(WITHHELD, reason_of(failure)))}"
    for frame in traceback.extract_tb(failure.__traceback__):
        yield f"    {frame.filename}:{frame.lineno} {frame.name}"
