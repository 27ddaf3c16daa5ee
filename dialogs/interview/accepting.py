"""Whether the form takes a value, and the text as it may be stored."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from dialogs.form import Question
from dialogs.interview.course import Course
from dialogs.interview.heard import Heard, misheard

_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, halves of characters and what Unicode reserves: neither XML nor a database holds them."""


@dataclass(frozen=True)
class Place:
    """The question that was answered, in its interview."""

    course: Course
    ref: str

    @property
    def question(self) -> Question:
        """The question itself."""
        return self.course.instance.node(self.ref).question

    @property
    def appearance(self) -> frozenset[str]:
        """The words of its appearance."""
        return frozenset(self.question.appearance.split())

    @property
    def zone(self) -> ZoneInfo:
        """The session's time zone."""
        return ZoneInfo(self.course.session.time_zone)

    def today(self) -> date:
        """The day where the family lives."""
        return self.course.now.astimezone(self.zone).date()


def accepts(course: Course, ref: str, value: str) -> bool:
    """True when the value fits the question's type and bounds, and the form's constraint holds for it."""
    if not _within(course.form.question(ref), value):
        return False
    try:
        state = course.instance.tried(ref, value)
        return state.constraint_ok and bool(state.value or not value)
    except (KeyError, ValueError):
        return False


def _within(question: Question, value: str) -> bool:
    """True but for a number outside the start, end and step of a range."""
    if question.kind != "range" or not value:
        return True
    given = question.parameters
    try:
        number, start = Decimal(value), Decimal(given.get("start", "1"))
        end, step = Decimal(given.get("end", "10")), Decimal(given.get("step", "1"))
    except InvalidOperation:
        return True  # bounds that are no numbers bind nobody; the form's type still does
    low, high = min(start, end), max(start, end)
    return low <= number <= high and (not step or (number - start) % step == 0)


def checked(at: Place, value: str, sure: bool, offers: tuple[str, ...] = ()) -> Heard:
    """The value if the form takes it and it is certain; else an offer of it, or of the `offers` that fit."""
    fitting = tuple(one for one in offers or (value,) if accepts(at.course, at.ref, one))
    if not fitting:
        return misheard("constraint")
    return Heard(value) if sure and value in fitting else misheard("unsure", offers=fitting)


def safe_text(text: str) -> str:
    """The text without what can be neither stored nor sent; line ends are «\\n»."""
    if text.isprintable():
        return text
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_text(text: str) -> str:
    """The text as it is stored: composed, without bidi, zero-width and other control characters."""
    plain = safe_text(text.strip())
    if not plain.isascii():
        plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", plain).strip()
