"""What is said to a family, before any channel fits it: text, choices, drawings owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Purpose = Literal["interview", "service", "reminder", "campaign", "staff", "safety"]
Lane = Literal["reply", "reminder", "campaign"]

CHOSEN = "✓ "  # how a label marks an option of several that was chosen already


@dataclass(frozen=True)
class Choice:
    """One thing to tap. `id` is short ASCII (at most 64 bytes, Telegram's callback_data); `label` is shown.

    `number` is what may be typed in its place, the same on every page of a long list; 0 where nothing was said of it:
    then its place counts, or, beside choices that have one, it has none.
    """

    id: str
    label: str
    description: str = ""
    number: int = 0


@dataclass(frozen=True)
class MediaIntent:
    """A drawing or a file that goes with a message; delivery draws it outside any transaction.

    kind `appointment_card` has parameters as `referrals.documents.card_facts.CardFacts` takes them;
    kind `receipt` as `referrals.documents.paper_facts.ReceiptFacts` does;
    kind `calendar` is the file of an appointment, as `referrals.appointments.calendar_file.CalendarFacts` takes it;
    kind `known` is the paper with everything that we know of them, as `referrals.documents.paper_facts.KnownFacts`;
    kind `point` is a place on the map: {"latitude": float, "longitude": float, "name": str, "address": str};
    kind `stored` has {"media_id": int}; kind `attachment` is a file that a form's author sent along with it:
    {"definition_id": int, "name": str, "shows": "image" | "audio" | "video"}.
    """

    kind: Literal["appointment_card", "receipt", "calendar", "known", "point", "stored", "attachment"]
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OpensScreens:
    """A button `label` that opens a group of questions as screens, which the channel knows as `id`.

    `token` says whose they are; `lead` stands above the text only where they can be opened.
    """

    id: str
    token: str
    label: str
    lead: str = ""


@dataclass(frozen=True)
class Message:
    """One message to one person, in their language, with no channel's markup.

    `ask` says what the answer may be beside text: a point on the map, the person's own phone number.
    `template` and `parameters` name the approved template that carries the same thing where the
    channel's free-text window is closed. `numbered` asks for the numbers on the choices themselves (a page of a longer
    list). `edits` is the platform's id of the message of ours that this one takes the place of, where that can be.
    `link` is an address that a button named `link_label` opens; where a channel has no such button it stands in the
    text. `screens` can be opened beside it, where the channel has such a thing, and the same be answered there.
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
    numbered: bool = False
    edits: str = ""
    link: str = ""
    link_label: str = ""
    screens: OpensScreens | None = None


@dataclass(frozen=True)
class Capabilities:
    """What one channel can show; turns and `form check` receive it as a value. Lengths are in characters.

    A question with more than `at_once` options comes in pages of `page`. `link_button` is the length of the label of a
    button that opens a link, 0 where there is none; `album` is how many pictures one message may show; `pins` says that
    a point on the map is shown as one, `screens` that a group of questions can be opened as screens.
    """

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
    at_once: int = 10
    page: int = 8
    link_button: int = 0
    link_beside_choices: bool = False
    album: int = 1
    pins: bool = False
    screens: bool = False


# Telegram takes a hundred buttons; a thumb finds its way among ten.
TELEGRAM = Capabilities(
    "telegram",
    30,
    40,
    30,
    64,
    0,
    4096,
    4096,
    1024,
    can_edit=True,
    billed_per_message=False,
    link_button=64,
    link_beside_choices=True,
    album=10,
    pins=True,
)
WHATSAPP = Capabilities(
    "whatsapp",
    3,
    20,
    10,
    24,
    72,
    4096,
    1024,
    1024,
    can_edit=False,
    billed_per_message=True,
    link_button=20,
    pins=True,
    screens=True,
)
WEB = Capabilities(
    "web", 40, 80, 40, 80, 120, 4096, 4096, 1024, can_edit=False, billed_per_message=False, at_once=40, page=38
)
CAPABILITIES = {"telegram": TELEGRAM, "whatsapp": WHATSAPP, "web": WEB}
