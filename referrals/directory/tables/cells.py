"""What one cell says: numbers, days and times as people and their programs write them."""

from __future__ import annotations

import re
from datetime import date, time

from referrals.conversations.inbox.invisible_marks import unmarked

NOTHING = frozenset({r"\N", "NULL", "null", "(null)", "NaN", "nan"})  # how databases and programs write an empty cell
_HALVES = re.compile("[\ud800-\udfff]")  # of characters, as broken JSON has them: no database keeps one
_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_CLOCK = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}[T ])?T?(?P<hours>\d{1,2})(?:[:.٫h](?P<minutes>\d{2})|(?<=\d\d)(?P<bare>\d{2}))?"
    r"(?:[:.]\d{2}(?:\.\d+)?)?\s*(?P<half>[ap]\.?(?:m\.?)?|ص|م|صباحا|صباحاً|مساء|مساءً|ظهرا|ظهراً|بعد الظهر|عصرا|عصراً)?\s*"
    r"(?P<offset>Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T].*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_COMPACT = re.compile(r"(\d{8})T\d{4,6}Z?")  # as RFC 5545 writes a moment
_WORDS = {"noon": time(12), "12 noon": time(12), "midday": time(12), "midnight": time(0), "12 midnight": time(0)}
_AFTERNOON, LATEST_AFTERNOON = "ظبع", 7  # «12 ظهراً» and «2 بعد الظهر»; «11 ظهراً» nobody knows
_PART_OF_A_DAY = re.compile(r"0?[.٫]\d+")  # a spreadsheet's 0.375 is nine o'clock there, and 00:37 to nobody


WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\[\]]+")
MAIL_ADDRESS = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,}")


def plain(cell: str) -> str:
    """The text of a cell: without spaces around it and marks that nobody sees; "" for what stands for nothing."""
    if not (cell := cell.strip()) or cell in NOTHING:
        return ""
    return cell if cell.isascii() and "\0" not in cell else _HALVES.sub("\ufffd", unmarked(cell)).strip()


def read_decimal(value: str) -> float:
    """A number: `25.91`, `25,91`, `٢٥٫٩١`. Raises ValueError."""
    text = value.replace("٫", ".").replace("،", ",")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if "_" in text:  # which Python would take
        raise ValueError(value)
    return float(text)


def read_day(value: str) -> date:
    """A day, `2027-02-08`, `2027/02/08` or `20270208`, with or without a time behind it. Raises ValueError.

    Of what spreadsheets save only what can be but one day is read: `25/02/2027` and `02/25/2027`, not `03/02/2027`.
    """
    text = value.strip().translate(_LATIN_DIGITS)
    if (day := _YEAR_LAST.fullmatch(text)) is not None:
        one, other, year = (int(each) for each in day.groups())
        if one <= 12 and other <= 12 and one != other:
            raise ValueError(value)
        return date(year, min(one, other), max(one, other))
    if (day := _YEAR_FIRST.fullmatch(text)) is not None:
        return date(*(int(each) for each in day.groups()))
    if (compact := _COMPACT.fullmatch(text)) is not None:
        return date.fromisoformat(compact[1])
    return date.fromisoformat(text[:10].replace("/", "-"))


def is_two_days(value: str) -> bool:
    """Whether a date with the year at its end can be read in two ways: `03/02/2027`."""
    day = _YEAR_LAST.fullmatch(value.strip().translate(_LATIN_DIGITS))
    return day is not None and day[1] != day[2] and 1 <= int(day[1]) <= 12 and 1 <= int(day[2]) <= 12


def read_clock(value: str) -> time:
    """Wall time from `09:30`, `9:30`, `0930`, `09:30:00`, `9:30 am`, `9a`, `٩ ص` or `09:30+02:00`.

    An offset and a day before the time are dropped. Raises ValueError.
    """
    if (named := _WORDS.get(value.strip().lower())) is not None:
        return named
    found = _CLOCK.fullmatch(value.strip())
    if found is None or not (found["minutes"] or found["bare"] or found["half"]) or _PART_OF_A_DAY.fullmatch(value):
        raise ValueError(value)
    hours, minutes = int(found["hours"]), int(found["minutes"] or found["bare"] or 0)
    if half := (found["half"] or "").lower():
        if not 1 <= hours <= 12 or (half[0] in _AFTERNOON and LATEST_AFTERNOON < hours < 12):
            raise ValueError(value)
        hours = hours % 12 + (12 if half[0] in f"pم{_AFTERNOON}" else 0)
    if (hours, minutes) == (24, 0):
        return time(0, 0)
    return time(hours, minutes)


def offset_said(value: str) -> str:
    """The UTC offset at the end of a time of day (`Z`, `+02:00`); "" when there is none."""
    found = _CLOCK.fullmatch(value.strip())
    return (found["offset"] or "").upper() if found else ""
