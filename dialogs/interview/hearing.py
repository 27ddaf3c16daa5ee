"""What a person said to one question: a value the form accepts, something to offer back, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from dialogs.interview.accepting import Place, checked
from dialogs.interview.course import Course
from dialogs.interview.echoing import costs
from dialogs.interview.heard import Heard, misheard
from dialogs.interview.hearing_choices import hear_many, hear_one
from dialogs.interview.hearing_dates import hear_date, hear_moment, hear_time
from dialogs.interview.hearing_numbers import hear_number
from dialogs.interview.hearing_places import hear_point, point_value
from dialogs.interview.hearing_texts import hear_text, is_phone
from dialogs.interview.offering import MEDIA_KINDS
from dialogs.interview.said import Said, SaidMedia
from dialogs.interview.showing import choice_labels
from dialogs.understanding import read_intent

MOST_NEAR = 3
LONGEST_VALUE = 2_000  # characters: the link of a map is the longest of what is no free text
_ACCEPTED = {
    "image": {"image", "file"},
    "audio": {"audio", "file"},
    "video": {"video", "file"},
    "file": {"image", "audio", "video", "file"},
}
WRITTEN = frozenset({"text", "barcode", "integer", "decimal", "range", "date", "dateTime", "time"})
SPOKEN = WRITTEN | {"select_one", "select_multiple", "rank", "acknowledge"}
"""What may be answered aloud; what is written may also be sent as a picture of it."""
_STANDS_AS: Mapping[str, tuple[Literal["voice", "film", "picture", "paper"], frozenset[str]]] = {
    "audio": ("voice", SPOKEN),
    "video": ("film", SPOKEN),  # a round film is how some telephones send a voice
    "image": ("picture", WRITTEN),
    "file": ("paper", WRITTEN),
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
    heard = reader(Place(course, ref), text)
    return replace(heard, echo=True) if heard.value and costs(course, ref, text, heard.value) else heard


def hear_thing(course: Course, ref: str, said: Said) -> Heard:
    """What a file, a point or a contact answers to the question at `ref`."""
    kind = course.instance.node(ref).question.kind
    if said.media is not None:
        return _hear_file(course, ref, said.media, said.text)
    at = Place(course, ref)
    if said.point is not None:
        return _hear_place(at, said.point, said.near)
    if kind in WRITTEN and is_phone(at):
        return hear_words(course, ref, said.contact_phone)
    return misheard("wrong_kind", unexpected="contact")


def _hear_file(course: Course, ref: str, sent: SaidMedia, caption: str) -> Heard:
    """The answer that was asked for; else what its caption says; else it stands for the answer until it is read."""
    kind = course.instance.node(ref).question.kind
    if sent.kind in _ACCEPTED.get(kind, ()):
        return Heard(sent.name, kind="file", media=sent.name)
    if sent.kind not in _STANDS_AS:
        return misheard("wrong_kind", unexpected=sent.kind)
    stands_as, kinds = _STANDS_AS[sent.kind]
    said = hear_words(course, ref, caption) if caption.strip() and kind in SPOKEN else None
    if said is not None and said.value:
        return replace(said, media=sent.name)
    if kind in kinds:
        return Heard("", kind=stands_as, media=sent.name)
    return misheard("wrong_kind", unexpected=sent.kind)


def _hear_place(at: Place, point: tuple[float, float, float], near: tuple[str, ...]) -> Heard:
    """A point where one is asked for; at a list of places those nearest to it, to be confirmed."""
    if at.question.kind == "geopoint":
        return checked(at, point_value(*point), True)
    offered = choice_labels(at.course, at.ref) if near and at.question.kind == "select_one" else {}
    found = tuple(name for name in near if name in offered)[:MOST_NEAR]
    return misheard("unsure", offers=found) if found else misheard("wrong_kind", unexpected="point")


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
