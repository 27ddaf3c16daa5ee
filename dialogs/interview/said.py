"""What goes into a turn: one message of a person, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SaidMedia:
    """A file the person sent: kind image, audio, video, file or sticker; `name` identifies the stored file, "" if it is
    not kept.
    """

    kind: str
    name: str


@dataclass(frozen=True)
class Said:
    """One message of a person. `choice` is a tapped option's id; `point` is latitude, longitude, accuracy in metres.

    `text` beside `media` is its caption. `near` are names of choices that lie nearest to the point, the nearest first.
    """

    text: str = ""
    choice: str = ""
    point: tuple[float, float, float] | None = None
    media: SaidMedia | None = None
    contact_phone: str = ""
    near: tuple[str, ...] = ()
