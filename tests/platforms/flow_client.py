"""A telephone that opens a Flow: seals what it asks as WhatsApp does, shows screens strictly, fills and sends them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_pem_public_key

TITLE, DESCRIPTION, ERROR, BODY, HEADING = 30, 300, 30, 4096, 80
OPTIONS = {"RadioButtonsGroup": 20, "CheckboxGroup": 20, "Dropdown": 200}
Post = Callable[[bytes, Mapping[str, str]], tuple[int, bytes]]


def sealed(payload: Mapping[str, Any], public_pem: str) -> tuple[bytes, bytes, bytes]:
    """The body of a request, and the key and vector that its answer is opened with; by cipher primitives alone."""
    key, vector = os.urandom(16), os.urandom(16)
    public: Any = load_pem_public_key(public_pem.encode())
    oaep = padding.OAEP(mgf=padding.MGF1(algorithm=hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    encryptor = Cipher(algorithms.AES(key), modes.GCM(vector)).encryptor()
    data = encryptor.update(json.dumps(payload).encode()) + encryptor.finalize() + encryptor.tag
    parts = {"encrypted_flow_data": data, "encrypted_aes_key": public.encrypt(key, oaep), "initial_vector": vector}
    return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()}).encode(), key, vector


def opened(content: bytes, key: bytes, vector: bytes) -> dict[str, Any]:
    """The plain answer."""
    data = base64.b64decode(content, validate=True)
    turned = bytes(0xFF - byte for byte in vector)
    decryptor = Cipher(algorithms.AES(key), modes.GCM(turned, data[-16:])).decryptor()
    answered: dict[str, Any] = json.loads(decryptor.update(data[:-16]) + decryptor.finalize())
    return answered


def signed(body: bytes, secret: str) -> dict[str, str]:
    """The headers that WhatsApp sends with a request."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}


@dataclass
class FlowClient:
    """`client.open(); client.answer("كم عددكم", "٥"); client.send()`. Fails where WhatsApp would show nothing."""

    post: Post
    public_pem: str
    secret: str
    flow: Mapping[str, Any]
    token: str
    screen: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    seen: list[str] = field(default_factory=list)

    def ask(self, **payload: Any) -> dict[str, Any]:
        """One request of any kind; the plain answer, empty where the status says that there is none to read."""
        body, key, vector = sealed({"version": "3.0", **payload}, self.public_pem)
        self.status, content = self.post(body, signed(body, self.secret))
        return opened(content, key, vector) if self.status in (200, 427) else {}

    def open(self) -> None:
        """The button in the chat was tapped."""
        self.screen = ""
        self._show(self.ask(action="INIT", flow_token=self.token))

    def send(self) -> None:
        """The button at the foot: what is required must be there, as on a telephone; then the next screen comes."""
        for part in self._parts():
            if part.get("required") and self._value(part["required"]) and self._shown(part):
                assert self.form.get(part["name"]), f"{part['name']} is required"
        self._show(self.ask(**self.request()))

    def request(self) -> dict[str, Any]:
        """What `send` sends."""
        action = self._parts()[-1]["on-click-action"]
        assert action["name"] == "data_exchange"
        data = {name: self._value(bound) for name, bound in action["payload"].items()}
        return {"action": "data_exchange", "screen": self.screen, "data": data, "flow_token": self.token}

    def back(self) -> None:
        """The arrow at the top, of a screen that asks anew then."""
        self._show(self.ask(action="BACK", screen=self.screen, flow_token=self.token))

    def complete(self) -> str:
        """The button of the last screen; the `response_json` that comes in the chat."""
        action = self._parts()[-1]["on-click-action"]
        assert action["name"] == "complete" and self._drawn()["terminal"]
        return json.dumps({**action["payload"], "flow_token": self.token})

    def answer(self, question: str, said: str) -> None:
        """Fills the field below that question: a label of a choice (several with «، » between), or what is typed."""
        part = self._field(question)
        if part["type"] in OPTIONS:
            names = {option["title"]: option["id"] for option in self._value(part["data-source"])}
            names |= {o["description"]: o["id"] for o in self._value(part["data-source"]) if o.get("description")}
            chosen = [names[label] for label in ([said] if said in names else said.split("، "))]
            self.form[part["name"]] = chosen if part["type"] == "CheckboxGroup" else chosen[0]
        else:
            self.form[part["name"]] = said

    def clear(self, question: str) -> None:
        """Takes out what stands in a field."""
        self.form.pop(self._field(question)["name"], None)

    def error_at(self, question: str) -> str:
        """What stands at the field in red."""
        return str(self.data["errors"].get(self._field(question)["name"], ""))

    def value_at(self, question: str) -> Any:
        """What a field came with."""
        return self.data["values"].get(self._field(question)["name"])

    @property
    def texts(self) -> list[str]:
        """Everything that can be read on the screen."""
        return [self._value(part["text"]) for part in self._parts() if "text" in part and self._shown(part)]

    # ---- how it shows a screen

    def _show(self, answered: dict[str, Any]) -> None:
        if self.status != 200:
            return
        before, self.screen, self.data = self.screen, answered["screen"], answered["data"]
        self.seen.append(self.screen)
        if before and before != self.screen:
            back = before in self.flow["routing_model"][self.screen]
            assert self.screen in self.flow["routing_model"][before] or back, f"no way from {before} to {self.screen}"
        declared = self._drawn()["data"]
        assert set(self.data) - {"error_message"} == set(declared), set(self.data) ^ set(declared)
        for name, value in self.data.items():
            kinds = {"string": str, "boolean": bool, "array": list, "object": dict}
            if name in declared:
                assert isinstance(value, kinds[declared[name]["type"]]), name
        if before != self.screen:
            self.form = {}
        self.form |= self.data.get("values", {})
        for part in self._parts():
            self._check(part)

    def _check(self, part: Mapping[str, Any]) -> None:
        if part["type"] in ("TextBody", "TextHeading"):
            text = self._value(part["text"])
            assert text.strip() and len(text) <= (BODY if part["type"] == "TextBody" else HEADING)
        if part["type"] in OPTIONS:
            options = self._value(part["data-source"])
            assert 1 <= len(options) <= OPTIONS[part["type"]]
            assert all(0 < len(o["title"]) <= TITLE and len(o.get("description", "")) <= DESCRIPTION for o in options)
            assert len({o["title"].casefold() for o in options}) == len({o["id"] for o in options}) == len(options)
        for error in self.data.get("errors", {}).values():
            assert 0 < len(error) <= ERROR

    def _drawn(self) -> dict[str, Any]:
        found: dict[str, Any] = next(each for each in self.flow["screens"] if each["id"] == self.screen)
        return found

    def _parts(self) -> list[dict[str, Any]]:
        children = self._drawn()["layout"]["children"]
        found: list[dict[str, Any]] = children[0]["children"] if children[0]["type"] == "Form" else children
        return found

    def _field(self, question: str) -> dict[str, Any]:
        parts = self._parts()
        for place, part in enumerate(parts):
            if part["type"] == "TextBody" and self._shown(part) and question in self._value(part["text"]):
                return parts[place + 1]
        raise LookupError(f"«{question}» is not on {self.screen}: {self.texts}")

    def _shown(self, part: Mapping[str, Any]) -> bool:
        return bool(self._value(part.get("visible", True)))

    def _value(self, bound: Any) -> Any:
        if not isinstance(bound, str) or not bound.startswith("${"):
            return bound
        where, _, name = bound[2:-1].partition(".")
        return self.form.get(name, "") if where == "form" else self.data[name]
