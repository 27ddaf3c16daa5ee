"""What is put before a person: a question as it stands now, its options, a line of the review, a member of a repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Expects = Literal["text", "number", "date", "choice", "point", "image", "audio", "file", "acknowledge"]
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Option:
    """One thing to tap. `name` is the choice's name, or begins with «!» for what the interview itself offers
    (!done, !another, !finish, !later, !keep, !yes, !value, !quick, !set_aside, !remove, !members).
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
    label: str = ""
    """What the author calls a member («الطفل»), "" where the repeat has no label."""
    around: str = ""
    """The member of the repeat around this one («الأسرة 2»), "" where there is none, or either has no label."""


@dataclass(frozen=True)
class MemberLine:
    """One member of an open repeat. `shown` is what tells it from the others; `sensitive` says not to echo that.

    `edit` and `remove` are `Said.choice` ids: the first opens its first answer, the second takes the member out.
    """

    number: int
    ref: str
    shown: str
    edit: str
    remove: str
    sensitive: bool = False


@dataclass(frozen=True)
class Prompt:
    """A question as it stands now. `kind` is the form's type, «another» (one more member, or finished?), or «note»
    for one that waits to be read (its only option is «!yes»).

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
    chat: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    can_go_back: bool = False
    halfway: bool = False
    media: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Kind (image, audio, video) -> the author's file name, in the session's language."""
    why: str = ""
    """Why this is asked (`bind::chat:why`, `why_ar`, `why_en`)."""
    short_label: str = ""
    """What the question is called where it is named again (`bind::chat:short_label`, `short_label_ar`, `_en`)."""
    search: bool = False
    """The list is long and meant to be searched: typed words filter it (`Found`)."""
    together: tuple[Prompt, ...] = ()
    """Further questions that may be answered in the same message, a line each; only when asked with `pack`."""
    skippable: bool = False
    """It may stay blank: it is not required, or the author says so (`bind::chat:skip_ok`)."""
    can_remove: bool = False
    """It stands in a member of an open repeat, which the option «!remove» takes out."""
    sensitive: bool = False
    """Neither `current` nor the marks of `chosen` are to be shown, but for what is being marked now (`marking`)."""
    marking: bool = False
    """Several are being chosen and nothing of it is stored yet: `chosen` is the draft."""
    members: tuple[MemberLine, ...] = ()
    """At «another»: the members so far."""
    example: str = ""
    """How an answer may look; "" for choices."""
    bounds: tuple[str, str, str] | None = None
    """Of a range: the lowest and highest value and the step, as the author wrote them."""
    set_aside: bool = False
    """It was put off and comes again at the end."""
    offered: bool = False
    """`current` is no answer of theirs: it is known from elsewhere and wants their yes."""


@dataclass(frozen=True)
class ReviewLine:
    """One answer in the review. `key` is a `Said.choice` that opens it for change; `shown` is "" if it was skipped.

    `label` is the short label where the author gave one. In a member of an open repeat `remove` takes that member out
    and `members` opens the list of them all.
    """

    number: int
    ref: str
    label: str
    shown: str
    sensitive: bool
    key: str
    kind: str = "text"
    repeat: RepeatPosition | None = None
    remove: str = ""
    members: str = ""
    set_aside: bool = False
    """Put off, and still to be answered."""
