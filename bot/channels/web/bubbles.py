"""Makes the lines of a conversation what the page shows: bubbles, pictures, buttons, days. No markup here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_time

from bot.channels.fitting import POINT, pin_of
from bot.channels.web.words import PageWords
from bot.channels.words import is_right_to_left
from referrals.conversations.transcript import Line
from referrals.inbound import Content
from referrals.media.keeping import HERE
from referrals.messages import CHOSEN, Choice, MediaIntent, Message
from referrals.texts import Catalogue, Voice

SHORT, NUMBER = 12, 3  # characters: two or four labels this short stand side by side; numbers always do
URGENT = "d:menu:urgent"
MAIN_ENDINGS = ("d:interview:submit", ":!done", ":!finish", "d:menu:apply")
QUIET_BEGINNINGS = (
    "d:interview:skip",
    "d:interview:later",
    "d:interview:page:",
    "d:interview:lines:",
    "d:interview:review:",
)
QUIET_ENDINGS = (":!later", ":!keep")


PAPER = "known"
NO_PICTURE = (POINT, PAPER)


@dataclass(frozen=True)
class Tap:
    """One button."""

    id: str
    label: str
    description: str = ""
    style: str = ""
    pressed: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture, a recording or a film that the page `shows`; a file to open where `image` is False."""

    address: str
    alt: str
    image: bool = True
    shows: str = "image"
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Link:
    """A page to open: a file of ours, or a place on the map."""

    address: str
    label: str
    icon: str = ""


@dataclass(frozen=True)
class Bubble:
    """One line as it is shown, with what stands under it."""

    anchor: str
    mine: bool
    text: str
    at: datetime
    hour: str
    from_whom: str = ""
    icon: str = ""
    pictures: tuple[Picture, ...] = ()
    links: tuple[Link, ...] = ()
    taps: tuple[Tap, ...] = ()
    side_by_side: bool = False
    old: bool = False
    direction: str = "auto"
    asks_location: bool = False
    may_be_dialled: bool = False
    day: tuple[str, str] | None = None


@dataclass(frozen=True)
class Timing:
    """How this page says times: its language, digits and zone, and what day it is."""

    language: str
    digits: str
    zone: str
    now: datetime

    @property
    def voice(self) -> Voice:
        return Voice(Catalogue({}, lambda n: 0), self.language, self.digits, self.zone)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

    def hour(self, at: datetime) -> str:
        """«١٠:٣٠ ص»."""
        locale = "ar_EG" if self.language == "ar" else "en"
        return self.voice.number(format_time(self.local(at).time(), "h:mm a", locale=locale))

    def day(self, at: datetime, words: PageWords) -> str:
        """«اليوم», «أمس», or the day with its date."""
        ago = (self.local(self.now).date() - self.local(at).date()).days
        return {0: words.today, 1: words.yesterday}.get(ago) or self.voice.day(at)


def bubbles(lines: Sequence[Line], words: PageWords, timing: Timing, shown_day: str = "") -> list[Bubble]:
    """The bubbles of these lines. `shown_day` (ISO) is the day that already stands above them on the page."""
    chosen = _chosen(lines)
    labels = {choice.id: choice.label for line in lines if line.message for choice in line.message.choices}
    last_said = max((index for index, line in enumerate(lines) if line.said is not None), default=-1)
    out = []
    for index, line in enumerate(lines):
        day = timing.local(line.at).date().isoformat()
        heading = (day, timing.day(line.at, words)) if day != shown_day else None
        shown_day = day
        if line.message is not None:
            choice = chosen.get(line.id, "")
            out.append(_ours(line, line.message, words, timing, heading, old=index < last_said, chosen=choice))
        elif line.said is not None:
            out.append(_theirs(line, line.said, words, timing, heading, labels))
    return out


def _chosen(lines: Sequence[Line]) -> dict[int, str]:
    """Which button of which message was tapped, by the message's row."""
    offered: dict[str, int] = {}
    taken: dict[int, str] = {}
    for line in lines:
        if line.message is not None:
            offered |= {choice.id: line.id for choice in line.message.choices}
        elif line.said is not None and line.said.choice in offered:
            taken[offered[line.said.choice]] = line.said.choice
    return taken


def _ours(
    line: Line,
    message: Message,
    words: PageWords,
    timing: Timing,
    day: tuple[str, str] | None,
    *,
    old: bool,
    chosen: str,
) -> Bubble:
    taps = tuple(
        _tap(choice, old=old, chosen=choice.id == chosen, number=_number(message, choice, timing))
        for choice in message.choices
    )
    return Bubble(
        anchor=f"m{line.id}",
        mine=False,
        text=message.text,
        at=line.at,
        hour=timing.hour(line.at),
        from_whom=words.from_staff if message.purpose == "staff" else "",
        pictures=tuple(
            _picture(line.id, n, intent, words)
            for n, intent in enumerate(message.media)
            if intent.kind not in NO_PICTURE
        ),
        links=tuple(_links(line.id, message, words)),
        taps=taps,
        side_by_side=_side_by_side(taps),
        old=old,
        direction="rtl" if is_right_to_left(message.language) else "ltr",
        asks_location=message.ask == "location" and not old,
        may_be_dialled=message.purpose == "safety",
        day=day,
    )


def _links(row_id: int, message: Message, words: PageWords) -> Iterator[Link]:
    """What the message lets them open; the page is ours, so an address of ours needs no name of a host."""
    for n, intent in enumerate(message.media):
        if intent.kind == PAPER:
            yield Link(f"/chat/paper/{row_id}/{n}.pdf", words.file, "attach")
        if intent.kind == POINT:
            yield Link(pin_of(intent).link, str(intent.parameters.get("name") or pin_of(intent).link), "place")
    if message.link:
        yield Link(message.link, message.link_label or message.link)


def _number(message: Message, choice: Choice, timing: Timing) -> str:
    """What may be typed in place of a choice, where it stands on a page of more."""
    return timing.voice.number(choice.number) if message.numbered and choice.number else ""


def _side_by_side(taps: Sequence[Tap]) -> bool:
    longest = max((len(tap.label) for tap in taps), default=0)
    plain = not any(tap.description for tap in taps)
    return plain and len(taps) > 1 and (longest <= NUMBER or (longest <= SHORT and len(taps) in (2, 4)))


def _tap(choice: Choice, *, old: bool, chosen: bool, number: str = "") -> Tap:
    pressed = choice.label.startswith(CHOSEN)
    style = "choice-row" if choice.description else ""
    if old:
        style = f"{style} choice-chosen" if chosen else style
    elif choice.id.endswith(MAIN_ENDINGS):
        style = f"{style} choice-main"
    elif choice.id.endswith(QUIET_ENDINGS) or choice.id.startswith(QUIET_BEGINNINGS):
        style = f"{style} choice-quiet"
    label = f"{number}. {choice.label.removeprefix(CHOSEN)}" if number else choice.label.removeprefix(CHOSEN)
    return Tap(choice.id, label, choice.description, style.strip(), pressed)


def _picture(row_id: int, n: int, intent: MediaIntent, words: PageWords) -> Picture:
    address = f"/chat/card/{row_id}/{n}.png"
    if intent.kind == "stored":
        return Picture(address, words.photo)
    if intent.kind == "attachment":
        shows = str(intent.parameters.get("shows", "image"))
        return Picture(address, words.voice if shows == "audio" else words.photo, shows=shows)
    if intent.kind == "receipt":
        told = [str(intent.parameters.get(name, "")) for name in ("label", "number", "answer")]
        return Picture(address, " ".join(each for each in told if each), width=1000, height=1250)
    facts = [str(intent.parameters.get(name, "")) for name in ("number", "day", "time", "centre")]
    return Picture(address, f"{words.card}: {'، '.join(fact for fact in facts if fact)}", width=1000, height=1250)


def _theirs(
    line: Line,
    said: Content,
    words: PageWords,
    timing: Timing,
    day: tuple[str, str] | None,
    labels: dict[str, str],
) -> Bubble:
    text, icon = said.text or said.contact_phone or said.card_phone, ""
    pictures: tuple[Picture, ...] = ()
    if said.choice:
        text = words.urgent if said.choice == URGENT else labels.get(said.choice, words.tapped).removeprefix(CHOSEN)
    elif said.point is not None:
        text, icon = words.location, "place"
    elif said.media is not None:
        names = {"image": words.photo, "sticker": words.photo, "audio": words.voice}
        text = names.get(said.media.kind, said.media.file_name or words.file)
        text = f"{text}: {said.text}" if said.text else text
        icon = "talk" if said.media.kind == "audio" else "attach"
        if said.media.file_id.startswith(HERE):
            address = f"/chat/media/{said.media.file_id.removeprefix(HERE)}"
            pictures = (Picture(address, text, image=_browser_shows(said.media.content_type)),)
    return Bubble(f"s{line.id}", True, text, line.at, timing.hour(line.at), icon=icon, pictures=pictures, day=day)


def _browser_shows(content_type: str) -> bool:
    return content_type in ("image/jpeg", "image/png", "image/webp", "image/gif")
