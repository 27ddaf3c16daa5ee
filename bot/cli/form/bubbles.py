"""What an interview says and hears, as lines of a transcript (the format of the `.chat` files)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from dialogs.interview import (
    Answered,
    Asked,
    DangerDisclosed,
    Event,
    FileKept,
    Misunderstood,
    Prompt,
    Reviewed,
    ReviewLine,
    Said,
    Skipped,
    Vanished,
)
from referrals.digits import in_digits
from referrals.texts import Voice, common_catalogue

FAMILY, BOT, INDENT = "أسرة", "بوت", "      "
HEARD = {"image": "(صورة)", "audio": "(صوت)", "file": "(ملف)"}


@cache
def voice_of(language: str, time_zone: str) -> Voice:
    """How we speak where no programme has words of its own."""
    spoken = language if language in ("ar", "en") else "ar"
    return Voice(common_catalogue(spoken, "family"), spoken, "arab", time_zone)


def told(events: tuple[Event, ...], voice: Voice) -> Iterator[str]:
    """What the bot says, a bubble for each event that is said; `@` lines say what was stored."""
    for event in events:
        if isinstance(event, Asked):
            yield bubble(question(event.prompt, voice))
        elif isinstance(event, Misunderstood):
            said = event.message or event.example
            yield bubble([said or f"({event.reason})"])
        elif isinstance(event, Answered):
            yield f"@ answers{_place(event.ref)} = {event.value}".replace("\n", " ")
        elif isinstance(event, FileKept):
            yield f"@ answers{_place(event.ref)} = {event.name}"
        elif isinstance(event, Skipped):
            yield f"@ answers{_place(event.ref)} = "
        elif isinstance(event, Vanished):
            yield from (f"# no longer asked: {line.label}" for line in event.lines)
        elif isinstance(event, Reviewed):
            yield bubble([*event.notes, *(_reviewed(line, voice) for line in event.lines)])
        elif isinstance(event, DangerDisclosed):
            yield "# danger was disclosed: the interview waits"


def question(prompt: Prompt, voice: Voice) -> list[str]:
    """The lines of a question: where we are, notes, hint, the list where buttons show numbers, question, buttons."""
    neutral = prompt.chat.get("neutral") == "yes"
    answers = [option for option in prompt.options if not option.name.startswith("!")]
    lines = [voice.say("interview.progress", number=prompt.number, of=prompt.of), *_member(prompt, voice)]
    lines += [*prompt.notes, *([prompt.hint] if prompt.hint else [])]
    if neutral:
        lines += [f"{voice.number(number)}. {option.label}" for number, option in enumerate(answers, 1)]
    more = voice.say("interview.another") if prompt.kind == "another" else ""
    lines.append(": ".join(part for part in (prompt.label, more) if part))
    buttons = []
    for number, option in enumerate(prompt.options, 1):
        shown = voice.number(number) if neutral and option in answers else option.label
        buttons.append(f"[{'✓ ' if option.name in prompt.chosen else ''}{shown}]")
    if prompt.skippable and not prompt.chosen:
        buttons.append(f"[{voice.say('button.skip')}]")
    return [*lines, " ".join(buttons)]


def bubble(lines: list[str]) -> str:
    """One message of the bot: the first line behind its name, the others below."""
    whole = [part for line in lines for part in line.split("\n") if part.strip()]
    return f"{BOT}: " + f"\n{INDENT}".join(whole)


def heard(said: Said, prompt: Prompt | None) -> str:
    """What the family does, in one line."""
    if said.choice and prompt is not None:
        return f"{FAMILY}: [{_tapped(said.choice, prompt)}]"
    if said.point is not None:
        return f"{FAMILY}: (موقع {said.point[0]:.4f} {said.point[1]:.4f})"
    if said.media is not None:
        return f"{FAMILY}: {HEARD.get(said.media.kind, '(ملف)')}"
    return f"{FAMILY}: {said.text}"


def _tapped(choice: str, prompt: Prompt) -> str:
    """What stands on the button: a number where the question keeps its words out of the chat."""
    for number, option in enumerate(prompt.options, 1):
        if option.id == choice:
            is_number = prompt.chat.get("neutral") == "yes" and not option.name.startswith("!")
            return in_digits(str(number), arabic=True) if is_number else option.label
    return choice


def _reviewed(line: ReviewLine, voice: Voice) -> str:
    if line.sensitive and line.shown:
        shown = voice.say("interview.kept_private")
    elif not line.shown:
        shown = voice.say("interview.skipped")
    else:
        shown = voice.written(line.shown)
    return f"{voice.number(line.number)}. {line.label} {shown}"


def _member(prompt: Prompt, voice: Voice) -> list[str]:
    position = prompt.repeat
    if position is None or prompt.kind == "another":
        return []
    settled = position.count and not position.open_ended
    words: dict[str, object] = {"index": position.index, "count": position.count, "label": position.label}
    if position.label:
        return [voice.say("interview.member_of_named" if settled else "interview.member_named", **words)]
    return [voice.say("interview.member_of" if settled else "interview.member", **words)]


def _place(ref: str) -> str:
    return "." + ".".join(ref.strip("/").split("/")[1:])
