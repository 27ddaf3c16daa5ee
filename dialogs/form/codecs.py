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
    return text if read_time(text) is not None else ""


def _geopoint(text: str) -> str:
    """`latitude longitude altitude accuracy`, the last two optional."""
    numbers = [plain_number(part) for part in text.split()]
    if not 2 <= len(numbers) <= 4 or any(math.isnan(number) for number in numbers):
        return ""
    return text if abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180 else ""


def _acknowledged(text: str) -> str:
    return "OK" if text.lower() == "ok" else ""


_CODECS: Mapping[str, Callable[[str], str]] = {
    "int": _integer,
    "decimal": _decimal,
    "date": _date,
    "dateTime": _date_time,
    "time": _time,
    "geopoint": _geopoint,
}


def codec(kind: str, data_type: str) -> Callable[[str], str]:
    """The function that brings a text into the form its node stores."""
    if kind == "acknowledge":
        return _acknowledged
    return _CODECS.get(data_type, _as_it_is)
