"""Dates said from today: «بكرة», «عقب ٣ أيام», «الخميس الجاي», «آخر الشهر»."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from dialogs.understanding.date.day_month_year import EARLIEST, LATEST, arranged
from dialogs.understanding.date.parts import date_parts, near_at
from dialogs.understanding.date.span import read_span
from dialogs.understanding.date.surroundings import HOW_MANY, VAGUE
from dialogs.understanding.date.weekday import BARE_WEEKDAYS, WEEKDAYS, suffix_at, weekday_alone
from dialogs.understanding.date.words import AGO, DAY_WORDS, EDGES, FIRST_OF, LAST_OF, MIDDLE_OF, PARTICLES, SPANS
from dialogs.understanding.reading import Reading

_LOOSE = frozenset("اوايل اواسط اواخر".split())
_WEEK = frozenset({"الاسبوع", "اسبوع", "السبوع"})
_YEARS = frozenset({"السنه", "العام"})


def months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def weekday_later(today: date, weekday: int) -> date:
    """The first such weekday strictly later."""
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)


def weekday_earlier(today: date, weekday: int) -> date:
    """The last such weekday strictly earlier."""
    return today - timedelta(days=(today.weekday() - weekday) % 7 or 7)


def _confirm(day: date) -> Reading[date]:
    return Reading(day, False, "date_confirm")


def read_relative_date(words: tuple[str, ...], *, today: date) -> Reading[date] | None:
    """The day that the folded words mean from `today`; None when they are no relative date.

    A weekday, with or without «الجاي», is the first one strictly later; with «اللي فات» the last one strictly earlier.
    """
    return (
        _near(words, today)
        or _weekday(words, today)
        or read_span(words, today=today)
        or _turn(words, today)
        or _edge(words, today)
        or _vague(words)
    )


def _near(words: tuple[str, ...], today: date) -> Reading[date] | None:
    start = 1 if words[0] in PARTICLES | DAY_WORDS | {"ليله"} and len(words) > 1 else 0
    near = near_at(words, start)
    if near is None or start + near[0] != len(words):
        return None
    day = today + timedelta(days=near[1])
    return _confirm(day) if start and words[0] == "من" and near[1] >= 0 else Reading(day, True)  # from then on


def _weekday(words: tuple[str, ...], today: date) -> Reading[date] | None:
    since = words[0] == "من" and len(words) > 1
    nearest = words[0] == "اقرب"  # «أقرب خميس»
    start = 1 if since or nearest or words[0] in PARTICLES else 0
    labelled = len(words) > start and words[start] in DAY_WORDS
    start += labelled
    if len(words) <= start:
        return None
    name = words[start]
    which, size = suffix_at(words, start + 1)
    if name not in WEEKDAYS and name not in BARE_WEEKDAYS:
        return None
    day = WEEKDAYS.get(name, BARE_WEEKDAYS.get(name, 0))
    if start + 1 + size != len(words):
        return _weekday_of_week(day, words[start + 1 :], today)
    if name not in WEEKDAYS and not size and not nearest:
        alone = weekday_alone(name) is not None or labelled or (start and name.isascii())
        return _confirm(weekday_later(today, day)) if alone else None
    if since and which != "last":  # «من الخميس»: since last Thursday, or from Thursday on
        return _confirm(weekday_earlier(today, day))
    return _weekday_meant(day, which, today)


def _weekday_meant(day: int, which: str, today: date) -> Reading[date]:
    if which == "last":
        return Reading(weekday_earlier(today, day), True)
    later = weekday_later(today, day)
    if which == "this" and day == today.weekday():
        return _confirm(today)
    return _confirm(later + timedelta(days=7)) if which == "after next" else Reading(later, True)


def _weekday_of_week(day: int, rest: tuple[str, ...], today: date) -> Reading[date] | None:
    """«الخميس من الأسبوع الجاي»: where a week begins is not agreed on, so it is always offered back."""
    rest = rest[1:] if rest[0] in {"من", "في", "بتاع", "of"} else rest
    if len(rest) < 2 or rest[0] not in _WEEK:
        return None
    which, size = suffix_at(rest, 1)
    if 1 + size != len(rest) or which not in {"this", "next", "last"}:
        return None
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    week = saturday + timedelta(days={"this": 0, "next": 7, "last": -7}[which])
    return _confirm(week + timedelta(days=(day - 5) % 7))


def _turn(words: tuple[str, ...], today: date) -> Reading[date] | None:
    """«الأسبوع الجاي» is a week from today; a month or a year is no day: today's day of it is offered."""
    start = 1 if words[0] in PARTICLES and len(words) > 1 else 0
    head = words[start]
    which, size = suffix_at(words, start + 1)
    if start + 1 + size == len(words) - 2 and head in _WEEK and words[-2] in DAY_WORDS:
        words = (*words[: start + 1 + size], words[-1])
    if start + 1 + size == len(words) - 1 and head in _WEEK and words[-1] in WEEKDAYS:
        return _weekday_of_week(WEEKDAYS[words[-1]], words[start:-1], today)
    if not size or start + 1 + size != len(words):
        return None
    sign = {"next": 1, "last": -1}.get(which, 0)
    if head in _WEEK:
        moved = today + timedelta(days=7 * sign)
        return Reading(moved, True) if sign else Reading(None, False, "date_part")
    months = 1 if head in {"الشهر", "شهر"} else 12 if head in _YEARS | {"سنه", "عام"} else 0
    if not months:
        return None
    return _confirm(months_later(today, sign * months)) if sign else Reading(None, False, "date_part")


def _edge(words: tuple[str, ...], today: date) -> Reading[date] | None:
    """«آخر الشهر» is its last day; its first and its middle are offered back unless the month is named as well."""
    start = 1 if words[0] in PARTICLES else 0
    if len(words) < start + 2:
        return None
    edge = words[start]
    rest = words[start + 1 :]
    very = rest[0] == "يوم"
    rest = rest[1:] if very and len(rest) > 1 else rest
    rest = rest[1:] if rest[0] in {"في", "من", "of", "ب"} and len(rest) > 1 else rest
    if edge not in EDGES:
        return None
    if edge.isascii() and rest[0] == "شهر" and len(rest) == 1:
        rest = ("الشهر",)
    if rest[0] not in {"الشهر", "شهر", *_YEARS} or (rest[0] == "شهر" and not suffix_at(rest, 1)[1]):
        return _edge_of_named(edge, very, rest, today)
    which, size = suffix_at(rest, 1)
    if 1 + size != len(rest) or which == "after next":
        return None
    if rest[0] in _YEARS:
        return _edge_of_year(edge, which, today)
    return _edge_of_month(edge, which, today)


def _edge_of_named(edge: str, very: bool, rest: tuple[str, ...], today: date) -> Reading[date] | None:
    """«آخر يوم في فبراير ٢٠٢٠» is a day, «منتصف آذار» the part of one."""
    parts = date_parts(rest, today)
    said = arranged(parts) if parts is not None else None
    if parts is None or said is None or said.month is None or said.day is not None or said.hijri or said.short:
        return None
    if said.year is None or not said.possible or not EARLIEST <= said.year <= LATEST or not 1 <= said.month <= 12:
        return Reading(None, False, "date_part")
    last = monthrange(said.year, said.month)[1]
    day = date(said.year, said.month, 1 if edge in FIRST_OF else last if edge in LAST_OF else 15)
    exact = very and edge in {"اول", "اخر"} and parts.certain and parts.weekday is None and parts.near is None
    return Reading(day, True) if exact else _confirm(day)


def _edge_of_month(edge: str, which: str, today: date) -> Reading[date]:
    month = months_later(today.replace(day=1), {"next": 1, "last": -1}.get(which, 0))
    if edge in LAST_OF:
        day = month.replace(day=monthrange(month.year, month.month)[1])
    else:
        day = month.replace(day=1 if edge in FIRST_OF else 15)
        if not which and day <= today:
            day = months_later(day, 1)
    said = bool(which) or edge in LAST_OF
    return Reading(day, True) if said and edge not in _LOOSE | MIDDLE_OF else _confirm(day)


def _edge_of_year(edge: str, which: str, today: date) -> Reading[date]:
    year = today.year + {"next": 1, "last": -1}.get(which, 0)
    if edge in LAST_OF:
        return _confirm(date(year, 12, 31))
    if edge in MIDDLE_OF:
        return Reading(None, False, "date_part")
    return _confirm(date(year if which else year + 1, 1, 1))


def _vague(words: tuple[str, ...]) -> Reading[date] | None:
    """«بعد العيد», «من كام يوم»: a time, but no day."""
    heads = AGO | {"بعد", "عقب", "في", "خلال", "علي", "اول", "اخر", "كمان", "after", "يوم"}
    rest = words[1:] if words[0] in heads and len(words) > 1 else words
    rest = rest[1:] if rest[0] in {"حوالي", "شهر", "عيد"} and len(rest) > 1 else rest
    if len(rest) == 2 and rest[0] in HOW_MANY and rest[1] in SPANS and len(words) > 2:
        return Reading(None, False, "date_part")
    vague = " ".join(rest) in VAGUE and (len(rest) < len(words) or len(words) > 1 or words[0] in {"قريب", "قريبا"})
    return Reading(None, False, "date_part") if vague else None
