"""What an author wrote in the chat-only columns (`bind::chat:*`) and what follows from them for one question."""

from __future__ import annotations

from dialogs.form import Question
from dialogs.interview.course import Course
from dialogs.interview.standing import marked

MOST_MEMBERS = 30
"""Of an open repeat, where its author says nothing: a family that adds a thirty-first is mistaken, or not a family."""
SEARCHED = frozenset({"minimal", "autocomplete"})
SEARCHED_FROM = 9  # a list that fits beside its question needs no search
LONG_LIST = 30


def chat_text(course: Course, question: Question, column: str) -> str:
    """The author's text in the session's language (`why_ar`), else for any language (`why`), else in Arabic."""
    if not question.chat:
        return ""
    for name in (f"{column}_{course.session.language[:2]}", column, f"{column}_ar"):
        text = question.chat.get(name, "").strip()
        if text:
            return text
    return ""


def most_members(question: Question) -> int:
    """How many members a chat adds to an open repeat (`bind::chat:most`)."""
    written = question.chat.get("most", "").strip()
    return int(written) if written.isascii() and written.isdigit() and int(written) > 0 else MOST_MEMBERS


def is_sensitive(question: Question) -> bool:
    """True when the author marked the answer as not to be echoed."""
    return marked(question, "sensitive")


def is_searched(question: Question, choices: int) -> bool:
    """True for a list that a person searches by typing: long by itself, or meant so by the author."""
    if question.kind not in {"select_one", "select_multiple"}:
        return False
    return choices > LONG_LIST or (choices > SEARCHED_FROM and bool(SEARCHED & set(question.appearance.split())))
