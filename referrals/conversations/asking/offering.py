"""What is offered for an answer: the question's options, a page of them where they are many, and the ways around it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.interview import Found, Option, Prompt
from dialogs.interview.wording import word
from referrals.conversations.desk import Desk
from referrals.messages import CHOSEN, Choice

INTERVIEW = "interview"
TURNING = 2  # rows that the ways to the page before and the page after take
ASIDE = ("!set_aside", "!members")  # said elsewhere than among the answers
OWN_WORDS = {"!remove": "button.remove_member"}  # options of the interview that are named as at the desk
UNNAMED = {  # and those that its author did not name
    "!done": "button.done",
    "!finish": "button.done",
    "!another": "button.another",
    "!later": "button.send_later",
    "!keep": "button.keep",
    "!yes": "button.yes",
}
AT_NONE = {"!another": "button.add_first", "!finish": "button.no"}  # where a list has no member yet
NO_SKIP_BESIDE = ("!later", "!yes")  # ways on of their own


@dataclass(frozen=True)
class Offers:
    """The choices of one message. `numbered`: they are a page of more. `to_search`: their words are to be typed;
    `skip_by_word`: the channel has no room for the button, so the word is said.
    """

    choices: tuple[Choice, ...]
    numbered: bool = False
    to_search: bool = False
    skip_by_word: bool = False


def offers(desk: Desk, prompt: Prompt, page: int | None = None) -> Offers:
    """What can be tapped at this question; `page` is one of a long list, None for where they were."""
    answers = _answers(desk, prompt)
    others = [option for option in prompt.options if not is_answer(option) and _offered(prompt, option)]
    extras = [*(_extra(desk, prompt, option) for option in others), *_members(desk, prompt)]
    room = desk.capabilities.rows - len(extras)
    page = _place(desk, prompt, page)
    if prompt.search and page is None and len(answers) > desk.capabilities.at_once:
        everything = desk.choice(INTERVIEW, "page", "button.whole_list", 0, mark_of(prompt.ref))
        return Offers((everything, *extras, *skip_of(desk, prompt)), to_search=True)
    if len(answers) <= min(desk.capabilities.at_once, room):
        skip = skip_of(desk, prompt)
        fits = len(answers) + len(skip) <= room
        return Offers((*answers, *extras, *(skip if fits else ())), skip_by_word=bool(skip) and not fits)
    size = min(desk.capabilities.page, room - TURNING)
    return _page(desk, prompt, answers, extras, page or 0, size)


def found(desk: Desk, prompt: Prompt, event: Found) -> Offers:
    """What typed words found in a long list, each with the number it has there; then the list and the ways around."""
    numbers = {option.name: number for number, option in answers_of(prompt)}
    hits = [Choice(each.id, each.label, number=numbers.get(each.name, 0)) for each in event.options]
    if event.more:
        hits.append(desk.choice(INTERVIEW, "page", "button.whole_list", 0, mark_of(prompt.ref)))
    skip = skip_of(desk, prompt)
    fits = len(hits) + len(skip) <= desk.capabilities.rows
    return Offers((*hits, *(skip if fits else ())), numbered=True, skip_by_word=bool(skip) and not fits)


def mark_of(ref: str) -> str:
    """What a button of ours carries so that it is known later which question it was about."""
    return f"{zlib.crc32(ref.encode()) & 0xFFFFF:x}"


def is_answer(option: Option) -> bool:
    """An answer of the form; names with «!» are what the interview itself offers (done, later, keep)."""
    return not option.name.startswith("!")


def answers_of(prompt: Prompt) -> list[tuple[int, Option]]:
    """The answers with the number that may be typed for each: its place in the whole list."""
    return list(enumerate((option for option in prompt.options if is_answer(option)), 1))


def is_neutral(prompt: Prompt) -> bool:
    """Whether only numbers are to be tapped and written: others may read the chat."""
    return prompt.chat.get("neutral") == "yes"


def begins_with_none(prompt: Prompt) -> bool:
    """Whether it asks for the first member of a list that has none."""
    return prompt.kind == "another" and not prompt.members and (prompt.repeat is None or not prompt.repeat.count)


def shows_chosen(prompt: Prompt) -> bool:
    """Whether the chosen options may be marked: not what was answered before, where it is nobody's to read."""
    return bool(prompt.chosen) and (prompt.marking or not prompt.sensitive)


def page_of(desk: Desk, prompt: Prompt, option_id: str) -> int | None:
    """The page on which a tapped option stands, so that marking it stays there."""
    place = next((number for number, option in answers_of(prompt) if option.id == option_id), 0)
    return (place - 1) // desk.capabilities.page if place else None


def _answers(desk: Desk, prompt: Prompt) -> list[Choice]:
    """The answers; where each message costs and marks cannot be changed, what was marked already is left out."""
    told = desk.capabilities.billed_per_message and prompt.multiple and prompt.marking
    marked = set(prompt.chosen) if shows_chosen(prompt) else set()
    return [
        _answer(desk, prompt, number, option, option.name in marked)
        for number, option in answers_of(prompt)
        if not (told and option.name in marked)
    ]


def _answer(desk: Desk, prompt: Prompt, number: int, option: Option, marked: bool) -> Choice:
    label = desk.voice.number(number) if is_neutral(prompt) else option.label
    return Choice(option.id, f"{CHOSEN}{label}" if marked else label, number=0 if is_neutral(prompt) else number)


def _offered(prompt: Prompt, option: Option) -> bool:
    """«هذا كل شيء» is the way on once something was chosen; before, it would only leave the question."""
    if option.name == "!done":
        return bool(prompt.chosen)
    return option.name not in ASIDE


def _extra(desk: Desk, prompt: Prompt, option: Option) -> Choice:
    key = OWN_WORDS.get(option.name)
    if option.name in UNNAMED and option.label == word(option.name, desk.language):
        key = UNNAMED[option.name]
    if prompt.kind == "note" and option.name == "!yes":
        key = "button.continue"
    if begins_with_none(prompt):
        key = AT_NONE.get(option.name, key)
    return Choice(option.id, desk.voice.say(key) if key else desk.voice.number(option.label))


def _members(desk: Desk, prompt: Prompt) -> tuple[Choice, ...]:
    """At «one more?»: those who are written down can be changed and taken out."""
    if prompt.kind != "another" or not prompt.members:
        return ()
    return (desk.choice(INTERVIEW, "members", "button.members", 0),)


def skip_of(desk: Desk, prompt: Prompt) -> tuple[Choice, ...]:
    """The button that leaves the question; none where it wants an answer, or has another way on."""
    beside = any(option.name in NO_SKIP_BESIDE for option in prompt.options)
    if not prompt.skippable or beside or prompt.marking or (prompt.multiple and prompt.chosen):
        return ()
    return (desk.choice(INTERVIEW, "skip", "button.skip", mark_of(prompt.ref)),)


def _page(
    desk: Desk, prompt: Prompt, answers: Sequence[Choice], extras: Sequence[Choice], page: int, size: int
) -> Offers:
    pages = max(-(-len(answers) // size), 1)
    page = min(max(page, 0), pages - 1)
    shown = [*answers[page * size : (page + 1) * size], *extras]
    if page:
        shown.append(desk.choice(INTERVIEW, "page", "button.earlier_choices", page - 1, mark_of(prompt.ref)))
    if page + 1 < pages:
        shown.append(desk.choice(INTERVIEW, "page", "button.more_choices", page + 1, mark_of(prompt.ref)))
    skip = skip_of(desk, prompt)
    fits = len(shown) + len(skip) <= desk.capabilities.rows
    return Offers(
        (*shown, *(skip if fits else ())), numbered=not is_neutral(prompt), skip_by_word=bool(skip) and not fits
    )


def _place(desk: Desk, prompt: Prompt, page: int | None) -> int | None:
    """The page asked for, remembered while its question is pending."""
    if page is not None:
        desk.state["page"] = [prompt.ref, page]
        return page
    ref, known = desk.state.get("page", ["", 0])
    if ref == prompt.ref:
        return int(known)
    desk.state.pop("page", None)
    return None
