"""A family at the other end of Telegram: says, taps, shares, and reads what the bot shows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.local_server import WAIT_SECONDS

if TYPE_CHECKING:
    from tests.platforms.bot_api import BotApi, ShownMessage


@dataclass
class TelegramFamily:
    """One person in a private chat. Each verb returns the update_id that it made."""

    api: BotApi
    user_id: int
    name: str
    last: dict[str, Any] = field(default_factory=dict)
    """The last message of theirs, as Telegram holds it."""

    def start(self, parameter: str = "") -> int:
        """Opens the bot, through a deep link when it has a parameter."""
        return self.say(f"/start {parameter}".strip())

    def say(self, text: str) -> int:
        """A typed message."""
        return self._message(text=text)

    def tap(self, label: str) -> int:
        """A tap on the newest button with that label. Raises `LookupError` naming the buttons that are there."""
        for shown in reversed(self.shown):
            for button in (button for row in shown.buttons for button in row):
                if button["text"] == label and "callback_data" in button:
                    return self._callback(shown, button["callback_data"])
        raise LookupError(f"«{label}» is not among {[label for shown in self.shown for label in shown.labels]}")

    def send_location(self, latitude: float, longitude: float) -> int:
        """A point on the map."""
        return self._message(location={"latitude": latitude, "longitude": longitude, "horizontal_accuracy": 20.0})

    def share_phone(self, phone: str) -> int:
        """The person's own phone."""
        return self._message(contact={"phone_number": phone, "first_name": self.name, "user_id": self.user_id})

    def send_photo(self, content: bytes, caption: str = "") -> int:
        """A photo, in two sizes as Telegram makes them."""
        file_id = self.api.keep_file(content)
        small = {"file_id": f"{file_id}s", "file_unique_id": f"{file_id}s", "width": 90, "height": 90, "file_size": 10}
        large = {"file_id": file_id, "file_unique_id": f"u{file_id}", "width": 800, "height": 600}
        return self._message(
            photo=[small, {**large, "file_size": len(content)}], **({"caption": caption} if caption else {})
        )

    def send_voice(self, content: bytes) -> int:
        """A voice note."""
        file_id = self.api.keep_file(content)
        voice = {"file_id": file_id, "file_unique_id": f"u{file_id}", "duration": 3, "mime_type": "audio/ogg"}
        return self._message(voice={**voice, "file_size": len(content)})

    def edit(self, text: str) -> int:
        """New words in the place of the last message."""
        message = {**self.last, "text": text, "edit_date": int(time.time())}
        return self.api.receive({"edited_message": message})

    def block(self) -> int:
        """Blocks the bot: what it sends from now on is refused with 403."""
        self.api.blocked.add(self.user_id)
        return self._become("kicked", until_date=0)

    def unblock(self) -> int:
        """Takes the bot back."""
        self.api.blocked.discard(self.user_id)
        return self._become("member")

    def _become(self, status: str, **more: Any) -> int:
        members = [{"user": self._user(), "status": each} for each in ("member", "kicked")]
        was, now = members if status == "kicked" else members[::-1]
        change = {"chat": self._chat(), "from": self._user(), "date": int(time.time())}
        return self.api.receive(
            {"my_chat_member": {**change, "old_chat_member": was, "new_chat_member": {**now, **more}}}
        )

    @property
    def shown(self) -> list[ShownMessage]:
        """The bot's messages in this chat, oldest first."""
        return self.api.shown_to(self.user_id)

    @property
    def heard(self) -> list[str]:
        """The texts of those messages."""
        return [shown.text for shown in self.shown]

    def wait_for(self, text: str, seconds: float = WAIT_SECONDS) -> ShownMessage:
        """The newest message holding that text, waiting for it. Raises `TimeoutError`."""
        found = self.api.wait_until(
            lambda: [shown for shown in self.shown if text in shown.text], f"«{text}» among {self.heard}", seconds
        )
        return found[-1]

    def _message(self, **content: Any) -> int:
        message = {"message_id": self.api.next_message_id(), "from": self._user(), "chat": self._chat()}
        self.last = {**message, "date": int(time.time()), **content}
        return self.api.receive({"message": self.last})

    def _callback(self, shown: ShownMessage, data: str) -> int:
        callback_id = f"cb{self.api.next_message_id()}"
        self.api.callback_ids.add(callback_id)
        message = {"message_id": shown.message_id, "chat": self._chat(), "date": int(time.time()), "text": shown.text}
        query = {"id": callback_id, "from": self._user(), "chat_instance": "1", "data": data, "message": message}
        return self.api.receive({"callback_query": query})

    def _user(self) -> dict[str, Any]:
        return {"id": self.user_id, "is_bot": False, "first_name": self.name, "language_code": "ar"}

    def _chat(self) -> dict[str, Any]:
        return {"id": self.user_id, "type": "private", "first_name": self.name}
