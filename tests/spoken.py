"""Everything that the bot says in the transcripts, as messages to look at again: each once, with its buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from referrals.messages import Choice, Message
from tests.transcript import read_transcript

FOLDER = Path(__file__).parent / "transcripts"
ARABIC = re.compile("[\u0621-\u064a]")
_BUTTONS = re.compile(r"(?:\(قائمة: [^)]*\) )?(\[[^\]]+\](?: \[[^\]]+\])*)(?: \([^)]*\))?")
_LABEL = re.compile(r"\[([^\]]+)\]")
_LEAD = re.compile(r"^\((?:في الرسالة نفسها|قالب \w+|بطاقة الموعد|ورقة الطلب|صورة السؤال|صوت السؤال|فيلم السؤال)\) ?")


@cache
def messages() -> tuple[Message, ...]:
    """What is said to families in Arabic, in the order of the files."""
    return tuple(dict.fromkeys(_every()))


def _every() -> Iterator[Message]:
    for path in sorted(FOLDER.glob("*.chat")):
        for step in read_transcript(path.read_text(encoding="utf-8")).steps:
            yield from (message for _, said in step.bot if (message := _message(said)) is not None)


def _message(said: str) -> Message | None:
    lines = _LEAD.sub("", said).replace("⏎", "").split("\n")
    found = _BUTTONS.fullmatch(lines[-1])
    labels = _LABEL.findall(found.group(1)) if found else []
    text = "\n".join(lines[:-1] if found else lines).strip()
    choices = tuple(Choice(f"q:{place}", label) for place, label in enumerate(labels))
    return Message(text, choices) if ARABIC.search(text) else None
