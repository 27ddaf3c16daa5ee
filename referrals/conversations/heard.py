"""What the front desk heard: a tap, words, a place, a file, in one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialogs.understanding import ChoiceWords, fold, read_choice, read_intent
from referrals.conversations.said_as import SAID_AS, said_by_verb
from referrals.inbound import Content

DESK = "d"  # the front desk's button ids begin so; an interview's begin with q


# What a plain yes or no means beside the buttons of a question; where two would fit, it is asked again.
MEANS = {
    "yes": ("yes", "continue", "come", "again", "now", "others", "show"),
    "no": ("no", "never", "nothing", "none"),
}


@dataclass(frozen=True)
class Offered:
    """A button as it was offered, kept so that its words or its number can be typed too."""

    id: str
    label: str


CAREFUL = "readers:shared"  # taken also where it was only nearly said («ريلي يشوفه»): to be too careful costs nothing
LONGEST_NUMBER = 18  # digits of a row's number that any database can be asked for; a longer one was forged


@dataclass(frozen=True)
class Heard:
    """One thing that a person did. `stage`, `value` and `rest` are of a desk's button; `option` of an interview's."""

    content: Content
    text: str = ""
    intent: str | None = None
    stage: str = ""
    value: str = ""
    rest: tuple[str, ...] = ()
    option: str = ""

    @property
    def tapped(self) -> bool:
        return bool(self.stage)

    @property
    def how(self) -> str:
        """How it was said, as a consent keeps it: `tap` on a button, or in `words` that meant it."""
        return "words" if self.text or self.content.text else "tap"

    def number(self, place: int = 0) -> int:
        """The row's number at that place of a desk's button; 0 where there is none, or one that was forged."""
        return plain_number(self.rest[place]) if len(self.rest) > place else 0

    @property
    def asks(self) -> bool:
        """A question of theirs: it is for staff to answer, and no answer to ours."""
        return self.text.rstrip().endswith(("؟", "?")) and len(self.text.split()) > 1


def plain_number(text: str) -> int:
    """The number that plain digits write; 0 for anything else («²» is a digit too, and no number)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0


def button_id(stage: str, value: str, *rest: str | int) -> str:
    """A short ASCII id (Telegram allows 64 bytes)."""
    return ":".join([DESK, stage, value, *map(str, rest)])


def hear(content: Content) -> Heard:
    """Reads a channel's content: which button, or which words and what they commonly mean."""
    if content.choice:
        parts = content.choice.split(":")
        if parts[0] == DESK and len(parts) >= 3:
            rest = () if any(len(part) > LONGEST_NUMBER for part in parts[3:]) else tuple(parts[3:])
            return Heard(content, stage=parts[1], value=parts[2], rest=rest)
        return Heard(content, option=content.choice)
    text = (content.text or content.card_phone).strip()
    return Heard(content, text=text, intent=read_intent(text).value if text else None)


def as_tap(heard: Heard, offered: Sequence[Offered]) -> Heard:
    """The button whose label, number or meaning (yes, no) was typed; the same thing heard when it is none for sure."""
    if heard.tapped or heard.option or not heard.text or not offered:
        return heard
    words = [ChoiceWords(button.id, button.label, SAID_AS.get(_place(button.id), ())) for button in offered]
    reading = read_choice(heard.text, words)
    careful = next((name for name in reading.candidates if _place(name) == CAREFUL), None)
    found = reading.value if reading.sure else _by_meaning(heard, offered) or _by_verb(heard, offered)
    found = found or careful
    return replace(hear(Content(choice=found)), content=replace(heard.content, choice=found)) if found else heard


def _place(found: str) -> str:
    """«stage:value» of a desk's button id."""
    return ":".join(found.split(":")[1:3])


def exactly(heard: Heard, offered: Sequence[Offered]) -> Heard | None:
    """The button whose very words were typed; None when there is none. For what was asked beside the pending thing."""
    typed = fold(heard.text)
    found = next((button for button in offered if typed and fold(button.label) == typed), None)
    return hear(Content(choice=found.id)) if found else None


def as_meant(heard: Heard, offered: Sequence[Offered]) -> Heard | None:
    """The button that a plain yes or no means; None where none is meant, or more than one."""
    found = _by_meaning(heard, offered)
    return replace(hear(Content(choice=found)), content=replace(heard.content, choice=found)) if found else None


def _by_verb(heard: Heard, offered: Sequence[Offered]) -> str | None:
    """«ابعتوه», «لا تمسحون»: the button that says yes or no to what the question proposes."""
    return next((b.id for b in offered if _proposed(b.id, heard.text)), None)


def _proposed(found: str, text: str) -> bool:
    stage, _, value = _place(found).partition(":")
    return bool(value) and value == said_by_verb(stage, text)


def _by_meaning(heard: Heard, offered: Sequence[Offered]) -> str | None:
    meant = MEANS.get(heard.intent or "", ())
    matching = [button.id for button in offered if button.id.split(":")[2:3] and button.id.split(":")[2] in meant]
    return matching[0] if len(matching) == 1 else None
