"""Words at the review, and at «one more?» after a member of a repeat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogs.interview.accepting import clean_text
from dialogs.interview.answering import NO_ANSWER
from dialogs.interview.course import ANOTHER
from dialogs.interview.events import Misunderstood, Reason
from dialogs.interview.hearing_choices import means_done
from dialogs.interview.membership import members_of
from dialogs.interview.moving import add_member, confirm, edit, finish_repeat, off_topic, review, stop
from dialogs.interview.prompts import MemberLine, Option, ReviewLine
from dialogs.interview.removing import edit_member, member_around, remove_member
from dialogs.interview.showing import review_lines
from dialogs.interview.turn import Turn
from dialogs.understanding import ChoiceWords, fold, read_choice, read_number

LONGEST = 200
_CHANGE = "عدل|اعدل|عدلي|عدلوا|تعديل|تغيير|اغير|غير|غيروا|صحح|تصحيح|edit|change|correct"
_REMOVE = "شيل|شيلوا|شيلي|احذف|احذفوا|احذفي|حذف|امسح|امسحوا|الغ|الغي|الغاء|remove|delete"
_WHICH = "رقم|الرقم|السطر|السوال|الاجابه|اجابه|number|line|the"
_TO_CHANGE = re.compile(rf"(?:(?:{_CHANGE}|{_WHICH}) )*(.+)")
_TO_CHANGE_ONE = re.compile(rf"(?:{_CHANGE}) (?:(?:{_WHICH}) )*(.+)")
_TO_REMOVE = re.compile(rf"(?:{_REMOVE}) (?:(?:{_WHICH}) )*(.+)")
_LAST = frozenset(fold(w) for w in "الأخير|الاخيره|آخر واحد|اخر واحده|الأخيرة|last|last one".split("|"))
_MORE = frozenset(
    fold(w)
    for w in "إضافة|إضافة آخر|اضف|أضيف|كمان|زيادة|واحد تاني|واحد ثاني|فيه كمان|كمان واحد|add|another|one more".split(
        "|"
    )
)


def _place(words: str, size: int) -> int:
    """The place from 1 that a number or «the second» names, 0 when it names none of `size`."""
    number = read_number(words)
    return number.value if number.sure and isinstance(number.value, int) and 1 <= number.value <= size else 0


# ------------------------------------------------------------------------------------------------------------- review


def review_words(turn: Turn, text: str, intent: str) -> None:
    """A yes completes, a number or a label opens that line, «احذف ٤» takes out the member of that line."""
    lines = review_lines(turn.course)
    key = fold(text) if len(text) <= LONGEST else ""
    removing = _TO_REMOVE.fullmatch(key)
    changing = _TO_CHANGE.fullmatch(key)
    place = _place(changing[1], len(lines)) if changing else 0
    if intent in {"yes", "apply"}:
        confirm(turn)
    elif removing and (taken := _place(removing[1], len(lines))) and lines[taken - 1].remove:
        remove_member(turn, member_around(turn.course, lines[taken - 1].ref))
    elif place:
        edit(turn, lines[place - 1].ref)
    elif intent in {"change", "no"}:
        review(turn, choosing=True)
    elif intent == "skip":
        stop(turn)
    elif intent in NO_ANSWER:
        off_topic(turn, clean_text(text), intent)
    else:
        _by_label(turn, changing[1] if changing else "", lines)


def _by_label(turn: Turn, words: str, lines: Sequence[ReviewLine]) -> None:
    names = tuple(ChoiceWords(f"#{place}", line.label) for place, line in enumerate(lines))
    reading = read_choice(words, names) if words and not words.isdigit() else None
    if reading is not None and reading.sure and reading.value is not None:
        edit(turn, lines[int(reading.value[1:])].ref)
        return
    meant = [lines[int(name[1:])] for name in reading.candidates] if reading is not None else []
    attempt = turn.course.session.attempts + 1
    turn.course.change(attempts=attempt, offers=())
    options = tuple(Option(line.key, "!edit", line.label) for line in meant)
    reason: Reason = "unsure" if options else "unreadable"
    turn.events.append(Misunderstood(turn.pending, attempt, reason, candidates=options))
    turn.say_where()


# ---------------------------------------------------------------------------------------------------------- one more?


def another_words(turn: Turn, text: str, intent: str) -> None:
    """One more, that is all, or «احذف الثاني», «عدّل منى»."""
    key = fold(text) if len(text) <= LONGEST else ""
    members = members_of(turn.course, turn.pending.removeprefix(ANOTHER))
    removing, changing = _TO_REMOVE.fullmatch(key), _TO_CHANGE_ONE.fullmatch(key)
    said = read_number(key)
    number = said.value if said.sure else None  # «تاني» asks for another, and may be «the second»
    if removing and (found := _member(removing[1], members)):
        remove_member(turn, found.ref)
    elif changing and (found := _member(changing[1], members)):
        edit_member(turn, found.ref)
    elif intent == "yes" or key in _MORE or number == 1:
        add_member(turn)
    elif intent in {"no", "skip"} or means_done(text) or number == 2:
        finish_repeat(turn)
    elif intent in NO_ANSWER:
        off_topic(turn, clean_text(text), intent)
    else:
        turn.misunderstand("not_a_choice")


def _member(words: str, members: Sequence[MemberLine]) -> MemberLine | None:
    place = len(members) if words in _LAST else _place(words, len(members))
    if place:
        return members[place - 1]
    named = [member for member in members if member.shown and fold(member.shown) == words]
    return named[0] if len(named) == 1 else None
