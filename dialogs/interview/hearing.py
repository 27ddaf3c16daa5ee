"""What a person said to one question: a value the form accepts, something to offer back, or nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialogs.interview.course import Course
from dialogs.interview.events import Said
from dialogs.interview.heard import Heard, misheard
from dialogs.interview.hearing_choices import hear_many, hear_one
from dialogs.interview.prompting import MEDIA_KINDS, quick_answers
from dialogs.understanding import Reading, fold, fold_letters, read_date, read_intent, read_number, read_phone

_ACCEPTED = {
    "image": {"image", "file"},
    "audio": {"audio", "file"},
    "video": {"video", "file"},
    "file": {"image", "audio", "video", "file"},
}
_NAMES_TOO = frozenset({"هلا", "سلام", "هاله", "تسلم", "بدر", "ممنون", "اهلا"})
"""Greetings and thanks of one word that are also names."""


@dataclass(frozen=True)
class _Question:
    course: Course
    ref: str
    kind: str

    def today(self) -> date:
        return self.course.now.astimezone(ZoneInfo(self.course.session.time_zone)).date()


def accepts(course: Course, ref: str, value: str) -> bool:
    """True when the value fits the question's type and the form's constraint holds for it."""
    trial = course.instance.copy()
    try:
        trial.set(ref, value)
        state = trial.node(ref)
        return state.constraint_ok and bool(state.value or not value)
    except (KeyError, ValueError):
        return False


def clean_text(text: str) -> str:
    """The text as it is stored: composed, without bidi, zero-width and other control characters."""
    kept = (c if c == "\n" or unicodedata.category(c) not in {"Cf", "Cc"} else "" for c in text.strip())
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _is_phone(course: Course, ref: str) -> bool:
    question = course.instance.node(ref).question
    return question.chat.get("kind") == "phone" or "phone" in question.name.lower() or "mobile" in question.name.lower()


def _written_forms(course: Course, ref: str, text: str) -> list[str]:
    """The spellings under which the form may accept the text, best first."""
    plain = clean_text(text)
    digits = fold_letters(text).replace(" ", "").replace("-", "")
    forms = [plain]
    if digits.isdigit():
        forms = [digits, plain]
    if _is_phone(course, ref):
        phone = read_phone(text, course.session.country)
        if phone.sure and phone.value:
            national = phone.value.removeprefix({"EG": "+20", "KW": "+965"}.get(course.session.country, "+"))
            forms = [phone.value, f"0{national}" if course.session.country == "EG" else national, *forms]
    return forms


def _hear_text(at: _Question, text: str) -> Heard:
    intent = read_intent(text).value
    if intent in {"greeting", "thanks"}:
        if fold(text) in _NAMES_TOO:
            return misheard("unsure", offers=(clean_text(text),))
        return misheard("unreadable", off_topic=intent)
    forms = _written_forms(at.course, at.ref, text)
    if not any(forms):
        return misheard("unreadable")
    accepted = [form for form in forms if form and accepts(at.course, at.ref, form)]
    return Heard(accepted[0]) if accepted else misheard("constraint")


def _number_value(number: float, kind: str) -> str:
    if kind == "integer" and not float(number).is_integer():
        return ""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def _hear_number(at: _Question, text: str) -> Heard:
    for value, label in quick_answers(at.course, at.ref):
        if fold(text) == fold(label):
            return _checked(at, value, True)
    reading = read_number(text)
    if reading.value is not None:
        value = _number_value(reading.value, at.kind)
        return _checked(at, value, reading.sure) if value else misheard("unreadable")
    if read_intent(text).value == "no" and accepts(at.course, at.ref, "0"):
        return misheard("unsure", offers=("0",))
    return misheard("unreadable")


def _checked(at: _Question, value: str, sure: bool) -> Heard:
    if not accepts(at.course, at.ref, value):
        return misheard("constraint")
    return Heard(value) if sure else misheard("unsure", offers=(value,))


def _hear_date(at: _Question, text: str) -> Heard:
    day, clock = text, ""
    if at.kind == "dateTime":
        day, _, clock = text.strip().rpartition(" ")
    reading: Reading[date] = read_date(day, today=at.today())
    if reading.value is None:
        return misheard("unsure" if reading.ask == "date_part" else "unreadable")
    value = reading.value.isoformat()
    if at.kind == "dateTime":
        time = read_clock(clock)
        if not time:
            return misheard("unreadable")
        local = datetime.fromisoformat(f"{value}T{time}").replace(tzinfo=ZoneInfo(at.course.session.time_zone))
        value = local.isoformat(timespec="milliseconds")
    return _checked(at, value, reading.sure)


def read_clock(text: str) -> str:
    """«٩:٣٠» as 09:30:00.000, blank when the text is no time; morning or evening words are understood."""
    words = fold(text.replace(":", " ").replace(".", " ")).split()
    late = any(word in {"مسا", "المسا", "م", "عصرا", "العصر", "ليلا", "بالليل", "pm"} for word in words)
    figures = [int(word) for word in words if word.isdigit()]
    known = {
        "مسا",
        "المسا",
        "م",
        "عصرا",
        "العصر",
        "ليلا",
        "بالليل",
        "pm",
        "am",
        "ص",
        "صباحا",
        "الصبح",
        "ظهرا",
        "الظهر",
        "الساعه",
    }
    if not 1 <= len(figures) <= 2 or any(not word.isdigit() and word not in known for word in words):
        return ""
    hour, minute = figures[0], figures[1] if len(figures) == 2 else 0
    if (late or (("ظهرا" in words or "الظهر" in words) and hour < 6)) and hour < 12:
        hour += 12
    return f"{hour:02d}:{minute:02d}:00.000" if hour < 24 and minute < 60 else ""


def _hear_time(at: _Question, text: str) -> Heard:
    value = read_clock(text)
    return _checked(at, value, True) if value else misheard("unreadable")


def _coordinates(text: str) -> tuple[float, float] | None:
    parts = fold_letters(text).replace("،", ",").replace("٫", ".").split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def point_value(latitude: float, longitude: float, accuracy: float) -> str:
    """The point as ODK stores it: latitude, longitude, altitude, accuracy."""
    return f"{latitude!r} {longitude!r} 0 {accuracy:g}"


def _hear_point(at: _Question, text: str) -> Heard:
    found = _coordinates(text)
    return _checked(at, point_value(*found, 0), True) if found else misheard("unsure")


def _hear_acknowledge(_: _Question, text: str) -> Heard:
    return Heard("OK") if read_intent(text).value == "yes" else misheard("unreadable")


_READERS = {
    "integer": _hear_number,
    "decimal": _hear_number,
    "range": _hear_number,
    "date": _hear_date,
    "dateTime": _hear_date,
    "time": _hear_time,
    "geopoint": _hear_point,
    "acknowledge": _hear_acknowledge,
}


def hear_words(course: Course, ref: str, text: str) -> Heard:
    """What the text answers to the question at `ref`."""
    kind = course.instance.node(ref).question.kind
    if kind == "select_one":
        return hear_one(course, ref, text)
    if kind in {"select_multiple", "rank"}:
        return hear_many(course, ref, text)
    if kind in MEDIA_KINDS:
        return misheard("wrong_kind")
    return _READERS.get(kind, _hear_text)(_Question(course, ref, kind), text)


def hear_thing(course: Course, ref: str, said: Said) -> Heard:
    """What a file, a point or a contact answers to the question at `ref`."""
    kind = course.instance.node(ref).question.kind
    if said.media is not None:
        if said.media.kind in _ACCEPTED.get(kind, ()):
            return Heard(said.media.name, kind="file", media=said.media.name)
        if said.media.kind == "audio":
            if kind in {"text", "barcode"}:
                return Heard("", kind="voice", media=said.media.name)
            return misheard("wrong_kind")
        return misheard("wrong_kind", unexpected="" if kind in MEDIA_KINDS else said.media.kind)
    if said.point is not None:
        if kind != "geopoint":
            return misheard("wrong_kind", unexpected="point")
        return _checked(_Question(course, ref, kind), point_value(*said.point), True)
    if kind in {"text", "barcode"} and _is_phone(course, ref):
        return _hear_text(_Question(course, ref, kind), said.contact_phone)
    return misheard("wrong_kind", unexpected="contact")


def example_for(course: Course, ref: str) -> str:
    """The author's example (`bind::chat:example`), else one by the kind of question; "" for choices."""
    question = course.instance.node(ref).question
    written = question.chat.get("example", "")
    by_kind = {
        "integer": "5",
        "decimal": "2.5",
        "range": "5",
        "date": "15/3/1985",
        "dateTime": "15/3/2026 10:30",
        "time": "10:30",
    }
    return written or by_kind.get(question.kind, "")
