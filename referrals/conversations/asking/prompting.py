"""Turns an interview's prompt into one message: progress, what was misunderstood, notes, the question last."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.interview import Found, MemberLine, Prompt, RepeatPosition
from referrals.conversations.asking import packing
from referrals.conversations.asking.authors_media import media_of
from referrals.conversations.asking.offering import (
    Offers,
    answers_of,
    begins_with_none,
    found,
    is_neutral,
    offers,
    shows_chosen,
)
from referrals.conversations.desk import Desk
from referrals.conversations.once_more_mark import is_asked_once_more
from referrals.messages import Message

POINTS_BACK = ("هي؟", "هو؟", "they?", "it?")  # a question that says nothing without the sentence before it
SEVERAL = 3  # options from which two numbers make an example («١، ٣»)


@dataclass(frozen=True)
class Asking:
    """A prompt and what has to be said before it."""

    prompt: Prompt
    before: tuple[str, ...] = ()
    page: int | None = None
    again: bool = False
    """It was not understood a moment ago: the question alone, without where we are."""
    in_place: bool = False
    """It takes the place of the same question, whose marks or page have changed."""
    found: Found | None = None
    """What their words found in a long list."""
    with_media: bool = True
    """The author's picture or recording of the question goes with it."""


def question(desk: Desk, asking: Asking) -> Message:
    """The message that asks. Its choices carry the interview's own ids; a long list comes in pages."""
    prompt = asking.prompt
    if prompt.together:
        return packing.questions(desk, prompt, (*asking.before, *_progress(desk, prompt), *prompt.notes))
    offered = found(desk, prompt, asking.found) if asking.found is not None else offers(desk, prompt, asking.page)
    marked = _marked(desk, prompt) if prompt.marking else []
    whole = asking.in_place or not marked
    parts = [
        *asking.before,
        *(_lead(desk, prompt, offered, again=asking.again) if whole else []),
        *([prompt.label] if asking.in_place and marked else []),
        *(_numbered_in_text(desk, prompt, left=True) if marked and not whole else []),
        *(marked or [_asked(desk, prompt)]),
    ]
    return Message(
        "\n".join(part for part in parts if part),
        offered.choices,
        media=media_of(desk, prompt) if asking.with_media and not asking.in_place and not marked else (),
        ask="location" if prompt.expects == "point" else "contact" if prompt.chat.get("contact") == "yes" else "",
        purpose="interview",
        language=desk.language,
        numbered=offered.numbered,
        edits=desk.touched if asking.in_place else "",
    )


def _lead(desk: Desk, prompt: Prompt, offered: Offers, *, again: bool) -> list[str]:
    """What stands above the question itself."""
    return [
        *([] if again else _progress(desk, prompt)),
        *prompt.notes,
        *_members(desk, prompt),
        *_current(desk, prompt),
        *([prompt.hint] if prompt.hint and not again else []),
        *([] if again else bounds_of(desk, prompt)),
        *([] if again else _several(desk, prompt)),
        *([desk.voice.say("interview.search")] if offered.to_search else []),
        *([desk.voice.say("interview.skip_by_word")] if offered.skip_by_word else []),
        *_numbered_in_text(desk, prompt),
    ]


def _asked(desk: Desk, prompt: Prompt) -> str:
    if prompt.kind != "another":
        return prompt.label
    more = desk.voice.say("interview.any" if begins_with_none(prompt) else "interview.another")
    named = (whose(desk, prompt.repeat) if prompt.repeat is not None else "") or prompt.label
    return f"{named}: {more}" if named else more


def _progress(desk: Desk, prompt: Prompt) -> list[str]:
    lines = [desk.voice.say("interview.halfway")] if prompt.halfway else []
    if prompt.set_aside:
        lines.append(desk.voice.say("interview.set_aside_again"))
    if prompt.together:
        last = prompt.number + len(prompt.together)
        lines.append(desk.voice.say("interview.progress_several", first=prompt.number, last=last, of=prompt.of))
    elif is_asked_once_more(desk):  # its place in the whole form says nothing to who is asked two questions of it
        lines.append(desk.voice.count("interview.left", prompt.remaining))
    elif prompt.kind not in ("note", "another"):
        lines.append(desk.voice.say("interview.progress", number=prompt.number, of=prompt.of))
    return lines if prompt.kind == "another" else [*lines, *_member(desk, prompt)]


def _member(desk: Desk, prompt: Prompt) -> list[str]:
    """«فرد من البيت: ٢ من ٥»: whose question it is; how many there will be is said only where it is settled."""
    if prompt.repeat is None:
        return []
    position = prompt.repeat
    settled = position.count and not position.open_ended
    label = whose(desk, position)
    words: dict[str, object] = {"index": position.index, "count": position.count, "label": label}
    if position.label:
        return [desk.voice.say("interview.member_of_named" if settled else "interview.member_named", **words)]
    return [desk.voice.say("interview.member_of" if settled else "interview.member", **words)]


def whose(desk: Desk, position: RepeatPosition) -> str:
    """What a member is called; in a list within a list, after whose it is («فرد من البيت ١، مرض»)."""
    if not position.around:
        return position.label
    return desk.voice.number(position.around) + ("، " if desk.language == "ar" else ", ") + position.label


def _members(desk: Desk, prompt: Prompt) -> list[str]:
    """At «one more?»: who is written down already, so that nobody is written twice."""
    if prompt.kind != "another" or not prompt.members:
        return []
    lines = [desk.voice.number(f"{line.number}. ") + member_name(desk, line, prompt.label) for line in prompt.members]
    return [desk.voice.say("interview.members", members="\n".join(lines))]


def member_name(desk: Desk, line: MemberLine, label: str) -> str:
    """A member as it is named in a list: by its answer, else by its place («مرض ٢»)."""
    if line.shown and not line.sensitive:
        return desk.voice.number(line.shown)
    key = "interview.member_named" if label else "interview.member"
    return desk.voice.say(key, index=line.number, label=label)


def _marked(desk: Desk, prompt: Prompt) -> list[str]:
    """While several are being chosen: what is marked, and whether that is all."""
    if not prompt.multiple or not prompt.chosen or not shows_chosen(prompt):
        return []
    names = {
        option.name: desk.voice.number(number) if is_neutral(prompt) else option.label
        for number, option in answers_of(prompt)
    }
    marked = [names[name] for name in prompt.chosen if name in names]
    if prompt.kind == "rank":
        return [desk.voice.say("interview.ranked", ranked=desk.voice.say("interview.then").join(marked))]
    return [desk.voice.say("interview.chosen", chosen=desk.voice.say("interview.and").join(marked))]


def _current(desk: Desk, prompt: Prompt) -> list[str]:
    if not prompt.current or prompt.marking:
        return []
    shown = desk.voice.say("interview.kept_private") if prompt.sensitive else desk.voice.number(prompt.current)
    return [desk.voice.say("interview.offered" if prompt.offered else "interview.current", value=shown)]


def bounds_of(desk: Desk, prompt: Prompt) -> list[str]:
    """The lowest and the highest number of a range, where the author gave them."""
    if prompt.bounds is None or not all(prompt.bounds[:2]):
        return []
    lowest, highest, _ = prompt.bounds
    return [desk.voice.say("interview.bounds", lowest=desk.voice.number(lowest), highest=desk.voice.number(highest))]


def _several(desk: Desk, prompt: Prompt) -> list[str]:
    """How to choose several at once; where a tap only marks and costs a message, the numbers together are the way."""
    if not prompt.multiple or prompt.marking or len(answers_of(prompt)) < SEVERAL:
        return []
    if prompt.kind == "rank":
        return [desk.voice.say("interview.rank_so", example=desk.voice.number("٣، ١، ٢"))]
    if not desk.capabilities.billed_per_message:
        return []
    return [desk.voice.say("interview.several_so", example=desk.voice.number("١، ٣"))]


def _numbered_in_text(desk: Desk, prompt: Prompt, *, left: bool = False) -> list[str]:
    """For an answer that nobody else should read in the chat: the words stand above, the buttons are numbers.

    With `left`, only what was not chosen yet.
    """
    if not is_neutral(prompt):
        return []
    return [
        desk.voice.number(f"{number}. {option.label}")
        for number, option in answers_of(prompt)
        if not (left and option.name in prompt.chosen)
    ]


def question_alone(label: str) -> str:
    """The question without what is said before it; all of it where the question alone would say nothing («ما هي؟»)."""
    last = label.rsplit(". ", 1)[-1]
    return label if last.endswith(POINTS_BACK) else last
