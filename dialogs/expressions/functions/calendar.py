"""Functions that health programmes' forms bring along (Medic's CHT): differences in whole units, adding to a date."""

from __future__ import annotations

import calendar
import math
from datetime import date, datetime, timedelta

from dialogs.expressions import dates
from dialogs.expressions.context import Context
from dialogs.expressions.functions.numbers import argument_number, whole
from dialogs.expressions.functions.registry import Arguments, function
from dialogs.expressions.values import NAN, Moment, Value, to_text

_LONGEST_MONTHS = 12 * 9_998  # as far as the calendar goes


@function("add-date", 2, 6)
def _add_date(context: Context, arguments: Arguments) -> Value:
    """The date moved by years, months, days, hours, minutes; the 31st becomes the last of a shorter month."""
    start = _moment(context, arguments, 0)
    years, months, days, hours, minutes = (whole(argument_number(context, arguments, at, 0.0)) for at in range(1, 6))
    moved = None if start is None else _month_later(start, years * 12 + months)
    if moved is None:
        return ""
    try:
        moved += timedelta(days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return ""
    is_midnight = moved.timetz().replace(tzinfo=None) == datetime.min.time()
    return Moment(dates.days_of(moved), dates.date_text(moved) if is_midnight else dates.date_time_text(moved))


@function("parse-timestamp-to-date", 1, 1)
def _parse_timestamp(context: Context, arguments: Arguments) -> Value:
    """The date of a number of milliseconds since 1970."""
    milliseconds = argument_number(context, arguments, 0)
    moment = None if math.isnan(milliseconds) else dates.from_days(milliseconds / 86_400_000, context.world.zone)
    return "" if moment is None else Moment(math.floor(dates.days_of(moment)), dates.date_text(moment))


@function("difference-in-days", 2, 2)
def _days_between(context: Context, arguments: Arguments) -> Value:
    return _between(context, arguments, 1.0)


@function("difference-in-weeks", 2, 2)
def _weeks_between(context: Context, arguments: Arguments) -> Value:
    return _between(context, arguments, 7.0)


@function("difference-in-months", 2, 2)
def _months_between(context: Context, arguments: Arguments) -> Value:
    return _whole_months(context, arguments)


@function("difference-in-years", 2, 2)
def _years_between(context: Context, arguments: Arguments) -> Value:
    months = _whole_months(context, arguments)
    return months if math.isnan(months) else float(math.trunc(months / 12))


def _between(context: Context, arguments: Arguments, unit: float) -> float:
    start, end = _moment(context, arguments, 0), _moment(context, arguments, 1)
    if start is None or end is None:
        return NAN
    return float(math.trunc((dates.days_of(end) - dates.days_of(start)) / unit))


def _whole_months(context: Context, arguments: Arguments) -> float:
    start, end = _moment(context, arguments, 0), _moment(context, arguments, 1)
    if start is None or end is None:
        return NAN
    sign, (early, late) = (1, (start, end)) if start <= end else (-1, (end, start))
    months = (late.year - early.year) * 12 + late.month - early.month
    reached = _month_later(early, months)
    return float(sign * (months - (reached is not None and reached > late)))


def _month_later(moment: datetime, months: int) -> datetime | None:
    """The same day that many months later, or the last of the month; None past the end of the calendar."""
    count = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(count, 12)
    if abs(months) > _LONGEST_MONTHS or not date.min.year <= year <= date.max.year:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _moment(context: Context, arguments: Arguments, index: int) -> datetime | None:
    value, zone = arguments[index](context), context.world.zone
    if isinstance(value, float):
        return None if math.isnan(value) else dates.from_days(value, zone)
    return dates.read_date_time(dates.padded(to_text(value)), zone)
