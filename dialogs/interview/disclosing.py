"""Which answers disclose danger: those that the author marked, and words that say so."""

from __future__ import annotations

from dialogs.form import Question
from dialogs.understanding import read_danger


def marked_as_danger(question: Question, value: str) -> bool:
    """An answer that the author marked: `bind::chat:danger` holds the choices, parted by blanks, commas or pipes."""
    marked = question.chat.get("danger", "").replace("|", " ").replace(",", " ").split()
    return bool(marked) and not set(marked).isdisjoint(value.split())


def tells_of_danger(question: Question, value: str) -> bool:
    """A marked answer, or words of danger written where words are asked for."""
    return marked_as_danger(question, value) or (question.kind == "text" and read_danger(value))
