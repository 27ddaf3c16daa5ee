"""What goes into a turn and what comes out of it, in the field's words and without any channel's markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Expects = Literal["text", "number", "date", "choice", "point", "image", "audio", "file", "acknowledge"]
Reason = Literal["unreadable", "constraint", "required", "unsure", "wrong_kind", "not_a_choice"]


@dataclass(frozen=True)
class SaidMedia:
    """A file the person sent: kind image, audio, video, file or sticker; `name` identifies the stored file."""

    kind: str
    name: str


@dataclass(frozen=True)
class Said:
    """One message of a person. `choice` is a tapped option's id; `point` is latitude, longitude, accuracy in metres."""

    text: str = ""
    choice: str = ""
    point: tuple[float, float, float] | None = None
    media: SaidMedia | None = None
    contact_phone: str = ""


@dataclass(frozen=True)
class Option:
    """One thing to tap. `name` is the choice's name, or begins with «!» for what the interview itself offers
    (!done, !another, !finish, !later, !keep, !yes, !value).
    """

    id: str
    name: str
    label: str


@dataclass(frozen=True)
class RepeatPosition:
    """Which member of a repeat is spoken of, from 1; `count` is final only when `open_ended` is false."""

    index: int
    count: int
    open_ended: bool = False


@dataclass(frozen=True)
class Prompt:
    """A question as it stands now. `kind` is the form's type, or «another» (one more member, or finished?).

    `number` of `of` counts the questions that are relevant now; `remaining` those still open, this one included.
    `halfway` is true once in a session. `current` is the answer given before, as it is shown.
    """

    ref: str
    name: str
    kind: str
    label: str
    expects: Expects
    hint: str = ""
    notes: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    multiple: bool = False
    chosen: tuple[str, ...] = ()
    required: bool = False
    number: int = 1
    of: int = 1
    remaining: int = 1
    repeat: RepeatPosition | None = None
    current: str = ""
    appearance: str = ""
    chat: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    can_go_back: bool = False
    halfway: bool = False


@dataclass(frozen=True)
class ReviewLine:
    """One answer in the review. `key` is a `Said.choice` that opens it for change; `shown` is "" if it was skipped."""

    number: int
    ref: str
    label: str
    shown: str
    sensitive: bool
    key: str
    kind: str = "text"
    repeat: RepeatPosition | None = None


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
class Misunderstood:
    """No answer was taken. `attempt` counts from 1 at each question; `candidates` are for «هل تقصد …؟»."""

    ref: str
    attempt: int
    reason: Reason
    message: str = ""
    example: str = ""
    candidates: tuple[Option, ...] = ()


@dataclass(frozen=True)
class StaleButton:
    """A button of another question was tapped. Where it `applies`, a «نعم» or the option `key` makes it the answer."""

    ref: str
    label: str
    shown: str
    applies: bool = True
    key: str = ""
    tapped: str = ""


@dataclass(frozen=True)
class WentBack:
    """The question at `ref` is open again; its answer still stands."""

    ref: str


@dataclass(frozen=True)
class Skipped:
    """The question at `ref` was left blank on purpose."""

    ref: str


@dataclass(frozen=True)
class Vanished:
    """Answers that no longer count because another answer changed. They return when that one is changed back."""

    lines: tuple[ReviewLine, ...]


@dataclass(frozen=True)
class VoiceKept:
    """A voice note stands as the answer until somebody writes down what it says."""

    ref: str
    name: str


@dataclass(frozen=True)
class FileKept:
    """A picture or file that was asked for."""

    ref: str
    name: str


@dataclass(frozen=True)
class Unexpected:
    """Something that was not asked for: image, audio, video, file, sticker, contact or point."""

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
    """The question was not understood, or how to answer it. The question follows."""


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
    | Misunderstood
    | StaleButton
    | WentBack
    | Skipped
    | Vanished
    | VoiceKept
    | FileKept
    | Unexpected
    | Reviewed
    | Completed
    | AskedForHuman
    | AskedForHelp
    | Stopped
    | Restarted
    | DangerDisclosed
    | OffTopic
)
