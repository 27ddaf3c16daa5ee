"""What comes out of a turn, in the field's words and without any channel's markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.interview.prompts import Option, Prompt, ReviewLine

Reason = Literal["unreadable", "constraint", "required", "unsure", "wrong_kind", "not_a_choice"]


@dataclass(frozen=True)
class Asked:
    """The next question. It ends every turn while the interview is asking or editing, but for danger and stop."""

    prompt: Prompt


@dataclass(frozen=True)
class Answered:
    """An answer was taken. `shown` is how it reads back; a sensitive one is not to be echoed."""

    ref: str
    label: str
    value: str
    shown: str
    sensitive: bool
    kind: str = "text"


@dataclass(frozen=True)
class Understood:
    """How an answer was understood that was read from words, where a mistake would cost: said once, before the rest.

    `key` is a `Said.choice` that opens it for change. `kind` is the form's type, or money; `unit` is its author's. With
    `check` the number wants a second look. `value` and `shown` are "" where they are not to be echoed.
    """

    ref: str
    label: str
    value: str
    shown: str
    key: str
    kind: str = "text"
    unit: str = ""
    check: bool = False


@dataclass(frozen=True)
class UnderAge:
    """By the national id at `ref` its owner is a child of `age` whole years."""

    ref: str
    age: int


@dataclass(frozen=True)
class Misunderstood:
    """No answer was taken. `attempt` counts from 1 at each question; `candidates` are for «هل تقصد …؟».

    `set_aside` is the option id that puts the question off, as «أجيب لاحقاً» does.
    """

    ref: str
    attempt: int
    reason: Reason
    message: str = ""
    example: str = ""
    candidates: tuple[Option, ...] = ()
    set_aside: str = ""


@dataclass(frozen=True)
class StaleButton:
    """A button of another question was tapped. Where it `applies`, a «نعم» or the option `key` makes it the answer.

    Without a `key` the answer was the same before. `sensitive` says that neither `shown` nor `tapped` is to be echoed.
    """

    ref: str
    label: str
    shown: str
    applies: bool = True
    key: str = ""
    tapped: str = ""
    sensitive: bool = False


@dataclass(frozen=True)
class Found:
    """What typed words found in a long list: at most 9 options, best first, and how many `more` there are.

    A number still means the place in the whole list. The question follows.
    """

    ref: str
    words: str
    options: tuple[Option, ...]
    more: int = 0


@dataclass(frozen=True)
class WentBack:
    """The question at `ref` is open again; its answer still stands."""

    ref: str


@dataclass(frozen=True)
class Skipped:
    """The question at `ref` was left blank on purpose."""

    ref: str


@dataclass(frozen=True)
class SetAside:
    """The question at `ref` was put off: it comes again at the end, before the review."""

    ref: str


@dataclass(frozen=True)
class MemberRemoved:
    """Member `index` was taken out of the open repeat at `ref`; «رجوع» right after brings it back.

    `shown` is what told it from the others, "" where that is not to be echoed. `left` members remain.
    """

    ref: str
    index: int
    shown: str
    left: int = 0


@dataclass(frozen=True)
class MembersFull:
    """The repeat at `ref` holds as many members as its author allows in a chat (`bind::chat:most`)."""

    ref: str
    most: int


@dataclass(frozen=True)
class NothingToChoose:
    """The question at `ref` was left blank: it has no choice to offer now (it is asked if that changes), or only a map
    can answer it.
    """

    ref: str
    label: str


@dataclass(frozen=True)
class Migrated:
    """The session went over to another version of its form. `dropped` are answers the new version has no place for,
    `again` those that are asked again because they fit no longer.
    """

    dropped: tuple[ReviewLine, ...] = ()
    again: tuple[ReviewLine, ...] = ()


@dataclass(frozen=True)
class Vanished:
    """Answers that no longer count because another answer changed. They return when that one is changed back."""

    lines: tuple[ReviewLine, ...]


@dataclass(frozen=True)
class VoiceKept:
    """A voice note stands as the answer until somebody writes down what it says; so does a film, picture or paper."""

    ref: str
    name: str
    kind: Literal["voice", "film", "picture", "paper"] = "voice"


@dataclass(frozen=True)
class FileKept:
    """A picture or file that was asked for, or that stands beside the answer given in its caption."""

    ref: str
    name: str


@dataclass(frozen=True)
class AskedAgain:
    """What was sent as the answer could not be made out, or never came: the question that follows is asked again.

    `sends` says that it asks for a file.
    """

    ref: str
    sends: bool = False


@dataclass(frozen=True)
class Unexpected:
    """Something that was not asked for: image, audio, video, file, sticker, contact or point.

    `name` is the stored file; of a point it is the question that it waits for.
    """

    kind: str
    name: str = ""


@dataclass(frozen=True)
class Reviewed:
    """All answers so far. `complete` says that a yes now completes; `choosing` that a line number is awaited."""

    lines: tuple[ReviewLine, ...]
    complete: bool = True
    choosing: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Completed:
    """The person confirmed; the submission can be made."""

    session_id: str


@dataclass(frozen=True)
class AskedForHuman:
    """A person of the staff is wanted. The question stays open and follows."""


@dataclass(frozen=True)
class AskedForHelp:
    """The question was not understood, or how to answer it. The question follows.

    `guidance` is what its author adds for whoever needs more (`guidance_hint`), `why` the reason for asking.
    """

    guidance: str = ""
    why: str = ""


@dataclass(frozen=True)
class AskedWhy:
    """They ask why this is asked. `why` is the author's reason, "" where there is none. The question follows."""

    ref: str
    why: str


@dataclass(frozen=True)
class Stopped:
    """The person said stop: the desk asks what to stop. The session keeps everything; any further turn goes on."""


@dataclass(frozen=True)
class Restarted:
    """All answers were dropped and the first question follows."""


@dataclass(frozen=True)
class DangerDisclosed:
    """Danger, by the person's words or by an answer the author marked (`bind::chat:danger`). No question follows."""

    words: bool


@dataclass(frozen=True)
class OffTopic:
    """Words that answer nothing; `intent` where they are known (greeting, thanks, status ...). The question follows."""

    text: str
    intent: str = ""


Event = (
    Asked
    | Answered
    | Understood
    | UnderAge
    | Misunderstood
    | StaleButton
    | Found
    | WentBack
    | Skipped
    | SetAside
    | MemberRemoved
    | MembersFull
    | NothingToChoose
    | Migrated
    | Vanished
    | VoiceKept
    | FileKept
    | AskedAgain
    | Unexpected
    | Reviewed
    | Completed
    | AskedForHuman
    | AskedForHelp
    | AskedWhy
    | Stopped
    | Restarted
    | DangerDisclosed
    | OffTopic
)
