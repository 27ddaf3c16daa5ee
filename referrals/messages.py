"""What is said to a family, before any channel fits it: text, choices, drawings owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Purpose = Literal["interview", "service", "reminder", "campaign", "staff", "safety"]
Lane = Literal["reply", "reminder", "campaign"]


@dataclass(frozen=True)
class Choice:
    """One thing to tap. `id` is short ASCII (at most 64 bytes, Telegram's callback_data); `label` is shown."""

    id: str
    label: str
    description: str = ""


@dataclass(frozen=True)
class MediaIntent:
    """A drawing or a stored file that goes with a message; delivery draws it outside any transaction.

    kind `appointment_card` has parameters as `referrals.documents.card.CardFacts` takes them;
    kind `stored` has {"media_id": int}.
    """

    kind: Literal["appointment_card", "stored"]
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """One message to one person, in their language, with no channel's markup.

    `ask` says what the answer may be beside text: a point on the map, the person's own phone number.
    `template` and `parameters` name the approved template that carries the same thing where the
    channel's free-text window is closed.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    media: tuple[MediaIntent, ...] = ()
    ask: Literal["", "location", "contact"] = ""
    template: str = ""
    parameters: tuple[str, ...] = ()
    purpose: Purpose = "interview"
    language: str = "ar"
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Capabilities:
    """What one channel can show; turns and `form check` receive it as a value. Lengths are in characters."""

    channel: str
    buttons: int
    button_title: int
    rows: int
    row_title: int
    row_description: int
    text: int
    text_with_choices: int
    caption: int
    can_edit: bool
    billed_per_message: bool


TELEGRAM = Capabilities("telegram", 30, 40, 30, 64, 0, 4096, 4096, 1024, can_edit=True, billed_per_message=False)
WHATSAPP = Capabilities("whatsapp", 3, 20, 10, 24, 72, 4096, 1024, 1024, can_edit=False, billed_per_message=True)
WEB = Capabilities("web", 40, 80, 40, 80, 120, 4096, 4096, 1024, can_edit=False, billed_per_message=False)
CAPABILITIES = {"telegram": TELEGRAM, "whatsapp": WHATSAPP, "web": WEB}
