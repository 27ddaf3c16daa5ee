"""Turns an interview's prompt into one message: progress, what was misunderstood, notes, the question last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.interview import Misunderstood, Option, Prompt, ReviewLine
from referrals.conversations.desk import Desk
from referrals.messages import Choice, Message

INTERVIEW = "interview"
PAGED = 2  # rows that "more" and "back" take on a page of a long list


@dataclass(frozen=True)
class Asking:
    """A prompt and what has to be said before it."""

    prompt: Prompt
    before: tuple[str, ...] = ()
    page: int = 0


def question(desk: Desk, asking: Asking) -> Message:
    """The message that asks. Its choices carry the interview's own ids; a long list comes in pages."""
    prompt = asking.prompt
    choices = _choices(desk, prompt, asking.page)
    parts = [
        *asking.before,
        *_progress(desk, prompt),
        *prompt.notes,
        *_current(desk, prompt),
        *([prompt.hint] if prompt.hint else []),
        *_numbered_in_text(desk, prompt),
        prompt.label,
    ]
    return Message(
        "\n".join(part for part in parts if part),
        choices,
        ask="location" if prompt.expects == "point" else "contact" if prompt.chat.get("contact") == "yes" else "",
        purpose="interview",
        language=desk.language,
    )


def _progress(desk: Desk, prompt: Prompt) -> list[str]:
    lines = [desk.voice.say("interview.progress", number=prompt.number, of=prompt.of)]
    if prompt.repeat is not None:
        position = prompt.repeat
        key = "interview.member_of" if position.count else "interview.member"
        lines.append(desk.voice.say(key, index=position.index, count=position.count or 0))
    return lines


def _current(desk: Desk, prompt: Prompt) -> list[str]:
    return [desk.voice.say("interview.current", value=prompt.current)] if prompt.current else []


def _numbered_in_text(desk: Desk, prompt: Prompt) -> list[str]:
    """For an answer that nobody else should read in the chat: the words stand once above, the buttons are numbers."""
    if prompt.chat.get("neutral") != "yes":
        return []
    return [desk.voice.number(f"{n}. {option.label}") for n, option in enumerate(prompt.options, 1) if _is_answer(option)]


def _choices(desk: Desk, prompt: Prompt, page: int) -> tuple[Choice, ...]:
    options = list(enumerate(prompt.options, 1))
    rows = desk.capabilities.rows
    if len(options) > rows:
        return tuple(_page(desk, prompt, options, page, rows - PAGED))
    shown = [_choice(desk, prompt, n, option) for n, option in options]
    offers_later = any(option.name == "!later" for option in prompt.options)
    if not prompt.required and not offers_later and len(shown) < rows and prompt.expects != "acknowledge":
        shown.append(desk.choice(INTERVIEW, "skip", "button.skip"))
    return tuple(shown)


def _is_answer(option: Option) -> bool:
    """An answer of the form; names with «!» are what the interview itself offers (done, later, keep)."""
    return not option.name.startswith("!")


def _page(desk: Desk, prompt: Prompt, options: Sequence[tuple[int, Option]], page: int, size: int) -> list[Choice]:
    pages = -(-len(options) // size)
    page = min(max(page, 0), pages - 1)
    shown = [_choice(desk, prompt, n, option) for n, option in options[page * size : (page + 1) * size]]
    if page + 1 < pages:
        shown.append(desk.choice(INTERVIEW, "page", "button.more_choices", page + 1))
    if page:
        shown.append(desk.choice(INTERVIEW, "page", "button.earlier_choices", page - 1))
    return shown


def _choice(desk: Desk, prompt: Prompt, n: int, option: Option) -> Choice:
    if prompt.chat.get("neutral") == "yes" and _is_answer(option):
        return Choice(option.id, f"✓ {desk.voice.number(n)}" if option.name in prompt.chosen else desk.voice.number(n))
    return Choice(option.id, f"✓ {option.label}" if option.name in prompt.chosen else option.label)


def misunderstanding(desk: Desk, event: Misunderstood, prompt: Prompt | None) -> str:
    """What to say before the question comes again: the author's own words, or what was expected with an example."""
    if event.message:
        return event.message
    if event.reason == "wrong_kind":
        return desk.voice.say("interview.please_tap")
    if event.reason == "required":
        return desk.voice.say("interview.required")
    if event.candidates:
        return desk.voice.say("interview.did_you_mean")
    if event.attempt >= 2 and prompt is not None and prompt.options:
        return desk.voice.say("interview.easier")
    expects = prompt.expects if prompt is not None else "text"
    key = f"interview.misunderstood.{expects}" if expects in ("number", "date", "choice", "point") else ""
    if not key or (expects not in ("choice", "point") and not event.example):
        key = "interview.misunderstood.text"
    return desk.voice.say(key, example=event.example)


def stuck(desk: Desk) -> tuple[str, list[Choice]]:
    """The third time: other ways to answer."""
    keys = ("voice", "human", "later")
    return desk.voice.say("interview.stuck"), [desk.choice(INTERVIEW, key, f"button.stuck_{key}") for key in keys]


def candidates(event: Misunderstood) -> list[Choice]:
    return [Choice(option.id, option.label) for option in event.candidates]


def review(desk: Desk, lines: Sequence[ReviewLine]) -> tuple[str, list[Choice]]:
    """All answers by number, and the three ways on."""
    numbered = [f"{desk.voice.number(line.number)}. {_asked(desk, line)} {_shown(desk, line)}" for line in lines]
    choices = [
        desk.choice(INTERVIEW, "submit", "button.submit"),
        desk.choice(INTERVIEW, "change", "button.change"),
        desk.choice(INTERVIEW, "later", "button.later"),
    ]
    return desk.voice.say("interview.review", answers="\n".join(numbered)), choices


def _asked(desk: Desk, line: ReviewLine) -> str:
    """The question without what was said before it, and whose it is in a repeat."""
    question = line.label.rsplit(". ", 1)[-1]
    if line.repeat is None:
        return question
    return f"{desk.voice.say('interview.member', index=line.repeat.index)}: {question}"


def _shown(desk: Desk, line: ReviewLine) -> str:
    if not line.shown:
        return desk.voice.say("interview.skipped")
    if line.sensitive:
        return desk.voice.say("interview.kept_private")
    return line.shown if line.shown.startswith("+") else desk.voice.number(line.shown)  # a number to dial stays so
