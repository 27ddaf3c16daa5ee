"""The outcome of listening to one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.interview.events import Reason


@dataclass(frozen=True)
class Heard:
    """A `value` to store; or `reason` why there is none, with values to offer back.

    `found` are the names that typed words found in a long list, best first. `unexpected` names a thing that was not
    asked for; `off_topic` the intent of words that answer nothing.
    """

    value: str | None
    kind: Literal["answer", "voice", "file"] = "answer"
    media: str = ""
    reason: Reason = "unreadable"
    offers: tuple[str, ...] = ()
    unexpected: str = ""
    off_topic: str = ""
    found: tuple[str, ...] = ()


def misheard(
    reason: Reason,
    *,
    offers: tuple[str, ...] = (),
    unexpected: str = "",
    off_topic: str = "",
    found: tuple[str, ...] = (),
) -> Heard:
    """Nothing to store, and why."""
    return Heard(None, reason=reason, offers=offers, unexpected=unexpected, off_topic=off_topic, found=found)
