"""Turns an interview's prompt into one message: progress, what was misunderstood, notes, the question last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.interview import Misunderstood, Option, Prompt, ReviewLine
from referrals.conversations.desk import Desk
from referrals.messages import Choice, Message

INTERVIEW = "interview"
POINTS_BACK = ("هي؟", "هو؟", "they?", "it?")  # a question that says nothing without the sentence before it
PAGED = 2  # rows that "more" and "back" take on a page of a long list


@dataclass(frozen=True)
class Asking:
    """A prompt and what has to be said before it."""

    prompt: Prompt
    before: tuple[str, ...] = ()
    page: int = 0
    again: bool = False
    """It was not understood a moment ago: the question alone, without where we are."""


def question(desk: Desk, asking: Asking) -> Message:
    """The message that asks. Its choices carry the interview's own ids; a long list comes in pages."""
    prompt = asking.prompt
    alone = asking.again or bool(_chosen(desk, prompt))
    choices = _choices(desk, prompt, asking.page)
    parts = [
        *asking.before,
        *([] if alone else _progress(desk, prompt)),
        *prompt.notes,
        *_current(desk, prompt),
        *([prompt.hint] if prompt.hint and not alone else []),
        *_numbered_in_text(desk, prompt),
        *(_chosen(desk, prompt) or [prompt.label]),
    ]
    return Message(
        "\n".join(part for part in parts if part),
        choices,
        ask="location" if prompt.expects == "point" else "contact" if prompt.chat.get("contact") == "yes" else "",
        purpose="interview",
        language=desk.language,
    )


def _progress(desk: Desk, prompt: Prompt) -> list[str]:
    lines = [desk.voice.say("interview.halfway")] if prompt.halfway else []
    lines.append(desk.voice.say("interview.progress", number=prompt.number, of=prompt.of))
    if prompt.repeat is not None:
        position = prompt.repeat
        key = "interview.member_of" if position.count else "interview.member"
        lines.append(desk.voice.say(key, index=position.index, count=position.count or 0))
    return lines


def _chosen(desk: Desk, prompt: Prompt) -> list[str]:
    """While several are being chosen: what is marked, and whether that is all; the question itself stands above."""
    if not prompt.multiple or not prompt.chosen:
        return []
    neutral = prompt.chat.get("neutral") == "yes"
    marked = [
        desk.voice.number(n) if neutral else option.label
        for n, option in enumerate(prompt.options, 1)
        if option.name in prompt.chosen
    ]
    return [desk.voice.say("interview.chosen", chosen=desk.voice.say("interview.and").join(marked))]


def _current(desk: Desk, prompt: Prompt) -> list[str]:
    if not prompt.current or prompt.multiple:
        return []
    hidden = prompt.chat.get("sensitive") == "yes"
    shown = desk.voice.say("interview.kept_private") if hidden else desk.voice.number(prompt.current)
    return [desk.voice.say("interview.current", value=shown)]


def _numbered_in_text(desk: Desk, prompt: Prompt) -> list[str]:
    """For an answer that nobody else should read in the chat: the words stand once above, the buttons are numbers."""
    if prompt.chat.get("neutral") != "yes":
        return []
    return [
        desk.voice.number(f"{n}. {option.label}") for n, option in enumerate(prompt.options, 1) if _is_answer(option)
    ]


def _choices(desk: Desk, prompt: Prompt, page: int) -> tuple[Choice, ...]:
    options = list(enumerate(prompt.options, 1))
    rows = desk.capabilities.rows
    if len(options) > rows:
        return tuple(_page(desk, prompt, options, page, rows - PAGED))
    shown = [_choice(desk, prompt, n, option) for n, option in options]
    offers_later = any(option.name == "!later" for option in prompt.options)
    offers_done = bool(prompt.chosen)  # «هذا كل شيء» is the way on once something was chosen
    if (
        not prompt.required
        and not offers_later
        and not offers_done
        and len(shown) < rows
        and prompt.expects != "acknowledge"
    ):
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
    if prompt is None:
        return desk.voice.say("interview.no_such_line")
    if event.reason == "wrong_kind" and prompt.expects not in ("number", "date"):
        return desk.voice.say("interview.please_tap")
    if event.reason == "required":
        return desk.voice.say("interview.required")
    if event.candidates:
        return desk.voice.say("interview.did_you_mean")
    if event.attempt >= 2 and prompt.expects == "choice":
        return desk.voice.say("interview.easier")
    expects = prompt.expects
    key = f"interview.misunderstood.{expects}" if expects in ("number", "date", "choice", "point") else ""
    if not key or (expects not in ("choice", "point") and not event.example):
        key = "interview.misunderstood.text"
    return desk.voice.say(key, example=desk.voice.number(event.example))


def stuck(desk: Desk, prompt: Prompt | None) -> tuple[str, list[Choice]]:
    """The third time: other ways to answer; by voice only where a voice can be the answer."""
    keys = ("voice", "human", "later") if prompt is not None and prompt.expects == "text" else ("human", "later")
    return desk.voice.say("interview.stuck"), [desk.choice(INTERVIEW, key, f"button.stuck_{key}") for key in keys]


def candidates(desk: Desk, event: Misunderstood) -> list[Choice]:
    return [Choice(option.id, desk.voice.number(option.label)) for option in event.candidates]


def review(desk: Desk, lines: Sequence[ReviewLine], *, complete: bool) -> tuple[str, list[Choice]]:
    """All answers by number, and the three ways on; nothing is submitted while questions are open."""
    numbered = [f"{desk.voice.number(line.number)}. {_asked(desk, line)} {_shown(desk, line)}" for line in lines]
    choices = [
        desk.choice(INTERVIEW, "submit", "button.submit" if complete else "button.continue"),
        desk.choice(INTERVIEW, "change", "button.change"),
        desk.choice(INTERVIEW, "later", "button.later"),
    ]
    key = "interview.review" if complete else "interview.review_so_far"
    return desk.voice.say(key, answers="\n".join(numbered)), choices


def question_alone(label: str) -> str:
    """The question without what is said before it; all of it where the question alone would say nothing («ما هي؟»)."""
    last = label.rsplit(". ", 1)[-1]
    return label if last.endswith(POINTS_BACK) else last


def _asked(desk: Desk, line: ReviewLine) -> str:
    """The question without what was said before it, and whose it is in a repeat."""
    question = question_alone(line.label)
    if line.repeat is None:
        return question
    return f"{desk.voice.say('interview.member', index=line.repeat.index)}: {question}"


def _shown(desk: Desk, line: ReviewLine) -> str:
    if not line.shown:
        return desk.voice.say("interview.skipped")
    if line.sensitive:
        return desk.voice.say("interview.kept_private")
    return line.shown if line.shown.startswith("+") else desk.voice.number(line.shown)  # a number to dial stays so
