"""A channel in memory, for the terminal and the tests: keeps what was sent, and makes events from what is said."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import count

from bot.channels.failures import DeliveryFailed, FetchFailed, Sent
from bot.channels.fitting import Fitted
from referrals.inbound import Address, Content, Inbound, Kind, MediaKind, MediaRef


class NothingToTap(LookupError):
    """No button with that label stands in the chat; the labels that do are in the message."""


@dataclass
class Simulator:
    """Sends like any channel: `send` keeps the piece under its address. `failures` are raised first, one a send."""

    sent: dict[Address, list[Fitted]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, bytes] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    """Which message each choice was last shown in: the id of the choice -> the id of the message."""
    failures: list[DeliveryFailed] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(1))

    async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
        """Keeps the piece; an `uncertain` failure is raised after it was kept, as when the answer is lost."""
        failure = self.failures.pop(0) if self.failures else None
        external_id = fitted.edits or f"sim-{next(self._ids)}"
        if failure is None or failure.uncertain:
            self.sent[address].append(fitted)
            self.made |= {choice.id: external_id for choice in fitted.choices}
        if failure is not None:
            raise failure
        return Sent((external_id,))

    async def close(self) -> None:
        """Nothing is held open."""

    async def fetch_file(self, file_id: str) -> bytes:
        """The content that a person sent under that id. Raises `FetchFailed` for an id that nobody sent."""
        if file_id not in self.files:
            raise FetchFailed("nobody sent that", permanent=True)
        return self.files[file_id]

    def person(self, name: str = "عيّنة") -> SimulatedPerson:
        """Somebody new, who speaks on this channel."""
        return SimulatedPerson(self, Address("web", f"sim-{next(self._ids)}"), name)

    def next_id(self) -> str:
        """An id that no other event of this channel has."""
        return f"in-{next(self._ids)}"


@dataclass
class SimulatedPerson:
    """One person at the other end: each verb returns the event to hand to the inbox."""

    channel: Simulator
    address: Address
    name: str = ""
    typed: dict[str, Inbound] = field(default_factory=dict)

    @property
    def heard(self) -> list[Fitted]:
        """What was sent to this person, oldest first."""
        return self.channel.sent[self.address]

    def say(self, text: str) -> Inbound:
        """A typed message."""
        said = self.typed[text] = self._event("message", Content(text=text))
        return said

    def edit(self, before: str, after: str) -> Inbound:
        """New words in the place of what was typed. Raises `KeyError` for what never was."""
        was = self.typed[after] = self.typed[before]
        name = f"{was.external_id}:{self.channel.next_id()}"
        return replace(self._event("edit", Content(text=after)), external_id=name, revises=was.external_id)

    def start(self, parameter: str = "") -> Inbound:
        """Opening the chat, through a deep link when it has a parameter."""
        return self._event("message", Content(text="/start", start=parameter))

    def tap(self, label: str) -> Inbound:
        """A tap on the newest choice with that label, by its whole or its shown name; a number where it is typed."""
        for piece in reversed(self.heard):
            labels = [*piece.choices, *piece.offered]
            for choice in (c for c in labels if c.label == label):
                if not piece.choices:
                    return self.say(str(choice.number or piece.offered.index(choice) + 1))
                return self.press(choice.id)
        shown = [choice.label for piece in self.heard for choice in piece.offered]
        raise NothingToTap(f"«{label}» is not among {shown}")

    def press(self, choice: str) -> Inbound:
        """A tap on the button with that id, in the message that showed it last."""
        return replace(self._event("tap", Content(choice=choice)), reply_to=self.channel.made.get(choice, ""))

    def send_location(self, latitude: float, longitude: float, accuracy_m: float = 0.0) -> Inbound:
        """A point on the map."""
        return self._event("message", Content(point=(latitude, longitude, accuracy_m)))

    def share_phone(self, phone: str) -> Inbound:
        """The person's own phone."""
        return self._event("message", Content(contact_phone=phone))

    def share_card(self, phone: str, name: str = "") -> Inbound:
        """Somebody else's contact card."""
        return self._event("message", Content(card_phone=phone, card_name=name))

    def send_media(
        self,
        content: bytes,
        kind: MediaKind = "image",
        content_type: str = "image/jpeg",
        *,
        caption: str = "",
        album: str = "",
    ) -> Inbound:
        """A photo, a voice note or a file, to be fetched with `Simulator.fetch_file`; of a sticker its emoji."""
        file_id = f"file-{self.channel.next_id()}"
        self.channel.files[file_id] = content
        media = MediaRef(kind, file_id, content_type, size=len(content), album=album)
        return self._event("message", Content(text=caption, media=media))

    def _event(self, kind: Kind, content: Content) -> Inbound:
        return Inbound(kind, self.channel.next_id(), self.address, content, profile_name=self.name)
