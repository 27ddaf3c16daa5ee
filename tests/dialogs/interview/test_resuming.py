"""Whoever comes back after weeks is told where they were."""

from __future__ import annotations

from datetime import timedelta

from dialogs.interview import summary
from tests.dialogs.interview.chatting import Chat
from tests.dialogs.interview.forms import COLUMNS, FAMILY, MEMBERS


def test_the_summary_counts_and_names_the_last_answers() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "أرملة", "٣", "١")
    last = chat.now
    found = summary(chat.form, chat.session, now=chat.now + timedelta(days=90))
    assert (found.answered, found.remaining, found.pending, found.last_at) == (4, 2, "متى ولدتم؟", last)
    assert [(line.shown, line.sensitive) for line in found.lines] == [("أرملة", False), ("3", True), ("الإيجار", False)]


def test_before_the_first_answer_there_is_nothing_to_say() -> None:
    chat = Chat(COLUMNS)
    found = summary(chat.form, chat.session, now=chat.now)
    assert (found.answered, found.remaining, found.lines, found.last_at) == (0, 4, (), None)


def test_what_was_skipped_counts_and_is_not_repeated() -> None:
    chat = Chat(MEMBERS)
    chat.say("فاطمة", "٥٠", "تخطي")
    found = summary(chat.form, chat.session, now=chat.now)
    assert found.answered == 3
    assert [line.shown for line in found.lines] == ["فاطمة", "50"]


def test_a_finished_interview_has_nothing_left() -> None:
    chat = Chat(FAMILY)
    chat.say("فاطمة", "الأب", "١", "تخطي", "نعم", "نعم")
    found = summary(chat.form, chat.session, now=chat.now)
    assert (found.remaining, found.pending) == (0, "")
