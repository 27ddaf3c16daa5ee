"""How a value is stored, by the type of its bind: what ODK would write, or "" when the text is no such value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC

from dialogs.expressions.dates import date_text, read_date_time, read_time
from dialogs.expressions.values import number_text, plain_number

_INT_BOUND = 2**31  # xsd:int, as ODK's engine bounds it


def _as_it_is(text: str) -> str:
    return text


def _integer(text: str) -> str:
    if not text:
        return ""
    number = plain_number(text)
    if math.isnan(number) or not -_INT_BOUND <= number < _INT_BOUND:
        return ""
    return str(math.trunc(number))


def _decimal(text: str) -> str:
    number = plain_number(text) if text else math.nan
    if math.isnan(number) or math.isinf(number):
        return ""
    written = number_text(number)
    if "e" in written:
        written = f"{number:.20f}".rstrip("0")
    return written if "." in written.rstrip(".") else f"{written.rstrip('.')}.0"


def _date(text: str) -> str:
    """A date, or the date of a date-time that has no offset."""
    has_offset = "T" in text and (text.endswith("Z") or "+" in text[10:] or "-" in text[10:])
    moment = None if has_offset else read_date_time(text, UTC)
    return "" if moment is None else date_text(moment)


def _date_time(text: str) -> str:
    return text if "T" in text and read_date_time(text, UTC) is not None else ""


def _time(text: str) -> str:
    return text if text.count(":") > 1 and read_time(text) is not None else ""


def _geopoint(text: str) -> str:
    """`latitude longitude altitude accuracy`, the last two optional, each with its decimals; 0 0 is no place."""
    point = _point(text)
    return "" if point.startswith("0.0 0.0") else point


def _point(text: str) -> str:
    parts = text.split()[:4]
    numbers = [plain_number(part) for part in parts]
    if len(numbers) < 2 or any(math.isnan(number) or math.isinf(number) for number in numbers):
        return ""
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        return ""
    return " ".join(_decimal(part) for part in parts)


def _geotrace(text: str) -> str:
    """Points with a semicolon between; blank when one is no point, or there are less than two."""
    points = [_point(part) for part in text.removesuffix(";").split(";")]
    return ";".join(points) if len(points) > 1 and all(points) else ""


def _geoshape(text: str) -> str:
    """As a trace, of at least three points that end where they began."""
    points = _geotrace(text).split(";")
    return ";".join(points) if len(points) > 2 and points[0] == points[-1] else ""


def _names(text: str) -> str:
    """Names of choices with one blank between."""
    return " ".join(dict.fromkeys(text.split()))


def _acknowledged(text: str) -> str:
    return "OK" if text.lower() == "ok" else ""


_CODECS: Mapping[str, Callable[[str], str]] = {
    "int": _integer,
    "decimal": _decimal,
    "date": _date,
    "dateTime": _date_time,
    "time": _time,
    "geopoint": _geopoint,
    "geotrace": _geotrace,
    "geoshape": _geoshape,
}


def codec(kind: str, data_type: str) -> Callable[[str], str]:
    """The function that brings a text into the form its node stores."""
    if kind == "acknowledge":
        return _acknowledged
    if kind in ("select_multiple", "rank"):
        return _names
    return _CODECS.get(data_type, _as_it_is)
