"""A family at the other end of WhatsApp: says, taps, shares, and reads what the business sends."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.platforms.local_server import WAIT_SECONDS

if TYPE_CHECKING:
    from tests.platforms.graph_api import GraphApi, TakenMessage


@dataclass
class WhatsAppFamily:
    """One person. Each verb posts a signed webhook and returns the message's id; with `hides_phone`, without phone."""

    api: GraphApi
    phone: str
    user_id: str
    name: str
    hides_phone: bool = False

    def say(self, text: str) -> str:
        """A typed message."""
        return self._message("text", {"body": text})

    def tap(self, label: str) -> str:
        """A tap on the newest button or row with that label. Raises `LookupError` naming what can be tapped."""
        for taken in reversed(self.taken):
            for option in taken.options:
                if option["title"] == label:
                    is_list = taken.body["interactive"]["type"] == "list"
                    kind = "list_reply" if is_list else "button_reply"
                    context = {"context": {"from": "96522000000", "id": taken.wamid}}
                    return self._message("interactive", {"type": kind, kind: option}, **context)
        raise LookupError(f"«{label}» is not among {[label for taken in self.taken for label in taken.labels]}")

    def tap_quick_reply(self, label: str, index: int = 0) -> str:
        """A tap on a button of the newest template, which carries the payload that the business gave it, if any."""
        taken = [taken for taken in self.taken if taken.body["type"] == "template"][-1]
        components = taken.body["template"].get("components", [])
        payloads = {c["index"]: c["parameters"][0]["payload"] for c in components if c["type"] == "button"}
        button = {"text": label, "payload": payloads.get(str(index), label)}
        return self._message("button", button, context={"from": "96522000000", "id": taken.wamid})

    def send_location(self, latitude: float, longitude: float) -> str:
        """A point on the map."""
        return self._message("location", {"latitude": latitude, "longitude": longitude})

    def share_phone(self, phone: str) -> str:
        """A contact card, the person's own when it is their phone."""
        card = {"name": {"formatted_name": self.name}, "phones": [{"phone": phone, "wa_id": phone.lstrip("+")}]}
        return self._message("contacts", [card])

    def send_photo(self, content: bytes, caption: str = "") -> str:
        """A photo."""
        media_id = self.api.keep_file(content, "image/jpeg")
        image = {"id": media_id, "mime_type": "image/jpeg", "sha256": "sample"}
        return self._message("image", {**image, **({"caption": caption} if caption else {})})

    def send_voice(self, content: bytes) -> str:
        """A voice note."""
        media_id = self.api.keep_file(content, "audio/ogg")
        return self._message("audio", {"id": media_id, "mime_type": "audio/ogg; codecs=opus", "voice": True})

    def close_flow(self, response_json: str) -> str:
        """The last button of a Flow, which leaves a message in the chat."""
        reply = {"name": "flow", "body": "Sent", "response_json": response_json}
        return self._message("interactive", {"type": "nfm_reply", "nfm_reply": reply})

    def let_window_close(self) -> None:
        """A day passes without a word from them: free text is refused until they write."""
        self.api.closed_windows |= {self.phone, self.user_id}

    @property
    def taken(self) -> list[TakenMessage]:
        """What was sent to this person, oldest first."""
        return self.api.taken_for(self.phone, self.user_id)

    @property
    def heard(self) -> list[str]:
        """The texts of those messages."""
        return [taken.text for taken in self.taken]

    def wait_for(self, text: str, seconds: float = WAIT_SECONDS) -> TakenMessage:
        """The newest message holding that text, waiting for it. Raises `TimeoutError`."""
        found = self.api.wait_until(
            lambda: [taken for taken in self.taken if text in taken.text], f"«{text}» among {self.heard}", seconds
        )
        return found[-1]

    def value_of(self, kind: str, content: Any, **more: Any) -> tuple[dict[str, Any], str]:
        """The webhook value of one message of this person, and the message's id, for batches made by hand."""
        wamid = self.api.new_id()
        message = {"id": wamid, "timestamp": str(int(time.time())), "type": kind, kind: content, **more}
        contact: dict[str, Any] = {"profile": {"name": self.name}, "user_id": self.user_id}
        message["from_user_id"] = self.user_id
        if not self.hides_phone:
            message["from"] = contact["wa_id"] = self.phone
        return {"contacts": [contact], "messages": [message]}, wamid

    def _message(self, kind: str, content: Any, **more: Any) -> str:
        self.api.closed_windows -= {self.phone, self.user_id}
        value, wamid = self.value_of(kind, content, **more)
        self.api.post_value(value)
        return wamid
