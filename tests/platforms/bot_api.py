"""A Bot API on loopback: strict about what it takes, keeps all of it, and brings families of its own."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web

from tests.platforms.bot_api_rules import FILES, METHODS, Refused, checked
from tests.platforms.local_server import Fault, LocalServer, Posted
from tests.platforms.telegram_family import TelegramFamily

TOKEN = "1234567:sample-token-of-the-local-server"
BOT_ID = 1234567


@dataclass
class ShownMessage:
    """A message of the bot as it stands in a chat now: edits change it, `versions` keeps what it said before."""

    chat_id: int
    message_id: int
    text: str
    markup: dict[str, Any] | None
    photo: bytes | None = None
    method: str = "sendMessage"
    versions: list[str] = field(default_factory=list)

    @property
    def buttons(self) -> list[list[dict[str, Any]]]:
        """Rows of buttons as Telegram shows them, from left to right."""
        markup = self.markup or {}
        rows: list[list[dict[str, Any]]] = markup.get("inline_keyboard") or markup.get("keyboard") or []
        return rows

    @property
    def labels(self) -> list[str]:
        """Every button's label."""
        return [button["text"] for row in self.buttons for button in row]


class BotApi(LocalServer):
    """`with BotApi() as api: api.family("أم عيّنة").say("السلام عليكم")`; base address `api.url`, token `api.token`.

    `per_second` and `per_chat_second` switch on the flood limits (30 and 1 on the real one). `calls` keeps every
    request, taken or refused; `messages` what stands in the chats now.
    """

    def __init__(self, *, token: str = TOKEN, per_second: int = 0, per_chat_second: int = 0) -> None:
        super().__init__()
        self.token = token
        self.per_second, self.per_chat_second = per_second, per_chat_second
        self.messages: list[ShownMessage] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answered_callbacks: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.file_names: list[tuple[str, str]] = []  # of the bot's own files: by which method, under which name
        self.blocked: set[int] = set()
        self.moved: dict[int, int] = {}
        self.callback_ids: set[str] = set()
        self.banned_until = 0.0
        self._times: dict[int | str, list[float]] = defaultdict(list)
        self._update_ids, self._message_ids, self._file_ids, self._people = (
            count(1000),
            count(1),
            count(1),
            count(70001),
        )

    def family(self, name: str = "عيّنة", user_id: int = 0) -> TelegramFamily:
        """Somebody new with a private chat, who has already pressed start."""
        return TelegramFamily(self, user_id or next(self._people), name)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/bot{token}/{method}", self._method),
            web.post("/bot{token}/{method}", self._method),
            web.get("/file/bot{token}/{path:.+}", self._file),
        ]

    def failed(self, fault: Fault) -> web.Response:
        body = fault.body or {"ok": False, "error_code": fault.status, "description": "Injected fault"}
        return web.json_response(body, status=fault.status)

    # ---- what families do

    def receive(self, update: dict[str, Any]) -> int:
        """Hands an update to the bot, by webhook if one is set, else for getUpdates; its update_id comes back."""
        with self.lock:
            update_id = next(self._update_ids)
            update = {"update_id": update_id, **update}
            if self.webhook.get("url") and not _asked_for(update, self.webhook.get("allowed_updates")):
                return update_id
            if self.webhook.get("url"):
                self.post_update(update)
            else:
                self.updates.append(update)
        self.announce()
        return update_id

    def post_update(self, update: dict[str, Any]) -> None:
        """Posts an update to the webhook (again, for a redelivery)."""
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook["secret_token"]
        self.post_webhook(self.webhook["url"], json.dumps(update).encode(), headers)

    def keep_file(self, content: bytes) -> str:
        """The file_id of a file that a family uploads."""
        with self.lock:
            file_id = f"FILE{next(self._file_ids)}"
            self.files[file_id] = content
            return file_id

    def next_message_id(self) -> int:
        """Message ids of all chats come from one row here."""
        return next(self._message_ids)

    def shown_to(self, chat_id: int) -> list[ShownMessage]:
        """The bot's messages in that chat, oldest first."""
        with self.lock:
            return [message for message in self.messages if message.chat_id == chat_id]

    def deliveries(self) -> list[Posted]:
        """How every webhook delivery went."""
        with self.lock:
            return list(self.posted)

    # ---- what the bot asks

    async def _method(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _refusal(Refused(401, "Unauthorized"))
        given, files, file_names = await _given(request)

        async def answer() -> web.StreamResponse:
            try:
                if name not in METHODS:
                    raise Refused(404, "Not Found")
                with self.lock:
                    self.calls.append((name, given))
                    self.file_names += [(name, each) for each in file_names]
                arguments = checked(name, given, files)
                if name == "getUpdates":
                    result: Any = await self._get_updates(arguments, request)
                else:
                    with self.lock:
                        result = self._do(name, arguments, files)
                    self.announce()
                return web.json_response({"ok": True, "result": result})
            except Refused as refused:
                return _refusal(refused)

        return await self.faulty(request, name, answer)

    def _do(self, name: str, arguments: dict[str, Any], files: dict[str, bytes]) -> Any:
        if name == "getMe":
            return {"id": BOT_ID, "is_bot": True, "first_name": "سند", "username": "sanad_sample_bot"}
        if name in {"setWebhook", "deleteWebhook"}:
            self.webhook = arguments if name == "setWebhook" else {}
            return True
        if name == "getWebhookInfo":
            return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
        if name in {"sendChatAction", "setMyCommands"}:
            return True
        if name == "getFile":
            return self._get_file(arguments["file_id"])
        if name == "answerCallbackQuery":
            return self._answer_callback(arguments)
        if name in {"editMessageText", "editMessageReplyMarkup"}:
            return self._edit(name, arguments)
        return self._send(name, arguments, files)

    def _send(self, name: str, arguments: dict[str, Any], files: dict[str, bytes]) -> Any:
        chat_id = arguments["chat_id"]
        if chat_id in self.moved:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": self.moved[chat_id]},
            )
        if chat_id in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        self._pace(chat_id)
        if name == "sendMediaGroup":
            return [
                _as_message(self._shown(chat_id, each.get("caption", ""), None, files[each["media"][9:]], "sendPhoto"))
                for each in arguments["media"]
            ]
        text = arguments.get("text") or arguments.get("caption") or ""
        text = text or arguments.get("title", "")
        content = next((files[kind] for kind in FILES if kind in files), None)
        return _as_message(self._shown(chat_id, text, arguments.get("reply_markup"), content, name))

    def _shown(
        self, chat_id: int, text: str, markup: dict[str, Any] | None, content: bytes | None, method: str
    ) -> ShownMessage:
        shown = ShownMessage(chat_id, self.next_message_id(), text, markup, content, method)
        self.messages.append(shown)
        return shown

    def _pace(self, chat_id: int) -> None:
        now = time.monotonic()
        if now < self.banned_until:
            self._flood(self.banned_until - now)
        for key, limit in (("bot", self.per_second), (chat_id, self.per_chat_second)):
            recent = self._times[key] = [moment for moment in self._times[key] if now - moment < 1.0]
            if limit and len(recent) >= limit:
                self.banned_until = now + 1.0
                self._flood(1.0)
            recent.append(now)

    def _flood(self, seconds: float) -> None:
        wait = max(1, round(seconds))
        raise Refused(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})

    def _edit(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        wanted = (arguments["chat_id"], arguments["message_id"])
        shown = next((m for m in self.messages if (m.chat_id, m.message_id) == wanted), None)
        if shown is None:
            raise Refused(400, "Bad Request: message to edit not found")
        text = arguments.get("text", shown.text)
        markup = arguments.get("reply_markup")
        if (text, markup) == (shown.text, shown.markup):
            raise Refused(400, "Bad Request: message is not modified: specified new message content is the same")
        shown.versions.append(shown.text)
        shown.text, shown.markup = text, markup
        return _as_message(shown)

    def _answer_callback(self, arguments: dict[str, Any]) -> bool:
        if arguments["callback_query_id"] not in self.callback_ids:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered_callbacks.append(arguments)
        return True

    def _get_file(self, file_id: str) -> dict[str, Any]:
        if file_id not in self.files:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        if size > 20 * 1024 * 1024:
            raise Refused(400, "Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_size": size,
            "file_path": f"photos/{file_id}",
        }

    async def _get_updates(self, arguments: dict[str, Any], request: web.Request) -> list[dict[str, Any]]:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = arguments.get("offset", 0)
        end = time.monotonic() + arguments.get("timeout", 0)
        while True:
            with self.lock:
                asked = arguments.get("allowed_updates")
                self.updates = [
                    update for update in self.updates if update["update_id"] >= offset and _asked_for(update, asked)
                ]
                gone = request.transport is None or request.transport.is_closing()
                if self.updates or gone or time.monotonic() >= end:
                    return self.updates[: arguments.get("limit", 100)]
            await asyncio.sleep(0.02)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refusal(Refused(401, "Unauthorized"))
        content = self.files.get(request.match_info["path"].rpartition("/")[2])
        return web.Response(body=content) if content is not None else _refusal(Refused(404, "Not Found"))


def _asked_for(update: dict[str, Any], allowed: Any) -> bool:
    """Whether an update is of a kind that was asked for; all are where nothing was said."""
    return not allowed or bool(update.keys() & set(allowed))


async def _given(request: web.Request) -> tuple[dict[str, Any], dict[str, bytes], list[str]]:
    """The arguments as they were written, the files of a multipart form, and their names."""
    given: dict[str, Any] = dict(request.query)
    files: dict[str, bytes] = {}
    names: list[str] = []
    if request.content_type == "application/json":
        given.update(json.loads(await request.read() or b"{}"))
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = value.file.read()
                names.append(value.filename)
                value.file.close()
            elif isinstance(value, str):
                given[name] = value
    return given, files, names


def _as_message(shown: ShownMessage) -> dict[str, Any]:
    message: dict[str, Any] = {
        "message_id": shown.message_id,
        "from": {"id": BOT_ID, "is_bot": True, "first_name": "سند"},
        "chat": {"id": shown.chat_id, "type": "private", "first_name": "عيّنة"},
        "date": int(time.time()),
    }
    if shown.method == "sendPhoto":
        size = {"file_id": f"P{shown.message_id}", "file_unique_id": f"p{shown.message_id}", "width": 8, "height": 8}
        return {**message, "photo": [size], "caption": shown.text}
    if shown.method == "sendDocument":
        document = {"file_id": f"D{shown.message_id}", "file_unique_id": f"d{shown.message_id}"}
        return {**message, "document": document, "caption": shown.text}
    return {**message, "text": shown.text}


def _refusal(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.status)
