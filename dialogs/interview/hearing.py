"""What a person said to one question: a value the form accepts, something to offer back, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogs.interview.accepting import Place, checked
from dialogs.interview.course import Course
from dialogs.interview.heard import Heard, misheard
from dialogs.interview.hearing_choices import hear_many, hear_one
from dialogs.interview.hearing_dates import hear_date, hear_moment, hear_time
from dialogs.interview.hearing_numbers import hear_number
from dialogs.interview.hearing_places import hear_point, point_value
from dialogs.interview.hearing_texts import hear_text, is_phone
from dialogs.interview.offering import MEDIA_KINDS
from dialogs.interview.said import Said
from dialogs.understanding import read_intent

LONGEST_VALUE = 2_000  # characters: the link of a map is the longest of what is no free text
_ACCEPTED = {
    "image": {"image", "file"},
    "audio": {"audio", "file"},
    "video": {"video", "file"},
    "file": {"image", "audio", "video", "file"},
}
_EXAMPLES = {
    "integer": "5",
    "decimal": "2.5",
    "date": "15/3/1985",
    "dateTime": "15/3/2026 10:30",
    "time": "10:30",
}


def _hear_acknowledge(_: Place, text: str) -> Heard:
    return Heard("OK") if read_intent(text).value == "yes" else misheard("unreadable")


_READERS: Mapping[str, Callable[[Place, str], Heard]] = {
    "integer": hear_number,
    "decimal": hear_number,
    "range": hear_number,
    "date": hear_date,
    "dateTime": hear_moment,
    "time": hear_time,
    "geopoint": hear_point,
    "acknowledge": _hear_acknowledge,
    "select_one": hear_one,
    "select_multiple": hear_many,
    "rank": hear_many,
}


def hear_words(course: Course, ref: str, text: str) -> Heard:
    """What the text answers to the question at `ref`."""
    kind = course.instance.node(ref).question.kind
    if kind in MEDIA_KINDS:
        return misheard("wrong_kind")
    reader = _READERS.get(kind, hear_text)
    if len(text) > LONGEST_VALUE and reader is not hear_text:
        return misheard("unreadable")
    return reader(Place(course, ref), text)


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
    at = Place(course, ref)
    if said.point is not None:
        if kind != "geopoint":
            return misheard("wrong_kind", unexpected="point")
        return checked(at, point_value(*said.point), True)
    if kind in {"text", "barcode"} and is_phone(at):
        return hear_text(at, said.contact_phone)
    return misheard("wrong_kind", unexpected="contact")


def example_for(course: Course, ref: str) -> str:
    """The author's example (`bind::chat:example`), else one by the kind of question; "" for choices."""
    question = course.instance.node(ref).question
    written = question.chat.get("example", "")
    if written or question.kind not in {*_EXAMPLES, "range"}:
        return written
    if question.kind == "range":
        return question.parameters.get("start", "1")
    if question.kind == "date":
        words = question.appearance.split()
        return "1985" if "year" in words else "3/1985" if "month-year" in words else _EXAMPLES["date"]
    return _EXAMPLES[question.kind]
