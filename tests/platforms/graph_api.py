"""A Graph API on loopback: strict about what it takes, keeps all of it, signs webhooks, and brings families."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web

from tests.platforms.flow_rules import wrong_in_flow
from tests.platforms.graph_api_rules import GraphError, check_message
from tests.platforms.local_server import Fault, LocalServer
from tests.platforms.whatsapp_family import WhatsAppFamily

TOKEN, APP_SECRET, VERIFY_TOKEN = "sample-token", "sample-app-secret", "sample-verify-token"
PHONE_ID, WABA_ID, VERSION = "100000000000001", "200000000000002", "v23.0"
_BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]+")


@dataclass
class TakenMessage:
    """A message that the business sent: the JSON as taken, and the statuses told of it."""

    wamid: str
    recipient: str
    body: dict[str, Any]
    statuses: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a person reads of it, without its buttons; a template as its name and parameters."""
        kind = self.body["type"]
        content = self.body[kind]
        if kind == "template":
            parts = [p for c in content.get("components", []) if c["type"] == "body" for p in c["parameters"]]
            return " | ".join([content["name"], *(part["text"] for part in parts)])
        if kind == "interactive":
            return str(content["body"]["text"])
        return str(content.get("body") or content.get("caption") or "")

    @property
    def options(self) -> list[dict[str, str]]:
        """What can be tapped, as {id, title}."""
        action = self.body.get("interactive", {}).get("action", {})
        replies = [button["reply"] for button in action.get("buttons", [])]
        return replies or [row for section in action.get("sections", []) for row in section["rows"]]

    @property
    def labels(self) -> list[str]:
        """The titles of what can be tapped."""
        return [option["title"] for option in self.options]


class GraphApi(LocalServer):
    """`with GraphApi(webhook=...) as api: api.family().say("السلام عليكم")`; base address `api.url`.

    `told` says which statuses it reports of each message taken, e.g. ("sent", "delivered"). A user id in `to` is
    answered 200 and goes nowhere (`dropped`), as on the real one.
    """

    def __init__(self, *, webhook: str = "", told: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.webhook, self.told = webhook, told
        self.messages: list[TakenMessage] = []
        self.refused: list[tuple[int, str]] = []
        self.dropped: list[dict[str, Any]] = []
        self.media: dict[str, bytes] = {}
        self.media_types: dict[str, str] = {}
        self.templates: dict[str, dict[str, Any]] = {}
        self.closed_windows: set[str] = set()
        self.flows: dict[str, dict[str, Any]] = {}
        self.public_keys: list[str] = []
        self._ids, self._people = count(1), count(50000001)

    def family(
        self, name: str = "عيّنة", *, phone: str = "", user_id: str = "", hides_phone: bool = False
    ) -> WhatsAppFamily:
        """Somebody new, with a phone in Kuwait unless given, and with it hidden a business-scoped user id alone."""
        phone = phone or f"965{next(self._people)}"
        return WhatsAppFamily(self, phone, user_id or f"KW.{phone[::-1]}", name, hides_phone)

    def register_template(
        self,
        name: str,
        *,
        language: str = "ar",
        parameters: int = 0,
        quick_replies: int = 0,
        status: str = "APPROVED",
    ) -> None:
        """A template, approved unless told otherwise, with so many parameters in its body."""
        about = {"language": language, "status": status, "category": "UTILITY"}
        self.templates[name] = {**about, "parameters": parameters, "quick_replies": quick_replies}

    def routes(self) -> list[web.RouteDef]:
        root = f"/{VERSION}"
        return [
            web.post(f"{root}/{PHONE_ID}/messages", self._messages),
            web.post(f"{root}/{PHONE_ID}/media", self._upload),
            web.get(f"{root}/{WABA_ID}/message_templates", self._templates),
            web.post(f"{root}/{WABA_ID}/flows", self._make_flow),
            web.post(f"{root}/{{flow_id}}/assets", self._draw_flow),
            web.post(f"{root}/{{flow_id}}/publish", self._publish_flow),
            web.post(f"{root}/{PHONE_ID}/whatsapp_business_encryption", self._keep_key),
            web.get(f"{root}/{{media_id}}", self._media),
            web.get("/download/{media_id}", self._download),
        ]

    def failed(self, fault: Fault) -> web.Response:
        code = fault.body if isinstance(fault.body, int) else 131000
        headers = {"Retry-After": str(int(fault.seconds))} if fault.seconds else {}
        return _refusal(GraphError(code, "injected fault", fault.status), headers)

    # ---- webhooks

    def post_value(self, *values: dict[str, Any], field_name: str = "messages") -> bytes:
        """Posts one signed batch with a change for each value; the body comes back, for a redelivery."""
        metadata = {"display_phone_number": "96522000000", "phone_number_id": PHONE_ID}
        known = [{"messaging_product": "whatsapp", "metadata": metadata, **value} for value in values]
        changes = [{"field": field_name, "value": value} for value in known]
        payload = {"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": changes}]}
        body = json.dumps(payload).encode()
        self.post_body(body)
        return body

    def post_body(self, body: bytes) -> None:
        """Posts these bytes, signed, until they are answered 2xx."""
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(body)}
        self.post_webhook(self.webhook, body, headers)

    def tell(self, message: TakenMessage, status: str, code: int = 0) -> None:
        """Reports a status of a message, failed with `code`."""
        told: dict[str, Any] = {"id": message.wamid, "status": status, "timestamp": str(int(time.time()))}
        name = "recipient_user_id" if _BSUID.fullmatch(message.recipient) else "recipient_id"
        told[name] = message.recipient
        if "biz_opaque_callback_data" in message.body:
            told["biz_opaque_callback_data"] = message.body["biz_opaque_callback_data"]
        if code:
            told["errors"] = [
                {"code": code, "title": "sample", "message": "sample", "error_data": {"details": "sample"}}
            ]
        message.statuses.append(status)
        self.post_value({"statuses": [told]})

    def new_id(self, prefix: str = "wamid.sample") -> str:
        """An id that nothing else here has."""
        return f"{prefix}{next(self._ids):08d}"

    def keep_file(self, content: bytes, content_type: str) -> str:
        """The media id of a file that somebody uploads."""
        with self.lock:
            media_id = self.new_id("30000")
            self.media[media_id], self.media_types[media_id] = content, content_type
            return media_id

    def taken_for(self, *recipients: str) -> list[TakenMessage]:
        """The messages for that phone or user id, oldest first."""
        with self.lock:
            return [message for message in self.messages if message.recipient in recipients]

    # ---- what the business asks

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            try:
                _authorize(request)
                body = await request.json()
                with self.lock:
                    check_message(body, self.templates, self.media, self.flow_states)
                    answered = self._take(body)
                self.announce()
                return web.json_response(answered)
            except GraphError as error:
                self.refused.append((error.code, error.details))
                return _refusal(error)

        return await self.faulty(request, "messages", answer)

    def _take(self, body: dict[str, Any]) -> dict[str, Any]:
        recipient = body.get("to") or body["recipient"]
        if recipient in self.closed_windows and body["type"] != "template":
            raise GraphError(131047, "Message failed to send because more than 24 hours have passed")
        wamid = self.new_id()
        if _BSUID.fullmatch(body.get("to", "")):
            self.dropped.append(body)
        else:
            message = TakenMessage(wamid, recipient, body)
            self.messages.append(message)
            for status in self.told:
                self.tell(message, status)
        contact = {"input": recipient, "user_id" if "recipient" in body else "wa_id": recipient}
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]}

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            try:
                _authorize(request)
                form = await request.post()
                file = form.get("file")
                if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
                    raise GraphError(100, "messaging_product and file are required")
                content = file.file.read()
                file.file.close()
                return web.json_response({"id": self.keep_file(content, file.content_type)})
            except GraphError as error:
                return _refusal(error)

        return await self.faulty(request, "media", answer)

    async def _templates(self, request: web.Request) -> web.StreamResponse:
        try:
            _authorize(request)
        except GraphError as error:
            return _refusal(error)
        names = sorted(self.templates)
        start, limit = int(request.query.get("after", "0")), int(request.query.get("limit", "25"))
        page = names[start : start + limit]
        data = [_as_listed(name, self.templates[name]) for name in page]
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + limit)}}
        if start + limit < len(names):
            paging["next"] = "there is more"
        return web.json_response({"data": data, "paging": paging})

    @property
    def flow_states(self) -> dict[str, str]:
        """Flow id -> its state: DRAFT, PUBLISHED, BLOCKED."""
        return {flow_id: str(flow["status"]) for flow_id, flow in self.flows.items()}

    async def _make_flow(self, request: web.Request) -> web.StreamResponse:
        wanted = await request.json()
        known = {"name", "categories", "endpoint_uri"}
        if set(wanted) != known or not wanted["endpoint_uri"].startswith("https://") or not wanted["categories"]:
            return _refusal(GraphError(100, "name, categories and an endpoint are required"))
        flow_id = self.new_id("70001")
        self.flows[flow_id] = {**wanted, "status": "DRAFT"}
        return web.json_response({"id": flow_id, "success": True, "validation_errors": []})

    async def _draw_flow(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        file = form.get("file")
        told = (form.get("name"), form.get("asset_type"))
        if told != ("flow.json", "FLOW_JSON") or not isinstance(file, web.FileField):
            return _refusal(GraphError(100, "name, asset_type and file are required"))
        flow = self.flows[request.match_info["flow_id"]]
        flow["json"] = json.loads(file.file.read())
        file.file.close()
        flow["errors"] = [{"error": "INVALID", "message": each} for each in wrong_in_flow(flow["json"])]
        return web.json_response({"success": True, "validation_errors": flow["errors"]})

    async def _publish_flow(self, request: web.Request) -> web.StreamResponse:
        flow = self.flows[request.match_info["flow_id"]]
        if flow.get("errors") != [] or not self.public_keys:
            return _refusal(GraphError(139002, "publishing checks failed"))
        flow["status"] = "PUBLISHED"
        return web.json_response({"success": True})

    async def _keep_key(self, request: web.Request) -> web.StreamResponse:
        try:
            _authorize(request)
            key = str((await request.post()).get("business_public_key", ""))
            if not key.startswith("-----BEGIN PUBLIC KEY-----"):
                raise GraphError(100, "business_public_key")
        except GraphError as error:
            return _refusal(error)
        self.public_keys.append(key)
        return web.json_response({"success": True})

    async def _media(self, request: web.Request) -> web.StreamResponse:
        media_id = request.match_info["media_id"]
        try:
            _authorize(request)
            if media_id not in self.media:
                raise GraphError(100, "Unsupported get request. Object does not exist")
        except GraphError as error:
            return _refusal(error)
        size, kind = len(self.media[media_id]), self.media_types[media_id]
        told = {"id": media_id, "url": f"{self.url}/download/{media_id}", "mime_type": kind, "file_size": size}
        return web.json_response({**told, "messaging_product": "whatsapp"})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            try:
                _authorize(request)
            except GraphError as error:
                return _refusal(error)
            content = self.media.get(request.match_info["media_id"])
            return web.Response(body=content) if content is not None else web.Response(status=404)

        return await self.faulty(request, "download", answer)


def _as_listed(name: str, template: dict[str, Any]) -> dict[str, Any]:
    """A template as the platform lists it: its parts, from which the number of its parameters is read."""
    variables = " ".join(f"{{{{{number}}}}}" for number in range(1, template["parameters"] + 1))
    replies = [{"type": "QUICK_REPLY", "text": f"عيّنة {number}"} for number in range(template["quick_replies"])]
    components: list[dict[str, Any]] = [{"type": "BODY", "text": f"عيّنة {variables} عيّنة"}]
    components += [{"type": "BUTTONS", "buttons": replies}] if replies else []
    about = {field: template[field] for field in ("language", "status", "category")}
    return {"id": name, "name": name, "parameter_format": "POSITIONAL", "components": components, **about}


def signature(body: bytes, secret: str = APP_SECRET) -> str:
    """`X-Hub-Signature-256` of these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _authorize(request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise GraphError(190, "Invalid OAuth access token", 401)


def _refusal(error: GraphError, headers: dict[str, str] | None = None) -> web.Response:
    data = {"messaging_product": "whatsapp", "details": error.details}
    told = {"message": f"(#{error.code}) {error.details}", "type": "OAuthException", "code": error.code}
    body = {"error": {**told, "error_data": data, "fbtrace_id": "sample"}}
    return web.json_response(body, status=error.status, headers=headers)
