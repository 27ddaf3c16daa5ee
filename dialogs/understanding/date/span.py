"""A span of time from today: «بعد ٣ أيام», «من أسبوعين», «شهر ونص», "two weeks ago"."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs.understanding.date.numbers import COUNTING, number_in
from dialogs.understanding.date.words import AGO, AHEAD, FOR, FROM_NOW, NOW, PASSED, SINCE, SPANS, WITHIN
from dialogs.understanding.reading import Reading

MOST_DAYS = 40_000
MOST_MONTHS = 1_300
MOST_EXACT = 366  # days: nobody counts more of them to the day
_HALVES = frozenset({"ونص", "ونصف", "وشويه", "وشوي", "وكسور", "وحاجه"})
_SAYS_ONE = frozenset({"واحد", "واحده", "1", "اتنين", "اثنين", "تاني", "ثاني", "تانيه", "ثانيه", "كامل", "كامله"})


@dataclass(frozen=True)
class Span:
    """Days and months; `loose` where «ونص» or the like leaves the day open."""

    days: int = 0
    months: int = 0
    loose: bool = False


def _head(words: tuple[str, ...]) -> tuple[int, int, bool]:
    """+1 or -1, the number of words that say so, and whether they leave the day open («خلال»)."""
    for size in (2, 1):
        phrase = " ".join(words[:size])
        if len(words) > size and phrase in WITHIN:
            return 1, size, True
        if len(words) > size and (phrase in SINCE or phrase in FOR):
            return -1, size, phrase in FOR
    if words[0] in AHEAD | AGO and len(words) > 1:
        return (1 if words[0] in AHEAD else -1), 1, False
    return 0, 0, False


def _tail(words: tuple[str, ...], sign: int) -> tuple[int, int]:
    """+1 for «من دلوقتي», -1 for «مضت» and "ago", and the number of words that say so, after a head of that sign."""
    for size in (2, 1):
        phrase = " ".join(words[-size:])
        if len(words) <= size:
            continue
        if phrase in FROM_NOW and (size == 2 or sign >= 0):
            return 1, size
        if sign and phrase in NOW:  # «بعد يومين دلوقتي»; «شهر الحين» is no day
            return sign, size
        if phrase in PASSED and (len(words) > size + 1 or SPANS.get(words[0], (0, 0, 0))[2] == 2):
            return -1, size
    return 0, 0


def span_of(words: tuple[str, ...]) -> Span | None:
    """The span that the words are, all of them: «يومين», «٣ أسابيع», «شهر و٢١ يوم», «سنة ونص»."""
    days = months = 0
    loose = False
    count: list[str] = []
    said = False
    for at, word in enumerate(words):
        if said and not count and (word in _HALVES or (word in {"نص", "نصف"} and words[at - 1] == "و")):
            loose = True
            continue
        if said and not count and word in _SAYS_ONE and at == len(words) - 1:
            continue
        bare = word[1:] if word[0] == "و" and said and not count and (word[1:] in SPANS) else word
        if bare not in SPANS:
            count.append(word)
            continue
        times = _times(count, SPANS[bare][2], said)
        if times is None or (said and not _joined(count, word)):
            return None
        days, months = days + SPANS[bare][0] * times, months + SPANS[bare][1] * times
        said, count = True, []
    if not said or (count and count != ["و"]) or days > MOST_DAYS or months > MOST_MONTHS:
        return None
    return Span(days, months, loose)


def _joined(count: list[str], word: str) -> bool:
    """True where «و» joins one span to the one before."""
    first = count[0] if count else word
    return first[0] == "و" or first == "and"


def _times(count: list[str], itself: int, joined: bool) -> int | None:
    """How many: the number before the unit, or what the unit says itself; None where they do not go together."""
    words = count[1:] if joined and count[:1] in (["و"], ["and"]) else count
    if joined and words and words[0][0] == "و" and len(words[0]) > 1:
        words = [words[0][1:], *words[1:]]
    if not words or words in (["ال"], ["a"], ["an"], ["one"]):
        return itself or None
    if any(word in COUNTING for word in words):
        return None
    if words in (["تلت"], ["ثلث"]):  # «تلت تيام»: three, where the word alone is a third
        return None if itself == 2 else 3
    number = number_in(" ".join(words))
    if number is None or not number[1] or number[0] < 1 or itself == 2:
        return None
    return number[0]


def moved(today: date, span: Span, sign: int) -> date | None:
    """The day so far from today, by the calendar; None past its end."""
    try:
        index = today.year * 12 + today.month - 1 + sign * span.months
        year, month = index // 12, index % 12 + 1
        day = date(year, month, min(today.day, monthrange(year, month)[1]))
        return day + timedelta(days=sign * span.days)
    except (ValueError, OverflowError):
        return None


def _by_days(today: date, span: Span, sign: int) -> date | None:
    try:
        return today + timedelta(days=sign * (span.days + 30 * span.months))
    except OverflowError:
        return None


def read_span(words: tuple[str, ...], *, today: date) -> Reading[date] | None:
    """The day the span leads to; None when the words are no span, or do not say in which direction.

    Days and weeks are exact. A month is sure where the calendar and thirty days agree, more months and years never.
    """
    sign, size, loose = _head(words)
    after, tail = _tail(words[size:], sign)
    if not (sign or after) or (after < 0 < sign):
        return None
    middle = words[size : len(words) - tail]
    span = span_of(middle) if middle else None
    if span is None:
        return None
    direction = sign or after
    day = moved(today, span, direction)
    if day is None or not 1850 <= day.year <= 2200:
        return None
    if span.loose:
        day += timedelta(days=direction * (15 if span.months == 1 else 3 if span.days else 182))
    agreeing = span.days == 0 and span.months < 12 and day == _by_days(today, span, direction)
    exact = (span.months == 0 and span.days <= MOST_EXACT) or agreeing
    sure = exact and not loose and not span.loose
    return Reading(day, sure, None if sure else "date_confirm")
