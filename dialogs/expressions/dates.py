"""Dates and times as ODK writes them: ISO texts, day numbers on the wall clock of the form's time zone, formats."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a wall clock is reckoned as if it stood in UTC: no day has 23 hours
_DAY = timedelta(days=1)
_LATEST_DAY = 2_932_896  # 9999-12-31, the last day Python can hold

_TIME = r"(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?"
_OFFSET = r"(Z|[+-]\d{2}:\d{2})?"
_DATE_TIME = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}})(?:T{_TIME}{_OFFSET})?", re.ASCII)
_LOOSE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(T.*)?", re.ASCII)
_TIME_ONLY = re.compile(rf"{_TIME}{_OFFSET}", re.ASCII)


def read_date_time(text: str, zone: tzinfo) -> datetime | None:
    """The aware time an ISO date or date-time stands for, on the wall clock of `zone`; None when it is none."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        clock = time(int(hour or 0), int(minute or 0), int(second or 0), _microseconds(fraction))
        wall = datetime.combine(date(int(year), int(month), int(day)), clock, UTC)
        shift = _offset(offset)
        return wall.replace(tzinfo=zone) if shift is None else (wall - shift).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def padded(text: str) -> str:
    """`2026-1-5` as `2026-01-05`, which date() accepts; any other text as it is."""
    match = _LOOSE.fullmatch(text)
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}{match[4] or ''}" if match else text


def read_time(text: str) -> time | None:
    """The wall-clock time of `08:30:00`, fractions and offsets allowed; None when it is none."""
    match = _TIME_ONLY.fullmatch(text)
    if match is None or ":" not in text:
        return None
    hour, minute, second, fraction, _offset_text = match.groups()
    try:
        return time(int(hour), int(minute or 0), int(second or 0), _microseconds(fraction))
    except ValueError:
        return None


def day_number(text: str, zone: tzinfo) -> float | None:
    """Days since 1970-01-01 on the wall clock; a date is a whole number whatever the zone, as in ODK Collect."""
    moment = read_date_time(text, zone)
    return None if moment is None else days_of(moment)


def days_of(moment: datetime) -> float:
    """Days since 1970-01-01 on the moment's own wall clock, with the time as a fraction."""
    return (moment.replace(tzinfo=UTC) - _EPOCH) / _DAY


def from_days(days: float, zone: tzinfo) -> datetime | None:
    """The wall-clock time of a day number; None when it lies outside the calendar."""
    if not -719_162 <= days <= _LATEST_DAY:
        return None
    wall = _EPOCH + timedelta(milliseconds=round(days * 86_400_000))
    return wall.replace(tzinfo=zone)


def date_time_text(moment: datetime) -> str:
    """As ODK stores a date-time: `2026-01-15T10:00:00.000+02:00`."""
    return moment.isoformat(timespec="milliseconds")


def short_date_time_text(moment: datetime) -> str:
    """As date() writes one in ODK's engine: `2026-01-15T10:00:00.000+02:00`, but `.4` for `.400`."""
    whole, dot, rest = date_time_text(moment).partition(".")
    return whole + dot + (rest[:3].rstrip("0") or "000") + rest[3:]


def date_text(moment: datetime | date) -> str:
    """As ODK stores a date: `2026-01-15`."""
    return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"


def format_date_time(moment: datetime, pattern: str) -> str:
    """`pattern` with ODK's %-codes filled in: %Y %y %m %n %b %d %e %H %h %M %S %3 %a (names in English, as ODK)."""
    return re.sub(r"%[YymnbdeHhMS3aA%BjW]", lambda match: _code(moment, match[0]), pattern)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _code(moment: datetime, code: str) -> str:
    plain = {
        "%Y": f"{moment.year:04d}",
        "%y": f"{moment.year % 100:02d}",
        "%m": f"{moment.month:02d}",
        "%n": str(moment.month),
        "%b": _MONTHS[moment.month - 1],
        "%d": f"{moment.day:02d}",
        "%e": str(moment.day),
        "%H": f"{moment.hour:02d}",
        "%h": str(moment.hour),
        "%M": f"{moment.minute:02d}",
        "%S": f"{moment.second:02d}",
        "%3": f"{moment.microsecond // 1000:03d}",
        "%a": _DAYS[moment.weekday()],
        "%W": f"{moment.isocalendar().week:02d}",
        "%j": f"{moment.timetuple().tm_yday:03d}",
    }
    return plain.get(code, code)


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[-2:]) if len(text) > 3 else 0
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    shift = timedelta(hours=hours, minutes=minutes)
    return shift if text[0] == "+" else -shift
