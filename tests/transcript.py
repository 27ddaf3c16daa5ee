"""The format of the transcripts: reads a `.chat` file into steps, and writes it again with what the bot says now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

FAMILY, BOT, DESK = "أسرة", "بوت", "مكتب"
INDENT = "      "  # what the bot says after the first line of a message
BLANK = "⏎"  # a blank line within a message
SPOKEN = re.compile(r"(?P<who>[^:@~=#\s][^:]{0,24}?): ?(?P<what>.*)")
HEADER = re.compile(r"= *(?P<key>\w+) *: *(?P<value>.*)")
CHECK = re.compile(r"@ *(?P<key>[^\s=!]+) *(?P<how>!?=) *(?P<value>.*)")
CLOCK = re.compile(r"~ *\+(?P<n>\d+)(?P<unit>[mhdw]) *")

Kind = Literal["says", "desk", "clock", "check", "silent"]


class NotATranscript(ValueError):
    """A line that is none of: `#`, `=`, `@`, `~`, `من: كلام`, or the indented rest of what the bot said."""


@dataclass(frozen=True)
class Step:
    """One line that does something, the lines around it that do not, and what the bot said to it.

    `bot` holds a message an entry: (to whom, its lines). `before` are comments and blank lines above.
    """

    kind: Kind
    line: str
    number: int
    who: str = ""
    what: str = ""
    how: str = ""
    before: tuple[str, ...] = ()
    bot: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Transcript:
    """A whole file. `persons` are who speaks, with the channel of each; the family is the first."""

    title: str
    programme: str
    persons: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    language: str = field(default="ar")
    form: str = ""
    """A sample form that is the programme's intake here, in place of its own."""
    opened: str = ""
    """Who reads the family's telephone, where the way to the first question is not part of the story."""

    def channel(self, who: str) -> str:
        return dict(self.persons)[who]

    def text(self, heard: Sequence[Sequence[tuple[str, str]]]) -> str:
        """The file with what was heard at each step; steps that were not reached keep what they had."""
        lines = list(self.head)
        for position, step in enumerate(self.steps):
            lines += [*step.before, step.line]
            said = heard[position] if position < len(heard) else step.bot
            lines += [line for who, message in said for line in _bot_lines(who, message)]
        return "\n".join([*lines, *self.tail]).rstrip("\n") + "\n"


def read_transcript(text: str) -> Transcript:
    """Reads a file; raises `NotATranscript` with the number of the line that cannot be read."""
    headers: list[tuple[str, str]] = []
    head: list[str] = []
    before: list[str] = []
    steps: list[Step] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = HEADER.fullmatch(line)
        if found is not None:
            headers.append((found["key"], found["value"].strip()))
            head += [*before, line]
            before = []
        elif not line.strip() or line.startswith("#"):
            before.append(line)
        elif line.startswith(" ") and steps and steps[-1].bot:
            who, said = steps[-1].bot[-1]
            whole = f"{said}\n{line.strip().removeprefix(BLANK)}"
            steps[-1] = replace(steps[-1], bot=(*steps[-1].bot[:-1], (who, whole)))
        elif line.startswith(BOT):
            steps[-1] = replace(steps[-1], bot=(*steps[-1].bot, _bot_line(line, number)))
        else:
            steps.append(_step(line, number, tuple(before)))
            before = []
    return _transcript(headers, head, before, steps)


def _transcript(
    headers: Iterable[tuple[str, str]], head: Sequence[str], tail: Sequence[str], steps: Sequence[Step]
) -> Transcript:
    plain = dict(headers)
    persons = [(FAMILY, plain.get("channel", "web"))]
    for key, value in headers:
        if key == "person":
            name, _, channel = value.rpartition(" ")
            persons.append((name.strip(), channel))
    title = next((line.lstrip("# ") for line in head if line.startswith("#")), "")
    return Transcript(
        title,
        plain.get("programme", ""),
        tuple(persons),
        tuple(steps),
        tuple(head),
        tuple(tail),
        form=plain.get("form", ""),
        opened=plain.get("opened", ""),
    )


def _step(line: str, number: int, before: tuple[str, ...]) -> Step:
    check = CHECK.fullmatch(line)
    if check is not None:
        return Step("check", line, number, check["key"], check["value"].strip(), check["how"], before)
    if CLOCK.fullmatch(line):
        return Step("clock", line, number, what=line, before=before)
    spoken = SPOKEN.fullmatch(line)
    if spoken is None:
        raise NotATranscript(f"line {number}: {line!r}. {NotATranscript.__doc__}")
    kind: Kind = "desk" if spoken["who"] == DESK else "says"
    return Step(kind, line, number, spoken["who"], spoken["what"], before=before)


def _bot_line(line: str, number: int) -> tuple[str, str]:
    to, colon, said = line.removeprefix(BOT).partition(":")
    if not colon:
        raise NotATranscript(f"line {number}: {line!r}. {NotATranscript.__doc__}")
    return to.replace("←", "").strip() or FAMILY, said.strip()


def _bot_lines(who: str, message: str) -> list[str]:
    lead = BOT if who == FAMILY else f"{BOT} ← {who}"
    first, *rest = message.split("\n")
    return [f"{lead}: {first}", *(INDENT + (line or BLANK) for line in rest)]
