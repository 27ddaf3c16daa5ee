"""Dates and times: today and now come from the world, never from the machine."""

from __future__ import annotations

import math

from dialogs.expressions import dates
from dialogs.expressions.context import Context
from dialogs.expressions.functions.registry import Arguments, function
from dialogs.expressions.values import NAN, Moment, Value, to_text


@function("today")
def _today(context: Context, _arguments: Arguments) -> Value:
    now = context.world.now
    return Moment(float(math.floor(dates.days_of(now))), dates.date_text(now))


@function("now")
def _now(context: Context, _arguments: Arguments) -> Value:
    now = context.world.now
    return Moment(dates.days_of(now), dates.date_time_text(now))


@function("date", 1, 1)
def _date(context: Context, arguments: Arguments) -> Value:
    """A date of a text or a day number; the time of a date-time text is kept, as ODK's engine does."""
    value, zone = arguments[0](context), context.world.zone
    if isinstance(value, float):
        moment = None if math.isnan(value) else dates.from_days(math.floor(value), zone)
        return "" if moment is None else Moment(float(math.floor(value)), dates.date_text(moment))
    return _moment(context, value)


@function("date-time", 1, 1)
def _date_time(context: Context, arguments: Arguments) -> Value:
    value, zone = arguments[0](context), context.world.zone
    if isinstance(value, float):
        moment = None if math.isnan(value) else dates.from_days(value, zone)
        return "" if moment is None else Moment(value, dates.short_date_time_text(moment))
    return _moment(context, value)


def _moment(context: Context, value: Value) -> Value:
    if isinstance(value, Moment):
        return value
    if isinstance(value, bool):
        return ""
    moment = dates.read_date_time(dates.padded(to_text(value)), context.world.zone)
    if moment is None:
        return ""
    midnight = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    text = dates.date_text(moment) if midnight else dates.short_date_time_text(moment)
    return Moment(dates.days_of(moment), text)


@function("decimal-date-time", 1, 1)
def _decimal_date_time(context: Context, arguments: Arguments) -> Value:
    value = arguments[0](context)
    if isinstance(value, float):
        return value
    if isinstance(value, Moment):
        return value.number
    days = None if isinstance(value, bool) else dates.day_number(to_text(value), context.world.zone)
    return NAN if days is None else days


@function("decimal-time", 1, 1)
def _decimal_time(context: Context, arguments: Arguments) -> Value:
    """The time of day as a fraction of it; of a text with an offset, after moving it to the form's time zone."""
    text = to_text(arguments[0](context))
    if dates.read_time(text) is None:
        return NAN
    moment = dates.read_date_time(f"1970-01-01T{text}", context.world.zone)
    return NAN if moment is None else dates.days_of(moment) % 1


@function("format-date", 2, 2)
def _format_date(context: Context, arguments: Arguments) -> Value:
    return _formatted(context, arguments)


@function("format-date-time", 2, 2)
def _format_date_time(context: Context, arguments: Arguments) -> Value:
    return _formatted(context, arguments)


def _formatted(context: Context, arguments: Arguments) -> str:
    value, pattern = arguments[0](context), to_text(arguments[1](context))
    if isinstance(value, float):
        moment = None if math.isnan(value) else dates.from_days(value, context.world.zone)
    else:
        moment = dates.read_date_time(to_text(value), context.world.zone)
    return "" if moment is None else dates.format_date_time(moment, pattern)
