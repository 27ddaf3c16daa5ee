"""The review: every answer by its number, in pages that one message of the channel holds, each to be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.interview import ReviewLine
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.asking.prompting import question_alone, whose
from referrals.conversations.desk import Desk
from referrals.messages import Choice, Message

ROOM_FOR_MARKS = 0.9  # invisible marks of direction go in later; a page keeps a tenth free for them
ALONE = "alone"  # `identity.readers`: nobody else reads this telephone
ASKS = ("؟", "?")
READ_BY_OTHERS = ("shared", "unknown")
LINES, REVIEW, PRIVATE, HIDE = "lines", "review", "private", "hide"
HERE = "answers_here"  # whether all answers may be shown on this telephone: of which interview, and what was said
ASKING_FIRST = -1  # the page of a review that is not shown yet: a plain yes is no yes to sending it


@dataclass(frozen=True)
class Reviewing:
    """What a review is about: its lines, what goes before them, which page of it, whether private answers are shown."""

    lines: tuple[ReviewLine, ...]
    complete: bool = True
    before: tuple[str, ...] = ()
    page: int = 0
    private: bool = False
    once_more: bool = False
    """They were filed already: these are answers to a few questions that staff had."""


def review(desk: Desk, asked: Reviewing) -> Message:
    """One page of it. Sending the application is offered on the last page: nobody agrees to what was not shown yet."""
    if not asked.lines and not asked.complete:
        return _nothing_yet(desk, asked)
    pages = _pages(desk, asked)
    page = min(max(asked.page, 0), len(pages) - 1)
    desk.state["review"] = {"page": page, "of": len(pages), "complete": asked.complete, "private": asked.private}
    text = _text(desk, asked, pages[page], last=page + 1 == len(pages))
    lead = asked.before if not page else ()
    return Message(
        "\n".join([*lead, text]),
        tuple(_ways_on(desk, asked, page, len(pages))),
        purpose="interview",
        language=desk.language,
    )


def _nothing_yet(desk: Desk, asked: Reviewing) -> Message:
    """«مراجعة» before anything was answered: there is nothing to show and nothing to change."""
    choices = [desk.choice(INTERVIEW, "submit", "button.continue"), desk.choice(INTERVIEW, "later", "button.later")]
    text = "\n".join([*asked.before, desk.voice.say("interview.review_empty")])
    return Message(text, tuple(choices), purpose="interview", language=desk.language)


def covered(desk: Desk, asked: Reviewing, *, wanted: bool) -> Message | None:
    """What is said in place of a complete review where others read this telephone: «نعرض إجاباتكم كلها هنا؟», once,
    then the question alone. None where it may be shown: nobody else reads, or they want to see it."""
    if desk.readers not in READ_BY_OTHERS or not asked.complete or not asked.lines:
        return None
    if wanted:
        desk.state[HERE] = [desk.session_id, True]
    session, shown = desk.state.get(HERE, [None, None])
    if session != desk.session_id:
        desk.state["review"] = {"page": ASKING_FIRST, "of": 1, "complete": True}
        choices = [
            desk.choice(INTERVIEW, REVIEW, "button.show_here", 0),
            desk.choice(INTERVIEW, HIDE, "button.no"),
        ]
        return _covered(desk, asked, "interview.show_here", choices)
    return None if shown else _covered(desk, asked, "interview.review_hidden", _ways_on(desk, asked, 0, 1)[:3])


def _covered(desk: Desk, asked: Reviewing, key: str, choices: Sequence[Choice]) -> Message:
    text = "\n".join([*asked.before, desk.voice.say(key)])
    return Message(text, tuple(choices), purpose="interview", language=desk.language)


def asks_first(desk: Desk) -> bool:
    """Whether «نعرض إجاباتكم كلها هنا؟» is pending."""
    return (desk.state.get("review") or {}).get("page") == ASKING_FIRST


def keep_covered(desk: Desk) -> None:
    """They do not want their answers on this telephone."""
    desk.state[HERE] = [desk.session_id, False]


def is_covered(desk: Desk) -> bool:
    return desk.state.get(HERE) == [desk.session_id, False]


def pages_left(desk: Desk) -> int | None:
    """The next page of the review that is pending; None when its last one was shown, or it is not complete."""
    shown = desk.state.get("review") or {}
    following = int(shown.get("page", 0)) + 1
    return following if shown.get("complete") and following < int(shown.get("of", 1)) else None


def pick_line(desk: Desk, lines: Sequence[ReviewLine], page: int = 0) -> Message:
    """Which answer is to be changed: by its number, or with a tap on it."""
    size = desk.capabilities.page
    pages = max(-(-len(lines) // size), 1)
    page = min(max(page, 0), pages - 1)
    choices = [_as_choice(desk, line) for line in lines[page * size : (page + 1) * size]]
    if page:
        choices.append(desk.choice(INTERVIEW, LINES, "button.earlier_answers", page - 1))
    if page + 1 < pages:
        choices.append(desk.choice(INTERVIEW, LINES, "button.more_answers", page + 1))
    return Message(
        desk.voice.say("interview.which_line"),
        tuple(choices),
        purpose="interview",
        language=desk.language,
        numbered=True,
    )


def shown_of(desk: Desk, line: ReviewLine, *, private: bool = False) -> str:
    """The answer as it may be read back in the chat."""
    if line.set_aside:
        return desk.voice.say("interview.left_for_later")
    if not line.shown:
        return desk.voice.say("interview.skipped")
    if line.sensitive and not private:
        return desk.voice.say("interview.kept_private")
    return desk.voice.written(line.shown)


def asked_of(desk: Desk, line: ReviewLine) -> str:
    """The question without what was said before it, and whose it is in a repeat."""
    question = question_alone(line.label)
    if line.repeat is None:
        return question
    key = "interview.member_named" if line.repeat.label else "interview.member"
    member = desk.voice.say(key, index=line.repeat.index, label=whose(desk, line.repeat))
    if question.endswith(ASKS):
        return f"{member}: {question}"
    return f"{member}، {question}" if desk.language == "ar" else f"{member}, {question}"


def line_of(desk: Desk, line: ReviewLine, *, private: bool = False) -> str:
    """«كم عمركم بالسنوات؟ ٤٢», «الاسم: فاطمة»."""
    question = asked_of(desk, line)
    joined = question if question.endswith((*ASKS, ":", ".")) else f"{question}:"
    return f"{joined} {shown_of(desk, line, private=private)}"


def _text(desk: Desk, asked: Reviewing, lines: Sequence[str], *, last: bool) -> str:
    if not last:
        return desk.voice.say("interview.review_page", answers="\n".join(lines))
    key = "interview.review" if asked.complete else "interview.review_so_far"
    if asked.once_more and asked.complete:
        key = "info.review"
    return desk.voice.say(key, answers="\n".join(lines))


def _pages(desk: Desk, asked: Reviewing) -> list[list[str]]:
    """The lines in pages; each has at least one line, however long that is."""
    frame = _text(desk, asked, [], last=True)
    room = int(desk.capabilities.text_with_choices * ROOM_FOR_MARKS) - len(frame) - len("\n".join(asked.before))
    pages: list[list[str]] = [[]]
    used = 0
    for line in asked.lines:
        shown = desk.voice.number(f"{line.number}. ") + line_of(desk, line, private=asked.private)
        if pages[-1] and used + len(shown) + 1 > room:
            pages.append([])
            used = 0
        pages[-1].append(shown)
        used += len(shown) + 1
    return pages


def _ways_on(desk: Desk, asked: Reviewing, page: int, pages: int) -> list[Choice]:
    last = page + 1 == pages
    sends = "button.info_send" if asked.once_more else "button.submit"
    submit = desk.choice(INTERVIEW, "submit", sends if asked.complete else "button.continue")
    kept = (PRIVATE,) if asked.private else ()
    ways = [submit] if last else [desk.choice(INTERVIEW, REVIEW, "button.more_answers", page + 1, *kept)]
    ways += [desk.choice(INTERVIEW, "change", "button.change"), desk.choice(INTERVIEW, "later", "button.later")]
    if page:
        ways.append(desk.choice(INTERVIEW, REVIEW, "button.earlier_answers", page - 1, *kept))
    hidden = any(line.sensitive and line.shown for line in asked.lines)
    if hidden and not asked.private and desk.readers == ALONE:
        ways.append(desk.choice(INTERVIEW, REVIEW, "button.show_private", page, PRIVATE))
    return ways


def _as_choice(desk: Desk, line: ReviewLine) -> Choice:
    described = shown_of(desk, line) if desk.capabilities.row_description and not is_covered(desk) else ""
    return Choice(line.key, asked_of(desk, line), described, line.number)
