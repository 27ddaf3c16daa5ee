"""The answers worth trying on a question, the plainest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from dialogs.checking.walking.harvest import Harvest
from dialogs.checking.walking.samples import samples_of
from dialogs.checking.walking.wishes import number_of
from dialogs.form.definition import Definition
from dialogs.understanding import fold_letters

MOST = 60  # answers tried on one question
MOST_MEMBERS = 3  # of a repeat that the answer counts
LARGEST_COUNT = 60  # an answer that would make more members is not tried: each of them costs
NAMES = ("فاطمة سالم (عيّنة)", "أحمد ناصر (عيّنة)", "عيّنة")
TEXTS = ("لا أعرف تماماً", "+96550001234", "01000012345", "50001234", "sample@example.org", "290010100018")
DAYS = (1, 0, 30, 400, 3650, 12000, 26000, -1, -30, -400)  # days ago
SHAPES = {  # kinds of which one answer is as good as another
    "geopoint": ("29.3375 47.6581 0 10",),
    "geotrace": ("29.33 47.65 0 0; 29.34 47.66 0 0",),
    "geoshape": ("29.33 47.65 0 0; 29.34 47.66 0 0; 29.33 47.66 0 0; 29.33 47.65 0 0",),
    "time": ("10:30:00.000", "00:00:00.000", "23:59:00.000"),
    "acknowledge": ("OK",),
    "image": ("sample.jpg",),
    "audio": ("sample.ogg",),
    "video": ("sample.mp4",),
    "file": ("sample.pdf",),
}


def candidates(definition: Definition, offered: Sequence[str], found: Harvest, now: datetime) -> list[str]:
    """The values to try on a question; `offered` are its choices now. A blank is not among them."""
    kind = definition.question.kind
    if definition.choices is not None:
        return list(_of_choices(kind, offered))
    if kind in SHAPES:
        return list(SHAPES[kind])
    if kind in ("integer", "decimal", "range"):
        return list(dict.fromkeys(_numbers(definition, found)))[:MOST]
    if kind in ("date", "dateTime"):
        days = dict.fromkeys(_days(found, now))
        return [_moment(day, kind, now) for day in days][:MOST]
    return list(dict.fromkeys(text for text in _texts(definition, found) if text))[:MOST]


def _of_choices(kind: str, offered: Sequence[str]) -> Iterator[str]:
    if kind == "rank":
        yield " ".join(offered)
        return
    yield from offered
    if kind == "select_multiple" and len(offered) > 1:
        yield " ".join(offered[:2])
        yield " ".join(offered)
        yield from (f"{offered[0]} {name}" for name in offered[2:MOST])


def _numbers(definition: Definition, found: Harvest) -> Iterator[str]:
    question = definition.question
    example = number_of(fold_letters(question.chat.get("example", "") or "") or "nan")
    start, end = number_of(question.parameters.get("start", "nan")), number_of(question.parameters.get("end", "nan"))
    step = number_of(question.parameters.get("step", "1")) or 1.0
    plain = [start, start + step, end] if question.kind == "range" else [example, 2.0, 1.0, 0.0, 5.0]
    near = [number + by for number in found.numbers for by in (0.0, 1.0, -1.0)]
    more = [10.0, 18.0, 35.0, 60.0, 99.0, 100.0, 120.0, 1000.0, 2000.0, 5000.0, 20000.0, 1000000.0, -1.0]
    lengths = [float("1" * int(number)) for number in found.numbers if number in range(1, 13)]
    if found.counts_members:
        plain = [number for number in plain if number <= MOST_MEMBERS]
        near, more, lengths = [number for number in near if number <= LARGEST_COUNT], [10.0], []
    for number in (*plain, *near, *more, *lengths):
        if number == number and not (question.kind == "integer" and number != int(number)):
            yield str(int(number)) if number == int(number) else repr(number)


def _days(found: Harvest, now: datetime) -> Iterator[str]:
    for text in found.texts:
        try:
            day = datetime.fromisoformat(text[:10])
        except ValueError:
            continue
        yield from ((day + timedelta(days=by)).date().isoformat() for by in (0, 1, -1))
    away = [sign * number + by for number in found.numbers for sign in (1, -1) for by in (0, 1, -1)]
    years = [365.25 * number + by for number in found.numbers if 0 < number < 130 for by in (30, -30)]
    for days in (*DAYS, *away, *years):
        if abs(days) < 100_000:
            yield (now - timedelta(days=days)).date().isoformat()


def _moment(day: str, kind: str, now: datetime) -> str:
    if kind == "date":
        return day
    return datetime.fromisoformat(f"{day}T10:30:00").replace(tzinfo=now.tzinfo).isoformat(timespec="milliseconds")


def _texts(definition: Definition, found: Harvest) -> Iterator[str]:
    yield definition.question.chat.get("example", "")
    made = [sample for pattern in found.patterns for sample in samples_of(pattern)]
    yield from (sample.strip() for sample in made if found.patterns)
    yield from NAMES
    yield from found.texts
    for number in found.numbers:
        if number == int(number) and 0 < number <= 200:
            for length in (int(number), int(number) + 1, int(number) - 1):
                yield "1234567890"[:length].ljust(length, "1")
                yield "عينة"[:length].ljust(length, "ه")
    yield from TEXTS
    yield from (str(int(number + by)) for number in found.numbers for by in (0, 1, -1) if number == int(number))
