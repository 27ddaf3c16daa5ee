"""The outcome of listening to one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.interview.events import Reason


@dataclass(frozen=True)
class Heard:
    """A `value` to store; or `reason` why there is none, with values to offer back.

    `found` are the names that typed words found in a long list, best first. `unexpected` names a thing that was not
    asked for; `off_topic` the intent of words that answer nothing. Of the kinds `file` is the answer that was asked
    for, those after `answer` stand for one until somebody writes it down. `further` are the answers, by ref, that the
    same words give to later questions, whose lists this answer narrows.
    """

    value: str | None
    kind: Literal["answer", "voice", "film", "picture", "paper", "file"] = "answer"
    media: str = ""
    reason: Reason = "unreadable"
    offers: tuple[str, ...] = ()
    unexpected: str = ""
    off_topic: str = ""
    found: tuple[str, ...] = ()
    further: tuple[tuple[str, str], ...] = ()
    said: str = ""
    """The words to keep beside a value that they were converted to: «١٥ رمضان ١٤٤٠»."""
    echo: bool = False
    """It was read from words where a mistake would cost: what was understood is said back."""


def misheard(
    reason: Reason,
    *,
    offers: tuple[str, ...] = (),
    unexpected: str = "",
    off_topic: str = "",
    found: tuple[str, ...] = (),
    said: str = "",
) -> Heard:
    """Nothing to store, and why; `said` are the words to keep beside the offer that is taken."""
    return Heard(None, reason=reason, offers=offers, unexpected=unexpected, off_topic=off_topic, found=found, said=said)
