"""The hours of an HSDS schedule row: which days of RFC 5545, which times, by whose clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialogs.understanding import fold
from referrals.directory.hours.opening_hours import WEEKDAYS
from referrals.directory.hours.recurring import read_recurrence
from referrals.directory.hsds.days import ALWAYS, byday_of
from referrals.directory.hsds.times import both_times
from referrals.directory.tables.cells import offset_said
from referrals.directory.tables.rows import LEFT_OUT, Complaints, Row, TableProblem

ZONE_REMEDY = "Use an IANA name: Africa/Cairo, Asia/Kuwait."
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-]?)(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)

_ASKED = (
    *("opens_at", "closes_at", "valid_from", "valid_to", "dtstart", "until", "freq", "interval", "byday", "weekday"),
    *("bymonthday", "wkst", "count", "timezone"),
)


@dataclass(frozen=True, slots=True)
class Hours:
    """What a schedule says, in wall time of an IANA zone."""

    freq: str
    interval: int
    byday: str
    bymonthday: str
    wkst: str
    count: int | None
    until: date | None
    dtstart: date | None
    opens: time
    closes: time
    zone: str
    valid_from: date | None
    valid_to: date | None


def read_hours(row: Row, time_zone: str) -> Hours | None:
    """The hours of a row; None when it gives none (text alone is allowed), or a complaint when they cannot be read."""
    cells = row.cells
    asked = tuple([each if (each := cells.get(name, "")).__class__ is str else row.text(name) for name in _ASKED])
    hours, problems = _read(asked, time_zone)  # most rows of a directory say the same
    for problem in problems:
        told = row if problem.effect == LEFT_OUT else row.softly
        told.complain(problem.column, problem.cause, problem.remedy)
    return hours


@lru_cache(maxsize=1 << 14)
def _read(cells: tuple[str, ...], time_zone: str) -> tuple[Hours | None, tuple[TableProblem, ...]]:
    complaints = Complaints()
    row = Row("", None, dict(zip(_ASKED, cells, strict=True)), complaints)
    return _hours(row, time_zone), tuple(complaints.found)


def _hours(row: Row, time_zone: str) -> Hours | None:
    row = _told_apart(row)
    opens, closes = row.clock("opens_at"), row.clock("closes_at")
    if not row.text("opens_at") and not row.text("closes_at"):
        return None
    for column in ("opens_at", "closes_at"):
        if not row.text(column):
            row.complain(column, "the cell is blank.", "Write the time of day: 09:00.")
    if opens is not None and opens == closes != time(0, 0):
        remedy = "For a whole day write 00:00 and 24:00; a day that is closed needs no row."
        row.complain("closes_at", "it is the hour of opening too: open for no time, or always?", remedy)
    valid_from, valid_to = row.day("valid_from"), row.day("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        row.complain("valid_to", f"{valid_to} is before {valid_from}.", "A season ends after it begins.")
    dtstart, until = row.day("dtstart"), row.day("until")
    freq, byday = row.text("freq", default="WEEKLY").upper(), byday_of(row.text("byday", "weekday"))
    bymonthday, wkst = row.text("bymonthday"), row.text("wkst").upper()[:2]
    if freq == "WEEKLY" and not byday and dtstart:
        byday = WEEKDAYS[dtstart.weekday()]
    if freq in ("WEEKLY", "MONTHLY") and not byday and not bymonthday and not dtstart:
        row.complain("byday", "the cell is blank.", "Every row needs it: fill it in, or remove the row.")
        return None
    count = row.count("count")
    if count is not None and dtstart is None:
        count = None  # nobody can say from when it is counted
    interval = row.count("interval") or 1
    try:
        read_recurrence(
            freq,
            byday,
            interval=interval,
            bymonthday=bymonthday,
            starts_on=dtstart,
            until=until,
            count=count,
            wkst=wkst,
        )
    except ValueError as problem:
        _tell(row, str(problem), byday)
        return None
    zone = zone_of(row, time_zone)
    if opens is None or closes is None:
        return None
    return Hours(
        freq, interval, byday, bymonthday, wkst, count, until, dtstart, opens, closes, zone, valid_from, valid_to
    )


def _told_apart(row: Row) -> Row:
    """The row with its two hours each in its own cell, where one cell has both: «9am-5pm», «24/7»."""
    opens, closes, days = (row.text(name) for name in ("opens_at", "closes_at", "byday"))
    if not opens and not closes and fold(days) in ALWAYS:
        opens = days
    opened, closed = both_times(opens, closes)
    if (opened, closed) == (row.text("opens_at"), row.text("closes_at")):
        return row
    cells = {**row.cells, "opens_at": opened, "closes_at": closed}
    if not days and not row.text("weekday") and fold(opens) in ALWAYS:
        cells["byday"] = opens
    return replace(row, cells=cells)


def _tell(row: Row, problem: str, byday: str) -> None:
    odd = next((part for part in byday.split(",") if part and part.lstrip("+-0123456789") not in WEEKDAYS), "")
    if odd:
        row.complain("byday", f"«{odd}» is not a weekday.", "Use SU, MO, TU, WE, TH, FR, SA with commas between.")
    else:
        column = next(
            (name for name in ("interval", "count", "bymonthday", "wkst", "byday") if name in problem), "freq"
        )
        row.complain(column, f"{problem}.", "Write it as RFC 5545 does: WEEKLY with SU,MO or MONTHLY with 1SU.")


def zone_of(row: Row, time_zone: str) -> str:
    """The IANA zone of a schedule. Plain HSDS has a UTC offset: the programme's zone where it is one of its own."""
    said = row.text("timezone")
    offset = _minutes(said)
    if said and offset is None:
        return _named(row, said, time_zone)
    if offset is None:
        offset = _minutes(offset_said(row.text("opens_at")))
    if offset is not None and offset not in _offsets(time_zone):
        if offset % 60 == 0:
            return f"Etc/GMT{-offset // 60:+d}" if offset else "Etc/UTC"  # IANA turns the sign about
        row.softly.complain("timezone", f"«{said}» is no offset of the programme's zone.", ZONE_REMEDY)
    if not time_zone:
        row.complain("timezone", "the cell names no place's clock.", ZONE_REMEDY)
    return time_zone


def _named(row: Row, name: str, time_zone: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        row.complain("timezone", f"there is no time zone «{name}».", ZONE_REMEDY)
        return time_zone


def _minutes(said: str) -> int | None:
    """Minutes east of Greenwich; None when it is no offset."""
    if said.upper() in ("Z", "UTC", "GMT"):
        return 0
    found = _OFFSET.fullmatch(said.removesuffix(".0"))
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return None if minutes > 14 * 60 else -minutes if found[1] == "-" else minutes


@lru_cache
def _offsets(time_zone: str) -> frozenset[int]:
    """The offsets that a zone has over a year, in minutes."""
    if not time_zone:
        return frozenset()
    zone, start = ZoneInfo(time_zone), datetime(2026, 1, 15, tzinfo=UTC)
    moments = [start + timedelta(days=30 * month) for month in range(12)]
    return frozenset(
        int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60) for moment in moments
    )
